// Do the vector unit's kinds, run as compiled code, give golden's bits, NaNs, infinities and subnormals
// included?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/cpu_device.h"
#include "sim/golden/functions.h"
#include "sim/golden/nn.h"
#include "test/runtime/cpu/compare.h"
#include "test/runtime/cpu/l3_text.h"
#include "test/sim/support/bodies.h"

using namespace accord;
using namespace accord::test;

namespace {

std::string bodyOf(const char *body) { return std::string("body = \"") + body + "\""; }

std::string matrix(int64_t m, int64_t k) { return std::to_string(m) + "x" + std::to_string(k) + "xf32"; }

/// Runs `kind` on inputs of the shapes and values given; returns y [m][k].
std::vector<float> runKind(rt::Device &device, const std::string &kind, int64_t m, int64_t k,
                           const std::vector<std::pair<std::string, std::vector<float>>> &inputs,
                           const std::string &attributes = "") {
  L3Text l3;
  std::vector<std::string> names;
  std::vector<Bytes> bytes;
  for (const auto &[shape, values] : inputs) {
    names.push_back(l3.loaded(l3.argument(shape)));
    bytes.push_back(bytesOf(values));
  }
  std::string y = l3.buffer(matrix(m, k));
  l3.vector(kind, names, {y}, attributes);
  l3.stored(y);
  auto image = buildProgram(l3.text());
  if (!image)
    FAIL(image.error().message);
  auto after = runImage(device, *image, bytes);
  if (!after)
    FAIL(after.error().message);
  return valuesOf<float>(after->back());
}

struct Extent {
  int64_t m, k;
};

} // namespace

TEST_CASE("vector kinds give golden's bits", "[cpu]") {
  Random random(testSeed("vector"));
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  uint64_t compared = 0, programs = 0;
  for (Extent e : {Extent{1, 1}, {2, 5}, {3, 16}, {9, 17}, {4, 36}, {1, 576}, {5, 192}}) {
    for (int64_t rarity : {1000000, 40}) {
      INFO("m " << e.m << " k " << e.k << " rarity of special values " << rarity);
      const std::string shape = matrix(e.m, e.k);
      const int64_t count = e.m * e.k;
      std::vector<float> x = random.withSpecials(random.normals(count, 4.0f), rarity);
      std::vector<float> u = random.withSpecials(random.normals(count), rarity);
      std::vector<float> weight = random.normals(e.k), want(x.size());
      auto check = [&](const char *kind, const std::vector<float> &got) {
        compared += requireSame(got, want, kind);
        ++programs;
      };

      golden::rmsNorm(x.data(), weight.data(), e.m, e.k, 1e-5f, want.data());
      check("rms_norm", runKind(**device, "rms_norm", e.m, e.k,
                                {{shape, x}, {std::to_string(e.k) + "xf32", weight}}, "eps = 1.0e-5 : f32"));
      golden::softmax(x.data(), e.m, e.k, want.data());
      check("softmax", runKind(**device, "softmax", e.m, e.k, {{shape, x}}));
      for (size_t i = 0; i < x.size(); ++i)
        want[i] = golden::silu(x[i]);
      check("silu", runKind(**device, "map", e.m, e.k, {{shape, x}}, bodyOf(siluBody)));
      golden::siluMul(x.data(), u.data(), count, want.data());
      check("silu_mul", runKind(**device, "map", e.m, e.k, {{shape, x}, {shape, u}}, bodyOf(siluMulBody)));
      golden::addRows(x.data(), u.data(), e.m, e.k, want.data());
      check("add", runKind(**device, "map", e.m, e.k, {{shape, x}, {shape, u}}, bodyOf(sumBody)));
    }
  }
  for (bool halves : {false, true})
    for (int64_t heads : {1, 3})
      for (int64_t headDim : {2, 64}) {
        const int64_t m = random.between(1, 5), k = heads * headDim;
        std::vector<float> x = random.withSpecials(random.normals(m * k), 50), want(x.size());
        std::vector<float> cosine = random.normals(m * headDim / 2), sine = random.normals(m * headDim / 2);
        golden::rope(x.data(), cosine.data(), sine.data(), m, heads, headDim, want.data(),
                     halves ? golden::RopeStyle::Halves : golden::RopeStyle::Adjacent);
        const std::string angles = matrix(m, headDim / 2);
        compared +=
            requireSame(runKind(**device, "rope", m, k, {{matrix(m, k), x}, {angles, cosine}, {angles, sine}},
                                "head_dim = " + std::to_string(headDim) +
                                    " : i64, halves = " + (halves ? "true" : "false")),
                        want, "rope");
        ++programs;
      }
  std::cout << "vector: " << programs << " programs, " << compared << " values compared" << std::endl;
}
