// Passes that write schedules into a module, and that apply them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_TRANSFORMS_SCHEDULE_PASSES_TD
#define ACCORD_MLIR_TRANSFORMS_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ScheduleForHardware : Pass<"schedule-for-hardware", "::mlir::ModuleOp"> {
  let summary = "write a schedule that fits a machine's memories (L1 to L2)";
  let description = [{
    What: writes `transform.named_sequence @__transform_main` into the module, for a person to read and edit: how each
    op is cut into tiles, where producers are computed, how many buffers a tile has. The payload gets names
    (`cust.name`) and stays as it is otherwise.

    Why: mapping decisions are IR, not flags; the default is what an architect starts from.

    Algorithm: ops form *nests*. A product takes the maker of its tables (of a MAC array: its sums) into its loops, and
    an elementwise reader of its result (add, silu_mul, relu2_mul, silu, rope) runs there tile by tile; other ops take
    producers that only they read. Makers for at most 8 rows that several products share stand alone where that is
    quicker.

    A product has one of three forms: `Whole`, m { prepare all of K; n { k } }; `Parts`, m { k { prepare; n } }, all
    lanes of a row block staying on chip until k is done; `Again`, m { n { k { prepare } } }, in which nothing is as large
    as K or N. Rows are 8 a block or more, up to 128; lanes as many as all arrays take together, or fewer, in whole packed tiles; k any
    number of whole groups. Of the tiles that fit, those count that an estimate finds quickest, within half a percent: the
    slowest of array, vector unit, table unit and dram, and what nothing hides (ProductEstimate.cpp). Of these the one is taken
    that moves the fewest bytes: a weight is read once for each block of rows, so more rows cost less energy.

    An operand or result has two buffers where the loops come to a second tile of it, whichever dimension they cut. With
    P planes, G = ceil(Kt/group), T = ceil(Kt/4), B = 2 where there is a second tile, and what is on chip whole anyway
    left out, a product's buffers are
      spm = B·(Nt·T·P/2 + Nt·G·2·(1 or 2)) + B·Mt·Nt·4 (Parts: B·Mt·N·4)         planes, d (and minima), y
          + B·Mt·ceil(Kp/4)·16 + S·Mt·ceil(Kp/group)·4 + B·Mt·Kp                 tables, asum, codes; Kp = K (Whole) or Kt
          + B·Mt·ceil(Kt/act_group)·4                                            scales
      acc = B·G·Mt·Nt·4                                                          isum
    S is B, but 3 where tables are made again and again: asum is read after them, by the scaling of their product.

    What is kept on chip is one decision with one budget (Placement.h): a result stays from the nest that makes it to
    the last that reads it while all that is kept and the nests' working sets fit, first what arrays read of activations,
    then the smallest; the rest goes to dram, tables and sums of it are made again instead. What is left is room for tiles.

    Attention takes the most rows (up to 8), heads of the cache and positions (up to 32, and an eighth of the cache) that fit: queries and outputs of
    the rows, their scores and shares for the whole context, two tiles of keys and of values.

    Limits: ops outside of functions, in loops already or with dynamic shapes stay unscheduled, and so do sequences. When the
    smallest tile does not fit, the error says its bytes and the room; `accel-assign-memory` has the last word.

    Doctest: test/mlir/Transforms/Schedule/schedule-for-hardware.mlir.
  }];
  let dependentDialects = ["::accord::cust::CustDialect", "::mlir::transform::TransformDialect"];
  let options = [Option<"hardware", "hardware", "std::string", /*default=*/"", "hardware file, or a name out of models/hardware">];
}

def ApplySchedule : Pass<"apply-schedule", "::mlir::ModuleOp"> {
  let summary = "run the module's schedule on its payload, all of it or not at all";
  let description = [{
    What: runs `@__transform_main` on a clone of the module and puts the clone's payload in the module's place, without
    the schedule. A primitive that is refused leaves the module as it was, and the pass fails.

    Why: a failure in a transform script leaves its earlier steps applied; on a clone nobody sees them.

    Limits: a module without a schedule stays as it is.

    Doctest: test/mlir/Transforms/Schedule/apply-schedule.mlir.
  }];
  let dependentDialects = ["::accord::cust::CustDialect", "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect", "::mlir::transform::TransformDialect"];
}

#endif
