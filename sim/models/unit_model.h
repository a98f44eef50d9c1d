// What every unit that computes answers of its commands: time, work, values, and what it asks of the machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The simulation knows units by this alone. A new kind: a folder here, a row in units.cpp.
#pragma once
#include "accord/error.h"
#include "sim/core/action_kind.h"
#include "sim/core/rtl_task.h"
#include "sim/models/operand.h"
#include "sim/program/program.h"

#include <memory>

namespace accord::sim {

/// What all units of one kind have in common, on every machine: what a command does, and what that is paid
/// as. Commands are those of its unit, of a program that verifies.
struct UnitKind {
  isa::Unit unit;
  ActionKind action;  ///< what commands consist of, and energy is paid for
  ActionKind leakage; ///< of the parts that the units are made of
  /// How many actions a command is.
  uint64_t (*actions)(const program::Program &program, const program::Command &command);
  /// Multiply-accumulates of a matrix product that it stands for; null where it never does.
  uint64_t (*macs)(const program::Program &program, const program::Command &command);
  /// The outputs, one for each of the command's writes, by the golden functions. `inputs` are its reads, then
  /// the old output when it accumulates. Fails when operands cannot be what the ISA says they are (a table
  /// entry beyond 11 bits, sums that do not belong together): only a race or undefined bytes bring them
  /// about.
  Expected<std::vector<Bytes>> (*compute)(const program::Program &program, const program::Command &command,
                                          const std::vector<Operand> &inputs);

  /// The block of rtl/ that computes their commands; null of a kind without one.
  const char *block;

  /// The section of the machine's file that describes them; energy files name the component by it, too.
  const char *section() const { return action.component; }
};

/// A unit's RTL.
struct UnitRtl {
  RtlSpec spec;
  uint64_t overheadCycles = 0; ///< from a command's start to the first beat that is offered
};

/// One unit of a machine. All but `check` ask only for commands that it accepts.
class UnitModel {
public:
  virtual ~UnitModel() = default;
  virtual const UnitKind &kind() const = 0;

  /// Fails when this unit cannot run the command, saying what of the machine it would take.
  virtual Status check(const program::Command &command) const = 0;

  /// From start to completion.
  virtual uint64_t cycles(const program::Command &command, const program::Program &program) const = 0;
  /// Of these, what the shape alone asks for: nothing that fills and empties the unit.
  virtual uint64_t shapeCycles(const program::Command &command, const program::Program &program) const = 0;
  /// The most actions that the unit does in a cycle.
  virtual uint64_t actionsPerCycle() const = 0;

  /// Which of its action's figures is this unit's; empty where they have no variants.
  virtual std::string variant() const { return ""; }
  /// Parts that leak.
  virtual uint64_t parts() const = 0;

  /// Its RTL. Fails where there is none, and where the unit on this machine is not what its block is.
  virtual Expected<UnitRtl> rtl() const;
  /// A command as a task of the block. Operands as `compute` takes them; fails as it does.
  /// \pre rtl() succeeds
  virtual Expected<std::unique_ptr<RtlTask>> rtlTask(const program::Command &command,
                                                     const std::vector<Operand> &operands) const;

  /// The unit with twice as much of what it is made of, for what a bound foretells.
  virtual std::unique_ptr<UnitModel> doubled() const = 0;
};

/// Room for what a command writes, one for each of its writes.
std::vector<Bytes> roomForOutputs(const program::Program &program, const program::Command &command);

} // namespace accord::sim
