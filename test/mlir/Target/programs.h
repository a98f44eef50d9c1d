// The L3 programs that code generation is checked on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/runtime/cpu/l3_text.h"
#include "test/sim/support/bodies.h"

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

inline std::string bodyOf(const char *body) { return std::string("body = \"") + body + "\""; }

inline std::string vectorL3(const std::string &kind, const std::vector<std::string> &shapes,
                            const std::string &attributes, const std::string &result = "") {
  L3Text l3;
  std::vector<std::string> inputs;
  for (const std::string &shape : shapes)
    inputs.push_back(l3.loaded(l3.argument(shape)));
  std::string y = l3.buffer(result.empty() ? shapes.front() : result);
  l3.vector(kind, inputs, {y}, attributes);
  l3.stored(y);
  return l3.text();
}

/// Scores, softmax and weigh over positions whose number comes when the program runs.
inline std::string attentionL3() {
  L3Text l3;
  std::string q = l3.loaded(l3.argument("3x16xf32")), k = l3.loaded(l3.argument("20x8xf16")),
              v = l3.loaded(l3.argument("20x8xf32"));
  std::string s = l3.buffer("12x20xf32"), a = l3.buffer("12x20xf32"), y = l3.buffer("3x16xf32");
  std::string live = l3.scalar(), heads = "heads = 4 : i64, head_dim = 4 : i64";
  l3.vector("scores", {q, k}, {s}, heads + ", scale = 0.5 : f32", "", live);
  l3.vector("softmax", {s}, {a}, "heads = 4 : i64, chunk = 16 : i64", "", live);
  l3.vector("weigh", {a, v}, {y}, heads, "", live);
  l3.stored(y);
  return l3.text();
}

/// Rows by index, expanded, narrowed and widened again.
inline std::string embeddingL3() {
  L3Text l3;
  std::string table = l3.argument("50x20xi8"), ids = l3.loaded(l3.argument("3xi32")),
              d = l3.loaded(l3.argument("3x2xf16"));
  std::string codes = l3.buffer("3x20xi8"), x = l3.buffer("3x20xf32"), h = l3.buffer("3x20xf16"),
              y = l3.buffer("3x20xf32");
  l3.gather(table, ids, codes);
  l3.vector("expand", {codes, d, d}, {x}, "group = 16 : i64, zero = 8 : i64");
  l3.vector("narrow", {x}, {h}, "");
  l3.vector("widen", {h}, {y}, "");
  l3.stored(y);
  return l3.text();
}

/// Programs for the matrix path, for each kind of the vector unit, and for those that go together: name and
/// L3 text.
inline std::vector<std::pair<std::string, std::string>> targetPrograms() {
  return {{"product", productL3()},
          {"rms_norm", vectorL3("rms_norm", {"3x20xf32", "20xf32"}, "eps = 1.0e-5 : f32")},
          {"softmax", vectorL3("softmax", {"3x20xf32"}, "")},
          {"rope", vectorL3("rope", {"3x8xf32", "3x2xf32", "3x2xf32"}, "head_dim = 4 : i64, halves = true")},
          {"silu", vectorL3("map", {"3x20xf32"}, bodyOf(siluBody))},
          {"silu_mul", vectorL3("map", {"3x20xf32", "3x20xf32"}, bodyOf(siluMulBody))},
          {"add", vectorL3("map", {"3x20xf32", "3x20xf32"}, bodyOf(sumBody))},
          {"relu2_mul", vectorL3("map", {"3x20xf32", "3x20xf32"}, bodyOf(relu2MulBody))},
          {"contract", vectorL3("contract", {"3x20xf32", "3x20xf16"}, "", "3x3xf32")},
          {"transpose", vectorL3("transpose", {"3x20xf16"}, "", "20x3xf16")},
          {"attention", attentionL3()},
          {"embedding", embeddingL3()}};
}

} // namespace accord::test
