// Attributes read, each checked for its type.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Model/ArgumentSource.h"

#include "dialects/LUT/LUT.h"
#include "mlir/Transforms/Model/Passes.h"

namespace accord {

using namespace mlir;

namespace {

class Reader {
public:
  Reader(func::FuncOp function, unsigned number)
      : function(function), number(number), argument(function.getArgument(number)) {}

  FailureOr<ArgumentSource> read() {
    const Attribute param = attribute(paramAttrName), rope = attribute(ropeAttrName);
    if (param && rope)
      return fail("one of accel.param and accel.rope, got both");
    auto type = dyn_cast<MemRefType>(argument.getType());
    if ((param || rope) && (!type || !type.hasStaticShape()))
      return fail("a buffer of static shape where a file fills it");
    if (rope)
      return readRope(dyn_cast<DictionaryAttr>(rope), type);
    if (!param)
      return ArgumentSource();
    auto name = dyn_cast<StringAttr>(param);
    if (!name)
      return fail("accel.param to be the name of a tensor, got ") << param;
    return readParameter(name.str(), type);
  }

private:
  Attribute attribute(StringRef name) { return function.getArgAttr(number, name); }

  InFlightDiagnostic fail(const Twine &expected) {
    return emitError(argument.getLoc())
           << "argument #" << number << " of @" << function.getName() << ": expected " << expected;
  }

  FailureOr<ArgumentSource> readParameter(std::string name, MemRefType type) {
    ParameterPart result;
    result.source.name = std::move(name);
    const Attribute part = attribute(accel::partAttrName), source = attribute(accel::sourceAttrName);
    if (!part && !source) {
      const Type element = type.getElementType();
      if (!element.isF32() && !element.isF16())
        return fail("accel.part and accel.source with a parameter of integers, got neither");
      result.source.storage = element.isF32() ? "f32" : "f16";
      result.source.shape = {type.getShape().begin(), type.getShape().end()};
      return ArgumentSource(result);
    }
    if (!part)
      return fail("accel.part = planes, codes, d or min beside accel.source, got none");
    auto word = dyn_cast<StringAttr>(part);
    result.part = word ? accel::parseWeightPart(word.getValue()) : std::nullopt;
    if (!result.part)
      return fail("accel.part to be planes, codes, d or min, got ") << part;
    auto stored = dyn_cast_or_null<TypeAttr>(source);
    auto tensor = stored ? dyn_cast<RankedTensorType>(stored.getValue()) : RankedTensorType();
    auto weight = tensor ? dyn_cast<lut::WeightType>(tensor.getElementType()) : lut::WeightType();
    if (!weight || !tensor.hasStaticShape())
      return fail("accel.source to be the type of a tensor of weights beside accel.part");
    result.source.storage = lut::stringifyStorage(weight.getStorage()).str();
    result.source.shape = tensor.getShape().vec();
    result.source.f32Scales = weight.getScale().isF32();
    return ArgumentSource(result);
  }

  FailureOr<ArgumentSource> readRope(DictionaryAttr rope, MemRefType type) {
    auto headDim = rope ? rope.getAs<IntegerAttr>("head_dim") : IntegerAttr();
    auto theta = rope ? rope.getAs<FloatAttr>("theta") : FloatAttr();
    auto scale = rope ? rope.getAs<FloatAttr>("scale") : FloatAttr();
    auto table = rope ? rope.getAs<StringAttr>("table") : StringAttr();
    auto factors = rope ? rope.getAs<StringAttr>("factors") : StringAttr();
    if (!headDim || !theta || !scale || !table || type.getRank() != 2 || !type.getElementType().isF32())
      return fail("a rotary table of f32 with head_dim, theta, scale and table");
    if (table.getValue() != "cos" && table.getValue() != "sin")
      return fail("the table cos or sin of accel.rope, got ") << table;
    rt::RopeSource source;
    source.positions = type.getDimSize(0);
    source.headDim = headDim.getInt();
    source.theta = theta.getValueAsDouble();
    source.scale = scale.getValueAsDouble();
    source.factors = factors ? factors.str() : "";
    source.sine = table.getValue() == "sin";
    return ArgumentSource(source);
  }

  func::FuncOp function;
  const unsigned number;
  BlockArgument argument;
};

} // namespace

FailureOr<ArgumentSource> argumentSource(func::FuncOp function, unsigned number) {
  return Reader(function, number).read();
}

} // namespace accord
