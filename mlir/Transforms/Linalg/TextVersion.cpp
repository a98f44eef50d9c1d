// Forms of text that MLIR 19 does not read. Each row was tried with mlir-opt 19.1.7.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Linalg/TextVersion.h"

namespace accord {

namespace {
struct Row {
  std::string_view has, also, without; ///< the line has both and lacks the third, where it is given
  std::string_view what;
};
constexpr std::string_view later = "is of LLVM 20 or later";
constexpr std::string_view foreign =
    "is of a dialect that Accord does not have: bring the model as linalg on tensors";
constexpr Row rows[] = {
    {"linalg.contract", "", "", later},
    {"linalg.elementwise", "", "", later},
    {"linalg.pack", "", "", later},
    {"linalg.unpack", "", "", later},
    {"matmul", "indexing_maps", "linalg.generic", later},
    {"f4E2M1FN", "", "", later},
    {"f8E8M0FNU", "", "", later},
    {"arith.trunci", "overflow<", "", later},
    {"tensor.expand_shape", "", "output_shape", "without output_shape is of LLVM 18 or earlier"},
    {"!torch.", "", "", foreign},
    {"torch.", "", "", foreign},
    {"stablehlo.", "", "", foreign},
    {"tosa.", "", "", foreign},
    {"onnx.", "", "", foreign},
    {"tm_tensor.", "", "", foreign},
    {"iree_linalg_ext.", "", "", foreign},
};
} // namespace

std::string explainForeignText(std::string_view line) {
  std::string text = "MLIR text of LLVM 19 is read";
  auto has = [&](std::string_view word) { return line.find(word) != std::string_view::npos; };
  for (const Row &row : rows)
    if (has(row.has) && has(row.also) && (row.without.empty() || !has(row.without))) {
      text += "; '";
      text += row.has;
      if (!row.also.empty())
        (text += "' with '") += row.also;
      (text += "' ") += row.what;
      if (row.what != foreign)
        text += ": have its producer (torch-mlir, IREE) of LLVM 19 write it";
      break;
    }
  return text;
}

} // namespace accord
