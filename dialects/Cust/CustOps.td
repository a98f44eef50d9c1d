// The schedule primitives. Each preserves the program's meaning or is refused with what is at fault.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_CUST_OPS_TD
#define ACCORD_CUST_OPS_TD

include "dialects/Cust/CustDialect.td"
include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

/// A memory of the ISA, written as a bare word.
def Cust_MemoryAttr : AttrDef<Cust_Dialect, "Memory"> {
  let mnemonic = "memory";
  let parameters = (ins "::accord::isa::Memory":$value);
  let assemblyFormat = "$value";
}

class Cust_Op<string mnemonic, list<Trait> traits = []> : Op<Cust_Dialect, mnemonic, traits # [
    DeclareOpInterfaceMethods<TransformOpInterface>, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    ReportTrackingListenerFailuresOpTrait]>;

def Cust_TileOp : Cust_Op<"tile"> {
  let summary = "cut an op into tiles, one loop for each tiled dimension";
  let description = [{
    The iteration dimensions are the op's, in its order (`lut.lmma`: m, n, k); size 0 leaves one whole. `order` lists
    dimension numbers, outermost loop first; without it loops nest in dimension order. Results: the tile op, then one
    loop a tiled dimension, outermost first. Consumes the target.

    The loops are those of upstream `scf::tileUsingSCF`; a last, smaller tile is allowed.

    * C1: the target is exactly one op, and it can be tiled (`TilingInterface`).
    * C2: as many sizes as dimensions, at least one of them not 0; as many results as loops plus one.
    * C3: no size is larger than its extent.
    * C4: `order` is a permutation of the dimensions, and keeps reduction dimensions in their order.
    * C5: the op's `TileLegalityInterface`, if any, allows the sizes.

    ```mlir
    %t, %lm, %ln = cust.tile %op sizes [8, 64, 0] order [1, 0, 2]
        : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$target, DenseI64ArrayAttr:$sizes,
                       OptionalAttr<DenseI64ArrayAttr>:$order);
  let results = (outs TransformHandleTypeInterface:$tiled, Variadic<TransformHandleTypeInterface>:$loops);
  let assemblyFormat = [{
    $target `sizes` $sizes (`order` $order^)? attr-dict `:` functional-type(operands, results)
  }];
}

def Cust_FuseOp : Cust_Op<"fuse"> {
  let summary = "compute a producer tile by tile inside a loop that consumes it";
  let description = [{
    The producer is computed where its first slice in the loop was taken, as large as that slice. Result: the fused op.
    Consumes the producer; the loop stays.

    * C1: one producer, that can be tiled; one loop (`scf.for`) behind it in the same function.
    * C2: every use of the producer is a `tensor.extract_slice` inside the loop (or the destination of another tile).
    * C3: the slices of all its results belong to one tile of its iteration space.
    * C4: that tile is legal for the producer (`TileLegalityInterface`).

    ```mlir
    %p = cust.fuse %producer into %loop : (!transform.any_op, !transform.any_op) -> !transform.any_op
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$producer, TransformHandleTypeInterface:$loop);
  let results = (outs TransformHandleTypeInterface:$fused);
  let assemblyFormat = "$producer `into` $loop attr-dict `:` functional-type(operands, results)";
}

def Cust_BufferOp : Cust_Op<"buffer"> {
  let summary = "how many on-chip buffers an operand's tile gets, and where";
  let description = [{
    With count B, tile i+B is fetched (or computed) while tile i is still in use: 1 none, 2 double buffering. Recorded
    in the target's `cust.buffers`. Operands go by the names of the op's definition; `lut.lmma` and `lut.mma` have `isum` besides, their
    integer sums in `acc`. Result-less; the target stays.

    `in dram` is for destinations: the tile has its buffers in `spm` all the same, and the whole that it is a tile of
    lives in dram (`cust.in_dram`), from where later ops load it. Without it a result that the function does not return
    stays on chip whole.

    * C1: the op has an operand of that name.
    * C2: count is 1 to 4.
    * C3: the memory is the one the ISA takes the operand from (`acc` for isum, `spm` for the rest), or `dram` for a
      destination.
    * C4: the op is in a loop (a tile that never changes needs no second buffer).

    ```mlir
    cust.buffer %op operand "w" in spm count 2 : !transform.any_op
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$target, StrAttr:$operand, Cust_MemoryAttr:$memory,
                       I64Attr:$count);
  let assemblyFormat = "$target `operand` $operand `in` $memory `count` $count attr-dict `:` type($target)";
}

def Cust_StreamOp : Cust_Op<"stream"> {
  let summary = "how much of a cache is on chip at a time";
  let description = [{
    An op that reads a cache walks its live positions in pairs of tiles of `positions` rows, so that one is fetched while
    the other is in use, and the cache's heads in parts of `heads`. A tile of all positions needs no walk. Recorded as
    `cust.stream`; the target stays.

    * C1: the op reads a cache (`nn.attention`).
    * C2: twice `positions` divides the positions of the cache, or it is all of them.
    * C3: `heads` divides the cache's heads.

    ```mlir
    cust.stream %op positions 32 heads 3 : !transform.any_op
    ```
  }];
  let arguments = (ins TransformHandleTypeInterface:$target, I64Attr:$positions, I64Attr:$heads);
  let assemblyFormat = "$target `positions` $positions `heads` $heads attr-dict `:` type($target)";
}

#endif
