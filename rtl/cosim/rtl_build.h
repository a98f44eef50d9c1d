// Verilates a block on demand into a cache of shared libraries.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library is named by a hash of all that it is made from: the block's sources, the shim that is written
// from its ports, the parameters, the options, and the versions of Verilator and of the compiler. It is built
// in a directory of its own and renamed into place, so concurrent builders never see each other's halves; who
// comes second uses what the first one left. An entry holds the hash of its library and is built anew when
// that is not what is there; a cache that others may write to is refused.
#pragma once
#include "sim/core/rtl_block.h"
#include <string>

namespace accord::rtl {

/// Where RTL is read from and built libraries are kept, and how they are built.
struct RtlOptions {
  /// Root of the RTL sources. Empty: $ACCORD_RTL_DIR, else what is installed with the program, else the
  /// source tree's.
  std::string rtlDir;
  /// Empty: $ACCORD_CACHE_DIR, else $XDG_CACHE_HOME/accord, else ~/.cache/accord.
  std::string cacheDir;
  /// Compiles the RTL's assertions in; slower.
  bool assertions = false;
  /// Compiles waveform dumping in; slower.
  bool trace = false;
  /// Of the generated C++: 0 to 3.
  int optimization = 2;
};

struct RtlLibrary {
  std::string path;
  /// It was in the cache already.
  bool cached = false;
  /// What the build took; 0 when cached.
  double buildSeconds = 0;
};

/// The shared library of `spec`, built if need be. A block is found by the name of its folder:
/// <block>/<block>.f lists its sources from the RTL root, <block>/acc_<block>.sv, one of them, has its top
/// module acc_<block>, whose ports follow the convention (port_list.h). Fails when a source, Verilator, make
/// or the compiler is missing (with the package's name), when a port is wrong, when the build fails (with its
/// output), or when the cache cannot be written.
Expected<RtlLibrary> buildRtl(const sim::RtlSpec &spec, const RtlOptions &options);

/// The folders that empty options stand for.
std::string resolveRtlDir(const RtlOptions &options);
Expected<std::string> resolveCacheDir(const RtlOptions &options);

} // namespace accord::rtl
