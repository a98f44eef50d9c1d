// The schedule primitives at work: check everything, then rewrite. C-labels are those of CustOps.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Cust/Cust.h"

#include "dialects/Interfaces/TileSpace.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/TilingInterface.h"

using namespace mlir;
using namespace accord::cust;

#define GET_OP_CLASSES
#include "dialects/Cust/CustOps.cpp.inc"

namespace {

/// An error at the payload op that points back to the schedule.
InFlightDiagnostic refuse(Operation *payload, Operation *transform) {
  InFlightDiagnostic diag = payload->emitOpError();
  diag.attachNote(transform->getLoc()) << "refused '" << transform->getName() << "' asked for here";
  return diag;
}

DiagnosedSilenceableFailure refused() { return DiagnosedSilenceableFailure::definiteFailure(); }

/// The only op behind a handle, or null with an error at the transform op.
Operation *onlyOp(transform::TransformState &state, Value handle, Operation *transform, StringRef what) {
  SmallVector<Operation *> ops = llvm::to_vector(state.getPayloadOps(handle));
  if (ops.size() == 1)
    return ops.front();
  transform->emitOpError() << "expected " << what << " to be exactly one op, got " << ops.size();
  return nullptr;
}

/// Index arithmetic that computes the same: equal constants, the same value, or equal ops of the same
/// operands.
bool sameIndex(OpFoldResult a, OpFoldResult b) {
  if (isEqualConstantIntOrValue(a, b))
    return true;
  auto va = dyn_cast<Value>(a), vb = dyn_cast<Value>(b);
  if (!va || !vb || !va.getDefiningOp() || !vb.getDefiningOp())
    return false;
  Operation *oa = va.getDefiningOp(), *ob = vb.getDefiningOp();
  return oa->getName() == ob->getName() && oa->getAttrDictionary() == ob->getAttrDictionary() &&
         oa->getNumOperands() == ob->getNumOperands() && isPure(oa) && oa->getNumRegions() == 0 &&
         llvm::all_of(llvm::zip(oa->getOperands(), ob->getOperands()), [](auto pair) {
           return sameIndex(OpFoldResult(std::get<0>(pair)), OpFoldResult(std::get<1>(pair)));
         });
}

bool sameIndices(ArrayRef<OpFoldResult> a, ArrayRef<OpFoldResult> b) {
  return a.size() == b.size() && llvm::all_of(llvm::zip(a, b), [](auto pair) {
           return sameIndex(std::get<0>(pair), std::get<1>(pair));
         });
}

/// Replaces an extent of a result by that of its destination: the size of the slice that it is, if it is one.
void answerByDestination(RewriterBase &rewriter, tensor::DimOp dim, Value destination) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(dim);
  std::optional<int64_t> index = dim.getConstantIndex();
  auto slice = destination.getDefiningOp<tensor::ExtractSliceOp>();
  if (slice && index && slice.getType().getRank() == slice.getSourceType().getRank())
    rewriter.replaceOp(
        dim, getValueOrCreateConstantIndexOp(rewriter, dim.getLoc(), slice.getMixedSizes()[*index]));
  else
    rewriter.modifyOpInPlace(dim, [&] { dim.getSourceMutable().assign(destination); });
}

/// Whether a name is of an operand that the op writes.
bool isDestination(Operation *op, StringRef name) {
  return llvm::any_of(cast<DestinationStyleOpInterface>(op).getDpsInitsMutable(),
                      [&](OpOperand &init) { return operandName(init) == name; });
}

/// Whether a name is of a tile between the op's commands.
bool isInnerTile(Operation *op, StringRef name) {
  return llvm::is_contained(cast<accord::TileLegalityInterface>(op).getInnerTiles(), name);
}

} // namespace

//===- cust.tile
//----------------------------------------------------------------------------------------------===//

void TileOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  transform::consumesHandle(getTargetMutable(), effects);
  transform::producesHandle(getOperation()->getOpResults(), effects);
  transform::modifiesPayload(effects);
}

DiagnosedSilenceableFailure TileOp::apply(transform::TransformRewriter &rewriter,
                                          transform::TransformResults &results,
                                          transform::TransformState &state) {
  Operation *target = onlyOp(state, getTarget(), *this, "the target"); // C1
  if (!target)
    return refused();
  auto emit = [&] { return refuse(target, *this); };
  ArrayRef<int64_t> order = getOrder().value_or(ArrayRef<int64_t>());
  if (failed(checkTile(target, getSizes(), order, emit)))
    return refused();
  size_t numLoops = llvm::count_if(getSizes(), [](int64_t s) { return s != 0; });
  if (getLoops().size() != numLoops) { // C2
    emitOpError() << "expected " << numLoops + 1 << " results (the tile and " << numLoops << " loops), got "
                  << getLoops().size() + 1;
    return refused();
  }

  scf::SCFTilingOptions options;
  options.setTileSizes(getAsIndexOpFoldResult(getContext(), getSizes()));
  options.setInterchange(order);
  rewriter.setInsertionPoint(target);
  FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(rewriter, cast<TilingInterface>(target), options);
  if (failed(tiled)) {
    emit() << "expected an op that upstream tiling takes";
    return refused();
  }
  if (target->getNumResults() == 0)
    rewriter.eraseOp(target);
  else
    rewriter.replaceOp(target, tiled->replacements);
  results.set(cast<OpResult>(getTiled()), {tiled->tiledOps.back()});
  for (auto [handle, loop] : llvm::zip_equal(getLoops(), tiled->loops))
    results.set(cast<OpResult>(handle), {loop.getOperation()});
  return DiagnosedSilenceableFailure::success();
}

//===- cust.fuse
//----------------------------------------------------------------------------------------------===//

void FuseOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  transform::consumesHandle(getProducerMutable(), effects);
  transform::onlyReadsHandle(getLoopMutable(), effects);
  transform::producesHandle(getOperation()->getOpResults(), effects);
  transform::modifiesPayload(effects);
}

DiagnosedSilenceableFailure FuseOp::apply(transform::TransformRewriter &rewriter,
                                          transform::TransformResults &results,
                                          transform::TransformState &state) {
  Operation *producer = onlyOp(state, getProducer(), *this, "the producer");
  Operation *loopOp = onlyOp(state, getLoop(), *this, "the loop");
  if (!producer || !loopOp)
    return refused();
  auto emit = [&] { return refuse(producer, *this); };
  auto loop = dyn_cast<scf::ForOp>(loopOp);
  auto tiling = dyn_cast<TilingInterface>(producer);
  if (!tiling || !mlir::isa<DestinationStyleOpInterface>(producer) || !loop) { // C1
    emit() << "expected a producer that can be tiled and an 'scf.for', got '" << producer->getName()
           << "' and '" << loopOp->getName() << "'";
    return refused();
  }
  if (producer->getBlock() != loop->getBlock() || !producer->isBeforeInBlock(loop)) {
    emit() << "expected the producer before the loop in the same block";
    return refused();
  }

  // Who asks for an extent of a result is answered by its destination, which is as large.
  for (OpResult result : producer->getResults())
    for (Operation *user : llvm::make_early_inc_range(result.getUsers()))
      if (auto dim = dyn_cast<tensor::DimOp>(user))
        answerByDestination(rewriter, dim,
                            cast<DestinationStyleOpInterface>(producer).getTiedOpOperand(result)->get());

  SmallVector<tensor::ExtractSliceOp> slices; // C2
  for (Operation *user : producer->getUsers()) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
    if (!slice || !loop->isProperAncestor(slice)) {
      InFlightDiagnostic diag = emit() << "expected every use to be a slice inside the loop";
      diag.attachNote(user->getLoc()) << "used here by '" << user->getName() << "'";
      return refused();
    }
    if (!slice.hasUnitStride()) {
      emit() << "expected slices of unit stride";
      return refused();
    }
    slices.push_back(slice);
  }
  if (slices.empty()) {
    emit() << "expected the loop to use the producer, got no use";
    return refused();
  }
  DominanceInfo dominance(loop);
  llvm::sort(slices, [&](Operation *a, Operation *b) { return dominance.properlyDominates(a, b); });
  for (tensor::ExtractSliceOp slice : llvm::drop_begin(slices))
    if (!dominance.properlyDominates(slices.front().getOperation(), slice.getOperation())) {
      emit() << "expected one slice before all others, got slices in unrelated blocks";
      return refused();
    }

  // The tile of the iteration space that the first slice asks for; refused for good before anything is
  // replaced, and what was computed for it is dead code on a clone.
  tensor::ExtractSliceOp first = slices.front();
  rewriter.setInsertionPoint(first);
  unsigned resultNumber = cast<OpResult>(first.getSource()).getResultNumber();
  SmallVector<OpFoldResult> offsets, sizes;
  if (failed(tiling.getIterationDomainTileFromResultTile(rewriter, resultNumber, first.getMixedOffsets(),
                                                         first.getMixedSizes(), offsets, sizes))) {
    emit() << "expected a slice that is a tile of its iteration space";
    return refused();
  }
  if (auto legal = dyn_cast<accord::TileLegalityInterface>(producer)) { // C4
    SmallVector<int64_t> known;
    for (auto [dim, size] : llvm::zip_equal(legal.getTileSpace().dims, sizes))
      known.push_back(getConstantIntValue(size).value_or(dim.granule)); // a computed size is a last tile's
    if (failed(legal.checkTile(known, emit)))
      return refused();
  }
  for (tensor::ExtractSliceOp slice : llvm::drop_begin(slices)) { // C3
    SmallVector<OpFoldResult> resultOffsets, resultSizes;
    rewriter.setInsertionPoint(first);
    if (failed(tiling.getResultTilePosition(rewriter, cast<OpResult>(slice.getSource()).getResultNumber(),
                                            offsets, sizes, resultOffsets, resultSizes)) ||
        !sameIndices(resultOffsets, slice.getMixedOffsets()) ||
        !sameIndices(resultSizes, slice.getMixedSizes())) {
      InFlightDiagnostic diag = emit() << "expected all slices to belong to one tile of the producer";
      diag.attachNote(first.getLoc()) << "one tile is this slice's";
      diag.attachNote(slice.getLoc()) << "another is this slice's";
      return refused();
    }
  }

  rewriter.setInsertionPoint(first);
  FailureOr<TilingResult> fused = tiling.getTiledImplementation(rewriter, offsets, sizes);
  if (failed(fused)) {
    emit() << "expected a producer that upstream tiling takes";
    return refused();
  }
  for (tensor::ExtractSliceOp slice : slices) {
    Value value = fused->tiledValues[cast<OpResult>(slice.getSource()).getResultNumber()];
    if (value.getType() != slice.getType()) {
      rewriter.setInsertionPoint(slice);
      value = rewriter.create<tensor::CastOp>(slice.getLoc(), slice.getType(), value);
    }
    rewriter.replaceOp(slice, value);
  }
  rewriter.eraseOp(producer);
  results.set(cast<OpResult>(getFused()), {fused->tiledOps.back()});
  return DiagnosedSilenceableFailure::success();
}

//===- cust.buffer
//--------------------------------------------------------------------------------------------===//

void BufferOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  transform::onlyReadsHandle(getTargetMutable(), effects);
  transform::modifiesPayload(effects);
}

DiagnosedSilenceableFailure BufferOp::apply(transform::TransformRewriter &rewriter,
                                            transform::TransformResults &results,
                                            transform::TransformState &state) {
  for (Operation *target : state.getPayloadOps(getTarget())) {
    auto emit = [&] { return refuse(target, *this); };
    const SmallVector<StringRef> names = bufferNames(target);
    if (!llvm::is_contained(names, getOperand())) { // C1
      InFlightDiagnostic diag = emit() << "expected one of its operands (";
      llvm::interleaveComma(names, diag);
      diag << "), got '" << getOperand() << "'";
      return refused();
    }
    if (static_cast<int64_t>(getCount()) < 1 || static_cast<int64_t>(getCount()) > maxBuffers) { // C2
      emit() << "expected 1 to " << maxBuffers << " buffers of '" << getOperand() << "', got "
             << static_cast<int64_t>(getCount());
      return refused();
    }
    const isa::Memory memory = getMemory().getValue(),
                      expected = isInnerTile(target, getOperand()) ? isa::Memory::Acc : isa::Memory::Spm;
    bool toDram = memory == isa::Memory::Dram && isDestination(target, getOperand());
    if (memory != expected && !toDram) { // C3
      emit() << "expected '" << getOperand() << "' in " << name(expected) << ", got " << name(memory);
      return refused();
    }
    if (!target->getParentOfType<scf::ForOp>()) { // C4
      emit() << "expected an op in a loop: outside of one, '" << getOperand() << "' is a single tile";
      return refused();
    }
    NamedAttrList buffers(target->getAttrOfType<DictionaryAttr>(buffersAttrName));
    buffers.set(getOperand(), rewriter.getI64IntegerAttr(getCount()));
    SmallVector<Attribute> homes;
    if (auto list = target->getAttrOfType<ArrayAttr>(homesAttrName))
      llvm::copy_if(list, std::back_inserter(homes),
                    [&](Attribute name) { return name != getOperandAttr(); });
    if (toDram)
      homes.push_back(getOperandAttr());
    rewriter.modifyOpInPlace(target, [&] {
      target->setAttr(buffersAttrName, buffers.getDictionary(getContext()));
      if (homes.empty())
        target->removeAttr(homesAttrName);
      else
        target->setAttr(homesAttrName, rewriter.getArrayAttr(homes));
    });
  }
  return DiagnosedSilenceableFailure::success();
}

//===- cust.stream
//--------------------------------------------------------------------------------------------===//

void StreamOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  transform::onlyReadsHandle(getTargetMutable(), effects);
  transform::modifiesPayload(effects);
}

DiagnosedSilenceableFailure StreamOp::apply(transform::TransformRewriter &rewriter,
                                            transform::TransformResults &, transform::TransformState &state) {
  for (Operation *target : state.getPayloadOps(getTarget())) {
    auto positions = static_cast<int64_t>(getPositions()), heads = static_cast<int64_t>(getHeads());
    if (failed(checkStream(target, positions, heads, [&] { return refuse(target, *this); })))
      return refused();
    auto stream = rewriter.getDenseI64ArrayAttr({positions, heads});
    rewriter.modifyOpInPlace(target, [&] { target->setAttr(streamAttrName, stream); });
  }
  return DiagnosedSilenceableFailure::success();
}
