// How kernels come into a module, and the ones that work row by row.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Kernels.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "sim/golden/function_constants.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::cpu;
using arith::CmpFPredicate;
using arith::CmpIPredicate;
namespace constants = accord::golden::constants;
namespace model = accord::model;
namespace nn = accord::nn;
namespace lut = accord::lut;

static constexpr int64_t lanes = model::cpuLanes;

model::CpuWeights accord::cpu::weightsOf(lut::WeightType type, ArrayRef<int64_t> shape) {
  model::CpuWeights w;
  w.n = shape[0];
  w.k = shape[1];
  w.group = type.getGroup();
  w.bits = model::CpuWeights::classOf(type.getBits(), w.group);
  w.hasMin = type.getHasMin();
  w.f32Scales = type.getScale().isF32();
  w.nibbleScales = type.getStorage() == lut::Storage::GGUFQ2_K;
  return w;
}

std::pair<Value, Value> accord::cpu::twoLevelScales(Code &c, Value nibbles, Value d, Value min) {
  return {c.e.mul(d, c.e.fromInt(c.e.andI(nibbles, c.e.i32(15, nibbles)))),
          c.e.mul(min, c.e.fromInt(c.e.shrU(nibbles, 4)))};
}

model::CpuFloats accord::cpu::floatsOf(Type element, ArrayRef<int64_t> shape) {
  return {shape[0], shape[1], element.getIntOrFloatBitWidth() / 8};
}

model::CpuCache accord::cpu::cacheOf(MemRefType type) {
  ArrayRef<int64_t> shape = type.getShape();
  return {shape[0], shape[1], shape[2], shape[3], type.getElementTypeBitWidth() / 8};
}

Kernels::Kernels(ModuleOp module, const CpuTarget &target) : module(module), target(target) {}

func::FuncOp Kernels::get(const Twine &name, ArrayRef<Kind> kinds,
                          llvm::function_ref<void(Code &, Arguments &)> body) {
  std::string symbol = ("kernel_" + name).str();
  if (auto known = module.lookupSymbol<func::FuncOp>(symbol))
    return known;
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Code c(b, module.getLoc(), target);
  SmallVector<Type> types;
  for (Kind kind : kinds) {
    if (kind == Pointer || kind == Rows)
      types.push_back(c.ptrType());
    if (kind != Pointer)
      types.append(kind == Range ? 2 : 1, b.getI64Type());
  }
  auto f = b.create<func::FuncOp>(module.getLoc(), symbol, b.getFunctionType(types, {}));
  f.setPrivate();
  // Inlined into every call of every layer, kernels would be most of the time of compilation.
  f->setAttr("passthrough", b.getStrArrayAttr({"noinline", "nounwind"}));
  Arguments arguments{f.addEntryBlock()};
  b.setInsertionPointToStart(arguments.block);
  body(c, arguments);
  b.create<func::ReturnOp>(module.getLoc());
  return f;
}

/// Σ over `k` consecutive terms, term(lane index of the first, live lanes), in the order of norms and
/// softmax.
static Value laneSum(Code &c, int64_t k, llvm::function_ref<Value(Value, int64_t)> term) {
  Value sum = c.loop(c.i64(0), c.i64(k / lanes), {c.f32(negativeZero)},
                     [&](Value i, ValueRange sums) -> Code::Values {
                       return {c.e.add(sums[0], term(c.mul(i, lanes), lanes))};
                     })[0];
  if (int64_t tail = k % lanes) {
    Value live = c.firstLanes(tail, lanes);
    sum = c.e.add(sum, c.e.select(live, term(c.i64(k - tail), tail), c.f32(negativeZero)));
  }
  return c.fold(sum, [&](Value x, Value y) { return c.e.add(x, y); });
}

func::FuncOp Kernels::rmsNorm(int64_t k, llvm::APFloat eps) {
  uint32_t epsBits = eps.bitcastToAPInt().getZExtValue();
  return get("rms_norm_" + Twine(k) + "_" + Twine(epsBits), {Rows, Pointer, Rows, Range},
             [&](Code &c, Arguments &arguments) {
               RowsArgument x = arguments.rows();
               Value w = arguments.value();
               RowsArgument y = arguments.rows();
               RangeArgument rows = arguments.range();
               c.loop(rows.begin, rows.end, [&](Value row) {
                 Value from = rowOf(c, x, row), to = rowOf(c, y, row);
                 auto loadX = [&](Value i) { return c.load(c.f32Type(), c.at(from, c.mul(i, 4))); };
                 Value sum = laneSum(c, k, [&](Value i, int64_t) {
                   Value v = loadX(i);
                   return c.e.mul(v, v);
                 });
                 float inverse = static_cast<float>(1.0 / static_cast<double>(k));
                 Value mean = c.e.mul(sum, c.f32(llvm::bit_cast<uint32_t>(inverse), 1));
                 Value r = c.splat(c.e.rsqrt(c.e.add(mean, c.f32(epsBits, 1))));
                 c.loop(c.i64(0), c.i64((k + lanes - 1) / lanes), [&](Value i) {
                   Value at = c.mul(i, lanes);
                   Value scaled = c.e.mul(loadX(at), r);
                   c.store(c.e.mul(scaled, c.load(c.f32Type(), c.at(w, c.mul(at, 4)))),
                           c.at(to, c.mul(at, 4)));
                 });
               });
             });
}

func::FuncOp Kernels::softmax(int64_t n) {
  return get("softmax_" + Twine(n), {Rows, Rows, Range}, [&](Code &c, Arguments &arguments) {
    RowsArgument x = arguments.rows(), y = arguments.rows();
    RangeArgument rows = arguments.range();
    c.loop(rows.begin, rows.end, [&](Value row) {
      Value from = rowOf(c, x, row), to = rowOf(c, y, row);
      auto load = [&](Value base, Value i) { return c.load(c.f32Type(), c.at(base, c.mul(i, 4))); };
      Value lowest = c.f32(0xff800000); // -inf
      Value largest =
          c.loop(c.i64(0), c.i64(n / lanes), {lowest}, [&](Value i, ValueRange largest) -> Code::Values {
            return {c.e.max(load(from, c.mul(i, lanes)), largest[0])};
          })[0];
      if (n % lanes)
        largest = c.e.max(
            c.e.select(c.firstLanes(n % lanes, lanes), load(from, c.i64(n - n % lanes)), lowest), largest);
      largest = c.splat(c.fold(largest, [&](Value a, Value b) { return c.e.max(a, b); }));
      c.loop(c.i64(0), c.i64((n + lanes - 1) / lanes), [&](Value i) {
        Value at = c.mul(i, lanes);
        c.store(c.e.exp(c.e.sub(load(from, at), largest)), c.at(to, c.mul(at, 4)));
      });
      Value inverse = c.splat(c.e.rcp(laneSum(c, n, [&](Value i, int64_t) { return load(to, i); })));
      c.loop(c.i64(0), c.i64((n + lanes - 1) / lanes), [&](Value i) {
        Value at = c.mul(i, lanes);
        c.store(c.e.mul(load(to, at), inverse), c.at(to, c.mul(at, 4)));
      });
    });
  });
}

func::FuncOp Kernels::elementwise(Operation *op) {
  bool unary = mlir::isa<nn::SiluOp>(op);
  SmallVector<Kind> kinds(unary ? 2 : 3, Rows);
  kinds.append({Range, Range});
  return get(op->getName().stripDialect(), kinds, [&](Code &c, Arguments &arguments) {
    RowsArgument x = arguments.rows(), y = unary ? x : arguments.rows(), out = arguments.rows();
    RangeArgument rows = arguments.range(), tiles = arguments.range();
    c.loop(rows.begin, rows.end, [&](Value row) {
      Value fromX = rowOf(c, x, row), fromY = rowOf(c, y, row), to = rowOf(c, out, row);
      c.loop(tiles.begin, tiles.end, [&](Value tile) {
        Value at = c.mul(tile, 4 * lanes);
        Value a = c.load(c.f32Type(), c.at(fromX, at)), b = a;
        if (!unary)
          b = c.load(c.f32Type(), c.at(fromY, at));
        Value result = TypeSwitch<Operation *, Value>(op)
                           .Case([&](nn::AddOp) { return c.e.add(a, b); })
                           .Case([&](nn::SiluOp) { return c.e.silu(a); })
                           .Case([&](nn::SiluMulOp) { return c.e.mul(c.e.silu(a), b); })
                           .Case([&](nn::Relu2MulOp) {
                             Value r = c.e.max(a, c.f32(0));
                             return c.e.mul(c.e.mul(r, r), b);
                           });
        c.store(result, c.at(to, at));
      });
    });
  });
}

func::FuncOp Kernels::copyRows() {
  return get("copy_rows", {Rows, Rows, Count, Range}, [&](Code &c, Arguments &arguments) {
    RowsArgument x = arguments.rows(), y = arguments.rows();
    Value tiles = arguments.value();
    RangeArgument rows = arguments.range();
    c.loop(rows.begin, rows.end, [&](Value row) {
      Value from = rowOf(c, x, row), to = rowOf(c, y, row);
      c.loop(c.i64(0), tiles, [&](Value tile) {
        Value at = c.mul(tile, 64);
        c.store(c.load(c.i32Type(), c.at(from, at)), c.at(to, at));
      });
    });
  });
}

/// Calls body(group, its length, known here) for groups begin .. end, of which those from `whole` on (at most
/// one) have `tail` members.
static void forGroups(Code &c, Value begin, Value end, Value whole, int64_t group, int64_t tail,
                      llvm::function_ref<void(Value, int64_t)> body) {
  c.loop(begin, c.min(end, whole), [&](Value g) { body(g, group); });
  if (tail)
    c.loop(c.b.create<arith::MaxSIOp>(c.loc, begin, whole), end, [&](Value g) { body(g, tail); });
}

// Groups in batches of 16: first the largest magnitude of each, then 16 scales and inverses at once, then the
// codes.
func::FuncOp Kernels::quantizeAct(int64_t k, int64_t group) {
  int64_t tail = k % group;
  return get(
      "quantize_act_" + Twine(group) + "_" + Twine(tail), {Rows, Rows, Rows, Count, Count, Range},
      [&](Code &c, Arguments &arguments) {
        RowsArgument x = arguments.rows(), q = arguments.rows(), s = arguments.rows();
        Value whole = arguments.value(), groups = arguments.value();
        RangeArgument rows = arguments.range();
        Value inverses =
            c.b.create<LLVM::AllocaOp>(c.loc, c.ptrType(), c.f32Type(), c.i64(1), /*alignment=*/64);
        c.loop(rows.begin, rows.end, [&](Value row) {
          Value from = rowOf(c, x, row), codes = rowOf(c, q, row), scales = rowOf(c, s, row);
          c.loop(c.i64(0), groups, c.i64(lanes), [&](Value first) {
            Value end = c.min(c.add(first, lanes), groups);
            auto members = [&](Value g, int64_t length, llvm::function_ref<void(Value, int64_t)> visit) {
              Value begin = c.mul(g, group);
              for (int64_t i = 0; i < length; i += lanes)
                visit(c.add(begin, i), std::min(lanes, length - i));
            };
            auto loadX = [&](Value i, int64_t live) {
              return c.loadFirst(c.f32Type(), c.at(from, c.mul(i, 4)), live, c.f32(0));
            };
            forGroups(c, first, end, whole, group, tail, [&](Value g, int64_t length) {
              Value largest;
              members(g, length, [&](Value i, int64_t live) {
                Value magnitude = c.e.andI(c.e.bits(loadX(i, live)), c.i32(constants::magnitudeMask));
                largest = largest ? c.b.create<arith::MaxUIOp>(c.loc, largest, magnitude) : magnitude;
              });
              Value one = c.b.create<vector::ReductionOp>(c.loc, vector::CombiningKind::MAXUI, largest);
              c.store(one, c.at(scales, c.mul(g, 4)));
            });

            Value batch = c.at(scales, c.mul(first, 4));
            Value largest = c.load(c.i32Type(), batch);
            Value bad = c.e.cmp(CmpIPredicate::uge, largest, c.i32(constants::infinity));
            Value small = c.e.cmp(CmpIPredicate::ult, largest, c.i32(constants::smallestScaled));
            Value amax = c.e.fromBits(c.e.select(bad, c.i32(constants::one), largest));
            Value inverse = c.e.mul(c.f32(constants::codeLimit), c.e.rcp(amax));
            Value scale = c.e.mul(amax, c.f32(constants::inverseLimit));
            inverse = c.e.select(bad, c.f32(0), c.e.select(small, c.f32(0), inverse));
            scale = c.e.select(bad, c.f32(constants::quietNaN), c.e.select(small, c.f32(0), scale));
            c.store(scale, batch);
            c.store(inverse, inverses);

            forGroups(c, first, end, whole, group, tail, [&](Value g, int64_t length) {
              Value inverse = c.load(c.b.getF32Type(), c.at(inverses, c.mul(c.e.subI(g, first), 4)));
              // No conversion ever sees the NaN or infinity of a group without codes.
              Value coded = c.e.cmp(CmpFPredicate::OGT, inverse, c.f32(0, 1));
              members(g, length, [&](Value i, int64_t live) {
                Value v = c.b.create<arith::SelectOp>(c.loc, coded, loadX(i, live), c.f32(0));
                Value code = c.e.roundToInt(c.e.mul(v, c.splat(inverse)));
                code = c.b.create<arith::MinSIOp>(c.loc, code, c.i32(127));
                code = c.b.create<arith::MaxSIOp>(c.loc, code, c.i32(-127));
                code = c.b.create<arith::TruncIOp>(c.loc, c.vectorOf(c.b.getI8Type(), lanes), code);
                c.storeFirst(code, c.at(codes, i), live);
              });
            });
          });
        });
      });
}

func::FuncOp Kernels::groupSums(int64_t k, int64_t group, int64_t zero) {
  int64_t tail = k % group;
  return get("group_sums_" + Twine(group) + "_" + Twine(tail) + "_" + Twine(zero), {Rows, Rows, Count, Range},
             [&](Code &c, Arguments &arguments) {
               RowsArgument q = arguments.rows(), sums = arguments.rows();
               Value whole = arguments.value();
               RangeArgument rows = arguments.range();
               c.loop(rows.begin, rows.end, [&](Value row) {
                 Value from = rowOf(c, q, row), to = rowOf(c, sums, row);
                 Value end = tail ? c.add(whole, 1) : whole;
                 forGroups(c, c.i64(0), end, whole, group, tail, [&](Value g, int64_t length) {
                   Value sum;
                   for (int64_t i = 0; i < length; i += lanes) {
                     Type bytes = c.vectorOf(c.b.getI8Type(), lanes);
                     Value absent = c.b.create<arith::ConstantOp>(c.loc, c.b.getZeroAttr(bytes));
                     Value v = c.loadFirst(bytes, c.at(from, c.add(c.mul(g, group), i)),
                                           std::min(lanes, length - i), absent);
                     v = c.b.create<arith::ExtSIOp>(c.loc, c.i32Type(), v);
                     sum = sum ? c.e.addI(sum, v) : v;
                   }
                   Value one = c.b.create<vector::ReductionOp>(c.loc, vector::CombiningKind::ADD, sum);
                   if (zero)
                     one = c.e.mulI(one, c.i32(static_cast<int32_t>(-zero), 1));
                   else
                     one = c.e.fromInt(one);
                   c.store(one, c.at(to, c.mul(g, 4)));
                 });
               });
             });
}
