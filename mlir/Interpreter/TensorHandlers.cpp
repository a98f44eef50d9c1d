// Handlers of arith and tensor: constants, shapes, sums of indices, slices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Interpreter/Handlers.h"

using namespace mlir;

namespace accord::interpreter {
namespace {

SharedOutcome one(HostTensor result) {
  return SmallVector<Argument>{Argument(std::make_shared<const HostTensor>(std::move(result)))};
}

int64_t indexOf(const HostTensor *tensor) { return *tensor->data<int64_t>(); }

SharedOutcome oneIndex(int64_t value) {
  HostTensor result = {{}, ElementKind::Index, std::vector<uint8_t>(8)};
  *result.data<int64_t>() = value;
  return one(std::move(result));
}

/// A tensor of zeros of the op's type.
FailureOr<HostTensor> make(Operation *op, ArrayRef<int64_t> shape) {
  for (int64_t size : shape)
    if (size < 0)
      return op->emitOpError() << "expected sizes of at least 0, got " << size;
  FailureOr<HostTensor> result = makeHostTensor(op->getResult(0).getType(), shape);
  if (failed(result))
    return op->emitOpError("has a type that the interpreter does not hold");
  return result;
}

SharedOutcome run(arith::ConstantOp op, Operands) {
  ArrayRef<int64_t> shape;
  if (auto shaped = dyn_cast<ShapedType>(op.getType()))
    shape = shaped.getShape();
  FailureOr<HostTensor> result = make(op, shape);
  if (failed(result))
    return failure();
  auto write = [&](int64_t at, const llvm::APInt &bits) {
    size_t size = result->bytes.size() / std::max<int64_t>(result->numElements(), 1);
    uint64_t value = bits.getZExtValue();
    std::memcpy(result->bytes.data() + at * size, &value, size);
  };
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    write(0, number.getValue().bitcastToAPInt());
  else if (auto integer = dyn_cast<IntegerAttr>(op.getValue()))
    write(0, integer.getValue());
  else if (auto floats = dyn_cast<DenseFPElementsAttr>(op.getValue()))
    for (auto [i, value] : llvm::enumerate(floats.getValues<llvm::APFloat>()))
      write(i, value.bitcastToAPInt());
  else if (auto integers = dyn_cast<DenseIntElementsAttr>(op.getValue()))
    for (auto [i, value] : llvm::enumerate(integers.getValues<llvm::APInt>()))
      write(i, value);
  else if (auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue())) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    size_t got = blob ? blob->getData().size() : 0;
    if (got != result->bytes.size())
      return op.emitOpError() << "expected a resource of " << result->bytes.size() << " bytes, got " << got;
    std::memcpy(result->bytes.data(), blob->getData().data(), got);
  } else
    return op.emitOpError("has a value that the interpreter does not read");
  return one(std::move(*result));
}

/// On indices; unsigned, so that overflow wraps as the ops' does.
template <typename Op, typename Combine> SharedOutcome combine(Op op, Operands in, Combine combine) {
  if (!op.getType().isIndex())
    return op.emitOpError() << "expected indices to execute on, got " << op.getType();
  return oneIndex(combine(static_cast<uint64_t>(indexOf(in[0])), static_cast<uint64_t>(indexOf(in[1]))));
}
SharedOutcome run(arith::AddIOp op, Operands in) { return combine(op, in, std::plus<uint64_t>()); }
SharedOutcome run(arith::SubIOp op, Operands in) { return combine(op, in, std::minus<uint64_t>()); }
SharedOutcome run(arith::MulIOp op, Operands in) { return combine(op, in, std::multiplies<uint64_t>()); }

SharedOutcome run(tensor::EmptyOp op, Operands in) {
  SmallVector<int64_t> shape(op.getType().getShape());
  size_t next = 0;
  for (int64_t &dim : shape)
    if (ShapedType::isDynamic(dim))
      dim = indexOf(in[next++]);
  FailureOr<HostTensor> result = make(op, shape);
  if (failed(result))
    return failure();
  return one(std::move(*result));
}

SharedOutcome run(tensor::DimOp op, Operands in) {
  int64_t axis = indexOf(in[1]);
  if (axis < 0 || axis >= static_cast<int64_t>(in[0]->shape.size()))
    return op.emitOpError() << "expected a dimension of the tensor, got " << axis;
  return oneIndex(in[0]->shape[axis]);
}

SharedOutcome run(tensor::CastOp op, Operands in) {
  if (!isOfType(*in[0], op.getType()))
    return op.emitOpError() << "expected a tensor that is " << op.getType() << ", got " << describe(*in[0]);
  return SmallVector<Argument>{in.argument(0)};
}

/// The elements of `from`, of another shape of as many.
SharedOutcome reshape(Operation *op, const HostTensor &from, ArrayRef<int64_t> shape) {
  HostTensor result = from;
  result.shape = llvm::to_vector(shape);
  if (!isOfType(result, op->getResult(0).getType()) || result.numElements() != from.numElements())
    return op->emitOpError() << "expected a tensor that is " << op->getResult(0).getType() << ", got "
                             << describe(from);
  return one(std::move(result));
}
SharedOutcome run(tensor::CollapseShapeOp op, Operands in) {
  SmallVector<int64_t> shape;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    int64_t extent = 1;
    for (int64_t axis : group)
      extent *= in[0]->shape[axis];
    shape.push_back(extent);
  }
  return reshape(op, *in[0], shape);
}
SharedOutcome run(tensor::ExpandShapeOp op, Operands in) {
  size_t next = 1;
  SmallVector<int64_t> shape = llvm::map_to_vector(op.getStaticOutputShape(), [&](int64_t extent) {
    return ShapedType::isDynamic(extent) ? indexOf(in[next++]) : extent;
  });
  return reshape(op, *in[0], shape);
}

/// Copies the box at `offsets` of `sizes`, last axis by last axis.
void copyBox(const HostTensor &from, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes, HostTensor &to) {
  if (to.bytes.empty())
    return;
  size_t size = from.bytes.size() / from.numElements(), rank = sizes.size();
  int64_t run = rank ? sizes.back() : 1;
  SmallVector<int64_t> index(rank, 0);
  for (size_t done = 0; done < to.bytes.size(); done += run * size) {
    int64_t at = 0;
    for (size_t axis = 0; axis < rank; ++axis)
      at = at * from.shape[axis] + offsets[axis] + index[axis];
    std::memcpy(to.bytes.data() + done, from.bytes.data() + at * size, run * size);
    for (size_t axis = rank; axis-- > 1;) { // the last axis is whole: count from the one before
      if (++index[axis - 1] < sizes[axis - 1])
        break;
      index[axis - 1] = 0;
    }
  }
}

SharedOutcome run(tensor::ExtractSliceOp op, Operands in) {
  const HostTensor &from = *in[0];
  if (from.kind == ElementKind::Weight)
    return op.emitOpError() << "expected elements of their own, got weights in their storage";
  if (!op.hasUnitStride())
    return op.emitOpError("expected unit strides");
  size_t next = 1;
  auto take = [&](ArrayRef<int64_t> fixed) {
    return llvm::map_to_vector(
        fixed, [&](int64_t value) { return ShapedType::isDynamic(value) ? indexOf(in[next++]) : value; });
  };
  SmallVector<int64_t> offsets = take(op.getStaticOffsets()), sizes = take(op.getStaticSizes()), kept;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  for (auto [axis, extent] : llvm::enumerate(from.shape)) {
    if (offsets[axis] < 0 || sizes[axis] < 0 || offsets[axis] > extent ||
        sizes[axis] > extent - offsets[axis])
      return op.emitOpError() << "expected axis " << axis << " of the slice to lie in 0 to " << extent
                              << ", got " << sizes[axis] << " from " << offsets[axis];
    if (!dropped[axis])
      kept.push_back(sizes[axis]);
  }
  FailureOr<HostTensor> result = make(op, kept);
  if (failed(result))
    return failure();
  copyBox(from, offsets, sizes, *result);
  return one(std::move(*result));
}

} // namespace

SharedOutcome runTensor(Operation *op, Operands operands) {
  return llvm::TypeSwitch<Operation *, SharedOutcome>(op)
      .Case<arith::ConstantOp, arith::AddIOp, arith::SubIOp, arith::MulIOp, tensor::EmptyOp, tensor::DimOp,
            tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp>(
          [&](auto known) { return run(known, operands); })
      .Default([](Operation *other) {
        return other->emitOpError("is not executed by the interpreter (L0 and L1)");
      });
}

} // namespace accord::interpreter
