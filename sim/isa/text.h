// The ISA's table as text: the ops of the accel dialect, and the table of its page.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/table.h"

#include <string>

namespace accord::isa {

/// "⌈K/group⌉".
std::string text(const Extent &extent);
/// The members of a set: "spm or acc", "f16 or f32".
std::string memoryNames(Memories set);
std::string typeNames(ElementTypes set);
/// The same with "on chip" for all memories there, and "any type" for all types.
std::string memoriesText(Memories set);
std::string typesText(ElementTypes set);
/// "group: a positive multiple of 4".
std::string text(const Given &given);

/// An op of the dialect for each command, in TableGen's language.
std::string opDefinitions();
/// A table in Markdown: one row a command, then fields and rules.
std::string commandPage();

} // namespace accord::isa
