// The buffers of dram that a weight matrix lies in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace accord::accel {

/// Products read planes, gathers read codes; scales are of either, minima of weights that have them.
enum class WeightPart { Planes, Codes, Scales, Minima };

/// On an argument of a program or a sequence that is a part of a weight: which, by its name.
constexpr llvm::StringLiteral partAttrName = "accel.part";
/// On the same: the type that the weight has in the parameter file.
constexpr llvm::StringLiteral sourceAttrName = "accel.source";

/// `planes`, `codes`, `d` or `min`.
llvm::StringRef name(WeightPart part);
/// Nothing for another word.
std::optional<WeightPart> parseWeightPart(llvm::StringRef word);

} // namespace accord::accel
