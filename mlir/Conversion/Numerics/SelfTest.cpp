// The self-test program: primitives, their faults, breaking inputs and golden answers, in one table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/SelfTest.h"

#include "mlir/Conversion/Numerics/Numerics.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "sim/golden/primitives.h"

using namespace mlir;
using namespace accord;
using numerics::Emitter;
using rt::ElementType;

namespace {

using Words = std::vector<uint32_t>; // element bits, whatever the element's width

/// One primitive. Elements go through the table as the low bits of a word.
struct Primitive {
  const char *name;
  std::vector<ElementType> inputs;
  ElementType result;
  Value (*emit)(Emitter &, ArrayRef<Value>);
  Value (*faulty)(Emitter &, ArrayRef<Value>);
  uint32_t (*golden)(ArrayRef<uint32_t>);
  /// One word a column; every list has one word per input.
  std::vector<Words> (*cases)();
};

float f(uint32_t bits) { return golden::floatOf(bits); }
uint32_t w(float x) { return golden::bitsOf(x); }

// Zeros, subnormals from the smallest to the largest, neighbours of 1, halves and ties, the edges of the
// magic add and of exact integers (2^22, 2^23, 2^24 and 2^24 +- 1 ulp), large numbers, infinities, a NaN;
// both signs below.
const uint32_t edges[] = {0x00000000, 0x00000001, 0x00000002, 0x00400000, 0x007fffff, 0x00800000, 0x00800001,
                          0x01000000, 0x0d800000, 0x33800000, 0x34000000, 0x38800000, 0x3e99999a, 0x3effffff,
                          0x3f000000, 0x3f000001, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x3fc00000, 0x40200000,
                          0x40490fdb, 0x4a800000, 0x4affffff, 0x4b000001, 0x4b400000, 0x4b7fffff, 0x4b800000,
                          0x4b800001, 0x5f000000, 0x7effffff, 0x7f7fffff, 0x7f800000, 0x7fc00000};

Words signedEdges() {
  Words all;
  for (uint32_t bits : edges)
    for (uint32_t sign : {0u, 0x80000000u})
      all.push_back(bits | sign);
  return all;
}

std::vector<Words> edgePairs() {
  std::vector<Words> cases;
  for (uint32_t x : signedEdges())
    for (uint32_t y : signedEdges())
      cases.push_back({x, y});
  return cases;
}

// a*b + c where one rounding differs from two: c is minus the rounded product, so that only a fused operation
// keeps the product's tail; and pseudo-random mantissas near 1.
std::vector<Words> contractionCases() {
  std::vector<Words> cases;
  uint32_t state = 12345;
  auto next = [&] { return state = state * 1664525u + 1013904223u; };
  for (int i = 0; i < 2048; ++i) {
    float a = f(0x3f800000u | next() >> 9);
    float b = f(0x3f800000u | next() >> 9);
    uint32_t other = 0x3f000000u + (next() >> 8);
    float c = i % 2 ? -golden::mul(a, b) : f(other | (next() & 0x80000000u));
    cases.push_back({w(a), w(b), w(c)});
  }
  return cases;
}

// |x| < 2^22: ties to both sides, numbers just beside ties, every edge in range.
std::vector<Words> roundingCases() {
  std::vector<Words> cases;
  for (uint32_t x : signedEdges())
    if (f(x) > -4194304.0f && f(x) < 4194304.0f)
      cases.push_back({x});
  for (int32_t n : {0, 1, 2, 3, 4, 126, 127, 1023, 65535, 2097151, 2097152, 4194302})
    for (float offset : {0.0f, 0.25f, 0.5f, 0.75f})
      for (float sign : {1.0f, -1.0f}) {
        uint32_t x = w(static_cast<float>(n) + offset), s = w(sign) & 0x80000000u;
        cases.insert(cases.end(), {{x | s}, {(x - (x > 0)) | s}, {(x + 1) | s}});
      }
  return cases;
}

std::vector<Words> intCases() {
  std::vector<Words> cases;
  for (int32_t n :
       {0, 1, 2, 3, 127, 128, 255, 4095, 65535, 65537, 8388607, 8388608, 8388609, 16777214, 16777215})
    for (int32_t sign : {1, -1})
      cases.push_back({static_cast<uint32_t>(sign * n)});
  return cases;
}

std::vector<Words> allF16() {
  std::vector<Words> cases;
  for (uint32_t h = 0; h < 0x10000; ++h)
    cases.push_back({h});
  return cases;
}

// Every f16, both midpoints beside it, and the neighbours of those: all ties and all carries.
std::vector<Words> narrowingCases() {
  std::vector<Words> cases;
  for (uint32_t x : signedEdges())
    cases.push_back({x});
  for (uint32_t h = 0; h < 0x10000; h += 7) {
    uint32_t x = w(golden::f16ToF32(static_cast<uint16_t>(h)));
    // Half an ulp above: bit 12 of a normal's mantissa; of subnormals the exact midpoint.
    bool subnormal = (h & 0x7fff) < 0x0400;
    uint32_t tie = subnormal ? w(f(x) + f(0x33000000) * (h & 0x8000 ? -1.0f : 1.0f)) : x + 0x1000;
    cases.insert(cases.end(), {{x}, {tie}, {tie - 1}, {tie + 1}});
  }
  return cases;
}

/// fma(a, b, c) up to a last rounding, from f32 operations: the product's exact tail by Veltkamp's split and
/// Dekker's product (T. J. Dekker, "A floating-point technique for extending the available precision", 1971),
/// added last.
Value fused(Emitter &e, Value a, Value b, Value c) {
  auto split = [&](Value x) {
    Value t = e.mul(x, e.f32(0x45800800 /* 2^12 + 1 */, x)), high = e.sub(t, e.sub(t, x));
    return std::pair(high, e.sub(x, high));
  };
  auto [aHigh, aLow] = split(a);
  auto [bHigh, bLow] = split(b);
  Value product = e.mul(a, b);
  Value tail = e.sub(e.mul(aHigh, bHigh), product);
  tail = e.add(e.add(tail, e.mul(aHigh, bLow)), e.mul(aLow, bHigh));
  tail = e.add(tail, e.mul(aLow, bLow));
  return e.add(e.add(product, c), tail);
}

const Primitive primitives[] = {
    {"add",
     {ElementType::F32, ElementType::F32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.add(v[0], v[1]); },
     // Flushes a subnormal sum.
     [](Emitter &e, ArrayRef<Value> v) {
       Value sum = e.add(v[0], v[1]), bits = e.bits(sum), exponent = e.andI(bits, e.i32(0x7f800000, bits));
       Value zero = e.i32(0, bits);
       return e.select(e.cmp(arith::CmpIPredicate::eq, exponent, zero), e.fromBits(zero), sum);
     },
     [](ArrayRef<uint32_t> v) { return w(golden::add(f(v[0]), f(v[1]))); },
     edgePairs},
    {"sub",
     {ElementType::F32, ElementType::F32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.sub(v[0], v[1]); },
     // The sign of zero: -0 - (+0) and such through b - a.
     [](Emitter &e, ArrayRef<Value> v) {
       Value d = e.bits(e.sub(v[1], v[0]));
       return e.fromBits(e.xorI(d, e.i32(0x80000000, d)));
     },
     [](ArrayRef<uint32_t> v) { return w(golden::sub(f(v[0]), f(v[1]))); },
     edgePairs},
    {"mul",
     {ElementType::F32, ElementType::F32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.mul(v[0], v[1]); },
     // Flushes a subnormal product.
     [](Emitter &e, ArrayRef<Value> v) {
       Value p = e.mul(v[0], v[1]), bits = e.bits(p), exponent = e.andI(bits, e.i32(0x7f800000, bits));
       Value zero = e.i32(0, bits);
       return e.select(e.cmp(arith::CmpIPredicate::eq, exponent, zero), e.fromBits(zero), p);
     },
     [](ArrayRef<uint32_t> v) { return w(golden::mul(f(v[0]), f(v[1]))); },
     edgePairs},
    {"contraction",
     {ElementType::F32, ElementType::F32, ElementType::F32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.add(e.mul(v[0], v[1]), v[2]); },
     [](Emitter &e, ArrayRef<Value> v) { return fused(e, v[0], v[1], v[2]); },
     [](ArrayRef<uint32_t> v) { return w(golden::add(golden::mul(f(v[0]), f(v[1])), f(v[2]))); },
     contractionCases},
    {"magic_add",
     {ElementType::F32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.magicRound(v[0]); },
     // Folded away, as a compiler that reassociates does.
     [](Emitter &, ArrayRef<Value> v) { return v[0]; },
     [](ArrayRef<uint32_t> v) {
       const float magic = 12582912.0f; // 1.5 * 2^23
       return w(golden::sub(golden::add(f(v[0]), magic), magic));
     },
     roundingCases},
    {"int_to_float",
     {ElementType::I32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.fromInt(v[0]); },
     // A half-precision path: the low bits of large integers are lost.
     [](Emitter &e, ArrayRef<Value> v) { return e.fromInt(e.shl(e.shrS(v[0], 1), 1)); },
     [](ArrayRef<uint32_t> v) { return w(golden::fromInt(static_cast<int32_t>(v[0]))); },
     intCases},
    {"float_to_int",
     {ElementType::F32},
     ElementType::I32,
     [](Emitter &e, ArrayRef<Value> v) { return e.roundToInt(v[0]); },
     // Rounds halves up.
     [](Emitter &e, ArrayRef<Value> v) { return e.roundToInt(e.add(v[0], e.f32(0x34000000, v[0]))); },
     [](ArrayRef<uint32_t> v) { return static_cast<uint32_t>(golden::roundToInt(f(v[0]))); },
     roundingCases},
    {"widen_f16",
     {ElementType::F16},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.widenF16(e.f16Bits(v[0])); },
     // Subnormals become zeros.
     [](Emitter &e, ArrayRef<Value> v) {
       Value wide = e.widenF16(e.f16Bits(v[0])), bits = e.bits(wide);
       Value small =
           e.cmp(arith::CmpIPredicate::ult, e.andI(bits, e.i32(0x7fffffff, bits)), e.i32(0x38800000, bits));
       return e.select(small, e.f32(0, wide), wide);
     },
     [](ArrayRef<uint32_t> v) { return w(golden::f16ToF32(static_cast<uint16_t>(v[0]))); },
     allF16},
    {"narrow_f16",
     {ElementType::F32},
     ElementType::I16,
     [](Emitter &e, ArrayRef<Value> v) { return e.narrowF16(v[0]); },
     // Truncates: twelve bits below the last kept one are dropped before rounding.
     [](Emitter &e, ArrayRef<Value> v) {
       Value bits = e.bits(v[0]);
       return e.narrowF16(e.fromBits(e.andI(bits, e.i32(0xffffe000, bits))));
     },
     [](ArrayRef<uint32_t> v) { return static_cast<uint32_t>(golden::f32ToF16(f(v[0]))); },
     narrowingCases},
    {"select_max",
     {ElementType::F32, ElementType::F32},
     ElementType::F32,
     [](Emitter &e, ArrayRef<Value> v) { return e.max(v[0], v[1]); },
     // Takes the other one when neither is greater: a NaN is dropped, and +0 and -0 are told apart.
     [](Emitter &e, ArrayRef<Value> v) {
       return e.select(e.cmp(arith::CmpFPredicate::OLT, v[0], v[1]), v[1], v[0]);
     },
     [](ArrayRef<uint32_t> v) { return f(v[0]) > f(v[1]) ? v[0] : v[1]; },
     edgePairs},
};

Type typeOf(Builder &b, ElementType type) {
  switch (type) {
  case ElementType::I8:
    return b.getI8Type();
  case ElementType::I16:
    return b.getIntegerType(16);
  case ElementType::I32:
    return b.getI32Type();
  case ElementType::F16:
    return b.getF16Type();
  case ElementType::F32:
    return b.getF32Type();
  }
  return {};
}

std::string functionOf(const Primitive &p) { return std::string("selftest_") + p.name; }

void emitFunction(OpBuilder &b, const Primitive &p, bool fault) {
  Location loc = b.getUnknownLoc();
  int64_t count = static_cast<int64_t>(p.cases().size());
  SmallVector<Type> types;
  for (ElementType input : p.inputs)
    types.push_back(MemRefType::get({count}, typeOf(b, input)));
  types.push_back(MemRefType::get({count}, typeOf(b, p.result)));
  auto func = b.create<func::FuncOp>(loc, functionOf(p), b.getFunctionType(types, {}));
  func->setAttr("accel.program", b.getUnitAttr());
  for (unsigned i = 0; i < types.size(); ++i)
    func.setArgAttr(i, "accel.role", b.getStringAttr(i + 1 < types.size() ? "argument" : "result"));
  OpBuilder::InsertionGuard guard(b);
  Block *entry = func.addEntryBlock();
  b.setInsertionPointToStart(entry);
  Value zero = b.create<arith::ConstantIndexOp>(loc, 0), one = b.create<arith::ConstantIndexOp>(loc, 1);
  Value end = b.create<arith::ConstantIndexOp>(loc, count);
  b.create<scf::ParallelOp>(loc, ValueRange(zero), ValueRange(end), ValueRange(one),
                            [&](OpBuilder &inner, Location, ValueRange at) {
                              Emitter e(inner, loc);
                              SmallVector<Value> values;
                              for (Value argument : entry->getArguments().drop_back())
                                values.push_back(inner.create<memref::LoadOp>(loc, argument, at));
                              Value result = fault ? p.faulty(e, values) : p.emit(e, values);
                              inner.create<memref::StoreOp>(loc, result, entry->getArguments().back(), at);
                            });
  b.create<func::ReturnOp>(loc);
}

void appendWord(std::vector<uint8_t> &bytes, uint32_t word, ElementType type) {
  for (uint64_t i = 0; i < rt::bytesOf(type); ++i)
    bytes.push_back(static_cast<uint8_t>(word >> (8 * i)));
}

} // namespace

std::vector<std::string> accord::selfTestPrimitives() {
  std::vector<std::string> names;
  for (const Primitive &p : primitives)
    names.emplace_back(p.name);
  return names;
}

Expected<OwningOpRef<ModuleOp>> accord::buildSelfTestModule(MLIRContext &context, StringRef fault) {
  if (!fault.empty() && !llvm::is_contained(selfTestPrimitives(), fault))
    return Error{"self-test: expected the name of a primitive to make faulty, got '" + fault.str() + "'"};
  context.loadDialect<arith::ArithDialect, func::FuncDialect, memref::MemRefDialect, scf::SCFDialect>();
  OwningOpRef<ModuleOp> module(ModuleOp::create(UnknownLoc::get(&context)));
  OpBuilder b = OpBuilder::atBlockEnd(module->getBody());
  for (const Primitive &p : primitives)
    emitFunction(b, p, fault == p.name);
  return module;
}

Expected<std::vector<rt::SelfTestCase>> accord::buildSelfTestCases(ImageBuilder build, StringRef fault) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  auto module = buildSelfTestModule(context, fault);
  if (!module)
    return module.error();
  std::vector<rt::SelfTestCase> tests;
  for (const Primitive &p : primitives) {
    Expected<rt::Image> image = build(**module, functionOf(p));
    if (!image)
      return image.error();
    rt::SelfTestCase test;
    test.primitive = p.name;
    test.image = std::move(*image);
    test.inputs.resize(p.inputs.size());
    for (const Words &words : p.cases()) {
      for (size_t i = 0; i < words.size(); ++i)
        appendWord(test.inputs[i], words[i], p.inputs[i]);
      appendWord(test.expected, p.golden(words), p.result);
    }
    tests.push_back(std::move(test));
  }
  return tests;
}
