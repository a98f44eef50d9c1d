// How the CPU backend's kernels read the parameters of a model and keep its caches: the one description that
// the compiler, the packer and the tests share. No MLIR here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::model {

/// Output rows whose weights lie side by side, one a vector lane.
constexpr int64_t cpuLanes = 16;
/// Rows of activations and parts of a packed tile start at multiples of this.
constexpr int64_t cpuLine = 64;
constexpr int64_t toCpuLine(int64_t bytes) { return (bytes + cpuLine - 1) / cpuLine * cpuLine; }

/// A quantized [n, k] matrix: tiles of 16 rows, each `codes | scales | minima`, each part padded to a line.
/// Codes: registers of 64 bytes for `unit` consecutive k. Code k of lane i stands in register k / unit, byte
/// 4i + k % 4, from bit (k % unit / 4)·bits on. Scales and minima: [groups][16] f16 or f32. What is absent is
/// zero. Scales of Q2_K stay in two levels, multiplied out they would be as large as the codes twice:
/// `scales` is [groups][16] bytes, the factor of d low and that of dmin high, `minima` [groups / 16] of f32
/// d[16] and −dmin[16].
struct CpuWeights {
  int64_t n = 0, k = 0;
  int bits = 8; ///< a code takes 2, 4 or 8
  int64_t group = 0;
  bool hasMin = false, f32Scales = false;
  bool nibbleScales = false; ///< those of Q2_K

  /// The narrowest class that holds codes of `codeBits` and whose registers do not cross groups (multiples of
  /// 4).
  static int classOf(int codeBits, int64_t group) {
    for (int bits : {2, 4})
      if (codeBits <= bits && group % (32 / bits) == 0)
        return bits;
    return 8;
  }

  int64_t unit() const { return 32 / bits; }
  int64_t groups() const { return (k + group - 1) / group; }
  int64_t tiles() const { return (n + cpuLanes - 1) / cpuLanes; }
  int64_t scaleBytes() const { return f32Scales ? 4 : 2; }
  int64_t codesBytes() const { return (k + unit() - 1) / unit() * 64; }
  int64_t scalesOffset() const { return codesBytes(); }
  int64_t scalesBytes() const { return toCpuLine(groups() * cpuLanes * (nibbleScales ? 1 : scaleBytes())); }
  int64_t minimaOffset() const { return codesBytes() + scalesBytes(); }
  int64_t minimaBytes() const {
    return nibbleScales ? groups() / 16 * 2 * cpuLine : hasMin ? scalesBytes() : 0;
  }
  int64_t tileBytes() const { return minimaOffset() + minimaBytes(); }
  int64_t bytes() const { return tiles() * tileBytes(); }
};

/// A floating-point [n, k] matrix: tiles of 16 rows, each [k][16], padded to a line.
struct CpuFloats {
  int64_t n = 0, k = 0, elementBytes = 4;
  int64_t tiles() const { return (n + cpuLanes - 1) / cpuLanes; }
  int64_t tileBytes() const { return toCpuLine(k * cpuLanes * elementBytes); }
  int64_t bytes() const { return tiles() * tileBytes(); }
};

/// Keys or values of all layers: [layers][heads], then keys as [positions / 16][headDim][16 positions] and
/// values as [positions][headDim padded to 16].
struct CpuCache {
  int64_t layers = 0, positions = 0, heads = 0, headDim = 0, elementBytes = 2;
  int64_t blocks() const { return (positions + cpuLanes - 1) / cpuLanes; }
  int64_t paddedHeadDim() const { return (headDim + cpuLanes - 1) / cpuLanes * cpuLanes; }
  int64_t keyHeadBytes() const { return blocks() * headDim * cpuLanes * elementBytes; }
  int64_t valueHeadBytes() const { return positions * paddedHeadDim() * elementBytes; }
  int64_t keyBytes() const { return layers * heads * keyHeadBytes(); }
  int64_t valueBytes() const { return layers * heads * valueHeadBytes(); }
};

} // namespace accord::model
