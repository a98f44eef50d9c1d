// The CPU device: LLVM bitcode, compiled for this machine when it is loaded. See README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "runtime/backends/cpu/code_cache.h"

namespace accord::rt {

/// More than any machine that runs this has processors; each costs a stack and a place in every barrier.
constexpr unsigned maxCpuThreads = 1024;

struct CpuOptions {
  unsigned threads = 0; ///< of programs for a team; 0: one for each processor
  bool fast = false;    ///< contraction allowed: no exact mode
  /// Compiled code is kept here between runs; empty: nowhere. A folder that cannot be used is told by
  /// `cpuCodeOrigin`, and code is compiled.
  std::string codeFolder{};
};

/// The CPU as its maker calls it.
std::vector<DeviceInfo> listCpuDevices();

/// `target`: empty or "host" for this machine's instructions less AMX (which some virtual machines announce
/// and then refuse); "avx2" and "portable" for x86-64-v3 and x86-64, to test the code that other machines
/// would run. Fails for any other word, when LLVM cannot target the machine, or when its rounding or flush
/// bits are not those of exact mode.
Expected<std::unique_ptr<Device>> openCpuDevice(std::string_view target = {});
Expected<std::unique_ptr<Device>> openCpuDevice(std::string_view target, const CpuOptions &options);

/// Where a buffer of a CPU device lies: packers write large parameters in place, and results are read there.
void *cpuMemory(Buffer &buffer);
/// A part of another buffer, which must outlive it: offset + bytes lie inside, offset is a multiple of 64.
std::unique_ptr<Buffer> cpuView(Buffer &whole, uint64_t offset, uint64_t bytes);
/// Says that all of a large buffer will be used: the system may back it by huge pages, which a stream over
/// weights reads faster.
void cpuExpectDenseUse(Buffer &buffer);
/// Threads of a CPU device's programs for a team. Fails when the system does not give that many.
Expected<unsigned> cpuThreads(Device &device);
/// Where the code that was loaded last came from.
CodeOrigin cpuCodeOrigin(Device &device);

} // namespace accord::rt
