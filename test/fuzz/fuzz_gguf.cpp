// Any bytes as a model file: an error of one line with its place, or a file whose every key and tensor byte
// can be read, and whose tensors widen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/tensor_values.h"
#include "test/fuzz/fuzz_target.h"
#include "test/support/bad_gguf.h"
#include "test/support/gguf_walk.h"
#include "test/support/tiny_model.h"

namespace accord::fuzz {

using model::TensorType;

std::vector<Seed> seeds() {
  std::vector<Seed> files;
  for (test::BadGguf &bad : test::badGgufFiles())
    if (bad.bytes.size() < 4096) // Of a key that is too long there is nothing to learn.
      files.push_back({bad.name, bad.bytes});
  for (const uint32_t version : {2, 3}) {
    test::GgufWriter file = test::smallGguf();
    file.version = version;
    files.push_back({"v" + std::to_string(version), file.bytes()});
  }
  for (const TensorType type : model::allTensorTypes()) {
    test::GgufWriter file;
    file.tensor("t", type, {2, 256}, test::randomTensor(type, 2, 256, 1, 1));
    files.push_back({"type-" + std::string(model::toString(type)), file.bytes()});
  }
  return files;
}

namespace {

std::string outcomeWith(std::string_view bytes, model::I2SLayout layout) {
  auto file = model::GgufFile::parse(bytes, "fuzz", {layout});
  if (!file) {
    const std::string &message = file.error().message;
    if (message.rfind("fuzz: ", 0) != 0 || message.find('\n') != std::string::npos ||
        message.find(": expected ") == std::string::npos)
      fail("expected an error of one line with its place, got", message);
    return message;
  }
  uint64_t touched = 0;
  if (Status s = test::walk(**file, bytes, touched); !s)
    fail("expected to read it all, got", s.error().message);
  for (const model::TensorInfo &tensor : (*file)->tensors()) {
    // Rows lie inside the file, so no more than its weights: at most five to a byte.
    const int64_t k = tensor.shape.empty() ? 1 : tensor.shape.back(), rows = tensor.numElements() / k;
    std::vector<float> row(static_cast<size_t>(k));
    for (const int64_t first : {int64_t(0), rows - 1})
      if (Status s = model::widenRows(tensor, first, 1, row.data(), layout);
          !s && tensor.type != TensorType::I2_S)
        fail("expected a row, got", s.error().message);
  }
  return "accepted, " + std::to_string(touched) + " bytes of tensors";
}

} // namespace

std::string outcomeOf(std::string_view bytes) {
  outcomeWith(bytes, model::I2SLayout::ARM);
  return outcomeWith(bytes, model::I2SLayout::X86);
}

} // namespace accord::fuzz
