// The ISA's table as text: the ops of the accel dialect, and the table of its page.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/table.h"

#include <string>

namespace accord::isa {

/// "⌈K/group⌉".
std::string text(const Extent &extent);
/// "spm" or "on chip"; "i8" or "f16 or f32".
std::string memoriesText(Memories set);
std::string typesText(ElementTypes set);
/// "group: a positive multiple of 4".
std::string text(const Given &given);

/// An op of the dialect for each command, in TableGen's language.
std::string opDefinitions();
/// A table in Markdown: one row a command, then fields and rules.
std::string commandPage();

} // namespace accord::isa
