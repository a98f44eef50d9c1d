// Does every command of the matrix path, run as compiled code, give golden's bits, alone and in a tiled loop?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/cpu_device.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/quantize.h"
#include "sim/golden/tables.h"
#include "test/runtime/cpu/compare.h"
#include "test/runtime/cpu/l3_text.h"
#include <algorithm>

using namespace accord;
using namespace accord::test;
using golden::ceilDiv;

namespace {

struct Shape {
  int64_t M, N, K;
  int bits;
  int32_t zero;
  bool hasMin;
  int64_t groups() const { return ceilDiv(K, 32); }
  int64_t tables() const { return ceilDiv(K, 4); }
  int64_t tiles() const { return ceilDiv(N, 64); }
};

std::string dims(std::initializer_list<int64_t> extents, const std::string &element) {
  std::string text;
  for (int64_t extent : extents)
    text += std::to_string(extent) + "x";
  return text + element;
}

/// Weights in their packed form, and what golden makes of x.
struct Case {
  std::vector<float> x;
  std::vector<uint8_t> weightCodes, planes;
  std::vector<uint16_t> d, m, dPacked, mPacked;

  Case(const Shape &s, Random &random) {
    x = random.withSpecials(random.normals(s.M * s.K, 2.0f), 200);
    // Of more rows than one, the last begins with the smallest magnitude that gets a scale.
    if (s.M > 1)
      for (int64_t i = 0; i < std::min<int64_t>(s.K, 32); ++i)
        x[static_cast<size_t>((s.M - 1) * s.K + i)] = i % 2 ? 0x1p-101f : 0x1p-100f;
    weightCodes = random.integers<uint8_t>(s.N * s.K, 0, (1 << s.bits) - 1);
    // f16 with every exponent: subnormals, infinities and NaNs among them.
    d = random.integers<uint16_t>(s.N * s.groups(), 0, 0xffff);
    m = random.integers<uint16_t>(s.N * s.groups(), 0, 0xffff);
    planes.resize(static_cast<size_t>(golden::planesBytes(s.N, s.K, s.bits)));
    golden::packPlanes(weightCodes.data(), s.N, s.K, s.bits, planes.data());
    dPacked.resize(static_cast<size_t>(golden::scalesCount(s.N, s.groups())));
    mPacked.resize(dPacked.size());
    golden::packScales(d.data(), s.N, s.groups(), dPacked.data());
    golden::packScales(m.data(), s.N, s.groups(), mPacked.data());
  }
};

std::vector<Bytes> run(rt::Device &device, const L3Text &l3, const std::vector<Bytes> &arguments) {
  auto image = buildProgram(l3.text());
  if (!image)
    FAIL(image.error().message);
  auto after = runImage(device, *image, arguments);
  if (!after)
    FAIL(after.error().message << "\n" << l3.text());
  return std::move(*after);
}

/// Every command of the path once, each result stored.
/// `seededFault`: the epilogue is told another zero point, and y must not be golden's.
uint64_t checkPath(rt::Device &device, const Shape &s, Random &random, bool seededFault = false) {
  INFO("M " << s.M << " N " << s.N << " K " << s.K << " bits " << s.bits << " zero " << s.zero << " min "
            << s.hasMin);
  Case c(s, random);
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
  l3.vector("dequant", inputs, {y},
            "group = 32 : i64, bits = " + std::to_string(s.bits) +
                " : i64, zero = " + std::to_string(s.zero + seededFault) + " : i64");
  for (const std::string &buffer : {codes, scales, tables, asum, isum, y})
    l3.stored(buffer);
  auto after = run(device, l3, {bytesOf(c.x), c.planes, bytesOf(c.dPacked), bytesOf(c.mPacked)});

  std::vector<int8_t> wantCodes(c.x.size());
  std::vector<float> wantScales(static_cast<size_t>(s.M * G)), wantY(static_cast<size_t>(s.M * s.N));
  std::vector<int16_t> wantTables(static_cast<size_t>(s.M * T * 8));
  std::vector<int32_t> wantAsum(wantScales.size()), wantIsum(static_cast<size_t>(G * s.M * s.N));
  golden::quantizeAct(c.x.data(), s.M, s.K, 32, wantCodes.data(), wantScales.data());
  golden::halfTables(wantCodes.data(), s.M, s.K, wantTables.data());
  golden::groupSums(wantCodes.data(), s.M, s.K, 32, wantAsum.data());
  golden::lutSums(wantTables.data(), c.planes.data(), s.M, s.N, s.K, 32, s.bits, wantIsum.data());
  golden::lutEpilogue(wantIsum.data(), wantAsum.data(), wantScales.data(), c.dPacked.data(),
                      s.hasMin ? c.mPacked.data() : nullptr, s.bits, s.zero, G, s.M, s.N, false,
                      wantY.data());
  uint64_t count = 0;
  count += requireSame(valuesOf<int8_t>(after[4]), wantCodes, "codes");
  count += requireSame(valuesOf<float>(after[5]), wantScales, "scales");
  count += requireSame(valuesOf<int16_t>(after[6]), wantTables, "tables");
  count += requireSame(valuesOf<int32_t>(after[7]), wantAsum, "asum");
  count += requireSame(valuesOf<int32_t>(after[8]), wantIsum, "isum");
  if (seededFault) {
    std::vector<float> gotY = valuesOf<float>(after[9]);
    REQUIRE_FALSE(std::equal(gotY.begin(), gotY.end(), wantY.begin(),
                             [](float a, float b) { return sameValue(a, b); }));
    return count;
  }
  count += requireSame(valuesOf<float>(after[9]), wantY, "y");
  return count;
}

} // namespace

TEST_CASE("quantize, table, lmma and dequant give golden's bits", "[cpu]") {
  Random random(testSeed("commands"));
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  uint64_t compared = 0, programs = 0;
  auto check = [&](const Shape &s) {
    compared += checkPath(**device, s, random);
    ++programs;
  };
  // Each extent's boundary values with everything else small or drawn.
  for (int64_t N : {1, 63, 64, 65, 192})
    for (int64_t K : {4, 36, 576})
      check({random.between(1, 9), N, K, 4, 0, true});
  for (int bits = 1; bits <= 8; ++bits)
    check({2, 65, 36, bits, static_cast<int32_t>(random.between(0, (1 << bits) - 1)), bits % 2 == 0});
  for (int64_t M = 1; M <= 9; ++M)
    check({M, random.pick<int64_t>({1, 63, 64, 65, 192}), random.pick<int64_t>({4, 36, 576}),
           static_cast<int>(random.between(1, 8)), 0, random.between(0, 1) == 1});
  check({3, 64, 64, 8, 128, false}); // Q8_0
  check({1, 5, 7, 3, 1, true});      // a table with absent activations
  checkPath(**device, {4, 65, 36, 4, 0, true}, random, true);
  std::cout << "commands: " << programs << " programs, " << compared << " values compared" << std::endl;
}

TEST_CASE("a pipelined loop over tiles of k accumulates as one product", "[cpu]") {
  Random random(testSeed("tiled"));
  auto device = rt::openCpuDevice();
  REQUIRE(device);
  const Shape s{3, 65, 576, 4, 0, true};
  Case c(s, random);
  // Tiles of 96 = 3 groups, two slots each for x and planes; tokens are carried, the first wait is for
  // nothing.
  const std::string program = R"(
#spm = #accel.mem<spm>
func.func @program(%x: memref<3x576xf32> {accel.role = "argument"}, %planes: memref<2x144x4x32xi8> {accel.role = "argument"},
    %d: memref<2x18x64xf16> {accel.role = "argument"}, %m: memref<2x18x64xf16> {accel.role = "argument"},
    %y: memref<3x65xf32> {accel.role = "result"}, %tiles: index) attributes {accel.program} {
  %xs = memref.alloc() : memref<2x3x96xf32, #spm>
  %codes = memref.alloc() : memref<3x96xi8, #spm>
  %scales = memref.alloc() : memref<3x3xf32, #spm>
  %tables = memref.alloc() : memref<3x24x8xi16, #spm>
  %asum = memref.alloc() : memref<3x3xi32, #spm>
  %ps = memref.alloc() : memref<2x2x24x4x32xi8, #spm>
  %ds = memref.alloc() : memref<2x3x64xf16, #spm>
  %ms = memref.alloc() : memref<2x3x64xf16, #spm>
  %isum = memref.alloc() : memref<3x3x65xi32, #accel.mem<acc>>
  %ys = memref.alloc() : memref<3x65xf32, #spm>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c24 = arith.constant 24 : index
  %c96 = arith.constant 96 : index
  %done = accel.done
  %last, %before = scf.for %i = %c0 to %tiles step %c1 iter_args(%t = %done, %u = %done) -> (!accel.token, !accel.token) {
    %slot = arith.remui %i, %c2 : index
    %k = arith.muli %i, %c96 : index
    %table = arith.muli %i, %c24 : index
    %g = arith.muli %i, %c3 : index
    %xd = memref.subview %x[0, %k] [3, 96] [1, 1] : memref<3x576xf32> to memref<3x96xf32, strided<[576, 1], offset: ?>>
    %pd = memref.subview %planes[0, %table, 0, 0] [2, 24, 4, 32] [1, 1, 1, 1] : memref<2x144x4x32xi8> to memref<2x24x4x32xi8, strided<[18432, 128, 32, 1], offset: ?>>
    %dd = memref.subview %d[0, %g, 0] [2, 3, 64] [1, 1, 1] : memref<2x18x64xf16> to memref<2x3x64xf16, strided<[1152, 64, 1], offset: ?>>
    %md = memref.subview %m[0, %g, 0] [2, 3, 64] [1, 1, 1] : memref<2x18x64xf16> to memref<2x3x64xf16, strided<[1152, 64, 1], offset: ?>>
    %xt = memref.subview %xs[%slot, 0, 0] [1, 3, 96] [1, 1, 1] : memref<2x3x96xf32, #spm> to memref<3x96xf32, strided<[96, 1], offset: ?>, #spm>
    %pt = memref.subview %ps[%slot, 0, 0, 0, 0] [1, 2, 24, 4, 32] [1, 1, 1, 1, 1] : memref<2x2x24x4x32xi8, #spm> to memref<2x24x4x32xi8, strided<[3072, 128, 32, 1], offset: ?>, #spm>
    %l0 = accel.load %xd to %xt after(%u) : memref<3x96xf32, strided<[576, 1], offset: ?>> to memref<3x96xf32, strided<[96, 1], offset: ?>, #spm>
    %l1 = accel.load %pd to %pt after(%u) : memref<2x24x4x32xi8, strided<[18432, 128, 32, 1], offset: ?>> to memref<2x24x4x32xi8, strided<[3072, 128, 32, 1], offset: ?>, #spm>
    %l2 = accel.load %dd to %ds after(%t) : memref<2x3x64xf16, strided<[1152, 64, 1], offset: ?>> to memref<2x3x64xf16, #spm>
    %l3 = accel.load %md to %ms after(%t) : memref<2x3x64xf16, strided<[1152, 64, 1], offset: ?>> to memref<2x3x64xf16, #spm>
    %q = accel.quantize ins(%xt : memref<3x96xf32, strided<[96, 1], offset: ?>, #spm>) outs(%codes, %scales : memref<3x96xi8, #spm>, memref<3x3xf32, #spm>) after(%l0, %t) {group = 32 : i64}
    %b = accel.table ins(%codes : memref<3x96xi8, #spm>) outs(%tables, %asum : memref<3x24x8xi16, #spm>, memref<3x3xi32, #spm>) after(%q) {group = 32 : i64}
    %p = accel.lmma ins(%tables, %pt : memref<3x24x8xi16, #spm>, memref<2x24x4x32xi8, strided<[3072, 128, 32, 1], offset: ?>, #spm>) outs(%isum : memref<3x3x65xi32, #accel.mem<acc>>) after(%l1, %b) {group = 32 : i64}
    %more = arith.cmpi sgt, %i, %c0 : index
    accel.wait(%l2, %l3)
    %v = accel.dequant ins(%isum, %asum, %scales, %ds, %ms : memref<3x3x65xi32, #accel.mem<acc>>, memref<3x3xi32, #spm>, memref<3x3xf32, #spm>, memref<2x3x64xf16, #spm>, memref<2x3x64xf16, #spm>) outs(%ys : memref<3x65xf32, #spm>) accumulate(%more) after(%p) {group = 32 : i64, bits = 4 : i64, zero = 0 : i64}
    scf.yield %v, %t : !accel.token, !accel.token
  }
  %s = accel.store %ys to %y after(%last) : memref<3x65xf32, #spm> to memref<3x65xf32>
  accel.barrier
  return
}
)";
  auto image = buildProgram(program);
  if (!image)
    FAIL(image.error().message);
  REQUIRE(image->scalars == 1);
  auto after =
      runImage(**device, *image, {bytesOf(c.x), c.planes, bytesOf(c.dPacked), bytesOf(c.mPacked)}, {6});
  if (!after)
    FAIL(after.error().message);

  std::vector<int8_t> codes(c.x.size());
  std::vector<float> scales(static_cast<size_t>(s.M * s.groups())), want(static_cast<size_t>(s.M * s.N));
  golden::quantizeAct(c.x.data(), s.M, s.K, 32, codes.data(), scales.data());
  golden::mpgemm(codes.data(), scales.data(), c.weightCodes.data(), golden::widenF16(c.d).data(),
                 golden::widenF16(c.m).data(), {4, 0, true, 32}, 32, s.M, s.N, s.K, want.data());
  std::cout << "tiled: " << requireSame(valuesOf<float>((*after)[4]), want, "y") << " values compared"
            << std::endl;
}
