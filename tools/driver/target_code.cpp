// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/target_code.h"

#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "mlir/Target/PTX/PtxTarget.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "sim/program/hazards.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

namespace accord::driver {
namespace {

Expected<std::string> llvmText(const rt::Image &image) {
  llvm::LLVMContext context;
  llvm::StringRef bytes(reinterpret_cast<const char *>(image.bytes.data()), image.bytes.size());
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, "image"), context);
  if (!module)
    return Error{"llvm: expected bitcode, got: " + llvm::toString(module.takeError())};
  std::string text;
  llvm::raw_string_ostream os(text);
  (*module)->print(os, nullptr);
  return text;
}

std::string bytesOf(const rt::Image &image) { return {image.bytes.begin(), image.bytes.end()}; }

} // namespace

std::optional<Target> parseTarget(llvm::StringRef word) {
  return llvm::StringSwitch<std::optional<Target>>(word)
      .Case("llvm", Target::Llvm)
      .Case("spirv", Target::Spirv)
      .Case("ptx", Target::Ptx)
      .Case("program", Target::Program)
      .Default(std::nullopt);
}

Expected<std::string> emitTarget(Target target, Toolchain &toolchain, mlir::ModuleOp module,
                                 const std::string &entry, const std::vector<int64_t> &scalars,
                                 const std::string &path) {
  auto function = toolchain.entry(module, entry, path);
  if (!function)
    return function.error();
  if (target == Target::Program) {
    // A function that runs others is a sequence of programs.
    const Told told(toolchain.diagnostics());
    auto sequence = emitSequence(*function, scalars);
    if (failed(sequence))
      return Error{path + ": expected an accel program, got " + told.cause()};
    // The passes looked at the program of scalars 0.
    for (const program::Program &body : sequence->bodies) {
      Status ok = program::verify(body);
      if (ok)
        ok = program::checkRaces(body);
      if (!ok)
        return Error{path + ": " + ok.error().message};
    }
    return (*function)->hasAttr("accel.sequence") ? program::serialize(*sequence)
                                                  : program::serialize(sequence->bodies[0]);
  }
  const auto compiler = toolchain.listener().begin(path, "compile it");
  Expected<rt::Image> image = target == Target::Llvm    ? buildCpuImage(module, function->getName())
                              : target == Target::Spirv ? compileToSpirv(module, function->getName())
                                                        : compileToPtx(module, function->getName());
  if (!image)
    return image.error();
  if (target == Target::Llvm)
    return llvmText(*image);
  return bytesOf(*image);
}

} // namespace accord::driver
