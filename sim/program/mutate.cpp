// Takes one synchronization out of a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/mutate.h"

namespace accord::program {

std::vector<Deletion> deletions(const Program &program) {
  std::vector<Deletion> list;
  for (uint32_t i = 0; i < program.commands.size(); ++i) {
    const Command &c = program.commands[i];
    if (c.op == isa::Opcode::Barrier)
      list.push_back({i, 0});
    for (uint32_t t = 0; t < c.after.size(); ++t)
      list.push_back({i, t});
  }
  return list;
}

Program withDeletion(const Program &program, const Deletion &deletion) {
  Program mutant = program;
  Command &c = mutant.commands[deletion.command];
  if (c.op == isa::Opcode::Barrier)
    c.op = isa::Opcode::Wait;
  else
    c.after.erase(c.after.begin() + deletion.index);
  return mutant;
}

std::string describe(const Program &program, const Deletion &deletion) {
  const Command &c = program.commands[deletion.command];
  const std::string place = std::string(isa::name(c.op)) + " " + std::to_string(deletion.command);
  if (c.op == isa::Opcode::Barrier)
    return place;
  const uint32_t token = c.after[deletion.index];
  return place + ": token of command " + std::to_string(token) + " (" +
         isa::name(program.commands[token].op) + ")";
}

} // namespace accord::program
