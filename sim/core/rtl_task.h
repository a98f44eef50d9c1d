// One command of an RTL block: what goes in, what comes out, and in which cycles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/core/rtl_block.h"
#include "sim/core/stall_source.h"

namespace accord::sim {

/// Who is at the other end of each stream; in the order of the ports, and null for one that never stalls.
using RtlStalls = std::vector<const StallSource *>;
const StallSource &stallsOf(const RtlStalls &stalls, size_t stream);
/// The cycle in which each beat of each stream is taken; cycle 0 is the first one after the command was.
using RtlSchedule = std::vector<std::vector<uint64_t>>;

/// From the first input beat to the last output beat, both counted: the cycles of a command.
/// \pre every stream has a beat
uint64_t rtlCycles(const RtlPorts &ports, const RtlSchedule &schedule);

/// Words that hold so many bits.
constexpr uint32_t wordsOfBits(int64_t bits) { return uint32_t((bits + 31) / 32); }
/// What stands in bits of a beat that a block does not look at: it must not matter.
constexpr uint32_t unusedWord = 0xa5c3695a;
/// Writes the low `bits` (at most 32) of `value` at bit `at`.
void putBits(uint32_t *words, size_t at, unsigned bits, uint32_t value);
/// The `bits` (at most 32) at bit `at`, as a signed number.
int32_t signedBits(const uint32_t *words, size_t at, unsigned bits);

/// Signed integers that a command leaves, row-major; 0 where nothing was written yet.
struct RtlResult {
  RtlResult(std::string name, std::vector<int64_t> sizes, unsigned elementBytes);

  std::string name;
  std::vector<int64_t> sizes;
  unsigned elementBytes; ///< 1, 2 or 4
  std::vector<uint8_t> bytes;

  size_t count() const { return bytes.size() / elementBytes; }
  /// Element `index` of `of`, which is as these bytes are: of the result itself or of what is expected.
  int64_t value(const std::vector<uint8_t> &of, size_t index) const;
  void put(size_t index, int64_t value);
  /// `isum[0][3][17]`
  std::string place(size_t index) const;
};

/// Made of a command's sizes and operands; may be run again and again (restart).
class RtlTask {
public:
  virtual ~RtlTask() = default;

  /// The ports that it is for: those of the block that runs it, or it is refused.
  const RtlPorts &ports() const { return itsPorts; }
  /// One of each field.
  const std::vector<uint32_t> &fields() const { return itsFields; }
  /// Of each stream, at least one.
  const std::vector<uint64_t> &beats() const { return itsBeats; }
  /// What was taken so far, one for each operand that the command writes.
  std::vector<RtlResult> &results() { return itsResults; }

  /// Before the first beat: results are 0 again, and beats are taken from the first one on.
  virtual void restart();
  /// Writes all words of a beat of an input stream.
  virtual void fill(size_t stream, uint64_t beat, uint32_t *words) const = 0;
  /// Takes a beat of an output stream to its place. Beats come in ascending order, each once.
  /// Fails when something stands where nothing may: `expected 0 in dead lane 3, got 7`.
  virtual Status take(size_t stream, uint64_t beat, const uint32_t *words) = 0;
  /// The cycle model under stalls.
  virtual RtlSchedule schedule(const RtlStalls &stalls) const = 0;
  /// The cycle model's closed form without stalls: rtlCycles of that schedule.
  virtual uint64_t cycles() const = 0;

protected:
  RtlTask(RtlPorts ports, std::vector<uint32_t> fields, std::vector<uint64_t> beats,
          std::vector<RtlResult> results)
      : itsPorts(std::move(ports)), itsFields(std::move(fields)), itsBeats(std::move(beats)),
        itsResults(std::move(results)) {}

  /// Takes `lanes` words to element `at` and those behind it of a result of 32 bits. Only `live` of them
  /// belong there, the others have to be 0.
  Status takeLanes(RtlResult &result, int64_t at, const uint32_t *words, int64_t live, int64_t lanes);

private:
  RtlPorts itsPorts;
  std::vector<uint32_t> itsFields;
  std::vector<uint64_t> itsBeats;
  std::vector<RtlResult> itsResults;
};

} // namespace accord::sim
