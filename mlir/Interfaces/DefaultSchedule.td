// The interface of ops that the default schedule cuts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_INTERFACES_DEFAULTSCHEDULE_TD
#define ACCORD_MLIR_INTERFACES_DEFAULTSCHEDULE_TD

include "mlir/IR/OpBase.td"

def DefaultScheduleInterface : OpInterface<"DefaultScheduleInterface"> {
  let cppNamespace = "::accord";
  let description = [{
    What the default schedule (`schedule-for-hardware`) has to know of an op beside its tile space. Dialects know nothing of it:
    models are attached by `registerDefaultSchedules` (mlir/Transforms/Schedule). An op without a model is not cut.
  }];
  let methods = [
    InterfaceMethod<
      "The op's part in loop nests.",
      "::accord::NestRole", "getNestRole", (ins)>,
    InterfaceMethod<
      "What its handles are called in a schedule, where the model gives the op no name.",
      "::std::string", "getScheduleName", (ins), "", "return $_op->getName().stripDialect().str();">,
    InterfaceMethod<
      "What is put behind the model's name, when the name is of what the op prepares for.",
      "::llvm::StringRef", "getNameSuffix", (ins), "", "return {};">,
    InterfaceMethod<
      "Bytes of tiles between its commands, for so many rows.",
      "int64_t", "getInnerBytes", (ins "int64_t":$rows), "", "return 0;">,
  ];
}

#endif // ACCORD_MLIR_INTERFACES_DEFAULTSCHEDULE_TD
