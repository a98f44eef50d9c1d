// Sessions in the interpreter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/golden_session.h"
#include "tools/driver/model_entries.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interpreter/ModelInterpreter.h"

#include <cstring>

namespace accord::driver {

using namespace mlir;

Expected<SharedTensor> fileTensor(const model::GgufFile &file, StringRef name, Type type) {
  const model::TensorInfo *info = file.find(std::string_view(name.data(), name.size()));
  if (!info)
    return Error{"expected a tensor of this name in " + file.path() + ", got none"};
  FailureOr<HostTensor> tensor = makeHostTensor(type, cast<ShapedType>(type).getShape());
  if (failed(tensor) || tensor->bytes.size() != info->bytes)
    return Error{"expected a tensor of the file's " + std::to_string(info->bytes) + " bytes of " +
                 std::string(model::toString(info->type)) + ", got " +
                 (failed(tensor) ? std::string("another type") : describe(*tensor))};
  std::memcpy(tensor->bytes.data(), info->data, info->bytes);
  return std::make_shared<const HostTensor>(std::move(*tensor));
}

namespace {

class GoldenSession : public Session {
public:
  GoldenSession(Toolchain &toolchain, const model::GgufFile &file, ModuleOp l0, const ModelEntries &entries,
                ModelCaches memory)
      : toolchain(toolchain),
        model(l0, [&file](StringRef name, Type type) { return fileTensor(file, name, type); }),
        memory(std::move(memory)), room(entries.positions), vocab(entries.vocabulary) {
    spent.threads = 1;
    spent.cacheBytes = this->memory.k.bytes.size() + this->memory.v.bytes.size();
  }

  int64_t position() const override { return at; }
  int64_t context() const override { return room; }
  int64_t vocabulary() const override { return vocab; }
  const Costs &costs() const override { return spent; }
  void reset() override { at = 0; }

  Expected<ArrayRef<float>> evaluate(ArrayRef<int32_t> tokens) override {
    // @prefill may be of a fixed number of tokens; one token is what @decode is for.
    if (Status s = run(tokens.size() == 1 ? "decode" : "prefill", tokens); !s)
      return s.error();
    return ArrayRef<float>(logits->data<float>(), size_t(logits->numElements()));
  }

  Expected<std::vector<float>> score(ArrayRef<int32_t> tokens) override {
    if (Status s = run("score", tokens); !s)
      return s.error();
    return std::vector<float>(logits->data<float>(), logits->data<float>() + logits->numElements());
  }

  Caches caches() const override {
    const HostTensor &k = memory.k;
    const int64_t elementBytes = k.kind == ElementKind::F16 ? 2 : 4;
    Caches out{k.shape[0], k.shape[1], k.shape[2], k.shape[3], elementBytes, k.bytes, memory.v.bytes};
    const size_t row = size_t(k.shape[2] * k.shape[3] * elementBytes);
    for (int64_t layer = 0; layer < out.layers; ++layer)
      for (std::vector<uint8_t> *bytes : {&out.k, &out.v})
        std::fill_n(bytes->begin() + (layer * room + at) * row, (room - at) * row, uint8_t(0));
    return out;
  }

private:
  Status run(StringRef entry, ArrayRef<int32_t> tokens) {
    if (at + int64_t(tokens.size()) > room)
      return Error{"golden: expected at most " + std::to_string(room - at) + " tokens, got " +
                   std::to_string(tokens.size())};
    const Told told(toolchain.diagnostics());
    FailureOr<SharedTensor> result = model.evaluate(entry, tokens, at, memory);
    if (failed(result))
      return Error{"golden: expected @" + entry.str() + " to run in the interpreter, got " + told.cause()};
    logits = std::move(*result);
    at += int64_t(tokens.size());
    return {};
  }

  Toolchain &toolchain;
  ModelInterpreter model;
  ModelCaches memory;
  SharedTensor logits;
  int64_t at = 0, room = 0, vocab = 0;
  Costs spent;
};

} // namespace

Expected<std::unique_ptr<Session>> openGolden(Toolchain &toolchain, const model::GgufFile &file,
                                              ModuleOp l0) {
  auto entries = modelEntries(l0);
  if (!entries)
    return entries.error();
  const Told told(toolchain.diagnostics());
  FailureOr<ModelCaches> caches = ModelInterpreter(l0, {}).makeCaches("decode");
  if (failed(caches))
    return Error{file.path() + ": expected a model with an entry @decode, got " + told.cause()};
  return std::unique_ptr<Session>(
      std::make_unique<GoldenSession>(toolchain, file, l0, *entries, std::move(*caches)));
}

} // namespace accord::driver
