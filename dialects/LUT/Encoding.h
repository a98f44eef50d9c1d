// The table of weight storage encodings: what a block of each holds and weighs. No MLIR here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::lut {

enum class Storage : uint32_t;

/// One encoding. Where `fixesValues` is false (planes) the type's own bits, group, zero and min decide the
/// layout and the fields below `fixesValues` are 0.
struct EncodingInfo {
  Storage storage;
  const char *name;
  bool fixesValues;
  /// Width of a code in bits and its integer zero point, both of the unsigned code u in w = d·(u − zero) [+
  /// m].
  unsigned bits;
  int64_t zero;
  /// Weights along K that share a scale (and a minimum). 0: all of a matrix share one scale, and a type has
  /// group = K.
  int64_t group;
  bool hasMin;
  /// Scales and minima are f32: products that no f16 holds, or stored so.
  bool wideScale;
  /// Weights along K, and bytes, of one block: the unit in which a row is stored.
  int64_t blockLength, blockBytes;
  /// Bytes behind the blocks of a matrix.
  int64_t trailerBytes;
};

/// The encoding's row of the table.
const EncodingInfo &encodingInfo(Storage storage);

/// Lanes (rows of weights) that packed planes and their scales store together; shorter tiles are padded with
/// zeros.
constexpr int64_t planeLanes = 64;
/// Weights along K that one table lookup covers.
constexpr int64_t tableLength = 4;

} // namespace accord::lut
