// Rotation, caches and attention on the CPU against golden, to the bit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/attention.h"
#include "sim/golden/primitives.h"
#include "test/mlir/Conversion/GraphToCPU/graph_program.h"
#include <sstream>

using namespace accord;
using namespace accord::test;

namespace {

/// A cache in golden's order in the backend's, and back.
template <typename T> Bytes packCache(const std::vector<T> &values, const golden::CacheShape &s, bool keys) {
  model::CpuCache c{s.layers, s.positions, s.heads, s.headDim, int64_t(sizeof(T))};
  Bytes out(size_t(keys ? c.keyBytes() : c.valueBytes()), 0xff); // NaNs: what is not written is not read
  for (int64_t l = 0; l < s.layers; ++l)
    for (int64_t p = 0; p < s.positions; ++p)
      for (int64_t h = 0; h < s.heads; ++h)
        for (int64_t d = 0; d < s.headDim; ++d) {
          int64_t head = l * s.heads + h;
          int64_t at =
              keys ? head * c.keyHeadBytes() + ((p / 16 * s.headDim + d) * 16 + p % 16) * c.elementBytes
                   : head * c.valueHeadBytes() + (p * c.paddedHeadDim() + d) * c.elementBytes;
          std::memcpy(out.data() + at, &values[size_t(s.index(l, p, h) + d)], sizeof(T));
        }
  return out;
}

struct Case {
  const char *element;
  int64_t layers, positions, heads, keyHeads, headDim;
};

std::string moduleOf(const Case &c, const std::string &rows, const char *style) {
  std::ostringstream s;
  std::string m = rows == "?" ? "%m" : "",
              x = "tensor<" + rows + "x" + std::to_string(c.heads * c.headDim) + "xf32>",
              k = "tensor<" + rows + "x" + std::to_string(c.keyHeads * c.headDim) + "xf32>",
              angle = "tensor<" + rows + "x" + std::to_string(c.headDim / 2) + "xf32>";
  std::ostringstream cacheText;
  cacheText << "memref<" << c.layers << "x" << c.positions << "x" << c.keyHeads << "x" << c.headDim << "x"
            << c.element << ">";
  std::string cache = cacheText.str();
  std::string arguments = "%q: " + x + ", %k: " + k + ", %v: " + k + ", %cos: " + angle + ", %sin: " + angle +
                          ", %kc: " + cache + ", %vc: " + cache;
  // An entry for each layer: which one is no caller's to say.
  for (int64_t layer = 0; layer < c.layers; ++layer)
    s << "func.func @f" << layer << "(" << arguments << ", %position: index) -> " << x << " {\n"
      << " %layer = arith.constant " << layer << " : index\n"
      << " %y = call @layer(%q, %k, %v, %cos, %sin, %kc, %vc, %layer, %position) : (" << x << ", " << k
      << ", " << k << ", " << angle << ", " << angle << ", " << cache << ", " << cache
      << ", index, index) -> " << x << "\n return %y : " << x << "\n}\n";
  s << "func.func private @layer(" << arguments << ", %layer: index, %position: index) -> " << x << " {\n"
    << " %c0 = arith.constant 0 : index\n %m = tensor.dim %q, %c0 : " << x << "\n";
  for (const char *name : {"q", "k"}) {
    const std::string &type = name[0] == 'q' ? x : k;
    s << " %" << name << "0 = tensor.empty(" << m << ") : " << type << "\n %" << name
      << "r = nn.rope {head_dim = " << c.headDim << ", style = " << style << "} ins(%" << name
      << ", %cos, %sin : " << type << ", " << angle << ", " << angle << ") outs(%" << name << "0 : " << type
      << ") -> " << type << "\n";
  }
  s << " nn.cache_append ins(%kr : " << k << ") into(%kc : " << cache << ") at(%layer, %position)\n"
    << " nn.cache_append ins(%v : " << k << ") into(%vc : " << cache << ") at(%layer, %position)\n"
    << " %y0 = tensor.empty(" << m << ") : " << x << "\n"
    << " %y = nn.attention {heads = " << c.heads << ", scale = 1.250000e-01} ins(%qr : " << x
    << ") cache(%kc, %vc : " << cache << ", " << cache << ") at(%layer, %position) outs(%y0 : " << x
    << ") -> " << x << "\n return %y : " << x << "\n}\n";
  return s.str();
}

template <typename T>
uint64_t check(Random &random, const Case &c, GraphProgram &program, const char *style, int64_t m,
               int64_t position, std::vector<int64_t> scalars) {
  constexpr bool half = sizeof(T) == 2;
  golden::CacheShape shape{c.layers, c.positions, c.keyHeads, c.headDim};
  auto numbers = [&](int64_t count) { return random.withSpecials(random.normals(count, 2.0f), 20000); };
  auto cacheOf = [&] {
    std::vector<T> values;
    for (float v : numbers(shape.size()))
      if constexpr (half)
        values.push_back(golden::f32ToF16(v));
      else
        values.push_back(v);
    return values;
  };
  std::vector<T> keys = cacheOf(), values = cacheOf();
  // Columns whose sum is -0 when it starts from its first term, and +0 when it starts from a zero.
  const auto minusZero = T(half ? 0x8000 : -0.0);
  for (size_t i = 0; i < values.size(); i += size_t(c.headDim))
    values[i] = minusZero;
  std::vector<float> q = numbers(m * c.heads * c.headDim), k = numbers(m * c.keyHeads * c.headDim),
                     v = numbers(m * c.keyHeads * c.headDim), cos = random.normals(m * c.headDim / 2),
                     sin = random.normals(m * c.headDim / 2);
  for (size_t i = 0; i < v.size(); i += size_t(c.headDim))
    v[i] = -0.0f;
  int64_t layer = random.between(0, c.layers - 1);
  std::vector<Bytes> buffers = {rowsOf(q, m),
                                rowsOf(k, m),
                                rowsOf(v, m),
                                rowsOf(cos, m),
                                rowsOf(sin, m),
                                packCache(keys, shape, true),
                                packCache(values, shape, false)};
  scalars.insert(scalars.begin(), position);
  program.run("f" + std::to_string(layer), buffers, scalars);

  auto goldenStyle =
      std::string(style) == "adjacent" ? golden::RopeStyle::Adjacent : golden::RopeStyle::Halves;
  golden::rope(q.data(), cos.data(), sin.data(), m, c.heads, c.headDim, q.data(), goldenStyle);
  golden::rope(k.data(), cos.data(), sin.data(), m, c.keyHeads, c.headDim, k.data(), goldenStyle);
  auto number = half ? golden::FloatFormat::F16 : golden::FloatFormat::F32;
  golden::cacheAppend(k.data(), m, shape, layer, position, number, keys.data());
  golden::cacheAppend(v.data(), m, shape, layer, position, number, values.data());
  std::vector<float> y(q.size());
  golden::attention(q.data(), m, c.heads, 0.125f, shape, {number, keys.data()}, {number, values.data()},
                    layer, position, y.data());
  INFO(c.element << ", heads " << c.heads << " of " << c.keyHeads << ", D " << c.headDim << ", M " << m
                 << " at " << position);
  return requireSame(valuesOf<float>(buffers.back(), m, c.heads * c.headDim), y, "y") +
         (half ? 0 : requireSame(buffers[6], packCache(values, shape, false), "values"));
}

} // namespace

TEST_CASE("rope, cache_append and attention on the CPU") {
  Random random(testSeed("attention"));
  uint64_t compared = 0;
  size_t turn = 0;
  const Case cases[] = {
      {"f16", 2, 96, 9, 3, 64},  // three query heads a key head
      {"f16", 1, 40, 4, 4, 80},  // one, and heads of 5 vectors
      {"f32", 2, 40, 4, 1, 32},  // four
      {"f16", 1, 33, 5, 1, 100}, // five, a head that is no whole vector, a cache that is no whole block
      {"f16", 1, 20, 16, 2, 16}, // eight
      {"f32", 1, 20, 2, 2, 6},   // less than a vector
      {"f16", 1, 40, 2, 1, 256}, // sums of many vectors
  };
  for (const Case &c : cases)
    for (const CpuVariant &variant : cpuVariants())
      for (const char *rows : {"?", "1"}) {
        const char *style = turn % 2 ? "adjacent" : "halves";
        const unsigned counts[] = {1, 2, 3, 7};
        unsigned threads = counts[turn++ % 4];
        GraphProgram program(moduleOf(c, rows, style), variant, threads);
        for (int64_t position :
             {int64_t(0), int64_t(14), int64_t(15), int64_t(16), int64_t(17), c.positions - 1})
          for (int64_t m : {1, 2, 5, 17}) {
            if (position + m > c.positions || (rows[0] == '1' && m > 1))
              continue;
            std::vector<int64_t> scalars;
            if (rows[0] == '?')
              scalars.push_back(m);
            compared += std::string(c.element) == "f16"
                            ? check<uint16_t>(random, c, program, style, m, position, scalars)
                            : check<float>(random, c, program, style, m, position, scalars);
          }
      }
  std::cout << "rope, cache_append, attention: " << compared << " values compared" << std::endl;
  REQUIRE(compared > 0);
}
