// The commands of the vector unit: the passes of each, and its value by its golden function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/attention.h"
#include "sim/golden/functions.h"
#include "sim/golden/gemm.h"
#include "sim/golden/nn.h"
#include "sim/golden/quantize.h"
#include "sim/golden/tables.h"
#include "sim/models/vector_unit/fast_epilogue.h"
#include "sim/models/vector_unit/vector_unit_model.h"

#include <algorithm>
#include <cstdlib>

namespace accord::sim {
namespace {

/// The live positions of all rows of scores: of each query's `heads` rows, live + m of `positions`.
uint64_t livePositions(const program::Command &c, int64_t queries, int64_t positions) {
  int64_t sum = 0;
  for (int64_t m = 0; m < queries; ++m)
    sum += std::clamp<int64_t>(c.live + m, 0, positions);
  return static_cast<uint64_t>(sum * c.heads);
}

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
      const int64_t a = asum.as<int32_t>()[r * shape.G + g];
      const int32_t *sums = isum.as<int32_t>() + (g * shape.M + r) * shape.N;
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

/// A lane takes a few primitives in a pass, and a built function, which is one step of its pipeline.
/// Constants and bits by another name take nothing.
uint64_t mapPasses(const isa::MapBody &body) {
  constexpr uint64_t operationsPerPass = 4, functionsPerPass = 1;
  uint64_t operations = 0, functions = 0;
  for (const isa::Step &step : body.steps) {
    operations += isa::rowOf(step.op).kind == isa::PrimitiveRow::Operation;
    functions += isa::rowOf(step.op).kind == isa::PrimitiveRow::Function;
  }
  auto passes = [](uint64_t count, uint64_t perPass) { return (count + perPass - 1) / perPass; };
  return std::max({uint64_t(1), passes(operations, operationsPerPass), passes(functions, functionsPerPass)});
}

/// How an input of a map is read.
golden::MapInput mapInput(const program::View &view, const float *data) {
  const program::Extents &sizes = view.sizes;
  const bool hasRows = sizes.size() == 2 && sizes[0] != 1, hasColumns = sizes.back() != 1;
  return {data, hasRows ? int64_t(sizes.back()) : 0, hasColumns};
}

void computeMap(const program::Program &p, const program::Command &c, const std::vector<Operand> &inputs,
                float *y) {
  std::vector<golden::MapInput> x;
  for (size_t i = 0; i < c.reads.size(); ++i)
    x.push_back(mapInput(c.reads[i], inputs[i].as<float>()));
  golden::map(p.bodies[c.body], x, c.writes[0].sizes[0], c.writes[0].sizes[1], y);
}

} // namespace

std::vector<uint64_t> vectorPasses(const program::Program &p, const program::Command &c) {
  using isa::Opcode;
  if (c.op == Opcode::Map)
    return std::vector<uint64_t>(mapPasses(p.bodies[c.body]), static_cast<uint64_t>(c.writes[0].elements()));
  const auto elements = static_cast<uint64_t>(c.reads[0].elements());
  const auto rows = static_cast<uint64_t>(c.reads[0].sizes[0]);
  constexpr uint64_t foldLanes = 16; // a row's sum is kept in 16 partial sums (numerics contract)
  switch (c.op) {
  case Opcode::Quantize: // maximum; reciprocal of each group's; scale and round
    return {elements, static_cast<uint64_t>(c.writes[1].elements()), elements};
  case Opcode::Dequant: // one scaled sum an element and group, another one with a minimum
    return {elements * (c.reads.size() == 5 ? 2 : 1)};
  case Opcode::RmsNorm: // squares into partial sums; fold and reciprocal root; scale
    return {elements, rows * foldLanes, elements};
  case Opcode::Softmax: { // maximum; exponentials into partial sums; fold and reciprocal; scale
    uint64_t terms = elements;
    if (c.live != program::Command::noLive)
      terms = livePositions(c, c.reads[0].sizes[0] / c.heads, c.reads[0].sizes[1]);
    return {terms, terms, rows * foldLanes, terms};
  }
  case Opcode::Expand: // one scaled code an element, a sum more with a minimum
    return {elements * (c.reads.size() == 3 ? 2 : 1)};
  case Opcode::Scores: { // a product an element of each head's key; scale
    const uint64_t live = livePositions(c, c.reads[0].sizes[0], c.reads[1].sizes[0]);
    return {live * static_cast<uint64_t>(c.headDim), live};
  }
  case Opcode::Contract: // a product an element of each row
    return {elements * static_cast<uint64_t>(c.reads[1].sizes[0])};
  case Opcode::Weigh: // a product an element of each head's value
    return {livePositions(c, c.writes[0].sizes[0], c.reads[1].sizes[0]) * static_cast<uint64_t>(c.headDim)};
  case Opcode::Rope:
  case Opcode::Narrow:
  case Opcode::Widen:
  case Opcode::Transpose:
  case Opcode::GroupSums:
    return {elements};
  case Opcode::Map: // above
  case Opcode::Load:
  case Opcode::Store:
  case Opcode::Gather:
  case Opcode::Table:
  case Opcode::Lmma:
  case Opcode::Mma:
  case Opcode::Wait:
  case Opcode::Barrier:
    break; // other units'
  }
  return {};
}

Expected<std::vector<Bytes>> computeVector(const program::Program &p, const program::Command &c,
                                           const std::vector<Operand> &inputs) {
  using isa::Opcode;
  std::vector<Bytes> outputs = roomForOutputs(p, c);
  if (c.op == Opcode::Map) { // which may read nothing
    computeMap(p, c, inputs, elementsOf<float>(outputs[0]));
    return outputs;
  }
  const program::Extents &shape = c.reads[0].sizes;
  const int64_t m = shape[0], k = shape[1];
  const float *x = inputs[0].as<float>();
  float *y = elementsOf<float>(outputs[0]);
  switch (c.op) {
  case Opcode::GroupSums:
    golden::groupSums(inputs[0].as<int8_t>(), m, k, c.group, elementsOf<int32_t>(outputs[0]));
    break;
  case Opcode::Quantize:
    golden::quantizeAct(x, m, k, c.group, elementsOf<int8_t>(outputs[0]), elementsOf<float>(outputs[1]));
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
      fastLutEpilogue(inputs[0].as<int32_t>(), inputs[1].as<int32_t>(), inputs[2].as<float>(),
                      static_cast<const uint16_t *>(d.data), static_cast<const uint16_t *>(minimum.data),
                      sums.bits, sums.zero, sums.G, sums.M, sums.N, c.accumulate,
                      elementsOf<float>(outputs[0]));
    else
      golden::scaleSums(inputs[0].as<int32_t>(), inputs[1].as<int32_t>(), inputs[2].as<float>(), d, minimum,
                        sums, c.accumulate, elementsOf<float>(outputs[0]));
    break;
  }
  case Opcode::RmsNorm:
    golden::rmsNorm(x, inputs[1].as<float>(), m, k, c.eps, y);
    break;
  case Opcode::Softmax:
    if (c.live == program::Command::noLive)
      golden::softmax(x, m, k, y);
    else
      golden::softmaxLive(x, m, k, c.heads, c.live, y);
    break;
  case Opcode::Rope:
    golden::rope(x, inputs[1].as<float>(), inputs[2].as<float>(), m, k / c.headDim, c.headDim, y,
                 c.halves ? golden::RopeStyle::Halves : golden::RopeStyle::Adjacent);
    break;
  case Opcode::Narrow:
    golden::narrow(x, m * k, elementsOf<uint16_t>(outputs[0]));
    break;
  case Opcode::Widen:
    golden::widen(inputs[0].as<uint16_t>(), m * k, y);
    break;
  case Opcode::Expand:
    golden::expand(inputs[0].as<uint8_t>(), m, k, c.group, c.zero, floats(p, c, inputs, 1),
                   floats(p, c, inputs, 2), y);
    break;
  case Opcode::Contract:
    golden::contract(x, floats(p, c, inputs, 1), m, c.reads[1].sizes[0], k, y);
    break;
  case Opcode::Transpose:
    golden::transpose(inputs[0].data(), m, k, isa::elementBytes(p.buffers[c.reads[0].buffer].type),
                      outputs[0].data());
    break;
  case Opcode::Scores:
    golden::scores(x, m, headShape(c), c.scale, floats(p, c, inputs, 1), c.reads[1].sizes[0], c.live, y);
    break;
  case Opcode::Weigh:
    if (c.accumulate)
      outputs[0].assign(inputs.back().data(), inputs.back().data() + inputs.back().size());
    golden::weigh(x, m / c.heads, headShape(c), floats(p, c, inputs, 1), k, c.live, c.accumulate, y);
    break;
  case Opcode::Map: // above
  case Opcode::Load:
  case Opcode::Store:
  case Opcode::Gather:
  case Opcode::Table:
  case Opcode::Lmma:
  case Opcode::Mma:
  case Opcode::Wait:
  case Opcode::Barrier:
    return Error{std::string("expected a vector command, got ") + name(c.op)}; // other units'
  }
  return outputs;
}

} // namespace accord::sim
