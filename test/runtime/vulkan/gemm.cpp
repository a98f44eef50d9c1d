// Does the model's tiled product, compiled to SPIR-V, give golden's bits on Vulkan, and does the comparison
// catch a mutated constant?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "runtime/backends/vulkan/spirv_words.h"
#include "test/runtime/conformance/gemm_case.h"
#include "test/runtime/devices.h"

using namespace accord;
using namespace accord::test;

namespace {

/// Replaces every $name by its value.
std::string fill(std::string text, const std::vector<std::pair<std::string, int64_t>> &values) {
  for (const auto &[name, value] : values)
    for (size_t at; (at = text.find("$" + name)) != std::string::npos;)
      text.replace(at, name.size() + 1, std::to_string(value));
  return text;
}

/// Activations are quantized and tabulated once; 64 lanes of weights at a time go through two slots. y leaves
/// by tile.
std::string tiledGemm(const GemmShape &s) {
  std::string text = R"(
#spm = #accel.mem<spm>
func.func @program(%x: memref<$Mx$Kxf32> {accel.role = "argument", accel.name = "x"},
    %planes: memref<$Lx$Tx$Px32xi8> {accel.role = "argument", accel.name = "w.planes"},
    %d: memref<$Lx$Gx64xf16> {accel.role = "argument", accel.name = "w.d"},
    %m: memref<$Lx$Gx64xf16> {accel.role = "argument", accel.name = "w.min"},
    %y: memref<$Mx$Nxf32> {accel.role = "result", accel.name = "y"}) attributes {accel.program} {
  %xs = memref.alloc() : memref<$Mx$Kxf32, #spm>
  %codes = memref.alloc() : memref<$Mx$Kxi8, #spm>
  %scales = memref.alloc() : memref<$Mx$Gxf32, #spm>
  %tables = memref.alloc() : memref<$Mx$Tx8xi16, #spm>
  %asum = memref.alloc() : memref<$Mx$Gxi32, #spm>
  %ps = memref.alloc() : memref<2x1x$Tx$Px32xi8, #spm>
  %ds = memref.alloc() : memref<2x1x$Gx64xf16, #spm>
  %ms = memref.alloc() : memref<2x1x$Gx64xf16, #spm>
  %isum = memref.alloc() : memref<$Gx$Mx64xi32, #accel.mem<acc>>
  %ys = memref.alloc() : memref<$Mx64xf32, #spm>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %tiles = arith.constant $L : index
  %lx = accel.load %x to %xs : memref<$Mx$Kxf32> to memref<$Mx$Kxf32, #spm>
  %q = accel.quantize ins(%xs : memref<$Mx$Kxf32, #spm>) outs(%codes, %scales : memref<$Mx$Kxi8, #spm>, memref<$Mx$Gxf32, #spm>) after(%lx) {group = 32 : i64}
  %b = accel.table ins(%codes : memref<$Mx$Kxi8, #spm>) outs(%tables, %asum : memref<$Mx$Tx8xi16, #spm>, memref<$Mx$Gxi32, #spm>) after(%q) {group = 32 : i64}
  %done = accel.done
  %last = scf.for %i = %c0 to %tiles step %c1 iter_args(%t = %done) -> (!accel.token) {
    %slot = arith.remui %i, %c2 : index
    %n = arith.muli %i, %c64 : index
    %pd = memref.subview %planes[%i, 0, 0, 0] [1, $T, $P, 32] [1, 1, 1, 1] : memref<$Lx$Tx$Px32xi8> to memref<1x$Tx$Px32xi8, strided<[$A, $B, 32, 1], offset: ?>>
    %dd = memref.subview %d[%i, 0, 0] [1, $G, 64] [1, 1, 1] : memref<$Lx$Gx64xf16> to memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>>
    %md = memref.subview %m[%i, 0, 0] [1, $G, 64] [1, 1, 1] : memref<$Lx$Gx64xf16> to memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>>
    %pt = memref.subview %ps[%slot, 0, 0, 0, 0] [1, 1, $T, $P, 32] [1, 1, 1, 1, 1] : memref<2x1x$Tx$Px32xi8, #spm> to memref<1x$Tx$Px32xi8, strided<[$A, $B, 32, 1], offset: ?>, #spm>
    %dt = memref.subview %ds[%slot, 0, 0, 0] [1, 1, $G, 64] [1, 1, 1, 1] : memref<2x1x$Gx64xf16, #spm> to memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>, #spm>
    %mt = memref.subview %ms[%slot, 0, 0, 0] [1, 1, $G, 64] [1, 1, 1, 1] : memref<2x1x$Gx64xf16, #spm> to memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>, #spm>
    %l0 = accel.load %pd to %pt : memref<1x$Tx$Px32xi8, strided<[$A, $B, 32, 1], offset: ?>> to memref<1x$Tx$Px32xi8, strided<[$A, $B, 32, 1], offset: ?>, #spm>
    %l1 = accel.load %dd to %dt : memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>> to memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>, #spm>
    %l2 = accel.load %md to %mt : memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>> to memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>, #spm>
    %p = accel.lmma ins(%tables, %pt : memref<$Mx$Tx8xi16, #spm>, memref<1x$Tx$Px32xi8, strided<[$A, $B, 32, 1], offset: ?>, #spm>) outs(%isum : memref<$Gx$Mx64xi32, #accel.mem<acc>>) after(%l0, %b, %t) {group = 32 : i64}
    %v = accel.dequant ins(%isum, %asum, %scales, %dt, $MIN: memref<$Gx$Mx64xi32, #accel.mem<acc>>, memref<$Mx$Gxi32, #spm>, memref<$Mx$Gxf32, #spm>, memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>, #spm>$TYPE) outs(%ys : memref<$Mx64xf32, #spm>) after(%p, %l1, %l2) {group = 32 : i64, bits = $P : i64, zero = $Z : i64}
    %yd = memref.subview %y[0, %n] [$M, 64] [1, 1] : memref<$Mx$Nxf32> to memref<$Mx64xf32, strided<[$N, 1], offset: ?>>
    %o = accel.store %ys to %yd after(%v) : memref<$Mx64xf32, #spm> to memref<$Mx64xf32, strided<[$N, 1], offset: ?>>
    scf.yield %o : !accel.token
  }
  accel.wait(%last)
  return
}
)";
  auto put = [&](const std::string &mark, const std::string &with) {
    text.replace(text.find(mark), mark.size(), with);
  };
  put(", $MIN", s.hasMin ? ", %mt " : " ");
  put("$TYPE", s.hasMin ? ", memref<1x$Gx64xf16, strided<[$C, 64, 1], offset: ?>, #spm>" : "");
  return fill(text, {{"M", s.M},
                     {"N", s.N},
                     {"K", s.K},
                     {"T", s.tables()},
                     {"P", s.bits},
                     {"L", s.tiles()},
                     {"G", s.groups()},
                     {"A", s.tables() * s.bits * 32},
                     {"B", s.bits * 32},
                     {"C", s.groups() * 64},
                     {"Z", s.zero}});
}

rt::Image compile(const std::string &text, unsigned workgroupSize = 64) {
  auto context = makeContext();
  auto module = parseProgram(*context, text);
  if (!module)
    FAIL(module.error().message);
  SpirvOptions options;
  options.workgroupSize = workgroupSize;
  auto image = compileToSpirv(**module, "program", options);
  if (!image)
    FAIL(image.error().message);
  return std::move(*image);
}

std::vector<float> runGemm(rt::Device &device, const rt::Image &image, const GemmCase &c) {
  auto after = runImage(device, image, c.arguments());
  if (!after)
    FAIL(after.error().message);
  return valuesOf<float>(after->back());
}

/// Word indices of the literals of the f32 constants of a module.
std::vector<size_t> floatConstants(const std::vector<uint32_t> &words) {
  constexpr uint32_t opTypeFloat = 22, opConstant = 43;
  uint32_t f32 = 0;
  std::vector<size_t> found;
  for (size_t at = 5; at < words.size(); at += words[at] >> 16) {
    if ((words[at] & 0xffff) == opTypeFloat && words[at + 2] == 32)
      f32 = words[at + 1];
    if ((words[at] & 0xffff) == opConstant && f32 && words[at + 1] == f32)
      found.push_back(at + 3);
  }
  return found;
}

} // namespace

TEST_CASE("the product of the model gives golden's bits on Vulkan", "[vulkan]") {
  auto device = openVulkanForTest();
  if (!device)
    return;
  Random random(testSeed("gemm"));
  uint64_t compared = 0;
  for (int64_t M : {1, 8})
    for (bool q4 : {true, false}) {
      GemmShape s{M, 192, 576, q4 ? 4 : 8, q4 ? 0 : 128, q4};
      const std::string text = tiledGemm(s);
      for (unsigned workgroupSize : {64u, 32u, 256u}) {
        INFO("M " << M << (q4 ? " Q4_1" : " Q8_0") << " workgroup " << workgroupSize);
        rt::Image image = compile(text, workgroupSize);
        CHECK(image.workgroupSize == workgroupSize);
        for (int64_t rarity : {1000000, 300}) {
          GemmCase c(s, random, rarity, /*tameScales=*/rarity > 1000);
          compared += requireSame(runGemm(*device, image, c), c.y, "y");
        }
        if (M == 8)
          break; // The other workgroups are about distribution, which one row shows as well.
      }
    }
  std::cout << "gemm N=192 K=576 M=1,8 Q4_1 Q8_0: " << device->name() << ": " << compared
            << " values compared, 0 different" << std::endl;
}

TEST_CASE("a mutated constant of the binary is caught by the comparison", "[vulkan]") {
  auto device = openVulkanForTest();
  if (!device)
    return;
  Random random(testSeed("mutated constant"));
  GemmShape s{2, 64, 64, 4, 0, true};
  GemmCase c(s, random, 1000000, /*tameScales=*/true);
  rt::Image image = compile(tiledGemm(s));
  requireSame(runGemm(*device, image, c), c.y, "y");
  auto words = rt::readSpirv(image.bytes, image.entry);
  REQUIRE(words);
  unsigned caught = 0, mutants = 0;
  bool magicCaught = false;
  for (size_t at : floatConstants(*words)) {
    std::vector<uint32_t> changed = *words;
    // The exponent's lowest bit: the constant is doubled or halved.
    changed[at] ^= 0x00800000;
    rt::Image mutant = image;
    std::memcpy(mutant.bytes.data(), changed.data(), mutant.bytes.size());
    std::vector<float> got = runGemm(*device, mutant, c);
    uint64_t different = 0;
    for (size_t i = 0; i < got.size(); ++i)
      different += !sameValue(got[i], c.y[i]);
    ++mutants;
    caught += different > 0;
    float constant = golden::floatOf((*words)[at]);
    magicCaught |= constant == 12582912.0f && different > 0;
    std::cout << "mutant: constant " << constant << " -> " << golden::floatOf(changed[at])
              << ": y differs in " << different << " of " << got.size() << std::endl;
  }
  std::cout << "mutants: " << caught << " of " << mutants << " caught in y" << std::endl;
  CHECK(magicCaught);
  CHECK(caught >= 3);
}

TEST_CASE("a loop without an iteration returns its initial value beside one that runs", "[vulkan]") {
  auto device = openVulkanForTest();
  if (!device)
    return;
  // Element i adds 1 i mod 3 times to 10: neighbours run 0, 1 and 2 iterations.
  auto image = buildFor(*device, R"(
func.func @program(%y: memref<64xi32> {accel.role = "result"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c64 = arith.constant 64 : index
  %one = arith.constant 1 : i32
  %ten = arith.constant 10 : i32
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %n = arith.remui %i, %c3 : index
    %r = scf.for %j = %c0 to %n step %c1 iter_args(%s = %ten) -> i32 {
      %t = arith.addi %s, %one : i32
      scf.yield %t : i32
    }
    memref.store %r, %y[%i] : memref<64xi32>
  }
  return
}
)");
  if (!image)
    FAIL(image.error().message);
  auto after = runImage(*device, *image, {});
  REQUIRE(after);
  std::vector<int32_t> want;
  for (int i = 0; i < 64; ++i)
    want.push_back(10 + i % 3);
  std::cout << "loops: " << requireSame(valuesOf<int32_t>(after->back()), want, "y") << " values compared"
            << std::endl;
}
