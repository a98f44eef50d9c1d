// Any bytes as a model file: an error of one line with its place, or a file whose every key and tensor byte
// can be read, and whose tensors widen.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/tensor_values.h"
#include "test/support/gguf_walk.h"

#include <cstdio>
#include <cstdlib>

using namespace accord;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto fail = [](const char *what, const std::string &detail) {
    std::fprintf(stderr, "fuzz_gguf: %s: %s\n", what, detail.c_str());
    std::abort();
  };
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  for (const model::I2SLayout layout : {model::I2SLayout::X86, model::I2SLayout::ARM}) {
    auto file = model::GgufFile::parse(bytes, "fuzz", {layout});
    if (!file) {
      const std::string &message = file.error().message;
      if (message.rfind("fuzz: ", 0) != 0 || message.find('\n') != std::string::npos ||
          message.find(": expected ") == std::string::npos)
        fail("expected an error of one line with its place, got", message);
      continue;
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
            !s && tensor.type != model::TensorType::I2_S)
          fail("expected a row, got", s.error().message);
    }
  }
  return 0;
}
