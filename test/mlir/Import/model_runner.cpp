// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Import/model_runner.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include <cstring>
#include <random>

using namespace mlir;

namespace accord::test {

static ParamResolver parametersOf(const model::GgufFile &file) {
  return [&file](StringRef name, Type type) -> Expected<SharedTensor> {
    const model::TensorInfo *info = file.find(std::string_view(name));
    if (!info)
      return Error{"expected a tensor of the file, got none"};
    FailureOr<HostTensor> tensor = makeHostTensor(type, info->shape);
    if (failed(tensor) || tensor->bytes.size() != info->bytes)
      return Error{"expected a tensor of the type's bytes, got " + std::to_string(info->bytes)};
    std::memcpy(tensor->bytes.data(), info->data, info->bytes);
    return std::make_shared<const HostTensor>(std::move(*tensor));
  };
}

ModelRunner::ModelRunner(ModuleOp module, const model::GgufFile &file)
    : module(module), session(parametersOf(file)) {
  auto decode = module.lookupSymbol<func::FuncOp>("decode");
  auto type = cast<MemRefType>(decode.getArgumentTypes()[2]);
  kCache = vCache = *makeHostTensor(type, type.getShape());
}

std::vector<float> ModelRunner::run(StringRef entry, const std::vector<int32_t> &tokens, int64_t position) {
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    if (said.empty())
      said = diagnostic.str();
  });
  HostTensor ids = {{static_cast<int64_t>(tokens.size())}, ElementKind::I32, {}};
  ids.bytes.resize(4 * tokens.size());
  std::memcpy(ids.bytes.data(), tokens.data(), ids.bytes.size());
  HostTensor at = {{}, ElementKind::Index, std::vector<uint8_t>(8)};
  std::memcpy(at.bytes.data(), &position, 8);
  Argument arguments[] = {std::make_shared<const HostTensor>(std::move(ids)),
                          std::make_shared<const HostTensor>(std::move(at)), &kCache, &vCache};
  auto results = session.run(module.lookupSymbol<func::FuncOp>(entry), arguments);
  if (failed(results))
    return {};
  const HostTensor &logits = *(*results)[0];
  return {logits.data<float>(), logits.data<float>() + logits.numElements()};
}

std::vector<int32_t> randomTokens(int64_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<int32_t> tokens(count);
  for (int32_t &token : tokens)
    token = static_cast<int32_t>(random() % tinyVocab);
  return tokens;
}

} // namespace accord::test
