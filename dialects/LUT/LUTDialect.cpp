// The `lut` dialect, its types and its attributes: registration, text form, verifiers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace accord::lut;

#include "dialects/LUT/LUTDialect.cpp.inc"
#include "dialects/LUT/LUTEnums.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/LUT/LUTTypes.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/LUT/LUTAttrs.cpp.inc"

void LUTDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/LUT/LUTTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/LUT/LUTAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/LUT/LUTOps.cpp.inc"
      >();
}

LogicalResult LUTDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned argIndex,
                                                   NamedAttribute attr) {
  if (attr.getName() != sourceAttrName)
    return op->emitOpError() << "argument " << argIndex << ": unknown attribute '"
                             << attr.getName().getValue() << "', expected '" << sourceAttrName << "'";
  auto type = dyn_cast<TypeAttr>(attr.getValue());
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!type || !function)
    return op->emitOpError() << "argument " << argIndex << ": expected '" << sourceAttrName
                             << "' to be a type on an argument of a function";
  auto source = dyn_cast<RankedTensorType>(type.getValue());
  auto argument = dyn_cast<RankedTensorType>(function.getArgumentTypes()[argIndex]);
  auto from = source ? dyn_cast<WeightType>(source.getElementType()) : WeightType();
  auto to = argument ? dyn_cast<WeightType>(argument.getElementType()) : WeightType();
  if (!from || !to || source.getShape() != argument.getShape() || from.withStorage(to.getStorage()) != to)
    return op->emitOpError() << "argument " << argIndex << ": expected '" << sourceAttrName
                             << "' to hold the argument's weights in another storage, got " << type << " for "
                             << function.getArgumentTypes()[argIndex];
  return success();
}

//===- Codes: u1 .. u8
//----------------------------------------------------------------------------------------===//

/// Parses `uN`, any N that fits; the verifiers judge it.
static ParseResult parseCode(AsmParser &parser, unsigned &bits) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  StringRef digits = keyword;
  if (!digits.consume_front("u") || digits.getAsInteger(10, bits))
    return parser.emitError(loc) << "expected a code width like 'u4', got '" << keyword << "'";
  return success();
}

//===- !lut.weight
//--------------------------------------------------------------------------------------------===//

Type WeightType::parse(AsmParser &parser) {
  unsigned bits = 0;
  int64_t group = 0, zero = 0;
  bool hasMin = false;
  SMLoc begin = parser.getCurrentLocation();
  if (parser.parseLess() || parseCode(parser, bits) || parser.parseComma() || parser.parseKeyword("group") ||
      parser.parseEqual() || parser.parseInteger(group) || parser.parseComma())
    return {};
  if (succeeded(parser.parseOptionalKeyword("zero")))
    if (parser.parseEqual() || parser.parseInteger(zero) || parser.parseComma())
      return {};
  if (succeeded(parser.parseOptionalKeyword("min"))) {
    hasMin = true;
    if (parser.parseComma())
      return {};
  }
  Type scale = Float16Type::get(parser.getContext());
  if (succeeded(parser.parseOptionalKeyword("scale")))
    if (parser.parseEqual() || parser.parseType(scale) || parser.parseComma())
      return {};
  StringRef name;
  if (parser.parseKeyword("storage") || parser.parseEqual())
    return {};
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&name))
    return {};
  std::optional<Storage> storage = symbolizeStorage(name);
  if (!storage) {
    InFlightDiagnostic diag = parser.emitError(loc) << "expected a storage (";
    for (unsigned i = 0; i <= getMaxEnumValForStorage(); ++i)
      diag << (i ? ", " : "") << stringifyStorage(static_cast<Storage>(i));
    diag << "), got '" << name << "'";
    return {};
  }
  if (parser.parseGreater())
    return {};
  return WeightType::getChecked([&] { return parser.emitError(begin); }, parser.getContext(), bits, group,
                                zero, hasMin, scale, *storage);
}

void WeightType::print(AsmPrinter &printer) const {
  printer << "<u" << getBits() << ", group = " << getGroup() << ", zero = " << getZero();
  if (getHasMin())
    printer << ", min";
  if (!getScale().isF16())
    printer << ", scale = " << getScale();
  printer << ", storage = " << stringifyStorage(getStorage()) << ">";
}

LogicalResult WeightType::verify(function_ref<InFlightDiagnostic()> emitError, unsigned bits, int64_t group,
                                 int64_t zero, bool hasMin, Type scale, Storage storage) {
  if (bits < 1 || bits > 8) // C1
    return emitError() << "expected codes of 1 to 8 bits, got u" << bits;
  if (group < 1) // C2
    return emitError() << "expected a group of at least 1 weight, got " << group;
  if (zero < 0 || zero >= (1 << bits)) // C3
    return emitError() << "expected a zero point among the codes 0 to " << (1 << bits) - 1 << ", got "
                       << zero;
  if (zero != 0 && hasMin) // C4
    return emitError() << "expected a zero point or a minimum, got both (zero = " << zero << ", min)";
  if (!scale.isF16() && !scale.isF32()) // C6
    return emitError() << "expected scales of f16 or f32, got " << scale;
  const EncodingInfo &info = encodingInfo(storage);
  if (!info.fixesValues)
    return success();
  // C5
  auto refuse = [&](StringRef what, int64_t expected, int64_t got) -> LogicalResult {
    return emitError() << "storage " << info.name << " has " << what << " " << expected << ", got " << what
                       << " " << got;
  };
  if (bits != info.bits)
    return refuse("code width", info.bits, bits);
  if (info.group != 0 && group != info.group)
    return refuse("group", info.group, group);
  if (info.group == 0 && group % info.blockLength != 0)
    return emitError() << "storage " << info.name << " has groups of K, in whole blocks of "
                       << info.blockLength << ", got group " << group;
  if (zero != info.zero)
    return refuse("zero point", info.zero, zero);
  if (hasMin != info.hasMin)
    return emitError() << "storage " << info.name << " has " << (info.hasMin ? "a minimum" : "no minimum")
                       << ", got a type " << (hasMin ? "with 'min'" : "without 'min'");
  if (scale.isF32() != info.wideScale)
    return emitError() << "storage " << info.name << " has scales of " << (info.wideScale ? "f32" : "f16")
                       << ", got scales of " << scale;
  return success();
}

WeightType WeightType::ofStorage(MLIRContext *context, Storage storage, int64_t k) {
  const EncodingInfo &info = encodingInfo(storage);
  assert(info.fixesValues && "planes have values of their own");
  Type scale = info.wideScale ? Type(Float32Type::get(context)) : Type(Float16Type::get(context));
  return WeightType::get(context, info.bits, info.group ? info.group : k, info.zero, info.hasMin, scale,
                         storage);
}

int64_t WeightType::getBlockLength() const {
  const EncodingInfo &info = encodingInfo(getStorage());
  return info.fixesValues ? info.blockLength : 1;
}

int64_t WeightType::storageBytes(int64_t n, int64_t k) const {
  const EncodingInfo &info = encodingInfo(getStorage());
  if (info.fixesValues)
    return n * (k / info.blockLength) * info.blockBytes + info.trailerBytes;
  // Planes: tiles of 64 lanes, half a byte a lane, table and bit; then a scale (and minimum) a lane and
  // group.
  int64_t tiles = llvm::divideCeil(n, planeLanes);
  int64_t codes = tiles * llvm::divideCeil(k, tableLength) * getBits() * planeLanes / 2;
  int64_t scales = tiles * llvm::divideCeil(k, getGroup()) * planeLanes * getScaleBytes();
  return codes + scales * (getHasMin() ? 2 : 1);
}

WeightType WeightType::withStorage(Storage storage) const {
  if (failed(verify([&] { return InFlightDiagnostic(); }, getBits(), getGroup(), getZero(), getHasMin(),
                    getScale(), storage)))
    return {};
  return WeightType::get(getContext(), getBits(), getGroup(), getZero(), getHasMin(), getScale(), storage);
}

//===- #lut.instr
//---------------------------------------------------------------------------------------------===//

Attribute InstrAttr::parse(AsmParser &parser, Type) {
  int64_t m = 0, n = 0, k = 0;
  unsigned weightBits = 0;
  Type act, accum, out;
  SMLoc begin = parser.getCurrentLocation();
  auto key = [&](StringRef name) -> ParseResult {
    return failure(parser.parseKeyword(name) || parser.parseEqual());
  };
  if (parser.parseLess() || key("m") || parser.parseInteger(m) || parser.parseComma() || key("n") ||
      parser.parseInteger(n) || parser.parseComma() || key("k") || parser.parseInteger(k) ||
      parser.parseComma() || key("act") || parser.parseType(act) || parser.parseComma() || key("weight") ||
      parseCode(parser, weightBits) || parser.parseComma() || key("accum") || parser.parseType(accum) ||
      parser.parseComma() || key("out") || parser.parseType(out) || parser.parseGreater())
    return {};
  return InstrAttr::getChecked([&] { return parser.emitError(begin); }, parser.getContext(), m, n, k, act,
                               weightBits, accum, out);
}

void InstrAttr::print(AsmPrinter &printer) const {
  printer << "<m = " << getM() << ", n = " << getN() << ", k = " << getK() << ", act = " << getAct()
          << ", weight = u" << getWeightBits() << ", accum = " << getAccum() << ", out = " << getOut() << ">";
}

LogicalResult InstrAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t m, int64_t n, int64_t k,
                                Type act, unsigned weightBits, Type accum, Type out) {
  if (m < 1 || n < 1 || k < 1)
    return emitError() << "expected a shape of positive m, n and k, got " << m << " x " << n << " x " << k;
  if (weightBits < 1 || weightBits > 8)
    return emitError() << "expected weights of 1 to 8 bits, got u" << weightBits;
  return success();
}
