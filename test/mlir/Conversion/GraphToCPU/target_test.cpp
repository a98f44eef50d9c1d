// What code a CPU of given features gets, and that no image is made of a graph that may leave its caches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Conversion/GraphToCPU/graph_program.h"
#include <set>

using namespace accord;
using namespace accord::test;

TEST_CASE("code is chosen by the features that it needs") {
  using Dot = CpuTarget::Dot;
  struct Row {
    std::set<std::string> features;
    Dot dot;
    bool f16c;
  };
  const Row rows[] = {
      {{}, Dot::Plain, false},
      {{"f16c"}, Dot::Plain, true},
      {{"avx2"}, Dot::Pairs256, false},
      {{"avx2", "f16c"}, Dot::Pairs256, true},
      {{"avx2", "avx512vnni"}, Dot::Pairs256, false}, // dot products of words of 256 bits are not made
      {{"avx2", "avx512bw", "f16c"}, Dot::Pairs512, true},
      {{"avx2", "avx512bw", "avx512vnni", "f16c"}, Dot::Vnni512, true},
  };
  for (const Row &row : rows) {
    std::string names;
    for (const std::string &feature : row.features)
      names += feature + " ";
    INFO(names);
    CpuTarget chosen =
        chooseCpuTarget([&](llvm::StringRef name) { return row.features.count(name.str()) > 0; });
    CHECK(chosen.dot == row.dot);
    CHECK(chosen.f16c == row.f16c);
  }
}

TEST_CASE("a graph that may leave its caches has no image") {
  auto layer = [](int number) {
    return "func.func @f(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {\n"
           " %layer = arith.constant " +
           std::to_string(number) +
           " : index\n nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : memref<2x16x1x4xf16>) "
           "at(%layer, %position)\n return\n}";
  };
  CHECK(refusal(layer(1)).empty());
  CHECK(refusal(layer(2)).find("layer: expected 0 to 1, got 2") != std::string::npos);
}
