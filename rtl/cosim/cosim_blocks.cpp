// The table of blocks: a row each.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_blocks.h"

using namespace accord;
using namespace accord::rtl;

const std::vector<CosimBlock> &rtl::cosimBlocks() {
  static const std::vector<CosimBlock> blocks = {
      lutArrayCosim(),
      macArrayCosim(),
      tableUnitCosim(),
  };
  return blocks;
}

Expected<const CosimBlock *> rtl::findCosimBlock(const std::string &name) {
  std::string names;
  for (const CosimBlock &block : cosimBlocks()) {
    if (name == block.name)
      return &block;
    names += std::string(", ") + block.name;
  }
  return Error{"expected a block" + names + ", got " + (name.empty() ? "none" : "'" + name + "'")};
}
