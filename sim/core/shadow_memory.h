// Who touched each byte last: race detection while a simulation runs, in the manner of FastTrack.
//
// Agents run one action after the other; an action has a number (its epoch) on its agent and a vector clock
// of what is complete when it starts. An access is racy when the last conflicting action is not in that
// clock. A byte knows its last writer and, per agent, the last reader since. Neighbours that have one history
// are one run with one cell: a tile that is read as it was written costs one look, whatever its size. Source:
// Flanagan and Freund, FastTrack, PLDI 2009 (readers are kept per agent throughout: agents are few).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>

namespace accord::sim {

constexpr unsigned maxAgents = 8;
/// Per agent, the epoch up to which its actions are complete. Epochs count from 1.
using VectorClock = std::array<uint32_t, maxAgents>;

enum class ConflictKind : uint8_t { ReadAfterWrite, WriteAfterRead, WriteAfterWrite, Uninitialized };

/// The first byte of an access that conflicts, and with whom.
struct Conflict {
  ConflictKind kind;
  uint64_t address;
  uint32_t agent, epoch; ///< of the other action; 0, 0 when Uninitialized
};

class ShadowMemory {
public:
  /// `defined`: bytes hold values before anything is written.
  explicit ShadowMemory(bool defined) : defined(defined) {}

  /// Notes that action `epoch` of `agent`, which knows `clock`, reads or writes the bytes.
  std::optional<Conflict> read(uint64_t address, uint64_t bytes, uint32_t agent, uint32_t epoch,
                               const VectorClock &clock);
  std::optional<Conflict> write(uint64_t address, uint64_t bytes, uint32_t agent, uint32_t epoch,
                                const VectorClock &clock);
  /// Forgets every access.
  void clear() { runs = {{0, Cell()}}; }
  /// Bytes checked so far; a check that checked nothing shows.
  uint64_t bytesChecked() const { return checked; }

private:
  /// Who touched a byte last.
  struct Cell {
    uint32_t writerAgent = 0, writerEpoch = 0; ///< epoch 0: nothing wrote
    VectorClock readers{};                     ///< epoch 0: did not read

    bool operator==(const Cell &o) const {
      return writerAgent == o.writerAgent && writerEpoch == o.writerEpoch && readers == o.readers;
    }
  };
  using Runs = std::map<uint64_t, Cell>; ///< by first byte; a run lasts until the next one, the last for ever

  template <typename Visit> std::optional<Conflict> visit(uint64_t address, uint64_t bytes, Visit visitCell);
  Runs::iterator cut(uint64_t at);
  Runs::iterator join(Runs::iterator run);

  bool defined;
  uint64_t checked = 0;
  Runs runs{{0, Cell()}};
};

} // namespace accord::sim
