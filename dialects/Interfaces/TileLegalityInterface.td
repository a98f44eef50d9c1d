// The op interface through which a schedule asks which tiles an op allows, and the base class of the ops that have it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_INTERFACES_TILELEGALITYINTERFACE_TD
#define ACCORD_DIALECTS_INTERFACES_TILELEGALITYINTERFACE_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

def TileLegalityInterface : OpInterface<"TileLegalityInterface"> {
  let cppNamespace = "::accord";
  let description = [{
    Says which tile sizes keep an op's meaning. It is the direct legality interface of schedules and searches: it reads
    the op and changes nothing. An op describes itself once, by its tile space (dialects/Interfaces/TileSpace.h);
    the check, the op's TilingInterface and its memory effects follow from that description.
  }];
  let methods = [
    InterfaceMethod<
      "Describes the op's iteration dimensions (name, kind, granule) and how its operands follow them.",
      "::accord::TileSpace", "getTileSpace", (ins)>,
    InterfaceMethod<
      "The names that the op's definition gives its operands, in their order.",
      "::llvm::ArrayRef<::llvm::StringRef>", "getOperandNames", (ins), "return ConcreteOp::getOperandNames();">,
    InterfaceMethod<
      "The name of one operand. Of several operands of one name each has it.",
      "::llvm::StringRef", "getOperandName", (ins "unsigned":$operand), "", [{
        for (unsigned group = 0;; ++group) {
          auto [first, count] = $_op.getODSOperandIndexAndLength(group);
          if (operand < first + count)
            return $_op.getOperandNames()[group];
        }
      }]>,
    InterfaceMethod<
      "Tiles between the op's commands that a schedule may give buffers, by their names.",
      "::llvm::ArrayRef<::llvm::StringRef>", "getInnerTiles", (ins), "return ConcreteOp::getInnerTiles();">,
    InterfaceMethod<[{
        Succeeds when tiling by `sizes` keeps the op's meaning. One size for each dimension of the tile space, in its
        order; 0 leaves a dimension whole. A refusal is told through `emit` and names the dimension, the
        size and the factor that it breaks.
      }],
      "::llvm::LogicalResult", "checkTile",
      (ins "::llvm::ArrayRef<int64_t>":$sizes, "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emit),
      /*methodBody=*/"",
      /*defaultImplementation=*/"return ::accord::checkTileSizes($_op, $_op.getTileSpace(), sizes, emit);">,
  ];
}

// Words as literals of C++.
class Accord_Literals<list<string> words> {
  string literals = !interleave(!foreach(word, words, "\"" # word # "\""), ", ");
}
// The names of the operands among an op's arguments.
class Accord_OperandNames<dag arguments> {
  list<string> names = !foldl([]<string>, !range(!size(arguments)), all, i, !listconcat(all,
    !if(!isa<AttrConstraint>(!getdagarg<Constraint>(arguments, i)), []<string>, [!getdagname(arguments, i)])));
}

// An op in destination style whose last `numInits` operands are its destinations and whose tiling is its tile space's.
class Accord_TiledOp<Dialect dialect, string mnemonic, int numInits, list<Trait> traits = []>
    : Op<dialect, mnemonic, !listconcat(traits, [
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<TileLegalityInterface, ["getTileSpace"]>,
        TilingInterface,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>])> {
  /// Names of tiles between the op's commands.
  list<string> innerTiles = [];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), getOperation()->getNumOperands() - }] # numInits # [{, }] #
    numInits # [{);
    }
    static ::llvm::ArrayRef<::llvm::StringRef> getOperandNames() {
      static const ::llvm::StringRef names[] = {}] # Accord_Literals<Accord_OperandNames<arguments>.names>.literals # [{};
      return names;
    }
    static ::llvm::ArrayRef<::llvm::StringRef> getInnerTiles() {
      static const ::std::vector<::llvm::StringRef> names = {}] # Accord_Literals<innerTiles>.literals # [{};
      return names;
    }
    // TilingInterface, declared here in full: its own declarations need namespace mlir.
    ::llvm::SmallVector<::mlir::utils::IteratorType> getLoopIteratorTypes();
    ::llvm::SmallVector<::mlir::Range> getIterationDomain(::mlir::OpBuilder &b);
    ::mlir::FailureOr<::mlir::TilingResult> getTiledImplementation(::mlir::OpBuilder &b,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets, ::llvm::ArrayRef<::mlir::OpFoldResult> sizes);
    ::llvm::LogicalResult getResultTilePosition(::mlir::OpBuilder &b, unsigned resultNumber,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets, ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes);
    ::llvm::LogicalResult getIterationDomainTileFromResultTile(::mlir::OpBuilder &b, unsigned resultNumber,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets, ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &iterOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &iterSizes);
    ::mlir::FailureOr<::mlir::TilingResult> generateResultTileValue(::mlir::OpBuilder &b, unsigned resultNumber,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets, ::llvm::ArrayRef<::mlir::OpFoldResult> sizes);
  }];
  let extraClassDefinition = [{
    ::llvm::SmallVector<::mlir::utils::IteratorType> $cppClass::getLoopIteratorTypes() {
      return ::accord::tileIteratorTypes(getTileSpace());
    }
    ::llvm::SmallVector<::mlir::Range> $cppClass::getIterationDomain(::mlir::OpBuilder &b) {
      return ::accord::tileIterationDomain(b, *this, getTileSpace());
    }
    ::mlir::FailureOr<::mlir::TilingResult>
    $cppClass::getTiledImplementation(::mlir::OpBuilder &b, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
                                      ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return ::accord::tileOp(b, *this, getTileSpace(), offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &b, unsigned resultNumber, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes, ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      return ::accord::resultTile(b, *this, getTileSpace(), resultNumber, offsets, sizes, resultOffsets, resultSizes);
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromResultTile(
        ::mlir::OpBuilder &b, unsigned resultNumber, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes, ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &iterOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &iterSizes) {
      return ::accord::iterationTile(b, *this, getTileSpace(), resultNumber, offsets, sizes, iterOffsets, iterSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult>
    $cppClass::generateResultTileValue(::mlir::OpBuilder &b, unsigned resultNumber,
                                       ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
                                       ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return ::accord::tileForResult(b, *this, getTileSpace(), resultNumber, offsets, sizes);
    }
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<::mlir::MemoryEffects::Effect>> &effects) {
      ::accord::tileOpEffects(*this, getTileSpace(), effects);
    }
  }];
}

// A matrix (or vector) of the given elements, as a value or in memory.
class Accord_Shaped<list<Type> elements, int rank>
    : AnyTypeOf<[TensorRankOf<elements, [rank]>, MemRefRankOf<elements, [rank]>]>;

#endif // ACCORD_DIALECTS_INTERFACES_TILELEGALITYINTERFACE_TD
