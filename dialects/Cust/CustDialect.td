// The cust dialect: schedule primitives as transform ops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_CUST_DIALECT_TD
#define ACCORD_CUST_DIALECT_TD

include "mlir/IR/DialectBase.td"

def Cust_Dialect : Dialect {
  let name = "cust";
  let cppNamespace = "::accord::cust";
  let summary = "schedule primitives that keep a program's meaning or are refused";
  let description = [{
    Its ops are transform ops (they implement `TransformOpInterface`), used inside a `transform.named_sequence`. The
    discardable attribute `cust.buffers` (a dictionary from operand name to buffer count, on a payload op) carries what
    `cust.buffer` decided to the lowering, `cust.in_dram` (names of destinations) what it left in dram, and `cust.stream`
    (positions, heads) what `cust.stream` did; `cust.name` (a string) is the handle by which a schedule matches a payload op.
  }];
  let hasOperationAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::transform::TransformDialect"];
}

#endif
