// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/rules.h"
#include "sim/isa/check.h"

#include <algorithm>

namespace accord::isa {
namespace {

std::string text(int64_t v) { return std::to_string(v); }
std::string expectedGot(const std::string &expected, const std::string &got) {
  return "expected " + expected + ", got " + got;
}
int64_t largestCode(int64_t bits) { return (int64_t(1) << bits) - 1; }

} // namespace

std::string brokenPlanes(const Facts &f) {
  const int64_t planes = f[Symbol::P];
  return planes >= 1 && planes <= 8 ? "" : expectedGot("1 to 8 planes", text(planes));
}

std::string brokenCodes(const Facts &f) {
  const int64_t planes = f[Symbol::P], zero = f[Field::Zero], top = largestCode(planes);
  if (zero <= top && top - zero <= 127)
    return "";
  return expectedGot("codes u - zero that are int8 (-128 to 127)",
                     text(planes) + " planes with zero " + text(zero));
}

std::string brokenZero(const Facts &f) {
  const int64_t top = largestCode(f[Field::Bits]), zero = f[Field::Zero];
  return zero <= top ? "" : expectedGot("zero from 0 to " + text(top), text(zero));
}

std::string brokenScales(const Facts &f) {
  for (const Field coarse : {Field::ActGroup, Field::WeightGroup})
    if (f[coarse] % f[Field::Group])
      return expectedGot(std::string(name(coarse)) + " to be a multiple of group " + text(f[Field::Group]),
                         text(f[coarse]));
  return "";
}

// Whole sums (bits 0) may be of 8-bit codes.
std::string brokenSums(const Facts &f) {
  const int64_t group = f[Field::Group], bits = f[Field::Bits] ? f[Field::Bits] : 8;
  if (group <= largestCode(24) / (128 * largestCode(bits)))
    return "";
  return expectedGot("group * 128 * (2^bits - 1) below 2^24 so that sums convert exactly",
                     "group " + text(group) + " and bits " + text(bits));
}

std::string brokenHeads(const Facts &f) {
  if (f[Symbol::K] % f[Field::HeadDim] == 0)
    return "";
  return expectedGot("head_dim to divide " + text(f[Symbol::K]), text(f[Field::HeadDim]));
}

std::string brokenShares(const Facts &f) {
  const int64_t columns = f[Symbol::C], width = f[Field::HeadDim], heads = f[Field::Heads];
  if (columns % width == 0 && heads % (columns / width) == 0)
    return "";
  return expectedGot(std::string(f.row->operands[1].name) + " of heads of " + text(width) +
                         ", a divisor of " + text(heads),
                     text(columns) + " columns");
}

std::string brokenTogether(const Facts &f) {
  const bool live = f.has(Field::Live);
  if (f.has(Field::Heads) != live || f.has(Field::Chunk) != live)
    return expectedGot("live, heads and chunk together or none of them",
                       std::string(live ? "" : "no ") + "live, " + (f.has(Field::Heads) ? "" : "no ") +
                           "heads and " + (f.has(Field::Chunk) ? "" : "no ") + "chunk");
  if (live && f[Symbol::M] % f[Field::Heads])
    return expectedGot("heads to divide " + text(f[Symbol::M]), text(f[Field::Heads]));
  return "";
}

// A program's view ends with the chunk of the last live column: the machine touches nothing past it.
std::string brokenLive(const Facts &f) {
  if (!f.knows(Field::Live))
    return "";
  const int64_t columns = f[Symbol::K], first = f[Field::Live];
  const int64_t last = first + f[Symbol::M] / f[Field::Heads] - 1;
  if (last > columns)
    return expectedGot("1 to " + text(columns) + " live positions",
                       text(first) + (last > first ? " to " + text(last) : ""));
  const int64_t chunk = f[Field::Chunk], touched = (last + chunk - 1) / chunk * chunk;
  if (f.isResolved && columns > touched)
    return expectedGot("at most " + text(touched) + " columns for " + text(last) + " live positions",
                       text(columns));
  return "";
}

} // namespace accord::isa
