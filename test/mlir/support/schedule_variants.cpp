// Numbers in, transform dialect text out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/support/schedule_variants.h"

#include <algorithm>
#include <cstdlib>

namespace accord::test {

std::string ScheduleVariant::schedule() const {
  auto text = [](int64_t v) { return std::to_string(v); };
  const std::string any = "!transform.any_op";
  std::string s =
      "transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {\n";
  auto match = [&](const std::string &op) {
    s += "  %" + op + " = transform.structured.match attributes {cust.name = \"" + op +
         "0\"} in %root : (!transform.any_op) -> !transform.any_op\n";
  };
  const std::string product = multiplies ? "mma" : "lmma";
  match(product);
  if (order.empty()) {
    s += "  %rows, %m = cust.tile %" + product + " sizes [" + text(m) + ", 0, 0] : (" + any + ") -> (" + any +
         ", " + any + ")\n";
    for (const char *op : {multiplies ? "group_sums" : "precompute", "quantize"}) {
      match(op);
      s += std::string("  %") + op + "_tile = cust.fuse %" + op + " into %m : (" + any + ", " + any +
           ") -> " + any + "\n";
    }
    s += "  %tile, %n, %k = cust.tile %rows sizes [0, " + text(n) + ", " + text(k) + "] : (" + any +
         ") -> (" + any + ", " + any + ", " + any + ")\n";
  } else {
    s += "  %tile, %l:3 = cust.tile %" + product + " sizes [" + text(m) + ", " + text(n) + ", " + text(k) +
         "] order [" + text(order[0]) + ", " + text(order[1]) + ", " + text(order[2]) + "] : (" + any +
         ") -> (" + any + ", " + any + ", " + any + ", " + any + ")\n";
  }
  const char *operands[] = {"w", "isum", "out", multiplies ? "q" : "tables", "asum"};
  for (int i = 0; i < 5; ++i)
    s += std::string("  cust.buffer %tile operand \"") + operands[i] + "\" in " + (i == 1 ? "acc" : "spm") +
         " count " + text(buffers[i]) + " : " + any + "\n";
  return s + "  transform.yield\n}\n}\n";
}

ScheduleVariant randomVariant(int64_t M, int64_t N, int64_t K, std::mt19937 &random) {
  ScheduleVariant v;
  v.m = 1 + random() % std::min<int64_t>(M, 8);
  v.n = 64 * (1 + random() % std::min<int64_t>((N + 63) / 64, 3));
  v.k = 32 * (1 + random() % (K / 32));
  for (int64_t &count : v.buffers)
    count = 1 + random() % 3;
  if (random() % 2) {
    v.order = {0, 1, 2};
    std::shuffle(v.order.begin(), v.order.end(), random);
  }
  return v;
}

std::string withoutSchedule(const std::string &text) {
  return text.substr(0, text.find("transform.named_sequence"));
}

uint32_t variantSeed() {
  const char *given = std::getenv("ACCORD_SEED");
  return given ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10)) : 20240607u;
}

} // namespace accord::test
