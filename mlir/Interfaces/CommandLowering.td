// The interface of ops that an accelerator has commands for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_INTERFACES_COMMANDLOWERING_TD
#define ACCORD_MLIR_INTERFACES_COMMANDLOWERING_TD

include "mlir/IR/OpBase.td"

def CommandLoweringInterface : OpInterface<"CommandLoweringInterface"> {
  let cppNamespace = "::accord";
  let description = [{
    An op in destination style that becomes commands once it is tiled. Dialects know nothing of it: models are attached by
    `registerCommandLowerings` (mlir/Conversion/ScheduleToAccel), one file a family of ops. An op without a model has no
    command, and is refused by name.
  }];
  let methods = [
    InterfaceMethod<[{
        Writes the commands of one tile. Tiles of its tensors are there: what it reads has been loaded, what it writes is
        stored behind it. Reports what it cannot lower at the op.
      }],
      "::llvm::LogicalResult", "lowerToCommands", (ins "::accord::CommandEmitter &":$emitter)>,
    InterfaceMethod<[{
        Whether the op's own commands fetch this operand out of dram, instead of a load in front of it.
      }],
      "bool", "fetches", (ins "::mlir::OpOperand &":$operand), "", "return false;">,
    InterfaceMethod<[{
        The layer and the position at which the op uses a cache; nothing of an op that uses none.
      }],
      "::std::optional<::accord::CacheUse>", "getCacheUse", (ins), "", "return ::std::nullopt;">,
  ];
}

#endif // ACCORD_MLIR_INTERFACES_COMMANDLOWERING_TD
