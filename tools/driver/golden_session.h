// A model run by golden: the session that others are compared with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Interpreter/Interpreter.h"
#include "tools/driver/session.h"
#include "tools/driver/toolchain.h"

namespace accord::driver {

/// The file's tensor of this name, as the file has it: golden reads every storage. Error ("expected ..., got
/// ..."): there is none, or it is not of this type.
Expected<SharedTensor> fileTensor(const model::GgufFile &file, llvm::StringRef name, mlir::Type type);

/// `l0` (entries @prefill, @decode, @score) in the interpreter, with the parameters that it names out of
/// `file`. All outlive the session. Minutes for what takes a CPU's code a second.
Expected<std::unique_ptr<Session>> openGolden(Toolchain &toolchain, const model::GgufFile &file,
                                              mlir::ModuleOp l0);

} // namespace accord::driver
