// The rules of commands that neither a shape nor a range says.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/table.h"

namespace accord::isa {

std::string brokenPlanes(const Facts &);
std::string brokenCodes(const Facts &);
std::string brokenZero(const Facts &);
std::string brokenScales(const Facts &);
std::string brokenSums(const Facts &);
std::string brokenHeads(const Facts &);
std::string brokenShares(const Facts &);
std::string brokenTogether(const Facts &);
std::string brokenLive(const Facts &);

constexpr Rule planesOfACode = {"1 ≤ P ≤ 8", brokenPlanes};
constexpr Rule codesOfInt8 = {"every u − zero is an int8: with 8 planes zero is 128, with fewer it is a code",
                              brokenCodes};
constexpr Rule zeroOfACode = {"zero < 2^bits", brokenZero};
constexpr Rule scalesOfWholeGroups = {"act_group and weight_group are multiples of group", brokenScales};
constexpr Rule sumsOfF32 = {
    "group · 128 · (2^bits − 1) < 2^24 (bits 0: 8), so that every sum is an f32 exactly", brokenSums};
constexpr Rule wholeHeads = {"head_dim divides K", brokenHeads};
constexpr Rule sharedHeads = {"C is head_dim times a divisor of heads", brokenShares};
constexpr Rule liveTogether = {"live, heads and chunk together or none; heads divides M", brokenTogether};
constexpr Rule liveColumns = {"live to live + M/heads − 1 are columns", brokenLive};

} // namespace accord::isa
