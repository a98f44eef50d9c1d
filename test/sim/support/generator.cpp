// A schedule is written down without any order; then each command gets what its operands' bytes demand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/generator.h"
#include "sim/golden/formats.h"
#include "sim/golden/functions.h"
#include "sim/golden/gemm.h"
#include "sim/golden/nn.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "sim/golden/quantize.h"
#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/naive_hazards.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace accord::test {
namespace {

using isa::ElementType;
using isa::Memory;
using isa::Opcode;
using program::Role;
using program::View;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}
  int64_t in(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % uint64_t(high - low + 1));
  }
  bool chance(int percent) { return in(1, 100) <= percent; }
  /// In [-2, 2], on a grid: plain numbers are easier to read in a failure.
  float value() { return static_cast<float>(in(-2048, 2048)) / 1024.0f; }

private:
  std::mt19937_64 engine;
};

/// Gives the commands of `draft` their tokens, waits and barriers. Draft commands have no `after` lists.
program::Program orderCommands(const program::Program &draft, Random &random) {
  const NaiveHazards hazards(draft);
  const int tokenPercent = static_cast<int>(random.in(0, 100));
  program::Program p = draft;
  p.commands.clear();
  std::vector<uint32_t> place(draft.commands.size()); ///< of a draft command in the program
  // All pairs that conflict: in the draft only units order, so ask for the races of the draft made orderless.
  const auto conflicts = hazards.races(draft);
  auto synchronize = [&](Opcode op, std::vector<uint32_t> after) {
    program::Command c;
    c.op = op;
    c.after = std::move(after);
    p.commands.push_back(std::move(c));
  };
  for (uint32_t j = 0; j < draft.commands.size(); ++j) {
    std::vector<uint32_t> needed;
    for (auto [i, later] : conflicts)
      if (later == j)
        needed.push_back(place[i]);
    std::sort(needed.rbegin(), needed.rend()); // the latest first: it orders most of the others as well
    program::Command c = draft.commands[j];
    std::vector<uint32_t> waited;
    if (!needed.empty() && random.chance(4)) {
      synchronize(Opcode::Barrier, {});
      if (random.chance(80)) // else they stay and are redundant
        needed.clear();
    }
    for (uint32_t t : needed) {
      p.commands.push_back(c); // as it would stand now
      const bool ordered = naiveOrder(p).back()[t];
      p.commands.pop_back();
      if (ordered && !random.chance(15))
        continue;
      if (random.chance(tokenPercent)) {
        c.after.push_back(t);
      } else if (random.chance(30)) {
        waited.push_back(t);
      } else {
        synchronize(Opcode::Wait, {t});
      }
    }
    if (!waited.empty())
      synchronize(Opcode::Wait, waited);
    place[j] = static_cast<uint32_t>(p.commands.size());
    p.commands.push_back(std::move(c));
  }
  return p;
}

class Generator {
public:
  explicit Generator(uint64_t seed) : random(seed) {}

  Generated run() {
    choose();
    allocate();
    matmul();
    vectorChain();
    Generated g;
    g.program = orderCommands(b.program, random);
    g.arguments = std::move(arguments);
    g.expected = std::move(expected);
    g.shape = "M" + std::to_string(m) + " N" + std::to_string(n) + " K" + std::to_string(k) + " chunk" +
              std::to_string(chunk) + " group" + std::to_string(group) + " bits" + std::to_string(bits) +
              (hasMin ? " min" : "") + " slots" + std::to_string(slots) + " chain" + std::to_string(chain);
    return g;
  }

private:
  Random random;
  Builder b;
  sim::DramImage arguments, expected;
  int64_t m = 0, n = 0, k = 0, group = 0, chunk = 0, tiles = 0, slots = 0, chain = 0;
  int bits = 0, zero = 0;
  bool hasMin = false;
  std::vector<float> x, y;
  uint32_t argX = 0, argPlanes = 0, argD = 0, argMin = 0, resultY = 0;
  uint32_t xs = 0, codes = 0, scales = 0, tables = 0, asum = 0, planes = 0, ds = 0, mins = 0, isum = 0,
           ys = 0;

  int64_t groups() const { return ceilDiv(k, group); }

  void choose() {
    m = random.in(1, 4), n = random.in(1, 150), bits = static_cast<int>(random.in(1, 8));
    hasMin = random.chance(50), zero = hasMin ? 0 : static_cast<int>(random.in(0, (1 << bits) - 1));
    group = 4 * random.in(2, 8), k = random.in(4, 96);
    chunk = random.chance(50) ? k : group * random.in(1, 2);
    tiles = ceilDiv(n, 64), slots = random.in(1, 3), chain = random.in(0, 3);
  }

  template <typename T>
  uint32_t argument(const std::string &name, ElementType type, const std::vector<T> &values) {
    const uint32_t index =
        b.buffer(name, Memory::Dram, type, static_cast<int64_t>(values.size()), Role::Argument);
    std::vector<uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    arguments.buffers[index] = std::move(bytes);
    return index;
  }
  std::vector<float> floats(int64_t count) {
    std::vector<float> v(static_cast<size_t>(count));
    for (float &f : v)
      f = random.value();
    return v;
  }
  void expect(uint32_t buffer, const std::vector<float> &values) {
    std::vector<uint8_t> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    expected.buffers[buffer] = std::move(bytes);
  }

  void allocate() {
    x = floats(m * k);
    std::vector<uint8_t> weight(static_cast<size_t>(n * k));
    for (uint8_t &c : weight)
      c = static_cast<uint8_t>(random.in(0, (1 << bits) - 1));
    auto halves = [&](int64_t count) {
      std::vector<uint16_t> v(static_cast<size_t>(count));
      for (uint16_t &h : v)
        h = golden::f32ToF16(random.value());
      return v;
    };
    const std::vector<uint16_t> d = halves(n * groups()), minima = halves(n * groups());
    std::vector<uint8_t> packed(static_cast<size_t>(golden::planesBytes(n, k, bits)));
    golden::packPlanes(weight.data(), n, k, bits, packed.data());
    std::vector<uint16_t> dPacked(static_cast<size_t>(golden::scalesCount(n, groups()))),
        minPacked(dPacked.size());
    golden::packScales(d.data(), n, groups(), dPacked.data());
    golden::packScales(minima.data(), n, groups(), minPacked.data());

    // The value of the whole, straight from the definition of the dense product.
    std::vector<int8_t> q(static_cast<size_t>(m * k));
    std::vector<float> s(static_cast<size_t>(m * groups()));
    golden::quantizeAct(x.data(), m, k, group, q.data(), s.data());
    y.resize(static_cast<size_t>(m * n));
    golden::mpgemm(q.data(), s.data(), weight.data(), golden::widenF16(d).data(),
                   hasMin ? golden::widenF16(minima).data() : nullptr, {bits, zero, hasMin, group}, group, m,
                   n, k, y.data());

    argX = argument("x", ElementType::F32, x);
    argPlanes = argument("planes", ElementType::I8, packed);
    argD = argument("d", ElementType::F16, dPacked);
    if (hasMin)
      argMin = argument("min", ElementType::F16, minPacked);
    resultY = b.buffer("y", Memory::Dram, ElementType::F32, m * n, Role::Result);
    expect(resultY, y);

    const int64_t t = ceilDiv(std::min(chunk, k), 4), g = ceilDiv(std::min(chunk, k), group);
    xs = b.buffer("xs", Memory::Spm, ElementType::F32, m * std::min(chunk, k));
    codes = b.buffer("codes", Memory::Spm, ElementType::I8, m * std::min(chunk, k));
    scales = b.buffer("scales", Memory::Spm, ElementType::F32, m * g);
    tables = b.buffer("tables", Memory::Spm, ElementType::I16, m * t * 8);
    asum = b.buffer("asum", Memory::Spm, ElementType::I32, m * g);
    planes = b.buffer("planes.spm", Memory::Spm, ElementType::I8, slots * t * bits * 32);
    ds = b.buffer("d.spm", Memory::Spm, ElementType::F16, slots * g * 64);
    mins = hasMin ? b.buffer("min.spm", Memory::Spm, ElementType::F16, slots * g * 64) : 0;
    isum = b.buffer("isum", Memory::Acc, ElementType::I32, slots * g * m * 64);
    ys = b.buffer("ys", Memory::Spm, ElementType::F32, (chunk < k ? tiles : slots) * m * 64);
  }

  void matmul() {
    const int64_t allTables = ceilDiv(k, 4);
    for (int64_t k0 = 0; k0 < k; k0 += chunk) {
      const int64_t kc = std::min(chunk, k - k0), t = ceilDiv(kc, 4), g = ceilDiv(kc, group), g0 = k0 / group;
      b.add(Opcode::Load, {{argX, k0, {m, kc}, {k, 1}}}, {Builder::view(xs, {m, kc})});
      b.add(Opcode::Quantize, {Builder::view(xs, {m, kc})},
            {Builder::view(codes, {m, kc}), Builder::view(scales, {m, g})});
      b.last().group = group;
      b.add(Opcode::Table, {Builder::view(codes, {m, kc})},
            {Builder::view(tables, {m, t, 8}), Builder::view(asum, {m, g})});
      b.last().group = group;
      for (int64_t tile = 0; tile < tiles; ++tile) {
        const int64_t slot = tile % slots, live = std::min<int64_t>(64, n - tile * 64);
        const View planeTile = Builder::view(planes, {1, t, bits, 32}, slot * t * bits * 32);
        b.add(
            Opcode::Load,
            {{argPlanes, (tile * allTables + k0 / 4) * bits * 32, {1, t, bits, 32}, {32, bits * 32, 32, 1}}},
            {planeTile});
        auto loadScales = [&](uint32_t from, uint32_t to) {
          const View on = Builder::view(to, {1, g, 64}, slot * g * 64);
          b.add(Opcode::Load, {Builder::view(from, {1, g, 64}, (tile * groups() + g0) * 64)}, {on});
          return on;
        };
        std::vector<View> operands = {Builder::view(isum, {g, m, live}, slot * g * m * 64),
                                      Builder::view(asum, {m, g}), Builder::view(scales, {m, g}),
                                      loadScales(argD, ds)};
        if (hasMin)
          operands.push_back(loadScales(argMin, mins));
        b.add(Opcode::Lmma, {Builder::view(tables, {m, t, 8}), planeTile}, {operands[0]});
        b.last().group = group;
        const View yTile{ys, (chunk < k ? tile : slot) * m * 64, {m, live}, {64, 1}};
        b.add(Opcode::Dequant, operands, {yTile});
        b.last().group = group, b.last().bits = bits, b.last().zero = zero, b.last().accumulate = k0 > 0;
        if (k0 + chunk >= k)
          b.add(Opcode::Store, {yTile}, {{resultY, tile * 64, {m, live}, {n, 1}}});
      }
    }
  }

  /// Loads y back and sends it through vector commands; their buffers lie over those of the product.
  void vectorChain() {
    if (chain == 0)
      return;
    int64_t at = 0;
    auto overlay = [&](const std::string &name, int64_t elements) {
      const uint32_t index = b.bufferAt(name, Memory::Spm, ElementType::F32, elements, at);
      at += (elements * 4 + 63) / 64 * 64;
      return index;
    };
    uint32_t previous = overlay("rows", m * n);
    const View rows = Builder::view(previous, {m, n});
    b.add(Opcode::Load, {Builder::view(resultY, {m, n})}, {rows});
    std::vector<float> values = y;
    for (int64_t i = 0; i < chain; ++i) {
      const std::vector<float> from = values;
      const View in = Builder::view(previous, {m, n});
      const uint32_t next = overlay("rows" + std::to_string(i), m * n);
      const View out = Builder::view(next, {m, n});
      auto side = [&](const std::string &name, const std::vector<float> &contents,
                      std::vector<int64_t> shape) {
        const uint32_t dram = argument(name + std::to_string(i), ElementType::F32, contents);
        const uint32_t on = overlay(name + std::to_string(i) + ".spm", static_cast<int64_t>(contents.size()));
        b.add(Opcode::Load, {Builder::view(dram, shape)}, {Builder::view(on, shape)});
        return Builder::view(on, shape);
      };
      switch (random.in(0, 5)) {
      case 0: {
        const std::vector<float> weight = floats(n);
        const View w = side("weight", weight, {n});
        b.add(Opcode::RmsNorm, {in, w}, {out});
        b.last().eps = 1e-5f;
        golden::rmsNorm(from.data(), weight.data(), m, n, 1e-5f, values.data());
        break;
      }
      case 1:
        b.add(Opcode::Softmax, {in}, {out});
        golden::softmax(from.data(), m, n, values.data());
        break;
      case 2:
        b.map(siluBody, {in}, out);
        for (size_t e = 0; e < values.size(); ++e)
          values[e] = golden::silu(from[e]);
        break;
      case 3:
        b.map(siluMulBody, {in, rows}, out);
        golden::siluMul(from.data(), y.data(), m * n, values.data());
        break;
      case 4:
        if (n % 2 == 0) {
          const std::vector<float> cos = floats(m * n / 2), sin = floats(m * n / 2);
          const View c = side("cos", cos, {m, n / 2}), s = side("sin", sin, {m, n / 2});
          b.add(Opcode::Rope, {in, c, s}, {out});
          b.last().headDim = n, b.last().halves = random.chance(50);
          golden::rope(from.data(), cos.data(), sin.data(), m, 1, n, values.data(),
                       b.last().halves ? golden::RopeStyle::Halves : golden::RopeStyle::Adjacent);
          break;
        }
        [[fallthrough]];
      default:
        b.map(sumBody, {in, rows}, out);
        golden::addRows(from.data(), y.data(), m, n, values.data());
      }
      previous = next;
    }
    const uint32_t result = b.buffer("z", Memory::Dram, ElementType::F32, m * n, Role::Result);
    b.add(Opcode::Store, {Builder::view(previous, {m, n})}, {Builder::view(result, {m, n})});
    expect(result, values);
  }
};

} // namespace

Generated generate(uint64_t seed) { return Generator(seed).run(); }

program::Program generateChaos(uint64_t seed) {
  Random random(seed);
  Builder b;
  // Few bytes, many overlaps: buffers of 64 and 128 bytes over 256 bytes of each memory.
  std::vector<uint32_t> dram, chip;
  for (int i = 0; i < 2; ++i)
    dram.push_back(b.buffer("d" + std::to_string(i), Memory::Dram, ElementType::F32, 32, Role::InOut));
  for (int i = 0; i < 6; ++i)
    chip.push_back(b.bufferAt("s" + std::to_string(i), Memory::Spm, ElementType::F32, 64 - 16 * (i % 3),
                              64 * random.in(0, 3)));
  auto tile = [&](uint32_t buffer, int64_t rows, int64_t cols) -> View {
    const int64_t elements = b.program.buffers[buffer].elements;
    const int64_t stride = rows > 1 ? random.in(cols, std::max(cols, (elements - cols) / (rows - 1))) : cols;
    const int64_t room = elements - ((rows - 1) * stride + cols);
    return {buffer, random.in(0, std::max<int64_t>(0, room)), {rows, cols}, {stride, 1}};
  };
  const int64_t count = random.in(2, 14);
  for (int64_t i = 0; i < count; ++i) {
    std::vector<uint32_t> after;
    for (uint32_t t = 0; t < b.program.commands.size(); ++t)
      if (isa::isCommand(b.program.commands[t].op) && random.chance(25))
        after.push_back(t);
    if (random.chance(12)) {
      b.add(random.chance(40) ? Opcode::Barrier : Opcode::Wait, {}, {}, {});
      if (b.last().op == Opcode::Wait)
        b.last().after = after;
      continue;
    }
    const int64_t rows = random.in(1, 3), cols = random.in(1, 5);
    auto pick = [&](const std::vector<uint32_t> &from) {
      return from[static_cast<size_t>(random.in(0, static_cast<int64_t>(from.size()) - 1))];
    };
    const int64_t kind = random.in(0, 3);
    const auto any = [&](bool onChip) { return tile(pick(onChip ? chip : dram), rows, cols); };
    // One at a time: compilers differ in the order of arguments, and a seed is one program.
    const View write = any(kind != 1);
    const View read = any(kind != 0);
    if (kind == 3) {
      const View other = any(true);
      b.map(sumBody, {read, other}, write, after);
    } else if (kind == 2) {
      b.map(siluBody, {read}, write, after);
    } else {
      b.add(kind == 0 ? Opcode::Load : Opcode::Store, {read}, {write}, after);
    }
  }
  return b.program;
}

} // namespace accord::test
