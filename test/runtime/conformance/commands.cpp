// Does every command of the accel dialect give golden's bits on every backend that the machine has?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/functions.h"
#include "sim/golden/nn.h"
#include "test/runtime/conformance/gemm_case.h"
#include "test/runtime/devices.h"
#include "test/sim/support/bodies.h"
#include <map>

using namespace accord;
using namespace accord::test;

namespace {

/// Counts per device, printed at the end.
struct Tally {
  std::map<std::string, std::pair<uint64_t, uint64_t>> counts;
  void add(const rt::Device &device, uint64_t values) {
    auto &[programs, compared] = counts[device.name()];
    ++programs;
    compared += values;
  }
  ~Tally() {
    for (const auto &[name, count] : counts)
      std::cout << name << ": " << count.first << " programs, " << count.second << " values compared"
                << std::endl;
  }
};

std::vector<Bytes> runOn(rt::Device &device, const L3Text &l3, const std::vector<Bytes> &arguments) {
  auto image = buildFor(device, l3.text());
  if (!image)
    FAIL(image.error().message);
  auto after = runImage(device, *image, arguments);
  if (!after)
    FAIL(after.error().message << "\n" << l3.text());
  return std::move(*after);
}

/// quantize, table, lmma and dequant on whole operands, each result stored.
void checkPath(const std::vector<std::unique_ptr<rt::Device>> &devices, const GemmShape &s, Random &random,
               Tally &tally) {
  INFO("M " << s.M << " N " << s.N << " K " << s.K << " bits " << s.bits << " zero " << s.zero << " min "
            << s.hasMin);
  GemmCase c(s, random);
  const int64_t G = s.groups(), T = s.tables();
  L3Text l3;
  std::string xArg = l3.argument(dims({s.M, s.K}, "f32"));
  std::string planesArg = l3.argument(dims({s.tiles(), T, s.bits, 32}, "i8"));
  std::string dArg = l3.argument(dims({s.tiles(), G, 64}, "f16")),
              mArg = l3.argument(dims({s.tiles(), G, 64}, "f16"));
  std::string x = l3.loaded(xArg), planes = l3.loaded(planesArg), d = l3.loaded(dArg), m = l3.loaded(mArg);
  std::string codes = l3.buffer(dims({s.M, s.K}, "i8")), scales = l3.buffer(dims({s.M, G}, "f32"));
  std::string tables = l3.buffer(dims({s.M, T, 8}, "i16")), asum = l3.buffer(dims({s.M, G}, "i32"));
  std::string isum = l3.buffer(dims({G, s.M, s.N}, "i32"), "acc"), y = l3.buffer(dims({s.M, s.N}, "f32"));
  l3.vector("quantize", {x}, {codes, scales}, "group = 32 : i64");
  l3.table(codes, tables, asum, 32);
  l3.lmma(tables, planes, isum, 32);
  std::vector<std::string> inputs{isum, asum, scales, d};
  if (s.hasMin)
    inputs.push_back(m);
  l3.vector("dequant", inputs, {y}, s.dequantAttributes());
  for (const std::string &buffer : {codes, scales, tables, asum, isum, y})
    l3.stored(buffer);
  for (const auto &device : devices) {
    INFO(device->name());
    auto after = runOn(*device, l3, c.arguments());
    uint64_t count = requireSame(valuesOf<int8_t>(after[4]), c.codes, "codes");
    count += requireSame(valuesOf<float>(after[5]), c.scales, "scales");
    count += requireSame(valuesOf<int16_t>(after[6]), c.halfTables, "tables");
    count += requireSame(valuesOf<int32_t>(after[7]), c.asum, "asum");
    count += requireSame(valuesOf<int32_t>(after[8]), c.isum, "isum");
    count += requireSame(valuesOf<float>(after[9]), c.y, "y");
    tally.add(*device, count);
  }
}

/// quantize, group_sums, mma and the dequant of whole sums, each result stored; y is that of the tables'
/// path.
void checkMacPath(const std::vector<std::unique_ptr<rt::Device>> &devices, const GemmShape &s, Random &random,
                  Tally &tally) {
  INFO("M " << s.M << " N " << s.N << " K " << s.K << " bits " << s.bits << " zero " << s.zero << " min "
            << s.hasMin);
  REQUIRE(golden::macCodesFit(s.bits, s.zero));
  GemmCase c(s, random);
  const int64_t G = s.groups(), T = s.tables();
  std::vector<int32_t> sums(c.isum.size());
  golden::macSums(c.codes.data(), c.planes.data(), s.M, s.N, s.K, 32, s.bits, s.zero, sums.data());
  L3Text l3;
  std::string xArg = l3.argument(dims({s.M, s.K}, "f32"));
  std::string planesArg = l3.argument(dims({s.tiles(), T, s.bits, 32}, "i8"));
  std::string dArg = l3.argument(dims({s.tiles(), G, 64}, "f16")),
              mArg = l3.argument(dims({s.tiles(), G, 64}, "f16"));
  std::string x = l3.loaded(xArg), planes = l3.loaded(planesArg), d = l3.loaded(dArg), m = l3.loaded(mArg);
  std::string codes = l3.buffer(dims({s.M, s.K}, "i8")), scales = l3.buffer(dims({s.M, G}, "f32"));
  std::string asum = l3.buffer(dims({s.M, G}, "i32"));
  std::string isum = l3.buffer(dims({G, s.M, s.N}, "i32"), "acc"), y = l3.buffer(dims({s.M, s.N}, "f32"));
  l3.vector("quantize", {x}, {codes, scales}, "group = 32 : i64");
  l3.vector("group_sums", {codes}, {asum}, "group = 32 : i64");
  l3.mma(codes, planes, isum, 32, s.zero);
  std::vector<std::string> inputs{isum, asum, scales, d};
  if (s.hasMin)
    inputs.push_back(m);
  l3.vector("dequant", inputs, {y}, "group = 32 : i64, bits = 0 : i64, zero = 0 : i64");
  for (const std::string &buffer : {asum, isum, y})
    l3.stored(buffer);
  for (const auto &device : devices) {
    INFO(device->name());
    auto after = runOn(*device, l3, c.arguments());
    uint64_t count = requireSame(valuesOf<int32_t>(after[4]), c.asum, "asum");
    count += requireSame(valuesOf<int32_t>(after[5]), sums, "isum");
    count += requireSame(valuesOf<float>(after[6]), c.y, "y");
    tally.add(*device, count);
  }
}

std::string bodyOf(const char *body) { return std::string("body = \"") + body + "\""; }

std::string matrix(int64_t m, int64_t k) { return dims({m, k}, "f32"); }

/// One kind of the vector unit on inputs of the shapes and values given, against `want`.
void checkKind(const std::vector<std::unique_ptr<rt::Device>> &devices, const char *kind, int64_t m,
               int64_t k, const std::vector<std::pair<std::string, std::vector<float>>> &inputs,
               const std::string &attributes, const std::vector<float> &want, Tally &tally) {
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
  for (const auto &device : devices) {
    INFO(device->name());
    auto after = runOn(*device, l3, bytes);
    tally.add(*device, requireSame(valuesOf<float>(after.back()), want, kind));
  }
}

} // namespace

TEST_CASE("the matrix path gives golden's bits on every device", "[conformance]") {
  Random random(testSeed("matrix path"));
  auto devices = openComputingDevices();
  Tally tally;
  for (int64_t N : {1, 63, 64, 65, 192})
    checkPath(devices, {random.between(1, 9), N, random.pick<int64_t>({4, 36, 100}), 4, 0, true}, random,
              tally);
  for (int bits = 1; bits <= 8; ++bits)
    checkPath(
        devices,
        {random.between(1, 3), 65, 36, bits, int32_t(random.between(0, (1 << bits) - 1)), bits % 2 == 0},
        random, tally);
  checkPath(devices, {3, 64, 64, 8, 128, false}, random, tally); // Q8_0
  checkPath(devices, {1, 5, 7, 3, 1, true}, random, tally);      // a table with absent activations
  checkPath(devices, {8, 192, 576, 4, 0, true}, random, tally);  // Q4_1 of the model
}

TEST_CASE("the path without tables gives golden's bits on every device", "[conformance]") {
  Random random(testSeed("mac path"));
  auto devices = openComputingDevices();
  Tally tally;
  for (int64_t N : {1, 63, 64, 65, 192})
    checkMacPath(devices, {random.between(1, 9), N, random.pick<int64_t>({4, 36, 100}), 4, 0, true}, random,
                 tally);
  for (int bits = 1; bits <= 8; ++bits)
    checkMacPath(devices,
                 {random.between(1, 3), 65, 36, bits,
                  bits == 8 ? 128 : int32_t(random.between(0, (1 << bits) - 1)), bits % 2 == 0},
                 random, tally);
  checkMacPath(devices, {1, 5, 7, 3, 1, true}, random, tally);        // a table with absent weights
  checkMacPath(devices, {8, 192, 576, 8, 128, false}, random, tally); // Q8_0 of the model
}

TEST_CASE("the vector kinds give golden's bits on every device", "[conformance]") {
  Random random(testSeed("vector kinds"));
  auto devices = openComputingDevices();
  Tally tally;
  struct Extent {
    int64_t m, k, rarity;
  };
  // Extents around the 16 lanes; rarity 40 puts NaNs, infinities, subnormals and zeros among the values.
  for (Extent e :
       {Extent{1, 1, 1000000}, {2, 5, 40}, {3, 16, 1000000}, {9, 17, 40}, {1, 576, 1000000}, {5, 192, 40}}) {
    INFO("m " << e.m << " k " << e.k << " rarity of special values " << e.rarity);
    const std::string shape = matrix(e.m, e.k);
    const int64_t count = e.m * e.k;
    std::vector<float> x = random.withSpecials(random.normals(count, 4.0f), e.rarity);
    std::vector<float> u = random.withSpecials(random.normals(count), e.rarity);
    std::vector<float> weight = random.normals(e.k), want(x.size());
    golden::rmsNorm(x.data(), weight.data(), e.m, e.k, 1e-5f, want.data());
    checkKind(devices, "rms_norm", e.m, e.k, {{shape, x}, {std::to_string(e.k) + "xf32", weight}},
              "eps = 1.0e-5 : f32", want, tally);
    golden::softmax(x.data(), e.m, e.k, want.data());
    checkKind(devices, "softmax", e.m, e.k, {{shape, x}}, "", want, tally);
    for (size_t i = 0; i < x.size(); ++i)
      want[i] = golden::silu(x[i]);
    checkKind(devices, "map", e.m, e.k, {{shape, x}}, bodyOf(siluBody), want, tally);
    golden::siluMul(x.data(), u.data(), count, want.data());
    checkKind(devices, "map", e.m, e.k, {{shape, x}, {shape, u}}, bodyOf(siluMulBody), want, tally);
    golden::addRows(x.data(), u.data(), e.m, e.k, want.data());
    checkKind(devices, "map", e.m, e.k, {{shape, x}, {shape, u}}, bodyOf(sumBody), want, tally);
  }
  for (bool halves : {false, true})
    for (int64_t headDim : {2, 64}) {
      const int64_t m = random.between(1, 5), heads = 3, k = heads * headDim;
      std::vector<float> x = random.withSpecials(random.normals(m * k), 50), want(x.size());
      std::vector<float> cosine = random.normals(m * headDim / 2), sine = random.normals(m * headDim / 2);
      golden::rope(x.data(), cosine.data(), sine.data(), m, heads, headDim, want.data(),
                   halves ? golden::RopeStyle::Halves : golden::RopeStyle::Adjacent);
      const std::string angles = matrix(m, headDim / 2);
      checkKind(devices, "rope", m, k, {{matrix(m, k), x}, {angles, cosine}, {angles, sine}},
                "head_dim = " + std::to_string(headDim) + " : i64, halves = " + (halves ? "true" : "false"),
                want, tally);
    }
}
