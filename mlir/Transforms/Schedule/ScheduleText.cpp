// One statement a function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/ScheduleText.h"

#include "dialects/Cust/Cust.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace accord {

std::string ScheduleText::finish() const {
  return "transform.named_sequence @" + transform::TransformDialect::kTransformEntryPointSymbolName.str() +
         "(%root: !transform.any_op {transform.readonly}) {\n" + text + "  transform.yield\n}\n";
}

std::string ScheduleText::nameOf(Operation *op) {
  auto model = cast<DefaultScheduleInterface>(op);
  std::string name;
  if (auto named = op->getLoc()->findInstanceOf<NameLoc>()) {
    name = named.getName().str();
    for (char &c : name)
      if (!llvm::isAlnum(c) && c != '.' && c != '_')
        c = '_';
    name += model.getNameSuffix();
    if (int again = counts[name]++)
      name += "_" + std::to_string(again);
  } else {
    const std::string kind = model.getScheduleName();
    name = kind + std::to_string(counts[kind]++);
  }
  op->setAttr(cust::nameAttrName, StringAttr::get(op->getContext(), name));
  return name;
}

void ScheduleText::match(StringRef name) {
  llvm::raw_string_ostream(text) << "  %" << name
                                 << " = transform.structured.match attributes {cust.name = \"" << name
                                 << "\"} in %root : (!transform.any_op) -> !transform.any_op\n";
}

void ScheduleText::tile(const std::string &handle, const std::string &result, ArrayRef<int64_t> sizes,
                        StringRef letters, StringRef loops) {
  llvm::raw_string_ostream os(text);
  os << "  %" << result;
  for (char letter : letters)
    os << ", %" << (loops.empty() ? StringRef(handle) : loops) << "_" << letter;
  os << " = cust.tile %" << handle << " sizes [";
  llvm::interleaveComma(sizes, os);
  os << "] : (!transform.any_op) -> (!transform.any_op";
  for (size_t i = 0; i < letters.size(); ++i)
    os << ", !transform.any_op";
  os << ")\n";
}

void ScheduleText::fuse(StringRef producer, StringRef result, StringRef loop) {
  llvm::raw_string_ostream(text) << "  %" << result << " = cust.fuse %" << producer << " into %" << loop
                                 << " : (!transform.any_op, !transform.any_op) -> !transform.any_op\n";
}

std::string ScheduleText::fuse(Operation *op, StringRef loop) {
  if (!op)
    return {};
  std::string name = nameOf(op);
  match(name);
  fuse(name, name + "_tile", loop);
  return name + "_tile";
}

void ScheduleText::buffer(StringRef handle, StringRef operand, StringRef memory, int64_t count) {
  llvm::raw_string_ostream(text) << "  cust.buffer %" << handle << " operand \"" << operand << "\" in "
                                 << memory << " count " << count << " : !transform.any_op\n";
}

void ScheduleText::stream(StringRef handle, int64_t positions, int64_t heads) {
  llvm::raw_string_ostream(text) << "  cust.stream %" << handle << " positions " << positions << " heads "
                                 << heads << " : !transform.any_op\n";
}

InFlightDiagnostic ScheduleText::tooLarge(Operation *op) {
  return op->emitOpError() << "expected a tile that fits: ";
}

std::string ScheduleText::spmFor(int64_t room) const {
  return hw.name + " has " + std::to_string(hw.scratchpad.capacityBytes) + " (" + std::to_string(room) +
         " for it)";
}

} // namespace accord
