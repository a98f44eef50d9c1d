// One case an opcode, each a call of its golden function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/compute.h"
#include "sim/golden/attention.h"
#include "sim/golden/functions.h"
#include "sim/golden/gemm.h"
#include "sim/golden/nn.h"
#include "sim/golden/quantize.h"
#include "sim/golden/tables.h"
#include "sim/system/fast_lut.h"

#include <cstdlib>

namespace accord::sim {
namespace {

// Operands are aligned to their elements, and the bytes were written as such elements.
template <typename T> const T *in(const Operand &b) { return reinterpret_cast<const T *>(b.data()); }
template <typename T> T *out(Bytes &b) { return reinterpret_cast<T *>(b.data()); }

/// The elements of a view that holds f16 or f32; none of no view.
golden::Floats floats(const program::Program &p, const program::Command &c,
                      const std::vector<Operand> &inputs, size_t read) {
  if (read >= c.reads.size())
    return {golden::FloatFormat::F32, nullptr};
  const bool half = p.buffers[c.reads[read].buffer].type == isa::ElementType::F16;
  return {half ? golden::FloatFormat::F16 : golden::FloatFormat::F32, inputs[read].data()};
}

/// Heads of queries over a tile of keys or values.
golden::HeadShape headShape(const program::Command &c) {
  return {c.heads, c.reads[1].sizes[1] / c.headDim, c.headDim};
}

/// Golden asserts what these check: halves are whole and convert exactly.
Status checkSums(const Operand &isum, const Operand &asum, const golden::SumShape &shape, bool hasMin) {
  const int64_t limit = int64_t(1) << 24, offset = (int64_t(1) << shape.bits) - 1 - 2 * shape.zero;
  for (int64_t g = 0; g < shape.G; ++g)
    for (int64_t r = 0; r < shape.M; ++r) {
      const int64_t a = in<int32_t>(asum)[r * shape.G + g];
      const int32_t *sums = in<int32_t>(isum) + (g * shape.M + r) * shape.N;
      if (shape.bits == 0) { // whole sums, and activations only for a minimum
        if (hasMin && std::llabs(a) >= limit)
          return Error{"expected asum below 2^24, got " + std::to_string(a)};
        for (int64_t i = 0; i < shape.N; ++i)
          if (std::llabs(int64_t(sums[i])) >= limit)
            return Error{"expected isum below 2^24, got " + std::to_string(sums[i])};
        continue;
      }
      if (std::llabs(a) >= limit)
        return Error{"expected asum below 2^24, got " + std::to_string(a)};
      for (int64_t i = 0; i < shape.N; ++i) {
        const int64_t twice = sums[i] + offset * a;
        if (twice % 2 != 0 || std::llabs(twice / 2) >= limit)
          return Error{"expected isum and asum that belong together, got " + std::to_string(sums[i]) +
                       " and " + std::to_string(a)};
      }
    }
  return {};
}

} // namespace

Status checkTables(const Operand &tables, int64_t bits) {
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
                                     const std::vector<Operand> &inputs) {
  using isa::Opcode;
  std::vector<Bytes> outputs;
  for (const program::View &v : c.writes)
    outputs.emplace_back(static_cast<size_t>(v.elements() * isa::elementBytes(p.buffers[v.buffer].type)));
  const program::Extents &shape = c.reads[0].sizes;
  const int64_t m = shape[0], k = shape[1];
  const float *x = in<float>(inputs[0]);
  float *y = out<float>(outputs[0]);
  switch (c.op) {
  case Opcode::Load:
  case Opcode::Store:
  case Opcode::Gather:
    outputs[0].assign(inputs[0].data(), inputs[0].data() + inputs[0].size());
    break;
  case Opcode::Table:
    golden::halfTables(in<int8_t>(inputs[0]), m, k, out<int16_t>(outputs[0]));
    golden::groupSums(in<int8_t>(inputs[0]), m, k, c.group, out<int32_t>(outputs[1]));
    break;
  case Opcode::Lmma:
    if (Status s = checkTables(inputs[0], 11); !s)
      return s.error();
    fastLutSums(in<int16_t>(inputs[0]), inputs[1].data(), m, c.writes[0].sizes[2], k * 4, c.group,
                static_cast<int>(c.reads[1].sizes[2]), out<int32_t>(outputs[0]));
    break;
  case Opcode::Mma:
    golden::macSums(in<int8_t>(inputs[0]), inputs[1].data(), m, c.writes[0].sizes[2], k, c.group,
                    static_cast<int>(c.reads[1].sizes[2]), c.zero, out<int32_t>(outputs[0]));
    break;
  case Opcode::GroupSums:
    golden::groupSums(in<int8_t>(inputs[0]), m, k, c.group, out<int32_t>(outputs[0]));
    break;
  case Opcode::Quantize:
    golden::quantizeAct(x, m, k, c.group, out<int8_t>(outputs[0]), out<float>(outputs[1]));
    break;
  case Opcode::Dequant: {
    auto span = [&](int64_t coarse) { return coarse ? coarse / c.group : 1; };
    const golden::SumShape sums = {shape[0], shape[1],         shape[2],           c.bits,
                                   c.zero,   span(c.actGroup), span(c.weightGroup)};
    if (Status s = checkSums(inputs[0], inputs[1], sums, c.reads.size() == 5); !s)
      return s.error();
    if (c.accumulate)
      outputs[0].assign(inputs.back().data(), inputs.back().data() + inputs.back().size());
    const golden::Floats d = floats(p, c, inputs, 3), minimum = floats(p, c, inputs, 4);
    if (d.format == golden::FloatFormat::F16 && sums.bits > 0 && sums.actSpan == 1 && sums.weightSpan == 1)
      fastLutEpilogue(in<int32_t>(inputs[0]), in<int32_t>(inputs[1]), in<float>(inputs[2]),
                      static_cast<const uint16_t *>(d.data), static_cast<const uint16_t *>(minimum.data),
                      sums.bits, sums.zero, sums.G, sums.M, sums.N, c.accumulate, out<float>(outputs[0]));
    else
      golden::scaleSums(in<int32_t>(inputs[0]), in<int32_t>(inputs[1]), in<float>(inputs[2]), d, minimum,
                        sums, c.accumulate, out<float>(outputs[0]));
    break;
  }
  case Opcode::RmsNorm:
    golden::rmsNorm(x, in<float>(inputs[1]), m, k, c.eps, y);
    break;
  case Opcode::Softmax:
    if (c.live == program::Command::noLive)
      golden::softmax(x, m, k, y);
    else
      golden::softmaxLive(x, m, k, c.heads, c.live, y);
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
  case Opcode::Relu2Mul:
    golden::relu2Mul(x, in<float>(inputs[1]), m * k, y);
    break;
  case Opcode::Narrow:
    golden::narrow(x, m * k, out<uint16_t>(outputs[0]));
    break;
  case Opcode::Widen:
    golden::widen(in<uint16_t>(inputs[0]), m * k, y);
    break;
  case Opcode::Expand:
    golden::expand(in<uint8_t>(inputs[0]), m, k, c.group, c.zero, floats(p, c, inputs, 1),
                   floats(p, c, inputs, 2), y);
    break;
  case Opcode::Scores:
    golden::scores(x, m, headShape(c), c.scale, floats(p, c, inputs, 1), c.reads[1].sizes[0], c.live, y);
    break;
  case Opcode::Weigh:
    if (c.accumulate)
      outputs[0].assign(inputs.back().data(), inputs.back().data() + inputs.back().size());
    golden::weigh(x, m / c.heads, headShape(c), floats(p, c, inputs, 1), k, c.live, c.accumulate, y);
    break;
  case Opcode::Wait:
  case Opcode::Barrier:
    return Error{std::string("expected a command, got ") + name(c.op)};
  }
  return outputs;
}

} // namespace accord::sim
