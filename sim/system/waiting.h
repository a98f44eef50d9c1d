// Who waits for what. A process waits for one thing at a time and is woken when that has come, one delta
// cycle later: nobody wakes for what others wait for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <systemc>

#include <vector>

namespace accord::sim {

class Waiting {
public:
  /// A thing to wait for: the completion of a command of the running call, by its index, or one of these.
  using What = uint32_t;
  static constexpr What nothing = UINT32_MAX;
  static constexpr What everything = UINT32_MAX - 1; ///< nothing is under way
  static constexpr What engine = UINT32_MAX - 2;     ///< the dma engine is free
  /// A place in the queue of a unit.
  static constexpr What place(size_t unit) { return UINT32_MAX - 3 - static_cast<uint32_t>(unit); }

  /// A process, by the event that wakes it.
  size_t join(sc_core::sc_event &wake) {
    wakes.push_back(&wake);
    whats.push_back(nothing);
    return wakes.size() - 1;
  }
  /// What the process waits for from now on.
  void wait(size_t process, What what) { whats[process] = what; }
  void come(What what) {
    for (size_t p = 0; p < whats.size(); ++p)
      if (whats[p] == what) {
        whats[p] = nothing;
        wakes[p]->notify(sc_core::SC_ZERO_TIME);
      }
  }

private:
  std::vector<What> whats;
  std::vector<sc_core::sc_event *> wakes;
};

} // namespace accord::sim
