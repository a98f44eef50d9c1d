// Keys and tensors of a GGUF file, checked where they are read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/GgufModelReader.h"
#include "mlir/IR/Builders.h"
#include "runtime/model/quoted.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>

using namespace mlir;

namespace accord::importer {
namespace {

std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '[';
  llvm::interleaveComma(shape, os);
  os << ']';
  return text;
}

/// Types of matrices, for messages.
std::string matrixTypes(MLIRContext &context) {
  SmallVector<StringRef> names;
  for (model::TensorType type : model::allTensorTypes())
    if (elementTypeOf(context, type, model::I2SLayout::X86, /*k=*/256))
      names.push_back(model::toString(type));
  return llvm::join(names, ", ");
}

} // namespace

std::string GgufModelReader::name() const {
  if (Expected<std::string> given = gguf.text("general.name"))
    return *given;
  return llvm::sys::path::stem(gguf.path()).str();
}

std::optional<int64_t> GgufModelReader::numTokens() const {
  const model::MetadataEntry *tokens = gguf.entry("tokenizer.ggml.tokens");
  return tokens ? std::optional<int64_t>(tokens->count) : std::nullopt;
}

void GgufModelReader::failKey(StringRef key, const Twine &expected, const Twine &got) {
  fail(Error{
      (gguf.path() + ": key '" + Twine(prefixed(key)) + "': expected " + expected + ", got " + got).str()});
}

void GgufModelReader::failTensor(StringRef name, const Twine &expected, const Twine &got) {
  fail(Error{(gguf.path() + ": tensor " + Twine(model::quoted(std::string_view(name))) + ": expected " +
              expected + ", got " + got)
                 .str()});
}

//===- Keys
//--------------------------------------------------------------------------------------------------===//

int64_t GgufModelReader::count(StringRef key, std::optional<int64_t> fallback, int64_t least) {
  std::string full = prefixed(key);
  const model::MetadataEntry *entry = gguf.entry(full);
  if (!entry && fallback)
    return *fallback;
  int64_t value = 0;
  if (entry && entry->type == model::ValueType::Array) {
    Expected<std::vector<int64_t>> values = gguf.integers(full);
    if (!values) {
      fail(values.error());
      return 1;
    }
    if (values->empty() || !llvm::all_equal(*values)) {
      failKey(key, "one number, or the same for every layer", gguf.describe(*entry));
      return 1;
    }
    value = values->front();
  } else {
    Expected<uint64_t> number = gguf.count(full);
    if (!number) {
      fail(number.error());
      return 1;
    }
    value = *number > uint64_t(maxCount) ? maxCount + 1 : int64_t(*number);
  }
  if (value < least || value > maxCount) {
    failKey(key, "a number from " + Twine(least) + " to " + Twine(maxCount), gguf.describe(*entry));
    return 1;
  }
  return value;
}

double GgufModelReader::number(StringRef key, std::optional<double> fallback) {
  std::string full = prefixed(key);
  if (!gguf.has(full) && fallback)
    return *fallback;
  Expected<double> value = gguf.number(full);
  if (!value) {
    fail(value.error());
    return 1;
  }
  if (!std::isfinite(*value)) {
    failKey(key, "a finite number", gguf.describe(*gguf.entry(full)));
    return 1;
  }
  return *value;
}

std::string GgufModelReader::text(StringRef key, StringRef fallback) {
  std::string full = prefixed(key);
  if (!gguf.has(full))
    return fallback.str();
  Expected<std::string> value = gguf.text(full);
  if (!value) {
    fail(value.error());
    return fallback.str();
  }
  return *value;
}

void GgufModelReader::require(StringRef key, double value) {
  std::string full = prefixed(key);
  const model::MetadataEntry *entry = gguf.entry(full);
  if (!entry)
    return;
  Expected<bool> flag = gguf.flag(full);
  Expected<double> number = gguf.number(full);
  bool holds = flag ? *flag == (value != 0) : number && *number == value;
  if (!holds)
    failKey(key, Twine(flag ? (value != 0 ? "true" : "false") : numberText(value)) + " or no such key",
            gguf.describe(*entry));
}

//===- Tensors
//-----------------------------------------------------------------------------------------------===//

const model::TensorInfo *GgufModelReader::findTensor(StringRef name) {
  const model::TensorInfo *tensor = gguf.find(std::string_view(name));
  if (!tensor)
    failTensor(name, "a tensor of this name", "none");
  return tensor;
}

int64_t GgufModelReader::numRows(StringRef name) {
  const model::TensorInfo *tensor = findTensor(name);
  if (!tensor)
    return 1;
  if (tensor->shape.size() != 2) {
    failTensor(name, "a matrix", "shape " + Twine(shapeText(tensor->shape)));
    return 1;
  }
  return tensor->shape[0];
}

Parameter GgufModelReader::tensor(StringRef name, ArrayRef<int64_t> shape) {
  Builder b(&context());
  // Only returned beside a failure: never seen by a graph.
  Parameter unknown = {name.str(), RankedTensorType::get(shape, b.getF32Type())};
  const model::TensorInfo *tensor = findTensor(name);
  if (!tensor)
    return unknown;
  use(name, tensor->shape);
  if (ArrayRef<int64_t>(tensor->shape) != shape) {
    failTensor(name, "shape " + Twine(shapeText(shape)), shapeText(tensor->shape));
    return unknown;
  }
  if (shape.size() != 2) {
    if (tensor->type != model::TensorType::F32)
      failTensor(name, "type F32", model::describeTensorTypeId(static_cast<uint32_t>(tensor->type)));
    return unknown;
  }
  Type element = elementTypeOf(context(), tensor->type, gguf.i2sLayout(), shape[1]);
  if (!element) {
    failTensor(name, "one of the types " + Twine(matrixTypes(context())),
               model::describeTensorTypeId(static_cast<uint32_t>(tensor->type)));
    return unknown;
  }
  return {name.str(), RankedTensorType::get(shape, element)};
}

std::vector<float> GgufModelReader::values(StringRef name, int64_t size) {
  tensor(name, {size});
  if (failed())
    return {};
  std::vector<float> result(size);
  std::memcpy(result.data(), gguf.find(std::string_view(name))->data, size * sizeof(float));
  return result;
}

void GgufModelReader::requireAllUsed() {
  for (const model::TensorInfo &tensor : gguf.tensors()) {
    if (isUsed(tensor.name))
      continue;
    std::string known = StringRef(tensor.name).ends_with(".bias")
                            ? "a product without a bias"
                            : "only tensors that the graph of '" + architecture() + "' uses";
    failTensor(tensor.name, known, "one of shape " + Twine(shapeText(tensor.shape)));
    return;
  }
}

} // namespace accord::importer
