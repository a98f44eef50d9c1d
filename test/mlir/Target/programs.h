// The L3 programs that code generation is checked on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/runtime/cpu/l3_text.h"

namespace accord::test {

/// quantize, table, lmma, dequant with minimum: every step of the product.
inline std::string productL3() {
  L3Text l3;
  std::string x = l3.loaded(l3.argument("2x64xf32")), planes = l3.loaded(l3.argument("2x16x4x32xi8"));
  std::string d = l3.loaded(l3.argument("2x2x64xf16")), m = l3.loaded(l3.argument("2x2x64xf16"));
  std::string codes = l3.buffer("2x64xi8"), scales = l3.buffer("2x2xf32"), tables = l3.buffer("2x16x8xi16");
  std::string asum = l3.buffer("2x2xi32"), isum = l3.buffer("2x2x65xi32", "acc"), y = l3.buffer("2x65xf32");
  l3.vector("quantize", {x}, {codes, scales}, "group = 32 : i64");
  l3.table(codes, tables, asum, 32);
  l3.lmma(tables, planes, isum, 32);
  l3.vector("dequant", {isum, asum, scales, d, m}, {y}, "group = 32 : i64, bits = 4 : i64, zero = 0 : i64");
  l3.stored(y);
  return l3.text();
}

inline std::string vectorL3(const std::string &kind, const std::vector<std::string> &shapes,
                            const std::string &attributes) {
  L3Text l3;
  std::vector<std::string> inputs;
  for (const std::string &shape : shapes)
    inputs.push_back(l3.loaded(l3.argument(shape)));
  std::string y = l3.buffer(shapes.front());
  l3.vector(kind, inputs, {y}, attributes);
  l3.stored(y);
  return l3.text();
}

/// One program for the matrix path and one for each kind of the vector unit: name and L3 text.
inline std::vector<std::pair<std::string, std::string>> targetPrograms() {
  return {{"product", productL3()},
          {"rms_norm", vectorL3("rms_norm", {"3x20xf32", "20xf32"}, "eps = 1.0e-5 : f32")},
          {"softmax", vectorL3("softmax", {"3x20xf32"}, "")},
          {"rope", vectorL3("rope", {"3x8xf32", "3x2xf32", "3x2xf32"}, "head_dim = 4 : i64, halves = true")},
          {"silu", vectorL3("silu", {"3x20xf32"}, "")},
          {"silu_mul", vectorL3("silu_mul", {"3x20xf32", "3x20xf32"}, "")},
          {"add", vectorL3("add", {"3x20xf32", "3x20xf32"}, "")}};
}

} // namespace accord::test
