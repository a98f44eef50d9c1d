// A command between its start and its completion.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dma/dma_model.h"
#include "sim/system/memories.h"

#include <optional>

namespace accord::sim {

struct CommandUnderWay {
  uint32_t index = 0;  ///< in its program
  uint32_t record = 0; ///< of its op
  uint64_t start = 0;
  std::optional<uint64_t> end; ///< the edge at which its results are there; none while nobody can tell
  uint64_t notBefore = 0;      ///< until then: it does not end before this edge
  DmaCost cost;                ///< of a copy
  DramModel::Ticket ticket = 0;
  uint64_t asked = 0;         ///< the edge of its request to the dram
  DramCopy copy;              ///< once `end` is known
  bool copiesLate = false;    ///< a copy whose source stays as it is: read when it completes
  std::vector<Bytes> outputs; ///< in values mode, unless copiesLate: what it will write

  /// Forgets the command that was here before. Whatever else there is of a command is known when it has
  /// started, or with its end.
  void restart() {
    end.reset();
    notBefore = 0;
    copiesLate = false;
    outputs.clear();
  }
};

} // namespace accord::sim
