// Cuts layers out of a model, makes their ops' results visible, and compares every execution with golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/parity_layers.h"

#include "dialects/NN/NN.h"
#include "mlir/Transforms/Model/Tap.h"
#include "runtime/model/tensor_values.h"
#include "sim/golden/nn.h"
#include "tools/driver/golden_session.h"

#include <cstring>
#include <random>

namespace accord::driver {
namespace {

using namespace mlir;

/// The arguments of a layer function in front of its weights (mlir/Import/Decoder.cpp).
enum LayerArgument { X, Cos, Sin, Layer, Position, KCache, VCache, Weights };

/// One call of a layer function in an entry.
struct LayerCall {
  func::FuncOp callee;
  SmallVector<nn::ParamOp> weights;
};

class Comparer {
public:
  Comparer(const LayerParity &parity, Toolchain &toolchain, ImportedModel &model)
      : parity(parity), toolchain(toolchain), file(*model.file), module(*model.module),
        differences(parity.devices.size()), names(parity.devices.size()) {}

  Expected<Table> run(bool &agree);

private:
  Expected<LayerCall> findCall(StringRef entry, int64_t layer);
  Status makeInputs();
  Status compareLayer(StringRef phase, int64_t layer, int64_t position, int64_t rows, HostTensor &x);
  /// The tensor of the file that an argument of this type takes.
  Expected<HostTensor> weight(nn::ParamOp param, Type type);
  HostTensor rows(const std::vector<float> &table, int64_t first, int64_t count, int64_t columns);
  void addRow(StringRef phase, int64_t layer, const std::string &op, const rt::BufferBinding &binding,
              const Bytes &expected, const std::vector<Execution> &executions, size_t buffer);

  const LayerParity &parity;
  Toolchain &toolchain;
  const model::GgufFile &file;
  ModuleOp module;
  Executor executor;
  std::vector<float> embedded, cos, sin; ///< of the tokens, and of all positions
  int64_t width = 0, pairs = 0;
  HostTensor kCache, vCache; ///< golden's, of all layers
  Table table;
  uint64_t compared = 0;
  std::vector<uint64_t> differences;
  std::vector<std::string> names;
};

Expected<LayerCall> Comparer::findCall(StringRef entry, int64_t layer) {
  auto function = module.lookupSymbol<func::FuncOp>(entry);
  int64_t number = 0;
  for (auto call : function.getOps<func::CallOp>()) {
    if (number++ != layer)
      continue;
    LayerCall found;
    found.callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    for (Value operand : llvm::drop_begin(call.getOperands(), Weights))
      found.weights.push_back(operand.getDefiningOp<nn::ParamOp>());
    return found;
  }
  return Error{parity.path + ": --layers: expected at most the model's " + std::to_string(number) + ", got " +
               std::to_string(parity.layers)};
}

/// Rows of the embedding for random tokens, empty caches, and the rotary tables of all positions.
Status Comparer::makeInputs() {
  auto decode = module.lookupSymbol<func::FuncOp>("decode");
  auto embed = *decode.getOps<nn::EmbedOp>().begin();
  auto rope = *decode.getOps<nn::RopeTableOp>().begin();
  const model::TensorInfo *info = file.find(embed.getTable().getDefiningOp<nn::ParamOp>().getName().str());
  width = info->shape[1];
  int64_t tokens = parity.prompt + 1;
  embedded.resize(tokens * width);
  std::mt19937_64 random(parity.seed);
  for (int64_t i = 0; i < tokens; ++i)
    if (Status s =
            model::widenRows(*info, int64_t(random() % uint64_t(info->shape[0])), 1,
                             embedded.data() + i * width, file.i2sLayout().value_or(model::I2SLayout::X86));
        !s)
      return s;

  ArrayRef<int64_t> shape = rope.getCos().getType().getShape();
  pairs = shape[1];
  cos.resize(shape[0] * pairs), sin.resize(shape[0] * pairs);
  std::vector<float> factors;
  if (rope.getFactors()) {
    const model::TensorInfo *tensor = file.find(rope.getFactors()->str());
    factors.resize(pairs);
    if (Status s = model::widenRows(*tensor, 0, 1, factors.data()); !s)
      return s;
  }
  if (Status s = golden::ropeTables(shape[0], rope.getHeadDim(), rope.getTheta().convertToDouble(),
                                    rope.getScale().convertToDouble(),
                                    factors.empty() ? nullptr : factors.data(), cos.data(), sin.data());
      !s)
    return s;

  auto cache = cast<MemRefType>(decode.getArgumentTypes()[2]);
  kCache = *makeHostTensor(cache, cache.getShape());
  vCache = kCache;
  return {};
}

Expected<HostTensor> Comparer::weight(nn::ParamOp param, Type type) {
  auto tensor = fileTensor(file, param.getName(), type);
  if (!tensor)
    return Error{parity.path + ": tensor '" + param.getName().str() + "': " + tensor.error().message};
  return HostTensor(**tensor);
}

HostTensor Comparer::rows(const std::vector<float> &values, int64_t first, int64_t count, int64_t columns) {
  HostTensor tensor{{count, columns}, ElementKind::F32, std::vector<uint8_t>(count * columns * 4)};
  std::memcpy(tensor.bytes.data(), values.data() + first * columns, tensor.bytes.size());
  return tensor;
}

HostTensor indexTensor(int64_t value) {
  HostTensor tensor{{}, ElementKind::Index, std::vector<uint8_t>(8)};
  std::memcpy(tensor.bytes.data(), &value, 8);
  return tensor;
}

/// The rows of one layer of a cache: what a program of that layer sees.
HostTensor layerRows(const HostTensor &cache, int64_t layer) {
  size_t size = cache.bytes.size() / cache.shape[0];
  auto begin = cache.bytes.begin() + layer * size;
  return {{1, cache.shape[1], cache.shape[2], cache.shape[3]}, cache.kind, {begin, begin + size}};
}

void Comparer::addRow(StringRef phase, int64_t layer, const std::string &op, const rt::BufferBinding &binding,
                      const Bytes &expected, const std::vector<Execution> &executions, size_t buffer) {
  std::vector<Cell> row = {phase.str(), layer, op};
  std::string difference;
  for (auto [d, execution] : llvm::enumerate(executions)) {
    Comparison c = compare(binding, expected, execution.buffers[buffer]);
    if (d == 0) {
      row.push_back(int64_t(c.compared));
      compared += c.compared;
    }
    row.push_back(int64_t(c.different));
    differences[d] += c.different;
    if (difference.empty() && c.different)
      difference = parity.devices[d] + ": " + c.firstDifference;
  }
  row.push_back(difference);
  table.rows.push_back(std::move(row));
}

Status Comparer::compareLayer(StringRef phase, int64_t layer, int64_t position, int64_t count,
                              HostTensor &x) {
  Expected<LayerCall> call = findCall(phase, layer);
  if (!call)
    return call.error();
  // The layer alone in a module, with every op's result among its own.
  OwningOpRef<ModuleOp> alone = ModuleOp::create(call->callee.getLoc());
  auto source = cast<func::FuncOp>(call->callee->clone());
  alone->push_back(source);
  source.setPublic();
  tapResults(source);

  std::vector<HostTensor> inputs(Weights);
  inputs[X] = x;
  inputs[Cos] = rows(cos, position, count, pairs);
  inputs[Sin] = rows(sin, position, count, pairs);
  inputs[Layer] = indexTensor(layer);
  inputs[Position] = indexTensor(position);
  for (auto [param, type] :
       llvm::zip_equal(call->weights, llvm::drop_begin(source.getArgumentTypes(), Weights))) {
    Expected<HostTensor> tensor = weight(param, type);
    if (!tensor)
      return tensor.error();
    inputs.push_back(std::move(*tensor));
  }
  // Devices start from what golden started from.
  inputs[KCache] = layerRows(kCache, layer);
  inputs[VCache] = layerRows(vCache, layer);

  std::vector<Argument> arguments;
  for (auto [i, input] : llvm::enumerate(inputs))
    arguments.push_back(i == KCache   ? Argument(&kCache)
                        : i == VCache ? Argument(&vCache)
                                      : Argument(std::make_shared<const HostTensor>(input)));
  const Told told(toolchain.diagnostics());
  InterpreterSession golden;
  auto results = golden.run(source, arguments);
  if (failed(results))
    return Error{parity.path + ": expected a layer that golden runs, got " + told.cause()};
  std::vector<Bytes> expected = {layerRows(kCache, layer).bytes, layerRows(vCache, layer).bytes};
  for (const SharedTensor &result : *results)
    expected.push_back(result->bytes);
  x = *results->back();

  OwningOpRef<ModuleOp> raised(alone->clone());
  if (Status s = toolchain.raise(*raised, Level::L3, parity.hardware, parity.path); !s)
    return s;
  auto program =
      programOf(toolchain, *raised, source.getName().str(), {position}, parity.hardware, parity.path);
  if (!program)
    return program.error();
  auto bound = bindArguments(source, inputs, program->signature.buffers);
  if (!bound)
    return bound.error();
  std::vector<Execution> executions;
  for (auto [d, device] : llvm::enumerate(parity.devices)) {
    auto execution = executor.run(device, *program, *bound);
    if (!execution)
      return Error{parity.path + ": " + device + ": " + execution.error().message};
    names[d] = execution->device;
    executions.push_back(std::move(*execution));
  }
  size_t next = 0;
  for (auto [i, binding] : llvm::enumerate(program->signature.buffers)) {
    if (binding.role == rt::Role::Argument)
      continue;
    if (next == expected.size())
      return Error{parity.path + ": expected " + std::to_string(next) + " results, got more"};
    addRow(phase, layer, binding.name, binding, expected[next++], executions, i);
  }
  if (next != expected.size())
    return Error{parity.path + ": expected " + std::to_string(expected.size()) + " results, got " +
                 std::to_string(next)};
  return {};
}

Expected<Table> Comparer::run(bool &agree) {
  if (auto last = findCall("prefill", parity.layers - 1); !last) // before minutes of work on the others
    return last.error();
  if (Status s = makeInputs(); !s)
    return s.error();
  table.columns = {"phase", "layer", "op", "compared"};
  for (const std::string &device : parity.devices)
    table.columns.push_back(device + "_mismatches");
  table.columns.push_back("first_difference");
  HostTensor prompt = rows(embedded, 0, parity.prompt, width), step = rows(embedded, parity.prompt, 1, width);
  for (int64_t layer = 0; layer < parity.layers; ++layer)
    if (Status s = compareLayer("prefill", layer, 0, parity.prompt, prompt); !s)
      return s.error();
  for (int64_t layer = 0; layer < parity.layers; ++layer)
    if (Status s = compareLayer("decode", layer, parity.prompt, 1, step); !s)
      return s.error();

  if (compared == 0)
    return Error{parity.path + ": expected values to compare, got none"};
  std::vector<Cell> all = {std::string("all"), Cell(), std::string("all"), int64_t(compared)};
  for (uint64_t different : differences) {
    all.push_back(int64_t(different));
    agree &= different == 0;
  }
  all.push_back(Cell());
  table.rows.push_back(std::move(all));
  for (auto [device, name] : llvm::zip_equal(parity.devices, names))
    table.about.push_back({"device_" + device, name});
  return std::move(table);
}

} // namespace

Expected<Table> compareLayers(const LayerParity &parity, bool &agree, Listener &listener) {
  if (parity.devices.empty() || parity.layers < 1 || parity.prompt < 1)
    return Error{parity.path + ": expected executions, layers and tokens to compare, got none"};
  Toolchain toolchain(listener);
  ImportOptions import = parity.model.import;
  import.promptTokens = parity.prompt;
  if (import.context == 0) // as short as a schedule walks it in whole tiles
    import.context = (parity.prompt + 1 + 63) / 64 * 64;
  auto imported = importFile(toolchain, parity.path, parity.model.open, import);
  if (!imported)
    return imported.error();
  return Comparer(parity, toolchain, *imported).run(agree);
}

} // namespace accord::driver
