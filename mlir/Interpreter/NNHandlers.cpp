// Handlers of the `nn` dialect: each op by its golden function.
//
// Before one runs, the shapes that run time gave its operands are held to the op's constraints: golden reads
// what it is told is there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Interpreter/Handlers.h"
#include "sim/golden/attention.h"
#include "sim/golden/functions.h"
#include "sim/golden/nn.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord::interpreter {
namespace {

golden::FloatFormat formatOf(const HostTensor &tensor) {
  return tensor.kind == ElementKind::F16    ? golden::FloatFormat::F16
         : tensor.kind == ElementKind::BF16 ? golden::FloatFormat::BF16
                                            : golden::FloatFormat::F32;
}

golden::Floats floatsOf(const HostTensor &tensor) { return {formatOf(tensor), tensor.bytes.data()}; }

golden::CacheShape cacheOf(const HostTensor &cache) {
  return {cache.shape[0], cache.shape[1], cache.shape[2], cache.shape[3]};
}

/// A sum starts from its first term.
LogicalResult expectColumns(Operation *op, const HostTensor &x) {
  if (x.shape[1] < 1)
    return op->emitOpError() << "expected at least 1 column to sum, got " << x.shape[1];
  return success();
}

LogicalResult run(nn::RMSNormOp op, Operands in, State &, HostTensor &y) {
  const HostTensor &x = *in[0];
  if (failed(expectColumns(op, x)) || failed(expectShape(op, in, 1, {x.shape[1]})) ||
      failed(expectShape(op, in, 2, x.shape)))
    return failure();
  golden::rmsNorm(x.data<float>(), in[1]->data<float>(), x.shape[0], x.shape[1], op.getEps().convertToFloat(),
                  y.data<float>());
  return success();
}

LogicalResult run(nn::SoftmaxOp op, Operands in, State &, HostTensor &y) {
  const HostTensor &x = *in[0];
  if (failed(expectColumns(op, x)) || failed(expectShape(op, in, 1, x.shape)))
    return failure();
  golden::softmax(x.data<float>(), x.shape[0], x.shape[1], y.data<float>());
  return success();
}

LogicalResult run(nn::RopeOp op, Operands in, State &, HostTensor &y) {
  const HostTensor &x = *in[0];
  int64_t head = op.getHeadDim();
  if (x.shape[1] % head != 0)
    return op.emitOpError() << "expected rows of whole heads of " << head << ", got " << x.shape[1]
                            << " columns";
  for (unsigned table : {1, 2})
    if (failed(expectShape(op, in, table, {x.shape[0], head / 2})))
      return failure();
  if (failed(expectShape(op, in, 3, x.shape)))
    return failure();
  golden::RopeStyle style =
      op.getStyle() == nn::RopeStyle::Adjacent ? golden::RopeStyle::Adjacent : golden::RopeStyle::Halves;
  golden::rope(x.data<float>(), in[1]->data<float>(), in[2]->data<float>(), x.shape[0], x.shape[1] / head,
               head, y.data<float>(), style);
  return success();
}

// Elementwise: the tile space has every axis of every operand, and is checked for each op.
LogicalResult run(nn::SiluOp, Operands in, State &, HostTensor &y) {
  for (int64_t i = 0; i < in[0]->numElements(); ++i)
    y.data<float>()[i] = golden::silu(in[0]->data<float>()[i]);
  return success();
}

LogicalResult run(nn::SiluMulOp, Operands in, State &, HostTensor &y) {
  golden::siluMul(in[0]->data<float>(), in[1]->data<float>(), in[0]->numElements(), y.data<float>());
  return success();
}

LogicalResult run(nn::Relu2MulOp, Operands in, State &, HostTensor &y) {
  golden::relu2Mul(in[0]->data<float>(), in[1]->data<float>(), in[0]->numElements(), y.data<float>());
  return success();
}

LogicalResult run(nn::AddOp, Operands in, State &, HostTensor &y) {
  golden::addRows(in[0]->data<float>(), in[1]->data<float>(), in[0]->shape[0], in[0]->shape[1],
                  y.data<float>());
  return success();
}

LogicalResult run(nn::MatmulOp op, Operands in, State &, HostTensor &y) {
  const HostTensor &a = *in[0], &b = *in[1];
  if (failed(expectColumns(op, a)) || failed(expectShape(op, in, 1, {b.shape[0], a.shape[1]})) ||
      failed(expectShape(op, in, 2, {a.shape[0], b.shape[0]})))
    return failure();
  golden::contract(a.data<float>(), floatsOf(b), a.shape[0], b.shape[0], a.shape[1], y.data<float>());
  return success();
}

LogicalResult run(nn::EmbedOp op, Operands in, State &state, HostTensor &y) {
  const HostTensor &tokens = *in[0], &table = *in[1];
  if (failed(expectShape(op, in, 2, {tokens.shape[0], table.shape[1]})))
    return failure();
  for (int64_t i = 0; i < tokens.shape[0]; ++i)
    if (int32_t token = tokens.data<int32_t>()[i]; token < 0 || token >= table.shape[0])
      return op.emitOpError() << "token " << i << ": expected a row of the table, 0 to " << table.shape[0] - 1
                              << ", got " << token;
  if (auto type = dyn_cast<lut::WeightType>(getElementTypeOrSelf(op.getTable().getType())))
    return embedQuantized(op, type, table, tokens, state, y);
  golden::embedRows(tokens.data<int32_t>(), tokens.shape[0], floatsOf(table), table.shape[1],
                    y.data<float>());
  return success();
}

struct Place {
  int64_t layer, position;
};

/// Where `rows` new rows stand in a cache, from the operands `layer` and the one after it.
FailureOr<Place> placeOf(Operation *op, const HostTensor &cache, Operands in, unsigned layer, int64_t rows) {
  Place place = {*in[layer]->data<int64_t>(), *in[layer + 1]->data<int64_t>()};
  if (place.layer < 0 || place.layer >= cache.shape[0])
    return op->emitOpError() << "expected a layer of the cache, 0 to " << cache.shape[0] - 1 << ", got "
                             << place.layer;
  if (place.position < 0 || place.position > cache.shape[1] || rows > cache.shape[1] - place.position)
    return op->emitOpError() << "expected rows in the cache's " << cache.shape[1] << " positions, got "
                             << rows << " from position " << place.position;
  return place;
}

LogicalResult run(nn::AttentionOp op, Operands in, State &, HostTensor &y) {
  const HostTensor &q = *in[0], &k = *in[1], &v = *in[2];
  int64_t rows = q.shape[0], heads = op.getHeads();
  int64_t columns = llvm::SaturatingMultiply<uint64_t>(heads, k.shape[3]); // past 2^63 it is no shape's
  if (failed(expectShape(op, in, 0, {rows, columns})) || failed(expectShape(op, in, 5, q.shape)))
    return failure();
  FailureOr<Place> place = placeOf(op, k, in, 3, rows);
  if (failed(place))
    return failure();
  golden::attention(q.data<float>(), rows, heads, op.getScale().convertToFloat(), cacheOf(k), floatsOf(k),
                    floatsOf(v), place->layer, place->position, y.data<float>());
  return success();
}

// nn.map and nn.transpose: MapHandler.cpp. Axes are checked as those of elementwise ops.
LogicalResult run(nn::MapOp op, Operands in, State &, HostTensor &y) {
  runMap(op, in, y);
  return success();
}

LogicalResult run(nn::TransposeOp, Operands in, State &, HostTensor &y) {
  runTranspose(*in[0], y);
  return success();
}

Outcome append(nn::CacheAppendOp op, Operands in) {
  const HostTensor &x = *in[0];
  HostTensor &cache = *in.memory(1);
  if (failed(expectShape(op, in, 0, {x.shape[0], cache.shape[2] * cache.shape[3]})))
    return failure();
  FailureOr<Place> place = placeOf(op, cache, in, 2, x.shape[0]);
  if (failed(place))
    return failure();
  golden::cacheAppend(x.data<float>(), x.shape[0], cacheOf(cache), place->layer, place->position,
                      formatOf(cache), cache.bytes.data());
  return SmallVector<HostTensor>();
}

SharedOutcome ropeTables(nn::RopeTableOp op, State &state) {
  auto type = cast<RankedTensorType>(op.getCos().getType());
  auto &[cos, sin] = state.ropeTables[{op->getAttrDictionary(), type}];
  if (!cos) {
    SharedTensor factors;
    if (StringAttr name = op.getFactorsAttr()) {
      auto resolved =
          resolveParam(op, name, RankedTensorType::get({type.getDimSize(1)}, type.getElementType()), state);
      if (failed(resolved))
        return failure();
      factors = *resolved;
    }
    HostTensor c = *makeHostTensor(type, type.getShape()), s = c;
    if (Status made =
            golden::ropeTables(type.getDimSize(0), op.getHeadDim(), op.getTheta().convertToDouble(),
                               op.getScale().convertToDouble(), factors ? factors->data<float>() : nullptr,
                               c.data<float>(), s.data<float>());
        !made)
      return op.emitOpError() << made.error().message;
    cos = std::make_shared<const HostTensor>(std::move(c));
    sin = std::make_shared<const HostTensor>(std::move(s));
  }
  return SmallVector<Argument>{cos, sin};
}

} // namespace

FailureOr<SharedTensor> resolveParam(Operation *op, StringAttr name, Type type, State &state) {
  SharedTensor &known = state.params[{name, type}];
  if (known)
    return known;
  if (!state.resolver)
    return op->emitOpError() << "parameter " << name << ": expected a resolver to ask, got none";
  Expected<SharedTensor> given = state.resolver(name.getValue(), type);
  if (!given)
    return op->emitOpError() << "parameter " << name << ": " << given.error().message;
  if (!*given || !isOfType(**given, type))
    return op->emitOpError() << "parameter " << name << ": expected " << type << ", got "
                             << (*given ? describe(**given) : "none");
  if (auto weight = dyn_cast<lut::WeightType>(getElementTypeOrSelf(type)))
    state.codes[{given->get(), weight}]; // kept once it is decoded
  return known = *given;
}

SharedOutcome runKept(Operation *op, State &state) {
  if (auto table = dyn_cast<nn::RopeTableOp>(op))
    return ropeTables(table, state);
  auto param = cast<nn::ParamOp>(op);
  FailureOr<SharedTensor> tensor = resolveParam(op, param.getNameAttr(), param.getType(), state);
  if (failed(tensor))
    return failure();
  return SmallVector<Argument>{*tensor};
}

Outcome runNN(Operation *op, Operands operands, State &state) {
  if (auto append = dyn_cast<nn::CacheAppendOp>(op))
    return interpreter::append(append, operands);
  HostTensor y = *operands.back(); // The destination; overwritten whole.
  LogicalResult ran =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case<nn::RMSNormOp, nn::SoftmaxOp, nn::RopeOp, nn::SiluOp, nn::SiluMulOp, nn::Relu2MulOp,
                nn::AddOp, nn::MatmulOp, nn::EmbedOp, nn::AttentionOp, nn::MapOp, nn::TransposeOp>(
              [&](auto known) { return run(known, operands, state, y); })
          .Default([](Operation *other) { return other->emitOpError("is not executed by the interpreter"); });
  if (failed(ran))
    return failure();
  return SmallVector<HostTensor>{std::move(y)};
}

} // namespace accord::interpreter
