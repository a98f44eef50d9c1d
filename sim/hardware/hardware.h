// The description of one machine, read from a YAML file: what the compiler, the simulator, the RTL parameters
// and the energy model all agree on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every key, with its unit, range and meaning, stands in one table (keys.cpp); the reader, the JSON Schema,
// the writer and `accord info` are driven by it. To add a key: a member here, a row there.
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace accord {

/// Technology of the machine; scales energy and area, never cycles.
struct Process {
  double nodeNm = 0;
  double voltageV = 0;
  std::string energyFile; ///< As the file states it (model_files.h finds it); empty: none.
};

/// The LUT array: `count` arrays, each looking up m rows x n lanes x k weights a step, one weight plane a
/// pass.
struct LutArray {
  int64_t m = 0, n = 0, k = 0;
  int64_t tableBits = 0; ///< Signed bits of a table entry (11 is exact for 8-bit activations at k = 4).
  int64_t actBits = 0;   ///< Signed bits of an activation code.
  int64_t outLanes = 0;  ///< 32-bit sums in one output beat.
  int64_t count = 0;
};

/// The multiply-accumulate array of machines that have one: weight stationary, `rows` products along k summed
/// in each of `cols` lanes a cycle (sim/models/mac_array).
struct MacArray {
  int64_t rows = 0, cols = 0;
  int64_t accRows = 0;  ///< Activation rows that one tile of weights serves, and whose sums a column holds.
  int64_t outLanes = 0; ///< 32-bit sums in one output beat.
  std::string dtype;    ///< "int8", "bf16" or "f32".
};

/// Elementwise f32 lanes: epilogues, norms, softmax, quantization.
struct VectorUnit {
  int64_t lanes = 0;
  int64_t latencyCycles = 0;
};

/// The unit that turns activation codes into lookup tables.
struct TableUnit {
  int64_t tablesPerCycle = 0;
};

/// A banked on-chip memory.
struct OnChipMemory {
  int64_t capacityBytes = 0;
  int64_t banks = 0;
  int64_t widthBits = 0; ///< Of one bank's port, per cycle.
  int64_t latencyCycles = 0;
};

struct Dma {
  int64_t engines = 0; ///< 2: load and store have one each; 1: they share it, one direction at a time.
  int64_t queueDepth = 0;
  int64_t setupCycles = 0; ///< From the start of a copy to its first request: its engine is busy with it.
  int64_t outstanding = 4; ///< Copies that a unit may have under way.
};

struct Dram {
  std::string standard; ///< "DDR4", "DDR5", "LPDDR5", "HBM2" or "HBM3".
  int64_t channels = 0;
  int64_t dataRateMtps = 0; ///< Million transfers a second on each data wire.
  int64_t busWidthBits = 0; ///< Data wires of one channel.
  std::string mapping;      ///< "row-bank-column-group-channel" and the like: fields, highest bits first.
  std::string refresh;      ///< "none", "all_bank" or "per_bank".
  int64_t queueDepth = 32;  ///< Reads that the controller of a channel sees, and as many writes.

  /// All channels together, decimal bytes a second.
  double peakBytesPerSecond() const {
    return double(channels) * double(dataRateMtps) * 1e6 * double(busWidthBits) / 8;
  }
};

struct Hardware {
  std::string name;
  std::string file; ///< That it was read from; empty when it was text.
  Process process;
  double clockMhz = 0;
  int64_t cores = 0;
  int64_t issueCycles = 0; ///< Between two commands that the processor issues.
  int64_t queueDepth = 0;  ///< Commands waiting in front of each unit (`queues.depth`).
  // Per core. At least one of the two arrays is present; a lutArray comes with a tableUnit.
  std::optional<LutArray> lutArray;
  std::optional<TableUnit> tableUnit;
  std::optional<MacArray> macArray;
  VectorUnit vector;
  OnChipMemory scratchpad;  ///< Memory space `spm`.
  OnChipMemory accumulator; ///< Memory space `acc`.
  Dma dma;
  Dram dram;

  /// Whole hertz: the file states at most six decimals, so this is exact.
  int64_t clockHz() const;
  /// Peak DRAM bytes in one core clock cycle.
  double dramBytesPerCycle() const { return dram.peakBytesPerSecond() / double(clockHz()); }
};

/// Reads one machine from a file. Errors: `path:line:column: 'key' must be ..., got ...`; a file that cannot
/// be read; YAML that cannot be parsed; an unknown, missing, duplicate, mistyped or impossible key.
Expected<Hardware> loadHardware(const std::string &path);

/// The same from text; `name` stands for the path in messages.
Expected<Hardware> parseHardware(std::string_view text, const std::string &name);

/// What the reader would say of this dram in a file, without a place: `'dram.channels' must be a power of two
/// from 1 to 256, got '3'`.
Status checkDram(const Dram &dram);

/// One key of a machine with its value, for tables and reports.
struct HardwareEntry {
  std::string key;   ///< Dotted, e.g. `scratchpad.capacity_kib`.
  std::string value; ///< As it would stand in the file.
  std::string unit;  ///< Empty for plain counts and names.
  std::string doc;
  bool isText = false; ///< The value is a word and not a number.
};

/// Every key that `hardware` holds, in the order of the table. Sections that are absent are left out.
std::vector<HardwareEntry> describeHardware(const Hardware &hardware);

/// YAML text that parses to the same machine.
std::string hardwareToYaml(const Hardware &hardware);

/// JSON Schema (draft 2020-12) of the file, for editors and other validators.
std::string hardwareSchema();

} // namespace accord
