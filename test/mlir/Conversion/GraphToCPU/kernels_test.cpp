// Each kernel of the CPU backend against its golden function, to the bit, for every instruction set, row
// count and number of threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/cpu_packing.h"
#include "sim/golden/formats.h"
#include "sim/golden/functions.h"
#include "sim/golden/gemm.h"
#include "sim/golden/nn.h"
#include "sim/golden/primitives.h"
#include "sim/golden/quantize.h"
#include "test/mlir/Conversion/GraphToCPU/graph_program.h"
#include <sstream>

using namespace accord;
using namespace accord::test;

namespace {

/// Row counts around every block size, in turn with thread counts.
const int64_t rowCounts[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 33, 128};
unsigned threadsOf(size_t i) {
  const unsigned counts[] = {1, 2, 3, 7};
  return counts[i % 4];
}

std::string format(std::string text, const std::map<std::string, std::string> &values) {
  for (const auto &[key, value] : values)
    for (size_t at; (at = text.find("$" + key)) != std::string::npos;)
      text.replace(at, key.size() + 1, value);
  return text;
}
std::string text(int64_t value) { return std::to_string(value); }

/// Runs f(program, static rows or 0) for every variant with dynamic rows, and for the host with one row,
/// whose schedule is another.
template <typename Body> void forPrograms(const std::string &module, Body body) {
  size_t i = 0;
  for (const CpuVariant &variant : cpuVariants())
    for (const char *rows : {"?", "1"}) {
      GraphProgram program(format(module, {{"M", rows}, {"m", rows[0] == '?' ? "%m" : ""}}), variant,
                           threadsOf(i++));
      INFO(variant.name << ", rows " << rows);
      if (rows[0] == '?') {
        for (int64_t m : rowCounts)
          body(program, m, std::vector<int64_t>{m});
      } else {
        body(program, int64_t(1), std::vector<int64_t>{});
      }
    }
}

/// A function on x [M, K] (and more arguments) with one result [M, N].
std::string function(const std::string &arguments, const std::string &body, const std::string &result) {
  return "func.func @f(%x: tensor<$Mx" + arguments + ") -> " + result +
         " {\n %c0 = arith.constant 0 : index\n %m = tensor.dim %x, %c0 : tensor<$Mx" +
         arguments.substr(0, arguments.find('>') + 1) + "\n" + body + "}";
}

uint64_t total(const char *what, uint64_t compared) {
  std::cout << what << ": " << compared << " values compared" << std::endl;
  REQUIRE(compared > 0);
  return compared;
}

} // namespace

TEST_CASE("quantize_act on the CPU") {
  Random random(testSeed("quantize_act"));
  uint64_t compared = 0;
  struct Case {
    int64_t k, group;
  };
  for (Case c : {Case{576, 32}, Case{1536, 32}, Case{40, 32}, Case{5, 32}, Case{64, 16}, Case{52, 8},
                 Case{24, 4}, Case{200, 20}, Case{600, 256}}) {
    int64_t groups = golden::ceilDiv(c.k, c.group);
    std::string module = format(
        function(
            "$Kxf32>",
            " %q0 = tensor.empty($m) : tensor<$Mx$Kxi8>\n %s0 = tensor.empty($m) : tensor<$Mx$Gxf32>\n"
            " %q, %s = lut.quantize_act {group = $group} ins(%x : tensor<$Mx$Kxf32>)"
            " outs(%q0, %s0 : tensor<$Mx$Kxi8>, tensor<$Mx$Gxf32>) -> tensor<$Mx$Kxi8>, tensor<$Mx$Gxf32>\n"
            " return %q, %s : tensor<$Mx$Kxi8>, tensor<$Mx$Gxf32>\n",
            "(tensor<$Mx$Kxi8>, tensor<$Mx$Gxf32>)"),
        {{"K", text(c.k)}, {"group", text(c.group)}, {"G", text(groups)}});
    forPrograms(module, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<float> x = random.withSpecials(random.normals(m * c.k), 60);
      // Whole groups of tiny and of equal numbers.
      for (int64_t i = 0; i < std::min(c.k, c.group); ++i)
        x[size_t(i)] *= 0x1p-104f;
      if (m % 2 == 0)
        x[0] = 0x1p-100f; // the smallest that is not tiny
      std::vector<int8_t> q(x.size());
      std::vector<float> s(size_t(m * groups));
      golden::quantizeAct(x.data(), m, c.k, c.group, q.data(), s.data());
      std::vector<Bytes> buffers = {rowsOf(x, m)};
      program.run("f", buffers, scalars);
      compared += requireSame(valuesOf<int8_t>(buffers[1], m, c.k), q, "codes");
      compared += requireSame(valuesOf<float>(buffers[2], m, groups), s, "scales");
    });
  }
  total("quantize_act", compared);
}

namespace {

struct Weights {
  golden::WeightFormat format;
  bool f32;
  int64_t n, k;
  std::vector<uint8_t> codes;
  std::vector<float> d, min;
  Bytes packed;

  Weights(Random &random, golden::WeightFormat f, bool f32, int64_t n, int64_t k)
      : format(f), f32(f32), n(n), k(k) {
    codes = random.integers<uint8_t>(n * k, 0, (1 << f.bits) - 1);
    int64_t groups = golden::ceilDiv(k, f.group);
    auto scales = [&] {
      std::vector<float> values = random.withSpecials(random.normals(n * groups, 0.1f), 40);
      if (!f32)
        for (float &v : values)
          v = golden::f16ToF32(golden::f32ToF16(v));
      return values;
    };
    d = scales();
    if (f.hasMin)
      min = scales();
    // The first output is -0 for activations of zero: a sum that started from +0 would be +0.
    for (int64_t g = 0; g < groups; ++g) {
      d[size_t(g)] = -1;
      if (f.hasMin)
        min[size_t(g)] = -1;
    }
    pack();
  }
  void pack() {
    const golden::WeightFormat &f = format;
    model::CpuWeights layout{n, k, model::CpuWeights::classOf(f.bits, f.group), f.group, f.hasMin, f32};
    packed.resize(size_t(layout.bytes()));
    model::packCodes(layout, codes.data(), d.data(), f.hasMin ? min.data() : nullptr, packed.data());
  }
  std::string type() const {
    std::ostringstream text;
    text << "tensor<" << n << "x" << k << "x!lut.weight<u" << format.bits << ", group = " << format.group
         << ", zero = " << format.zero << (format.hasMin ? ", min" : "") << (f32 ? ", scale = f32" : "")
         << ", storage = planes>>";
    return text.str();
  }
};

/// @f(codes, scales, weights): their product.
std::string productModule(const std::string &type, int64_t n, int64_t k, int64_t actGroup) {
  return format(
      function("$Kxi8>, %s: tensor<$Mx$Gxf32>, %w: $W",
               " %y0 = tensor.empty($m) : tensor<$Mx$Nxf32>\n"
               " %y = lut.mpgemm {act_group = $A} ins(%x, %s, %w : tensor<$Mx$Kxi8>, tensor<$Mx$Gxf32>, $W)"
               " outs(%y0 : tensor<$Mx$Nxf32>) -> tensor<$Mx$Nxf32>\n return %y : tensor<$Mx$Nxf32>\n",
               "tensor<$Mx$Nxf32>"),
      {{"W", type},
       {"K", text(k)},
       {"N", text(n)},
       {"G", text(golden::ceilDiv(k, actGroup))},
       {"A", text(actGroup)}});
}

} // namespace

TEST_CASE("mpgemm on the CPU") {
  Random random(testSeed("mpgemm"));
  uint64_t compared = 0;
  struct Case {
    golden::WeightFormat format;
    bool f32;
    int64_t n, k, actGroup;
  };
  // bits, zero, minimum, group: those of every file format, then what only the type allows.
  const Case cases[] = {
      {{4, 0, true, 32}, false, 48, 96, 32},       // Q4_1
      {{8, 128, false, 32}, false, 40, 96, 32},    // Q8_0
      {{4, 8, false, 32}, false, 24, 64, 32},      // Q4_0
      {{5, 16, false, 32}, false, 17, 64, 32},     // Q5_0
      {{5, 0, true, 32}, false, 16, 64, 32},       // Q5_1
      {{2, 0, true, 16}, true, 33, 256, 32},       // Q2_K
      {{3, 4, false, 16}, true, 32, 256, 32},      // Q3_K
      {{4, 0, true, 32}, true, 32, 256, 32},       // Q4_K
      {{6, 32, false, 16}, true, 32, 256, 32},     // Q6_K
      {{2, 1, false, 256}, false, 48, 512, 32},    // TQ2_0
      {{2, 1, false, 384}, true, 48, 384, 32},     // I2_S
      {{4, 0, true, 32}, false, 48, 104, 32},      // a tail of 8
      {{4, 0, true, 32}, false, 16, 44, 32},       // a tail of 12: half a register
      {{2, 1, false, 64}, false, 16, 100, 32},     // tails on both sides
      {{8, 128, false, 256}, false, 16, 300, 256}, // long groups: a loop over registers
      {{1, 0, false, 16}, false, 16, 64, 16},
      {{7, 64, false, 32}, false, 16, 96, 64}, // activations coarser than weights
      {{3, 0, true, 8}, false, 16, 40, 8},
      {{4, 3, false, 4}, false, 16, 24, 4},
  };
  for (const Case &c : cases) {
    Weights w(random, c.format, c.f32, c.n, c.k);
    int64_t groups = golden::ceilDiv(c.k, c.actGroup);
    std::string module = productModule(w.type(), c.n, c.k, c.actGroup);
    forPrograms(module, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<int8_t> q = random.integers<int8_t>(m * c.k, -127, 127);
      // The largest sums that there are.
      for (int64_t i = 0; i < c.k; ++i)
        q[size_t(i)] = random.pick<int8_t>({-127, 127});
      if (m > 1)
        std::fill(q.end() - c.k, q.end(), int8_t(0));
      std::vector<float> s = random.withSpecials(random.normals(m * groups), 50), y(size_t(m * c.n));
      std::fill(s.end() - groups, s.end(), 0.5f);
      golden::mpgemm(q.data(), s.data(), w.codes.data(), w.d.data(), c.format.hasMin ? w.min.data() : nullptr,
                     c.format, c.actGroup, m, c.n, c.k, y.data());
      std::vector<Bytes> buffers = {rowsOf(q, m), rowsOf(s, m), w.packed};
      program.run("f", buffers, scalars);
      INFO(w.type() << ", act_group " << c.actGroup << ", M " << m);
      compared += requireSame(valuesOf<float>(buffers[3], m, c.n), y, "y");
    });
  }
  total("mpgemm", compared);
}

TEST_CASE("mpgemm on the CPU at the limits of codes and activations") {
  Random random(testSeed("mpgemm limits"));
  uint64_t compared = 0;
  struct Case {
    int bits;
    int64_t group, n, k, actGroup;
  };
  // Each width, in groups of one quad, of as many as 16 bits can sum (8 of 4 bits, 42 of 2 bits), and of
  // more.
  const Case cases[] = {
      {1, 256, 17, 1100, 256}, {1, 1024, 16, 1100, 1024}, {2, 16, 33, 60, 32},   {2, 192, 16, 400, 192},
      {2, 512, 17, 1100, 512}, {3, 16, 40, 104, 32},      {3, 128, 16, 300, 64}, {4, 4, 16, 24, 4},
      {4, 32, 17, 76, 32},     {4, 40, 48, 100, 40},      {4, 64, 33, 200, 64},  {4, 256, 16, 300, 256},
      {5, 32, 16, 76, 32},     {6, 16, 33, 108, 16},      {7, 32, 16, 76, 32},   {8, 32, 17, 76, 32},
  };
  for (const Case &c : cases) {
    const golden::WeightFormat format{c.bits, 0, false, c.group};
    Weights w(random, format, false, c.n, c.k);
    const uint8_t largest = uint8_t((1 << c.bits) - 1);
    // Outputs in turn: all codes the largest, the largest or 0, any.
    for (int64_t i = 0; i < c.n * c.k; ++i)
      if (int64_t kind = i / c.k % 3; kind < 2)
        w.codes[size_t(i)] = kind == 0 ? largest : random.pick<uint8_t>({0, largest});
    std::fill(w.d.begin(), w.d.end(), 1.0f);
    w.pack();
    std::string module = productModule(w.type(), c.n, c.k, c.actGroup);
    forPrograms(module, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<int8_t> q = random.integers<int8_t>(m * c.k, -128, 127);
      // Rows in turn: all -128, all 127, one of the two, any.
      for (int64_t i = 0; i < m * c.k; ++i)
        if (int64_t kind = i / c.k % 4; kind < 3)
          q[size_t(i)] = kind == 0   ? int8_t(-128)
                         : kind == 1 ? int8_t(127)
                                     : random.pick<int8_t>({-128, 127});
      std::vector<float> s(size_t(m * golden::ceilDiv(c.k, c.actGroup)), 1.0f), y(size_t(m * c.n));
      golden::mpgemm(q.data(), s.data(), w.codes.data(), w.d.data(), nullptr, format, c.actGroup, m, c.n, c.k,
                     y.data());
      std::vector<Bytes> buffers = {rowsOf(q, m), rowsOf(s, m), w.packed};
      program.run("f", buffers, scalars);
      INFO(w.type() << ", act_group " << c.actGroup << ", M " << m);
      compared += requireSame(valuesOf<float>(buffers[3], m, c.n), y, "y");
    });
  }
  total("mpgemm at the limits", compared);
}

TEST_CASE("products and rows of Q2_K, whose scales stay packed, on the CPU") {
  Random random(testSeed("q2_k"));
  uint64_t compared = 0;
  const golden::WeightFormat f = golden::weightFormat(golden::BlockFormat::Q2_K, 512);
  for (int64_t n : {16, 33}) {
    const int64_t k = 512, blocks = n * k / 256;
    std::vector<uint8_t> bytes = random.integers<uint8_t>(84 * blocks, 0, 255);
    for (int64_t block = 0; block < blocks; ++block)
      for (int64_t at : {80, 82}) { // d and dmin: numbers of both signs, zeros, subnormals
        const float value = random.pick<float>({0.0f, -0.0f, 0x1p-24f, 0.01f, -0.25f, 3.0f});
        const uint16_t half = golden::f32ToF16(value);
        std::memcpy(bytes.data() + 84 * block + at, &half, 2);
      }
    std::vector<uint8_t> codes(size_t(n * k));
    std::vector<float> d(size_t(n * k / 16)), min(d.size()), table(codes.size());
    REQUIRE(golden::decodeBlocks(golden::BlockFormat::Q2_K, bytes.data(), n, k, codes.data(), d.data(),
                                 min.data()));
    golden::dequantize(codes.data(), d.data(), min.data(), 0, n, k, 16, table.data());
    model::CpuWeights layout{n, k, 2, 16, true, true, true};
    CHECK(layout.bytes() == (n + 15) / 16 * 16 * k / 256 * 88); // whole tiles; a block of the file has 84
    Bytes packed(size_t(layout.bytes()));
    model::packCodes(layout, codes.data(), d.data(), min.data(), packed.data());
    model::packNibbleScales(layout, bytes.data(), packed.data());
    const std::string type = "tensor<" + text(n) +
                             "x512x!lut.weight<u2, group = 16, zero = 0, min, scale = f32, "
                             "storage = gguf_q2_k>>";
    forPrograms(productModule(type, n, k, 32), [&](GraphProgram &program, int64_t m,
                                                   const std::vector<int64_t> &scalars) {
      std::vector<int8_t> q = random.integers<int8_t>(m * k, -127, 127);
      std::vector<float> s = random.withSpecials(random.normals(m * k / 32), 50), y(size_t(m * n));
      golden::mpgemm(q.data(), s.data(), codes.data(), d.data(), min.data(), f, 32, m, n, k, y.data());
      std::vector<Bytes> buffers = {rowsOf(q, m), rowsOf(s, m), packed};
      program.run("f", buffers, scalars);
      compared += requireSame(valuesOf<float>(buffers[3], m, n), y, "y");
    });
    std::string rows = format(
        "func.func @f(%x: tensor<$Mxi32>, %w: $W) -> tensor<$Mx512xf32> {\n %c0 = arith.constant 0 : index\n"
        " %m = tensor.dim %x, %c0 : tensor<$Mxi32>\n %y0 = tensor.empty($m) : tensor<$Mx512xf32>\n"
        " %y = nn.embed ins(%x, %w : tensor<$Mxi32>, $W) outs(%y0 : tensor<$Mx512xf32>) -> "
        "tensor<$Mx512xf32>\n"
        " return %y : tensor<$Mx512xf32>\n}",
        {{"W", type}});
    forPrograms(rows, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<int32_t> tokens = random.integers<int32_t>(m, 0, int32_t(n - 1));
      std::vector<float> y;
      for (int32_t token : tokens)
        y.insert(y.end(), table.begin() + token * k, table.begin() + (token + 1) * k);
      std::vector<Bytes> buffers = {bytesOf(tokens), packed};
      program.run("f", buffers, scalars);
      compared += requireSame(valuesOf<float>(buffers[2], m, k), y, "row");
    });
  }
  total("Q2_K", compared);
}

TEST_CASE("matmul and embed of floating-point weights on the CPU") {
  Random random(testSeed("matmul"));
  uint64_t compared = 0;
  struct Case {
    const char *element;
    int64_t n, k;
  };
  for (Case c : {Case{"f32", 40, 33}, Case{"f16", 130, 48}, Case{"bf16", 16, 20}, Case{"f16", 5, 1}}) {
    std::string element = c.element;
    std::vector<float> wide = random.withSpecials(random.normals(c.n * c.k), 200);
    std::fill_n(wide.begin(), c.k, 1.5f); // of -0: a sum of -0
    std::vector<uint16_t> halves;
    for (float &v : wide)
      if (element == "f16") {
        halves.push_back(golden::f32ToF16(v));
        v = golden::f16ToF32(halves.back());
      } else if (element == "bf16") {
        halves.push_back(uint16_t(golden::bitsOf(v) >> 16));
        v = golden::bf16ToF32(halves.back());
      }
    model::CpuFloats layout{c.n, c.k, element == "f32" ? 4 : 2};
    Bytes packed(size_t(layout.bytes()));
    model::packFloats(layout, element == "f32" ? static_cast<const void *>(wide.data()) : halves.data(),
                      packed.data());
    std::map<std::string, std::string> names = {
        {"W", "tensor<" + text(c.n) + "x" + text(c.k) + "x" + element + ">"},
        {"K", text(c.k)},
        {"N", text(c.n)}};
    std::string product = format(function("$Kxf32>, %w: $W",
                                          " %y0 = tensor.empty($m) : tensor<$Mx$Nxf32>\n"
                                          " %y = nn.matmul ins(%x, %w : tensor<$Mx$Kxf32>, $W) outs(%y0 : "
                                          "tensor<$Mx$Nxf32>) -> tensor<$Mx$Nxf32>\n"
                                          " return %y : tensor<$Mx$Nxf32>\n",
                                          "tensor<$Mx$Nxf32>"),
                                 names);
    forPrograms(product, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<float> x = random.withSpecials(random.normals(m * c.k), 200), y(size_t(m * c.n));
      std::fill_n(x.begin(), c.k, -0.0f);
      golden::contract(x.data(), wide.data(), m, c.n, c.k, y.data());
      std::vector<Bytes> buffers = {rowsOf(x, m), packed};
      program.run("f", buffers, scalars);
      INFO(element << " " << c.n << "x" << c.k << ", M " << m);
      compared += requireSame(valuesOf<float>(buffers[2], m, c.n), y, "y");
    });
    std::string rows = format(
        "func.func @f(%x: tensor<$Mxi32>, %w: $W) -> tensor<$Mx$Kxf32> {\n %c0 = arith.constant 0 : index\n"
        " %m = tensor.dim %x, %c0 : tensor<$Mxi32>\n %y0 = tensor.empty($m) : tensor<$Mx$Kxf32>\n"
        " %y = nn.embed ins(%x, %w : tensor<$Mxi32>, $W) outs(%y0 : tensor<$Mx$Kxf32>) -> tensor<$Mx$Kxf32>\n"
        " return %y : tensor<$Mx$Kxf32>\n}",
        names);
    forPrograms(rows, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<int32_t> tokens = random.integers<int32_t>(m, 0, c.n - 1);
      std::vector<float> y;
      for (int32_t token : tokens)
        y.insert(y.end(), wide.begin() + token * c.k, wide.begin() + (token + 1) * c.k);
      std::vector<Bytes> buffers = {bytesOf(tokens), packed};
      program.run("f", buffers, scalars);
      compared += requireSame(valuesOf<float>(buffers[2], m, c.k), y, "row");
    });
  }
  total("matmul and embed", compared);
}

TEST_CASE("embed of quantized tables on the CPU") {
  Random random(testSeed("embed"));
  uint64_t compared = 0;
  struct Case {
    golden::WeightFormat format;
    bool f32;
    int64_t n, k;
  };
  for (Case c : {Case{{8, 128, false, 32}, false, 50, 96}, Case{{4, 0, true, 32}, false, 33, 64},
                 Case{{6, 32, false, 16}, true, 20, 256}, Case{{2, 1, false, 256}, false, 16, 512},
                 Case{{3, 0, true, 8}, true, 7, 40}}) {
    Weights w(random, c.format, c.f32, c.n, c.k);
    std::string module = format(
        "func.func @f(%x: tensor<$Mxi32>, %w: $W) -> tensor<$Mx$Kxf32> {\n %c0 = arith.constant 0 : index\n"
        " %m = tensor.dim %x, %c0 : tensor<$Mxi32>\n %y0 = tensor.empty($m) : tensor<$Mx$Kxf32>\n"
        " %y = nn.embed ins(%x, %w : tensor<$Mxi32>, $W) outs(%y0 : tensor<$Mx$Kxf32>) -> tensor<$Mx$Kxf32>\n"
        " return %y : tensor<$Mx$Kxf32>\n}",
        {{"W", w.type()}, {"K", text(c.k)}});
    std::vector<float> table(size_t(c.n * c.k));
    golden::dequantize(w.codes.data(), w.d.data(), c.format.hasMin ? w.min.data() : nullptr, c.format.zero,
                       c.n, c.k, c.format.group, table.data());
    forPrograms(module, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
      std::vector<int32_t> tokens = random.integers<int32_t>(m, 0, c.n - 1);
      std::vector<float> y;
      for (int32_t token : tokens)
        y.insert(y.end(), table.begin() + token * c.k, table.begin() + (token + 1) * c.k);
      std::vector<Bytes> buffers = {bytesOf(tokens), w.packed};
      program.run("f", buffers, scalars);
      compared += requireSame(valuesOf<float>(buffers[2], m, c.k), y, "row");
    });
  }
  total("embed", compared);
}

TEST_CASE("norms, softmax and elementwise ops on the CPU") {
  Random random(testSeed("rows"));
  uint64_t compared = 0;
  struct Op {
    const char *text;
    int operands;
    void (*golden)(const float *x, const float *w, int64_t m, int64_t k, float *y);
  };
  const Op ops[] = {
      {"nn.rms_norm {eps = 1.0e-5}", 2,
       [](const float *x, const float *w, int64_t m, int64_t k, float *y) {
         golden::rmsNorm(x, w, m, k, 1e-5f, y);
       }},
      {"nn.softmax", 1,
       [](const float *x, const float *, int64_t m, int64_t k, float *y) { golden::softmax(x, m, k, y); }},
      {"nn.add", 3,
       [](const float *x, const float *w, int64_t m, int64_t k, float *y) {
         golden::addRows(x, w, m, k, y);
       }},
      {"nn.silu_mul", 3,
       [](const float *x, const float *w, int64_t m, int64_t k, float *y) {
         golden::siluMul(x, w, m * k, y);
       }},
      {"nn.relu2_mul", 3,
       [](const float *x, const float *w, int64_t m, int64_t k, float *y) {
         golden::relu2Mul(x, w, m * k, y);
       }},
      {"nn.silu", 1,
       [](const float *x, const float *, int64_t m, int64_t k, float *y) {
         for (int64_t i = 0; i < m * k; ++i)
           y[i] = golden::silu(x[i]);
       }},
  };
  for (const Op &op : ops)
    for (int64_t k : {1, 5, 15, 16, 17, 576, 600}) {
      std::string weight = op.operands == 2 ? "tensor<$Kxf32>" : "tensor<$Mx$Kxf32>", second, secondType;
      if (op.operands > 1) {
        second = ", %w";
        secondType = ", " + weight;
      }
      std::string module = format(
          function(
              "$Kxf32>" + (op.operands > 1 ? ", %w: " + weight : ""),
              " %y0 = tensor.empty($m) : tensor<$Mx$Kxf32>\n %y = $op ins(%x" + second +
                  " : tensor<$Mx$Kxf32>" + secondType +
                  ") outs(%y0 : tensor<$Mx$Kxf32>) -> tensor<$Mx$Kxf32>\n return %y : tensor<$Mx$Kxf32>\n",
              "tensor<$Mx$Kxf32>"),
          {{"op", op.text}, {"K", text(k)}});
      forPrograms(module, [&](GraphProgram &program, int64_t m, const std::vector<int64_t> &scalars) {
        std::vector<float> x = random.normals(m * k, 3.0f), w = random.normals(op.operands == 2 ? k : m * k),
                           y(x.size());
        // Rows with specials and rows without: one NaN fills a softmax.
        if (m > 1)
          x = random.withSpecials(std::move(x), 5 * k);
        if (op.operands == 3)
          w = random.withSpecials(std::move(w), 100);
        op.golden(x.data(), w.data(), m, k, y.data());
        std::vector<Bytes> buffers = {rowsOf(x, m)};
        if (op.operands > 1)
          buffers.push_back(rowsOf(w, op.operands == 2 ? 1 : m));
        program.run("f", buffers, scalars);
        INFO(op.text << " K " << k << ", M " << m);
        compared += requireSame(valuesOf<float>(buffers.back(), m, k), y, "y");
      });
    }
  total("norms, softmax, elementwise", compared);
}

TEST_CASE("a caller's values outlive its calls on the CPU") {
  // Of one row, each norm is a thread's own: the caller's is read again when the callee has written its own.
  const std::string module = "!x = tensor<1x40xf32>\n!w = tensor<40xf32>\n"
                             "func.func private @g(%x: !x, %w: !w) -> !x {\n %e = tensor.empty() : !x\n"
                             " %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : !x, !w) outs(%e : !x) -> !x\n"
                             " %y = nn.add ins(%n, %n : !x, !x) outs(%e : !x) -> !x\n return %y : !x\n}\n"
                             "func.func @f(%x: !x, %v: !w, %w: !w) -> !x {\n %e = tensor.empty() : !x\n"
                             " %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %v : !x, !w) outs(%e : !x) -> !x\n"
                             " %c = call @g(%x, %w) : (!x, !w) -> !x\n"
                             " %y = nn.add ins(%n, %c : !x, !x) outs(%e : !x) -> !x\n return %y : !x\n}\n";
  Random random(testSeed("calls"));
  const std::vector<float> x = random.normals(40), v = random.normals(40), w = random.normals(40);
  std::vector<float> n(40), c(40), y(40);
  golden::rmsNorm(x.data(), w.data(), 1, 40, 1e-5f, n.data());
  golden::addRows(n.data(), n.data(), 1, 40, c.data());
  golden::rmsNorm(x.data(), v.data(), 1, 40, 1e-5f, n.data());
  golden::addRows(n.data(), c.data(), 1, 40, y.data());
  uint64_t compared = 0;
  for (const CpuVariant &variant : cpuVariants()) {
    GraphProgram program(module, variant, 3);
    std::vector<Bytes> buffers = {rowsOf(x, 1), rowsOf(v, 1), rowsOf(w, 1)};
    program.run("f", buffers);
    compared += requireSame(valuesOf<float>(buffers[3], 1, 40), y, "y");
  }
  total("calls", compared);
}
