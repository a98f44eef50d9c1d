// LLJIT over the object of an optimized module. The machine is asked for once; AMX is never used (see
// cpu_device.h).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/jit.h"
#include "runtime/core/team.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/ExecutionEngine/Orc/Core.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>

namespace accord::rt {
namespace {

Error errorOf(llvm::Error e, const std::string &place) {
  return Error{place + ": " + llvm::toString(std::move(e))};
}

void initializeLlvm() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
}

/// CPU name of LLVM for a target word; empty for the host, nothing for an unknown word.
std::optional<std::string> cpuOf(std::string_view target) {
  if (target.empty() || target == "host")
    return "";
  if (target == "avx2")
    return "x86-64-v3";
  if (target == "portable")
    return llvm::Triple(llvm::sys::getProcessTriple()).isX86() ? "x86-64" : "generic";
  return std::nullopt;
}

Expected<llvm::orc::JITTargetMachineBuilder> machineBuilder(std::string_view target, bool fast = false) {
  initializeLlvm();
  std::optional<std::string> cpu = cpuOf(target);
  if (!cpu)
    return Error{"cpu: expected target host, avx2 or portable, got '" + std::string(target) + "'"};
  llvm::orc::JITTargetMachineBuilder builder{llvm::Triple(llvm::sys::getProcessTriple())};
  if (cpu->empty()) {
    auto host = llvm::orc::JITTargetMachineBuilder::detectHost();
    if (!host)
      return errorOf(host.takeError(), "cpu: host");
    builder = std::move(*host);
    builder.addFeatures({"-amx-tile", "-amx-int8", "-amx-bf16", "-amx-fp16", "-amx-complex"});
  } else {
    builder.setCPU(*cpu);
  }
  builder.setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  // What LLJIT links.
  builder.setRelocationModel(llvm::Reloc::PIC_);
  builder.setCodeModel(llvm::CodeModel::Small);
  // -ffp-contract=off: each add, sub and mul is rounded by itself.
  builder.getOptions().AllowFPOpFusion = fast ? llvm::FPOpFusion::Fast : llvm::FPOpFusion::Strict;
  return builder;
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, const CompileOptions &options) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  // Commands are nests of short loops with known bounds: unrolled, they make blocks on which the scheduler is
  // quadratic (seconds for a product), and gain nothing that vectorization does not.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = false;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  auto level = options.vectorized ? llvm::OptimizationLevel::O1 : llvm::OptimizationLevel::O3;
  builder.buildPerModuleDefaultPipeline(level).run(module, modules);
}

class LljitProgram : public JitProgram {
public:
  LljitProgram(std::unique_ptr<llvm::orc::LLJIT> jit, PackedEntry function, CodeOrigin origin)
      : jit(std::move(jit)), function(function), codeOrigin(std::move(origin)) {}
  PackedEntry entry() const override { return function; }
  Expected<PackedEntry> entry(const std::string &name) override {
    auto address = jit->lookup(name);
    if (!address)
      return errorOf(address.takeError(), "cpu: image '" + name + "'");
    return address->toPtr<PackedEntry>();
  }

  const CodeOrigin &origin() const override { return codeOrigin; }

private:
  std::unique_ptr<llvm::orc::LLJIT> jit;
  PackedEntry function;
  CodeOrigin codeOrigin;
};

/// What a program may call; anything else is an unresolved symbol, reported by name.
llvm::orc::SymbolMap allowedSymbols(llvm::orc::LLJIT &jit) {
  llvm::orc::SymbolMap map;
  auto allow = [&](const char *name, auto *function) {
    map[jit.mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                                      llvm::JITSymbolFlags::Exported};
  };
  allow("malloc", &std::malloc);
  allow("free", &std::free);
  allow("memcpy", static_cast<void *(*)(void *, const void *, size_t)>(&std::memcpy));
  allow("memmove", static_cast<void *(*)(void *, const void *, size_t)>(&std::memmove));
  allow("memset", static_cast<void *(*)(void *, int, size_t)>(&std::memset));
  allow("accord_team_barrier", &accord_team_barrier);
  return map;
}

/// All that an object depends on. The last number is that of `optimize` and `compileObject`: one more when
/// they change what they make.
std::string keyOf(llvm::StringRef bitcode, const llvm::orc::JITTargetMachineBuilder &builder,
                  const CompileOptions &options) {
  std::string key;
  llvm::raw_string_ostream(key) << "accord " << ACCORD_VERSION << "\nLLVM " << LLVM_VERSION_STRING << "\n"
                                << builder.getTargetTriple().str() << "\n"
                                << builder.getCPU() << "\n"
                                << builder.getFeatures().getString() << "\nfast " << options.fast
                                << ", vectorized " << options.vectorized << "\nform 1\n"
                                << bitcode;
  return key;
}

/// Bitcode to the bytes of an object file.
Expected<std::unique_ptr<llvm::MemoryBuffer>> compileObject(llvm::StringRef bitcode,
                                                            llvm::orc::JITTargetMachineBuilder &builder,
                                                            const std::string &place,
                                                            const CompileOptions &options) {
  auto machine = builder.createTargetMachine();
  if (!machine)
    return errorOf(machine.takeError(), place);
  llvm::LLVMContext context;
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, place), context);
  if (!module)
    return errorOf(module.takeError(), place);
  std::string broken;
  llvm::raw_string_ostream brokenStream(broken);
  if (llvm::verifyModule(**module, &brokenStream))
    return Error{place + ": expected valid LLVM IR, got " + brokenStream.str()};
  (*module)->setTargetTriple((*machine)->getTargetTriple().str());
  (*module)->setDataLayout((*machine)->createDataLayout());
  optimize(**module, **machine, options);
  auto object = llvm::orc::SimpleCompiler(**machine)(**module);
  if (!object)
    return errorOf(object.takeError(), place);
  return std::move(*object);
}

} // namespace

Expected<std::unique_ptr<JitProgram>> compileBitcode(const std::vector<uint8_t> &bitcode,
                                                     const std::string &entry, std::string_view target,
                                                     const CompileOptions &options) {
  const std::string place = "cpu: image '" + entry + "'";
  auto builder = machineBuilder(target, options.fast);
  if (!builder)
    return builder.error();
  llvm::StringRef bytes(reinterpret_cast<const char *>(bitcode.data()), bitcode.size());
  CodeOrigin origin;
  std::unique_ptr<llvm::MemoryBuffer> object;
  std::string key;
  if (options.cache) {
    key = keyOf(bytes, *builder, options);
    if (std::optional<std::string> kept = options.cache->find(key)) {
      object = llvm::MemoryBuffer::getMemBufferCopy(*kept, entry);
      origin.cached = true;
    }
  }
  if (!object) {
    auto made = compileObject(bytes, *builder, place, options);
    if (!made)
      return made.error();
    object = std::move(*made);
  }

  auto jit = llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(*builder).create();
  if (!jit)
    return errorOf(jit.takeError(), place);
  // The session would print what it finds; the names of missing symbols are only there.
  auto reported = std::make_shared<std::string>();
  (*jit)->getExecutionSession().setErrorReporter(
      [reported](llvm::Error e) { *reported += llvm::toString(std::move(e)); });
  if (auto e = (*jit)->getMainJITDylib().define(llvm::orc::absoluteSymbols(allowedSymbols(**jit))))
    return errorOf(std::move(e), place);
  const std::string made = origin.cached ? "" : object->getBuffer().str();
  if (auto e = (*jit)->addObjectFile(std::move(object)))
    return errorOf(std::move(e), place);
  auto address = (*jit)->lookup(entry);
  if (!address)
    return errorOf(address.takeError(), place + (reported->empty() ? "" : ": " + *reported));
  PackedEntry function = address->toPtr<PackedEntry>();
  // Only what could be linked.
  if (options.cache && !origin.cached)
    if (Status stored = options.cache->store(key, made); !stored)
      origin.problem = stored.error().message;
  return std::unique_ptr<JitProgram>(
      std::make_unique<LljitProgram>(std::move(*jit), function, std::move(origin)));
}

Status checkTarget(std::string_view target) {
  auto builder = machineBuilder(target);
  if (!builder)
    return builder.error();
  if (target == "avx2" && !llvm::sys::getHostCPUFeatures().lookup("avx2"))
    return Error{"cpu: expected a machine with AVX2 for target avx2, got " + cpuModel()};
  return {};
}

bool targetHasFeature(std::string_view target, std::string_view feature) {
  auto builder = machineBuilder(target);
  if (!builder)
    return false;
  auto machine = builder->createTargetMachine();
  if (!machine) {
    llvm::consumeError(machine.takeError());
    return false;
  }
  return (*machine)->getMCSubtargetInfo()->checkFeatures("+" + std::string(feature));
}

std::string cpuModel() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  return llvm::sys::getHostCPUName().str();
}

} // namespace accord::rt
