// Positions: embedding, rotation, caches and attention.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Kernels.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace accord::cpu;
using arith::CmpIPredicate;
namespace model = accord::model;
namespace nn = accord::nn;
namespace lut = accord::lut;

static constexpr int64_t lanes = model::cpuLanes;

/// The widest vector, up to 16 lanes, of which `count` holds whole ones.
static int64_t lanesOf(int64_t count) {
  int64_t width = lanes;
  while (count % width)
    width /= 2;
  return width;
}

func::FuncOp Kernels::rope(int64_t headDim, nn::RopeStyle style) {
  bool adjacent = style == nn::RopeStyle::Adjacent;
  return get("rope_" + nn::stringifyRopeStyle(style) + "_" + Twine(headDim),
             {Rows, Rows, Rows, Rows, Range, Range}, [&](Code &c, Arguments &arguments) {
               RowsArgument x = arguments.rows(), cos = arguments.rows(), sin = arguments.rows(),
                            y = arguments.rows();
               RangeArgument rows = arguments.range(), heads = arguments.range();
               int64_t pairs = headDim / 2, width = lanesOf(pairs);
               Type type = c.f32Type(width);
               // Lanes of the first and second of each pair among two vectors, and the way back.
               SmallVector<int64_t> even, odd, low, high;
               for (int64_t i = 0; i < width; ++i) {
                 even.push_back(2 * i);
                 odd.push_back(2 * i + 1);
                 low.push_back(i / 2 + (i % 2) * width);
                 high.push_back((i + width) / 2 + (i % 2) * width);
               }
               c.loop(rows.begin, rows.end, [&](Value row) {
                 Value cosRow = rowOf(c, cos, row), sinRow = rowOf(c, sin, row);
                 c.loop(heads.begin, heads.end, [&](Value head) {
                   Value offset = c.mul(head, 4 * headDim);
                   Value from = c.at(rowOf(c, x, row), offset), to = c.at(rowOf(c, y, row), offset);
                   for (int64_t i = 0; i < pairs; i += width) {
                     int64_t firstAt = adjacent ? 8 * i : 4 * i,
                             secondAt = firstAt + 4 * (adjacent ? width : pairs);
                     Value a = c.load(type, c.at(from, firstAt)), b = c.load(type, c.at(from, secondAt));
                     if (adjacent && width > 1) {
                       Value first = c.shuffle(a, b, even), second = c.shuffle(a, b, odd);
                       a = first;
                       b = second;
                     }
                     Value cosine = c.load(type, c.at(cosRow, 4 * i)),
                           sine = c.load(type, c.at(sinRow, 4 * i));
                     Value first = c.e.sub(c.e.mul(a, cosine), c.e.mul(b, sine));
                     Value second = c.e.add(c.e.mul(a, sine), c.e.mul(b, cosine));
                     if (adjacent && width > 1) {
                       Value mixed = c.shuffle(first, second, low);
                       second = c.shuffle(first, second, high);
                       first = mixed;
                     }
                     c.store(first, c.at(to, firstAt));
                     c.store(second, c.at(to, secondAt));
                   }
                 });
               });
             });
}

func::FuncOp Kernels::cacheAppend(MemRefType type, bool keys) {
  model::CpuCache cache = cacheOf(type);
  std::string name;
  llvm::raw_string_ostream(name) << "append_" << (keys ? "keys_" : "values_") << type.getElementType() << "_"
                                 << cache.positions << "x" << cache.headDim;
  return get(name, {Rows, Pointer, Count, Range, Range}, [&](Code &c, Arguments &arguments) {
    RowsArgument x = arguments.rows();
    Value base = arguments.value(), position = arguments.value();
    RangeArgument rows = arguments.range(), heads = arguments.range();
    int64_t bytes = cache.elementBytes, width = lanesOf(cache.headDim);
    c.loop(rows.begin, rows.end, [&](Value row) {
      Value p = c.add(position, row);
      c.loop(heads.begin, heads.end, [&](Value head) {
        Value from = c.at(rowOf(c, x, row), c.mul(head, 4 * cache.headDim));
        Value to = c.at(base, c.mul(head, keys ? cache.keyHeadBytes() : cache.valueHeadBytes()));
        if (keys) {
          to = c.at(to, c.mul(c.div(p, lanes), cache.headDim * lanes * bytes));
          to = c.at(to, c.mul(c.rem(p, lanes), bytes));
        } else {
          to = c.at(to, c.mul(p, cache.paddedHeadDim() * bytes));
        }
        for (int64_t d = 0; d < cache.headDim; d += width) {
          Value v = c.narrow(c.load(c.f32Type(width), c.at(from, 4 * d)), type.getElementType());
          if (!keys) {
            c.store(v, c.at(to, d * bytes));
            continue;
          }
          for (int64_t i = 0; i < width; ++i) {
            Value one = width == 1 ? v : c.b.create<vector::ExtractElementOp>(c.loc, v, c.i64(i));
            c.store(one, c.at(to, (d + i) * lanes * bytes));
          }
        }
      });
    });
  });
}

/// Query heads of one key head that are computed at once: as many as have room for their sums.
static int64_t headsAtOnce(int64_t ratio, const model::CpuCache &cache) {
  int64_t most = std::max<int64_t>(1, 16 / (cache.paddedHeadDim() / lanes));
  int64_t count = std::min<int64_t>({ratio, most, 4});
  while (ratio % count)
    --count;
  return count;
}

int64_t Kernels::attentionScratch(MemRefType type, int64_t heads) {
  model::CpuCache cache = cacheOf(type);
  return headsAtOnce(heads / cache.heads, cache) * cache.blocks() * lanes * 4;
}

namespace {

/// Attention of one row and a few query heads that share a key head: scores of 16 positions a vector, values
/// of 16 columns a vector.
struct HeadBlock {
  Code &c;
  model::CpuCache cache;
  Type element;
  int64_t count;
  uint32_t scale;
  Value keys, values; // of the head
  Value q, y;         // of the first query head
  Value positions;    // that there are
  Value scratch;

  void run() {
    Value blocks = c.div(c.add(positions, lanes - 1), lanes);
    Code::Values largest = scores(blocks);
    for (Value &lane : largest)
      lane = c.splat(c.fold(lane, [&](Value a, Value b) { return c.e.max(a, b); }));
    Code::Values inverse = exponentials(blocks, largest);
    for (Value &sum : inverse)
      sum = c.splat(c.e.rcp(c.fold(sum, [&](Value a, Value b) { return c.e.add(a, b); })));
    c.loop(c.i64(0), blocks, [&](Value block) {
      for (int64_t h = 0; h < count; ++h)
        c.store(c.e.mul(c.load(c.f32Type(), scoreAt(h, block)), inverse[h]), scoreAt(h, block));
    });
    weighted();
  }

private:
  Value scoreAt(int64_t h, Value block) {
    return c.at(scratch, c.add(c.mul(block, 4 * lanes), h * cache.blocks() * lanes * 4));
  }
  Value present(Value block) {
    Value left = c.e.subI(positions, c.mul(block, lanes));
    left = c.b.create<arith::TruncIOp>(c.loc, c.b.getI32Type(), c.min(left, c.i64(lanes)));
    return c.e.cmp(CmpIPredicate::slt, c.laneIndices(), c.splat(left));
  }

  /// Stores the scores and gives the largest of each lane.
  Code::Values scores(Value blocks) {
    Value lowest = c.f32(0xff800000); // -inf
    return c.loop(c.i64(0), blocks, Code::Values(count, lowest), [&](Value block, ValueRange largest) {
      Value from = c.at(keys, c.mul(block, cache.headDim * lanes * cache.elementBytes));
      Code::Values sums = c.loop(
          c.i64(0), c.i64(cache.headDim), Code::Values(count, c.f32(negativeZero)),
          [&](Value d, ValueRange sums) {
            Value key = c.load(c.vectorOf(element, lanes), c.at(from, c.mul(d, lanes * cache.elementBytes)));
            key = c.widen(key);
            Code::Values next;
            for (int64_t h = 0; h < count; ++h) {
              Value query = c.load(c.b.getF32Type(), c.at(q, c.add(c.mul(d, 4), 4 * h * cache.headDim)));
              next.push_back(c.e.add(sums[h], c.e.mul(c.splat(query), key)));
            }
            return next;
          });
      Value live = present(block);
      Code::Values next;
      for (int64_t h = 0; h < count; ++h) {
        Value score = c.e.select(live, c.e.mul(sums[h], c.f32(scale)), lowest);
        c.store(score, scoreAt(h, block));
        next.push_back(c.e.max(score, largest[h]));
      }
      return next;
    });
  }

  Code::Values exponentials(Value blocks, ValueRange largest) {
    return c.loop(c.i64(0), blocks, Code::Values(count, c.f32(negativeZero)),
                  [&](Value block, ValueRange sums) {
                    Value live = present(block);
                    Code::Values next;
                    for (int64_t h = 0; h < count; ++h) {
                      Value e = c.e.exp(c.e.sub(c.load(c.f32Type(), scoreAt(h, block)), largest[h]));
                      c.store(e, scoreAt(h, block));
                      next.push_back(c.e.add(sums[h], c.e.select(live, e, c.f32(negativeZero))));
                    }
                    return next;
                  });
  }

  void weighted() {
    int64_t vectors = cache.paddedHeadDim() / lanes, bytes = cache.elementBytes;
    Code::Values sums =
        c.loop(c.i64(0), positions, Code::Values(count * vectors, c.f32(negativeZero)),
               [&](Value j, ValueRange sums) {
                 Value from = c.at(values, c.mul(j, cache.paddedHeadDim() * bytes));
                 Code::Values weights, next(count * vectors);
                 for (int64_t h = 0; h < count; ++h)
                   weights.push_back(c.splat(c.load(
                       c.b.getF32Type(), c.at(scratch, c.add(c.mul(j, 4), h * cache.blocks() * lanes * 4)))));
                 for (int64_t v = 0; v < vectors; ++v) {
                   Value value = c.widen(c.load(c.vectorOf(element, lanes), c.at(from, v * lanes * bytes)));
                   for (int64_t h = 0; h < count; ++h)
                     next[h * vectors + v] = c.e.add(sums[h * vectors + v], c.e.mul(weights[h], value));
                 }
                 return next;
               });
    for (int64_t h = 0; h < count; ++h)
      for (int64_t v = 0; v < vectors; ++v)
        c.storeFirst(sums[h * vectors + v], c.at(y, 4 * (h * cache.headDim + v * lanes)),
                     std::min(lanes, cache.headDim - v * lanes));
  }
};

} // namespace

func::FuncOp Kernels::attention(MemRefType type, int64_t heads, llvm::APFloat scale) {
  model::CpuCache cache = cacheOf(type);
  uint32_t scaleBits = scale.bitcastToAPInt().getZExtValue();
  std::string name;
  llvm::raw_string_ostream(name) << "attention_" << type.getElementType() << "_" << heads << "_"
                                 << cache.heads << "x" << cache.positions << "x" << cache.headDim << "_"
                                 << scaleBits;
  return get(name, {Rows, Pointer, Pointer, Rows, Count, Pointer, Range, Count},
             [&](Code &c, Arguments &arguments) {
               RowsArgument q = arguments.rows();
               Value keys = arguments.value(), values = arguments.value();
               RowsArgument y = arguments.rows();
               Value position = arguments.value(), scratch = arguments.value();
               RangeArgument units = arguments.range();
               int64_t ratio = heads / cache.heads, count = headsAtOnce(ratio, cache);
               c.loop(units.begin, units.end, arguments.value(), [&](Value unit) {
                 Value row = c.div(unit, cache.heads), head = c.rem(unit, cache.heads);
                 Value headKeys = c.at(keys, c.mul(head, cache.keyHeadBytes()));
                 Value headValues = c.at(values, c.mul(head, cache.valueHeadBytes()));
                 Value positions = c.add(c.add(position, row), 1);
                 c.loop(c.i64(0), c.i64(ratio), c.i64(count), [&](Value first) {
                   Value offset = c.mul(c.add(c.mul(head, ratio), first), 4 * cache.headDim);
                   HeadBlock{c,
                             cache,
                             type.getElementType(),
                             count,
                             scaleBits,
                             headKeys,
                             headValues,
                             c.at(rowOf(c, q, row), offset),
                             c.at(rowOf(c, y, row), offset),
                             positions,
                             scratch}
                       .run();
                 });
               });
             });
}

func::FuncOp Kernels::embed(RankedTensorType table) {
  auto type = dyn_cast<lut::WeightType>(table.getElementType());
  const char *scales = !type || !type.getScale().isF32()                ? ""
                       : weightsOf(type, table.getShape()).nibbleScales ? "_nibbles"
                                                                        : "_f32";
  std::string name;
  llvm::raw_string_ostream stream(name);
  stream << "embed_" << table.getDimSize(1) << "_";
  if (type)
    stream << "u" << type.getBits() << "_g" << type.getGroup() << "_z" << type.getZero()
           << (type.getHasMin() ? "_min" : "") << scales;
  else
    stream << table.getElementType();
  return get(name, {Rows, Pointer, Rows, Range}, [&](Code &c, Arguments &arguments) {
    RowsArgument tokens = arguments.rows();
    Value base = arguments.value();
    RowsArgument y = arguments.rows();
    RangeArgument rows = arguments.range();
    c.loop(rows.begin, rows.end, [&](Value row) {
      Value token = c.b.create<arith::ExtUIOp>(c.loc, c.b.getI64Type(),
                                               c.load(c.b.getI32Type(), rowOf(c, tokens, row)));
      Value lane = c.rem(token, lanes), tile = c.div(token, lanes), to = rowOf(c, y, row);
      if (!type) {
        model::CpuFloats floats = floatsOf(table.getElementType(), table.getShape());
        Value from = c.at(c.at(base, c.mul(tile, floats.tileBytes())), c.mul(lane, floats.elementBytes));
        c.loop(c.i64(0), c.i64(floats.k), [&](Value k) {
          Value v = c.load(table.getElementType(), c.at(from, c.mul(k, lanes * floats.elementBytes)));
          c.store(c.widen(v), c.at(to, c.mul(k, 4)));
        });
        return;
      }
      model::CpuWeights w = weightsOf(type, table.getShape());
      Value from = c.at(base, c.mul(tile, w.tileBytes()));
      Type scaleType = w.f32Scales ? Type(c.b.getF32Type()) : Type(c.b.getF16Type());
      auto scaleOf = [&](int64_t offset, Value g) {
        Value i = c.add(c.mul(g, lanes), lane);
        return c.splat(c.widen(c.load(scaleType, c.at(from, c.add(c.mul(i, w.scaleBytes()), offset)))), 4);
      };
      // Four codes of one lane are one word: bytes 4·lane .. of a register, in one plane of it.
      c.loop(c.i64(0), c.i64((w.k + 3) / 4), [&](Value quad) {
        Value g = c.div(c.mul(quad, 4), w.group);
        int64_t planes = w.unit() / 4;
        Value word =
            c.load(c.b.getI32Type(), c.at(c.at(from, c.mul(c.div(quad, planes), 64)), c.mul(lane, 4)));
        Value shift = c.mul(c.rem(quad, planes), w.bits);
        word = c.b.create<arith::ShRUIOp>(c.loc, word,
                                          c.b.create<arith::TruncIOp>(c.loc, c.b.getI32Type(), shift));
        auto four = cast<ShapedType>(c.i32Type(4));
        Value shifts = c.b.create<arith::ConstantOp>(
            c.loc, DenseElementsAttr::get(four, ArrayRef<int32_t>{0, 8, 16, 24}));
        Value codes = c.b.create<arith::ShRUIOp>(c.loc, c.splat(word, 4), shifts);
        codes = c.e.andI(codes, c.i32((1 << w.bits) - 1, 4));
        codes = c.e.subI(codes, c.i32(static_cast<int32_t>(type.getZero()), 4));
        Value d, m;
        if (w.nibbleScales) {
          Value nibbles = c.b.create<arith::ExtUIOp>(
              c.loc, c.b.getI32Type(),
              c.load(c.b.getI8Type(), c.at(from, c.add(c.add(c.mul(g, lanes), lane), w.scalesOffset()))));
          Value pair = c.at(
              from, c.add(c.add(c.mul(c.div(g, 16), 2 * model::cpuLine), c.mul(lane, 4)), w.minimaOffset()));
          auto four = [&](Value at) { return c.splat(c.load(c.b.getF32Type(), at), 4); };
          std::tie(d, m) =
              twoLevelScales(c, c.splat(nibbles, 4), four(pair), four(c.at(pair, model::cpuLine)));
        } else {
          d = scaleOf(w.scalesOffset(), g);
          if (w.hasMin)
            m = scaleOf(w.minimaOffset(), g);
        }
        Value v = c.e.mul(c.e.fromInt(codes), d);
        if (m)
          v = c.e.add(v, m);
        c.store(v, c.at(to, c.mul(quad, 16)));
      });
    });
  });
}
