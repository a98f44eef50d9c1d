// One self-test program, three formats; see SelfTestSource.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/SelfTestSource.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Conversion/Numerics/SelfTest.h"
#include "mlir/Target/PTX/PtxTarget.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"

namespace accord {

rt::SelfTestSource selfTestSource() {
  return [](rt::ImageFormat format) -> Expected<std::vector<rt::SelfTestCase>> {
    switch (format) {
    case rt::ImageFormat::LlvmBitcode:
      return buildSelfTestCases(buildCpuImage);
    case rt::ImageFormat::Spirv:
      return buildSelfTestCases([](mlir::ModuleOp m, llvm::StringRef f) { return compileToSpirv(m, f); });
    case rt::ImageFormat::Ptx:
      return buildSelfTestCases([](mlir::ModuleOp m, llvm::StringRef f) { return compileToPtx(m, f); });
    case rt::ImageFormat::AccelProgram:
      break;
    }
    return Error{"expected a format with a self-test, got " + std::string(rt::toString(format))};
  };
}

} // namespace accord
