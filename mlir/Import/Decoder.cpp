// Entry functions over layer functions, one for each signature.
//
// Layers of one model differ in the storage of their weights at most (Q4_K_M keeps some of its matrices in
// Q6_K), so their functions are told apart by the types of the weights alone, and numbered as they first
// appear.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/Decoder.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace accord::importer {
namespace {

/// nn.rope_table's bound on position times scale (C3).
constexpr int64_t maxAngle = int64_t(1) << 20;

/// What arguments are called in programs and reports (the names of their locations).
constexpr StringRef entryArguments[] = {"tokens", "position", "k_cache", "v_cache"};
constexpr StringRef layerArguments[] = {"x", "cos", "sin", "layer", "position", "k_cache", "v_cache"};

class DecoderBuilder {
public:
  DecoderBuilder(ModelReader &reader, const Decoder &decoder, const ImportOptions &options)
      : reader(reader), decoder(decoder), shape(decoder.shape), options(options), b(&reader.context()),
        loc(FileLineColLoc::get(&reader.context(), llvm::sys::path::filename(reader.path()), 0, 0)) {}

  OwningOpRef<ModuleOp> build();

private:
  enum class Logits { Last, All };

  bool chooseContext();
  bool findParameters();
  DictionaryAttr description() const;
  void buildEntry(StringRef name, int64_t rows, StringRef layers, Logits logits);
  /// The function for layers of these weights, made at its first use.
  func::FuncOp layerFunction(StringRef prefix, int64_t rows, ArrayRef<Parameter> weights);

  Location named(StringRef name) { return NameLoc::get(b.getStringAttr(name), loc); }
  RankedTensorType f32(ArrayRef<int64_t> extents) { return RankedTensorType::get(extents, b.getF32Type()); }

  ModelReader &reader;
  const Decoder &decoder;
  const Hyperparameters &shape;
  const ImportOptions &options;
  OpBuilder b;
  Location loc;
  ModuleOp module;
  int64_t context = 0;
  MemRefType cache;
  Parameter embedding, norm, head;
  std::vector<SmallVector<Parameter>> layers; ///< as decoder.tensors
  /// By prefix and types of the weights, in order of first use.
  llvm::MapVector<std::pair<StringRef, Type>, func::FuncOp> functions;
};

bool DecoderBuilder::chooseContext() {
  context = options.context ? options.context : shape.context;
  if (context < 1 || context > shape.context)
    reader.failKey("context_length", "a context of 1 to " + Twine(shape.context) + " positions",
                   Twine(context));
  if (options.promptTokens < 0 || options.promptTokens > context)
    reader.failKey("context_length", "a prompt of at most " + Twine(context) + " tokens",
                   Twine(options.promptTokens));
  // Golden's angles end there.
  if (static_cast<double>(context - 1) * shape.ropeScale >= maxAngle)
    reader.failKey("context_length", "positions that rotation scales to below " + Twine(maxAngle),
                   numberText(static_cast<double>(context - 1) * shape.ropeScale));
  // Of one cache: 2^44 bytes are what a value may have (dialects/Interfaces/TypeBytes.h).
  int64_t elements = 1;
  for (int64_t extent : {shape.layers, context, shape.kvHeads, shape.headDim})
    if (llvm::MulOverflow(elements, extent, elements) || elements > (int64_t(1) << 42)) {
      reader.failKey("context_length", "caches of at most 2^42 values", "more");
      return false;
    }
  return bool(reader.status());
}

bool DecoderBuilder::findParameters() {
  embedding = reader.tensor("token_embd.weight", {shape.vocabulary, shape.embedding});
  norm = reader.tensor("output_norm.weight", {shape.embedding});
  head = reader.tensor(decoder.head, {shape.vocabulary, shape.embedding});
  for (int64_t i = 0; i < shape.layers && reader.status(); ++i) {
    layers.emplace_back();
    for (const LayerTensor &tensor : decoder.tensors)
      layers.back().push_back(
          reader.tensor(("blk." + Twine(i) + "." + tensor.name + ".weight").str(), tensor.shape));
  }
  reader.requireAllUsed();
  return bool(reader.status());
}

DictionaryAttr DecoderBuilder::description() const {
  Builder b(&reader.context());
  StringRef file = llvm::sys::path::filename(reader.path());
  NamedAttrList entries;
  entries.set("architecture", b.getStringAttr(reader.architecture()));
  entries.set("name", b.getStringAttr(reader.name()));
  entries.set("file", b.getStringAttr(file));
  for (auto [key, value] :
       std::initializer_list<std::pair<StringRef, int64_t>>{{"context", context},
                                                            {"layers", shape.layers},
                                                            {"embedding", shape.embedding},
                                                            {"heads", shape.heads},
                                                            {"kv_heads", shape.kvHeads},
                                                            {"head_dim", shape.headDim},
                                                            {"feed_forward", shape.feedForward},
                                                            {"vocabulary", shape.vocabulary},
                                                            {"parameters", reader.numParameters()}})
    entries.set(key, b.getI64IntegerAttr(value));
  entries.set("tied", b.getBoolAttr(head.name == embedding.name));
  return entries.getDictionary(&reader.context());
}

func::FuncOp DecoderBuilder::layerFunction(StringRef prefix, int64_t rows, ArrayRef<Parameter> weights) {
  RankedTensorType x = f32({rows, shape.embedding}), angles = f32({rows, shape.headDim / 2});
  SmallVector<Type> arguments = {x, angles, angles, b.getIndexType(), b.getIndexType(), cache, cache};
  for (const Parameter &weight : weights)
    arguments.push_back(weight.type);
  FunctionType type = b.getFunctionType(arguments, x);
  func::FuncOp &function = functions[{prefix, type}];
  if (function)
    return function;
  int64_t number = llvm::count_if(functions, [&](auto &entry) { return entry.first.first == prefix; }) - 1;
  b.setInsertionPointToEnd(module.getBody());
  function = b.create<func::FuncOp>(loc, (prefix + Twine(number)).str(), type);
  function.setPrivate();
  Block *block = function.addEntryBlock();
  Layer layer;
  layer.x = block->getArgument(0);
  layer.cos = block->getArgument(1);
  layer.sin = block->getArgument(2);
  layer.number = block->getArgument(3);
  layer.position = block->getArgument(4);
  layer.kCache = block->getArgument(5);
  layer.vCache = block->getArgument(6);
  for (auto [tensor, argument] : llvm::zip_equal(decoder.tensors, block->getArguments().drop_front(7))) {
    argument.setLoc(named(tensor.name));
    layer.weights[tensor.name] = argument;
  }
  for (auto [name, argument] : llvm::zip_first(layerArguments, block->getArguments()))
    argument.setLoc(named(name));
  GraphBuilder g(loc, block, layer.x);
  g.finish(decoder.layer(g, layer));
  return function;
}

void DecoderBuilder::buildEntry(StringRef name, int64_t rows, StringRef prefix, Logits logits) {
  auto tokens = RankedTensorType::get({rows}, b.getI32Type());
  RankedTensorType result = f32({logits == Logits::Last ? 1 : rows, shape.vocabulary});
  b.setInsertionPointToEnd(module.getBody());
  auto function =
      b.create<func::FuncOp>(loc, name, b.getFunctionType({tokens, b.getIndexType(), cache, cache}, result));
  Block *block = function.addEntryBlock();
  for (auto [name, argument] : llvm::zip_equal(entryArguments, block->getArguments()))
    argument.setLoc(named(name));
  Value position = block->getArgument(1), kCache = block->getArgument(2), vCache = block->getArgument(3);

  GraphBuilder g(loc, block, block->getArgument(0));
  Value table = g.param(embedding);
  Value x = g.embed(block->getArgument(0), table);
  RankedTensorType angles = f32({context, shape.headDim / 2});
  auto rope = g.builder().create<nn::RopeTableOp>(
      loc, angles, angles, b.getI64IntegerAttr(shape.headDim), b.getF64FloatAttr(shape.ropeTheta),
      b.getF64FloatAttr(shape.ropeScale),
      shape.ropeFactors.empty() ? StringAttr() : b.getStringAttr(shape.ropeFactors));
  Value cos = g.rowsFrom(rope.getCos(), position), sin = g.rowsFrom(rope.getSin(), position);
  for (auto [i, weights] : llvm::enumerate(layers)) {
    SmallVector<Value> arguments = {x, cos, sin, g.index(i), position, kCache, vCache};
    for (const Parameter &weight : weights)
      arguments.push_back(g.param(weight));
    x = g.builder().create<func::CallOp>(loc, layerFunction(prefix, rows, weights), arguments).getResult(0);
  }
  if (logits == Logits::Last)
    x = g.lastRow(x);
  x = g.rmsNorm(x, g.param(norm), shape.epsilon);
  g.finish(g.project(x, head.name == embedding.name ? table : g.param(head), "output"));
}

OwningOpRef<ModuleOp> DecoderBuilder::build() {
  if (!reader.status() || !chooseContext() || !findParameters())
    return {};
  OwningOpRef<ModuleOp> owner = ModuleOp::create(loc);
  module = *owner;
  module->setAttr(modelAttrName, description());
  Type element = options.f32Cache.value_or(reader.f32Cache()) ? Type(b.getF32Type()) : b.getF16Type();
  cache = MemRefType::get({shape.layers, context, shape.kvHeads, shape.headDim}, element);
  int64_t prompt = options.promptTokens ? options.promptTokens : ShapedType::kDynamic;
  buildEntry("prefill", prompt, "layer_prefill_", Logits::Last);
  buildEntry("decode", 1, "layer_decode_", Logits::Last);
  buildEntry("score", prompt, "layer_prefill_", Logits::All);
  return owner;
}

} // namespace

OwningOpRef<ModuleOp> buildDecoder(ModelReader &reader, const Decoder &decoder,
                                   const ImportOptions &options) {
  return DecoderBuilder(reader, decoder, options).build();
}

} // namespace accord::importer
