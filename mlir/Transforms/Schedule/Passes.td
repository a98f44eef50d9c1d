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

    Algorithm: a product tiles m by at most 8 rows (the tables of 8 rows serve every weight that is fetched once), and
    computes its tables (of a MAC array: its sums) and codes in the m loop when no other op reads them. n is tiled by
    one array width (at least the 64 lanes of a packed tile), k by what
    fits: the largest k tile, then the largest m tile, whose working set fits. With P planes, Kt/Nt/Mt the tile, T =
    ceil(Kt/4), G = ceil(Kt/group), Gk = ceil(K/group), R a row as the array reads it (tables: ceil(K/4)·16; codes: K), C
    the codes that tables are made of (K, without tables 0), and B = 2 buffers where there is a second tile:
      spm = Mt·K·4 + Mt·C + Mt·Gk·4 + B·Mt·R + B·Mt·Gk·4           x, codes, scales, tables or codes, asum of the rows
          + B·(Nt·T·P/2 + Nt·G·2·(1 or 2)) + B·Mt·Nt·4             planes, d (and minima), y
      acc = B·G·Mt·Nt·4                                            isum
    An nn op (or a quantization, or a table that several products read) tiles its rows by the most, up to 8, for which
    twice its operands' tiles fit.

    Attention takes the most rows (up to 8), heads of the cache and positions (up to 32) that take seven eighths of the
    scratchpad: queries and outputs of the rows, their scores and shares for the whole context, two tiles of keys and of values.
    Results stay on chip whole while they take half of the scratchpad together; else those above a sixteenth of it live in
    dram. Codes and tables that several products share, above an eighth of it, are made again for each product's rows.

    Limits: ops outside of functions, in loops already or with dynamic shapes stay unscheduled, and so do sequences. When the smallest tile
    does not fit, the error says its bytes and the capacity. Memory of ops whose results stay on chip whole is not
    budgeted; `accel-assign-memory` has the last word.

    Doctest: test/mlir/Transforms/Schedule/schedule-for-hardware.mlir.
  }];
  let dependentDialects = ["::accord::cust::CustDialect", "::mlir::transform::TransformDialect"];
  let options = [Option<"hardware", "hardware", "std::string", /*default=*/"", "hardware file (YAML)">];
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
