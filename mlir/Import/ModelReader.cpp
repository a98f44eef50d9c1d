// What readers of models share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/ModelReader.h"
#include "dialects/LUT/LUT.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace accord::importer {

std::string numberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

Type elementTypeOf(MLIRContext &context, model::TensorType type, std::optional<model::I2SLayout> layout,
                   int64_t k) {
  Builder b(&context);
  switch (type) {
  case model::TensorType::F32:
    return b.getF32Type();
  case model::TensorType::F16:
    return b.getF16Type();
  case model::TensorType::BF16:
    return b.getBF16Type();
  default:
    break;
  }
  // Storages of `lut` have the names of the file's types.
  std::string name = "gguf_" + StringRef(model::toString(type)).lower();
  if (type == model::TensorType::I2_S)
    name = layout == model::I2SLayout::ARM ? "i2_s_arm" : "i2_s_x86";
  std::optional<lut::Storage> storage = lut::symbolizeStorage(name);
  if (!storage)
    return {};
  return lut::WeightType::ofStorage(&context, *storage, k);
}

void ModelReader::fail(const Error &error) {
  if (!failure)
    failure = error;
}

void ModelReader::use(StringRef name, ArrayRef<int64_t> shape) {
  if (!used.insert(name).second)
    return;
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  elements += product;
}

} // namespace accord::importer
