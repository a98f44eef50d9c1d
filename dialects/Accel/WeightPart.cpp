// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/WeightPart.h"

namespace accord::accel {

llvm::StringRef name(WeightPart part) {
  switch (part) {
  case WeightPart::Planes:
    return "planes";
  case WeightPart::Codes:
    return "codes";
  case WeightPart::Scales:
    return "d";
  case WeightPart::Minima:
    break;
  }
  return "min";
}

std::optional<WeightPart> parseWeightPart(llvm::StringRef word) {
  for (WeightPart part : {WeightPart::Planes, WeightPart::Codes, WeightPart::Scales, WeightPart::Minima})
    if (word == name(part))
      return part;
  return std::nullopt;
}

} // namespace accord::accel
