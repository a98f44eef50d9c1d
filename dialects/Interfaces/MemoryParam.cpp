// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Interfaces/MemoryParam.h"

using namespace mlir;

FailureOr<accord::isa::Memory> FieldParser<accord::isa::Memory>::parse(AsmParser &parser) {
  const SMLoc at = parser.getCurrentLocation();
  StringRef word;
  if (failed(parser.parseKeyword(&word)))
    return failure();
  std::string names;
  for (unsigned i = 0; i < accord::isa::numMemories; ++i) {
    const auto memory = accord::isa::Memory(i);
    if (word == name(memory))
      return memory;
    names += std::string(i == 0 ? "" : i + 1 < accord::isa::numMemories ? ", " : " or ") + name(memory);
  }
  parser.emitError(at) << "expected " << names << ", got '" << word << "'";
  return failure();
}
AsmPrinter &accord::isa::operator<<(AsmPrinter &printer, Memory memory) { return printer << name(memory); }
