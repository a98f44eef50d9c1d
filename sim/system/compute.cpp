// One case an opcode, each a call of its golden function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/compute.h"
#include "sim/golden/functions.h"
#include "sim/golden/gemm.h"
#include "sim/golden/nn.h"
#include "sim/golden/quantize.h"
#include "sim/golden/tables.h"

#include <cstdlib>

namespace accord::sim {
namespace {

// A vector's storage is aligned for every element type, and the bytes were written as such elements.
template <typename T> const T *in(const Bytes &b) { return reinterpret_cast<const T *>(b.data()); }
template <typename T> T *out(Bytes &b) { return reinterpret_cast<T *>(b.data()); }

/// Golden asserts what these check: halves are whole and convert exactly.
Status checkSums(const Bytes &isum, const Bytes &asum, int64_t groups, int64_t m, int64_t n, int bits,
                 int zero) {
  const int64_t limit = int64_t(1) << 24, offset = (int64_t(1) << bits) - 1 - 2 * zero;
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t r = 0; r < m; ++r) {
      const int64_t a = in<int32_t>(asum)[r * groups + g];
      if (std::llabs(a) >= limit)
        return Error{"expected asum below 2^24, got " + std::to_string(a)};
      for (int64_t i = 0; i < n; ++i) {
        const int64_t twice = in<int32_t>(isum)[(g * m + r) * n + i] + offset * a;
        if (twice % 2 != 0 || std::llabs(twice / 2) >= limit)
          return Error{"expected isum and asum that belong together, got " +
                       std::to_string(in<int32_t>(isum)[(g * m + r) * n + i]) + " and " + std::to_string(a)};
      }
    }
  return {};
}

} // namespace

Status checkTables(const Bytes &tables, int64_t bits) {
  const int64_t limit = std::min<int64_t>(512, (int64_t(1) << (bits - 1)) - 1);
  for (size_t i = 0; i < tables.size() / 2; ++i) {
    const int64_t entry = in<int16_t>(tables)[i];
    if (std::llabs(entry) > limit)
      return Error{"expected table entries of at most " + std::to_string(limit) + ", got " +
                   std::to_string(entry)};
  }
  return {};
}

Expected<std::vector<Bytes>> compute(const program::Program &p, const program::Command &c,
                                     const std::vector<Bytes> &inputs) {
  using isa::Opcode;
  std::vector<Bytes> outputs;
  for (const program::View &v : c.writes)
    outputs.emplace_back(static_cast<size_t>(v.elements() * isa::elementBytes(p.buffers[v.buffer].type)));
  if (c.op == Opcode::Load || c.op == Opcode::Store) {
    outputs[0] = inputs[0];
    return outputs;
  }
  const std::vector<int64_t> &shape = c.reads[0].sizes;
  const int64_t m = shape[0], k = shape[1];
  const float *x = in<float>(inputs[0]);
  float *y = out<float>(outputs[0]);
  switch (c.op) {
  case Opcode::Table:
    golden::halfTables(in<int8_t>(inputs[0]), m, k, out<int16_t>(outputs[0]));
    golden::groupSums(in<int8_t>(inputs[0]), m, k, c.group, out<int32_t>(outputs[1]));
    break;
  case Opcode::Lmma:
    if (Status s = checkTables(inputs[0], 11); !s)
      return s.error();
    golden::lutSums(in<int16_t>(inputs[0]), inputs[1].data(), m, c.writes[0].sizes[2], k * 4, c.group,
                    static_cast<int>(c.reads[1].sizes[2]), out<int32_t>(outputs[0]));
    break;
  case Opcode::Quantize:
    golden::quantizeAct(x, m, k, c.group, out<int8_t>(outputs[0]), out<float>(outputs[1]));
    break;
  case Opcode::Dequant: {
    const int64_t groups = shape[0], rows = shape[1], n = shape[2];
    if (Status s = checkSums(inputs[0], inputs[1], groups, rows, n, c.bits, c.zero); !s)
      return s.error();
    const bool hasMin = c.reads.size() == 5;
    if (c.accumulate)
      outputs[0] = inputs.back();
    golden::lutEpilogue(in<int32_t>(inputs[0]), in<int32_t>(inputs[1]), in<float>(inputs[2]),
                        in<uint16_t>(inputs[3]), hasMin ? in<uint16_t>(inputs[4]) : nullptr, c.bits, c.zero,
                        groups, rows, n, c.accumulate, out<float>(outputs[0]));
    break;
  }
  case Opcode::RmsNorm:
    golden::rmsNorm(x, in<float>(inputs[1]), m, k, c.eps, y);
    break;
  case Opcode::Softmax:
    golden::softmax(x, m, k, y);
    break;
  case Opcode::Rope:
    golden::rope(x, in<float>(inputs[1]), in<float>(inputs[2]), m, k / c.headDim, c.headDim, y,
                 c.halves ? golden::RopeStyle::Halves : golden::RopeStyle::Adjacent);
    break;
  case Opcode::Silu:
    for (int64_t i = 0; i < m * k; ++i)
      y[i] = golden::silu(x[i]);
    break;
  case Opcode::SiluMul:
    golden::siluMul(x, in<float>(inputs[1]), m * k, y);
    break;
  case Opcode::Add:
    golden::addRows(x, in<float>(inputs[1]), m, k, y);
    break;
  default:
    return Error{std::string("expected a command, got ") + name(c.op)};
  }
  return outputs;
}

} // namespace accord::sim
