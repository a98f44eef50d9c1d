// Text of small models, and their parameters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "l0_models.h"
#include "sim/golden/primitives.h"
#include "test/support/tiny_model.h"
#include <cmath>
#include <random>
#include <sstream>

namespace accord::test {
namespace {

using Shape = std::initializer_list<std::string>;

std::string str(int64_t n) { return std::to_string(n); }

std::string tensor(Shape shape, const std::string &element) {
  std::string text = "tensor<";
  for (const std::string &dim : shape)
    text += dim + "x";
  return text + element + ">";
}

/// A value and its type.
struct Typed {
  std::string name, type;
};

/// The lines of one function of M rows.
class Body {
public:
  Body(const L0Model &model, std::string rows) : model(model), M(std::move(rows)) {}

  std::string matrix(int64_t columns, const std::string &element = "f32") const {
    return tensor({M, str(columns)}, element);
  }
  std::string rowsOperand() const { return M == "?" ? "%m" : M; }
  std::string fresh() { return "%" + str(next++); }

  Typed empty(int64_t columns, const std::string &element = "f32") {
    Typed result = {fresh(), matrix(columns, element)};
    os << "  " << result.name << " = tensor.empty(" << (M == "?" ? "%m" : "") << ") : " << result.type
       << "\n";
    return result;
  }
  /// op ins(inputs) outs(a new matrix of `columns`)
  Typed op(const std::string &name, std::initializer_list<Typed> inputs, int64_t columns) {
    Typed out = empty(columns), result = {fresh(), out.type};
    std::string names, types;
    for (const Typed &input : inputs) {
      names += (names.empty() ? "" : ", ") + input.name;
      types += (types.empty() ? "" : ", ") + input.type;
    }
    os << "  " << result.name << " = " << name << " ins(" << names << " : " << types << ") outs(" << out.name
       << " : " << out.type << ") -> " << out.type << "\n";
    return result;
  }
  /// x times w [columns, k] transposed: by codes where the weights are quantized.
  Typed product(const Typed &x, int64_t k, const Typed &w, int64_t columns) {
    if (w.type.find("!lut") == std::string::npos)
      return op("nn.matmul", {x, w}, columns);
    Typed q0 = empty(k, "i8"), s0 = empty(k / 32), q = {fresh(), q0.type}, s = {fresh(), s0.type};
    os << "  " << q.name << ", " << s.name << " = lut.quantize_act {group = 32} ins(" << x.name << " : "
       << x.type << ") outs(" << q0.name << ", " << s0.name << " : " << q.type << ", " << s.type << ") -> "
       << q.type << ", " << s.type << "\n";
    return op("lut.mpgemm {act_group = 32}", {q, s, w}, columns);
  }
  Typed norm(const Typed &x, const Typed &w) {
    return op("nn.rms_norm {eps = 1.0e-5}", {x, w}, model.width());
  }

  const L0Model &model;
  std::string M;
  std::ostringstream os;

private:
  int next = 0;
};

std::string cacheType(const L0Model &m) {
  return "memref<" + str(m.layers) + "x" + str(m.context) + "x" + str(m.kvHeads) + "x" + str(m.headDim) +
         "x" + m.cache + ">";
}

/// What a layer takes from the parameter file, in the order of its arguments.
std::vector<Typed> layerParameters(const L0Model &m) {
  std::string E = str(m.width()), KV = str(m.kvHeads * m.headDim), F = str(m.feedForward);
  return {{"attn_norm", tensor({E}, "f32")},          {"attn_q", tensor({E, E}, m.weights)},
          {"attn_k", tensor({KV, E}, m.weights)},     {"attn_v", tensor({KV, E}, m.weights)},
          {"attn_output", tensor({E, E}, m.weights)}, {"ffn_norm", tensor({E}, "f32")},
          {"ffn_gate", tensor({F, E}, m.weights)},    {"ffn_up", tensor({F, E}, m.weights)},
          {"ffn_down", tensor({E, F}, m.weights)}};
}

std::string rowCount(const std::string &M, const std::string &of, const std::string &type) {
  return M == "?" ? "  %zero = arith.constant 0 : index\n  %m = tensor.dim " + of + ", %zero : " + type + "\n"
                  : "";
}

std::string layerFunction(const L0Model &model, const std::string &name, const std::string &rows) {
  Body b(model, rows);
  int64_t E = model.width(), KV = model.kvHeads * model.headDim, F = model.feedForward;
  std::string cache = cacheType(model), angles = b.matrix(model.headDim / 2);
  Typed x = {"%x", b.matrix(E)}, cos = {"%cos", angles}, sin = {"%sin", angles};
  b.os << "func.func private @" << name << "(%x: " << x.type << ", %cos: " << angles << ", %sin: " << angles
       << ", %layer: index, %position: index, %k_cache: " << cache << ", %v_cache: " << cache;
  std::vector<Typed> w = layerParameters(model);
  for (Typed &p : w) {
    p.name = "%" + p.name;
    b.os << ", " << p.name << ": " << p.type;
  }
  b.os << ") -> " << x.type << " {\n" << rowCount(rows, "%x", x.type);
  const std::string rope = "nn.rope {head_dim = " + str(model.headDim) + ", style = " + model.style + "}";
  Typed h = b.norm(x, w[0]);
  Typed q = b.op(rope, {b.product(h, E, w[1], E), cos, sin}, E);
  Typed k = b.op(rope, {b.product(h, E, w[2], KV), cos, sin}, KV);
  Typed v = b.product(h, E, w[3], KV);
  for (auto [from, into] : {std::pair(k, "%k_cache"), std::pair(v, "%v_cache")})
    b.os << "  nn.cache_append ins(" << from.name << " : " << from.type << ") into(" << into << " : " << cache
         << ") at(%layer, %position)\n";
  Typed y0 = b.empty(E), y = {b.fresh(), y0.type};
  b.os << "  " << y.name << " = nn.attention {heads = " << model.heads << ", scale = " << std::scientific
       << 1 / std::sqrt(static_cast<double>(model.headDim)) << "} ins(" << q.name << " : " << q.type
       << ") cache(%k_cache, %v_cache : " << cache << ", " << cache << ") at(%layer, %position) outs("
       << y0.name << " : " << y0.type << ") -> " << y0.type << "\n";
  Typed a = b.op("nn.add", {x, b.product(y, E, w[4], E)}, E);
  Typed f = b.norm(a, w[5]);
  Typed g = b.op("nn." + model.gating, {b.product(f, E, w[6], F), b.product(f, E, w[7], F)}, F);
  Typed out = b.op("nn.add", {a, b.product(g, F, w[8], E)}, E);
  b.os << "  return " << out.name << " : " << out.type << "\n}\n";
  return b.os.str();
}

/// An entry of M rows that returns the logits of all of them, or of the last.
std::string entryFunction(const L0Model &model, const std::string &name, const std::string &layer,
                          const std::string &rows, bool lastOnly) {
  Body b(model, rows);
  int64_t E = model.width(), P = model.headDim / 2, V = model.vocabulary;
  std::string cache = cacheType(model), tokens = tensor({rows}, "i32"), out = lastOnly ? "1" : rows,
              all = tensor({str(model.context), str(P)}, "f32"), angles = b.matrix(P);
  b.os << "func.func @" << name << "(%tokens: " << tokens << ", %position: index, %k: " << cache
       << ", %v: " << cache << ") -> " << tensor({out, str(V)}, "f32") << " {\n"
       << rowCount(rows, "%tokens", tokens);
  Typed table = {"%table", tensor({str(V), str(E)}, model.table)};
  b.os << "  %table = nn.param \"token_embd.weight\" : " << table.type << "\n";
  Typed x = b.op("nn.embed", {{"%tokens", tokens}, table}, E);
  b.os << "  %all_cos, %all_sin = nn.rope_table {head_dim = " << model.headDim << ", theta = 1.0e+04"
       << model.rope << "} -> " << all << ", " << all << "\n";
  for (const char *part : {"cos", "sin"})
    b.os << "  %" << part << " = tensor.extract_slice %all_" << part << "[%position, 0] [" << b.rowsOperand()
         << ", " << P << "] [1, 1] : " << all << " to " << angles << "\n";
  for (int64_t i = 0; i < model.layers; ++i) {
    std::string names, types;
    for (const Typed &p : layerParameters(model)) {
      Typed w = {b.fresh(), p.type};
      b.os << "  " << w.name << " = nn.param \"blk." << i << "." << p.name << ".weight\" : " << w.type
           << "\n";
      names += ", " + w.name;
      types += ", " + w.type;
    }
    Typed y = {b.fresh(), x.type};
    b.os << "  %layer" << i << " = arith.constant " << i << " : index\n  " << y.name << " = call @" << layer
         << "(" << x.name << ", %cos, %sin, %layer" << i << ", %position, %k, %v" << names << ") : ("
         << x.type << ", " << angles << ", " << angles << ", index, index, " << cache << ", " << cache
         << types << ") -> " << x.type << "\n";
    x = y;
  }
  if (lastOnly && rows == "?") {
    b.os << "  %one = arith.constant 1 : index\n  %last = arith.subi %m, %one : index\n  %row = "
            "tensor.extract_slice "
         << x.name << "[%last, 0] [1, " << E << "] [1, 1] : " << x.type << " to "
         << tensor({"1", str(E)}, "f32") << "\n";
    x = {"%row", tensor({"1", str(E)}, "f32")};
    b.M = "1";
  }
  Typed w = {"%output_norm", tensor({str(E)}, "f32")}, head = table;
  b.os << "  %output_norm = nn.param \"output_norm.weight\" : " << w.type << "\n";
  if (!model.head.empty()) {
    head = {"%head", tensor({str(V), str(E)}, model.head)};
    b.os << "  %head = nn.param \"output.weight\" : " << head.type << "\n";
  }
  Typed logits = b.product(b.norm(x, w), E, head, V);
  b.os << "  return " << logits.name << " : " << logits.type << "\n}\n";
  return b.os.str();
}

Expected<SharedTensor> randomTensor(uint32_t seed, llvm::StringRef name, mlir::Type type) {
  auto shaped = mlir::cast<mlir::ShapedType>(type);
  mlir::FailureOr<HostTensor> made = makeHostTensor(type, shaped.getShape());
  if (mlir::failed(made))
    return Error{"expected a type of the interpreter's"};
  std::vector<uint32_t> words = {seed};
  words.insert(words.end(), name.begin(), name.end());
  std::seed_seq sequence(words.begin(), words.end());
  std::mt19937 random(sequence);
  std::normal_distribution<float> normal;
  const bool isVector = shaped.getRank() == 1, isFactors = name == "rope_freqs.weight";
  const float scale = 1 / std::sqrt(static_cast<float>(shaped.getShape().back()));
  std::vector<float> values(made->numElements());
  for (float &value : values)
    value = isFactors  ? 1 + std::fabs(normal(random))
            : isVector ? 1 + 0.1f * normal(random)
                       : scale * normal(random);
  switch (made->kind) {
  case ElementKind::F32:
    std::copy(values.begin(), values.end(), made->data<float>());
    break;
  case ElementKind::F16:
    std::transform(values.begin(), values.end(), made->data<uint16_t>(), golden::f32ToF16);
    break;
  case ElementKind::BF16:
    std::transform(values.begin(), values.end(), made->data<uint16_t>(),
                   [](float v) { return static_cast<uint16_t>(golden::bitsOf(v) >> 16); });
    break;
  case ElementKind::Weight: {
    lut::Storage storage = mlir::cast<lut::WeightType>(shaped.getElementType()).getStorage();
    std::optional<golden::BlockFormat> format = blockFormatOf(storage);
    if (!format)
      return Error{"expected weights of a file, got " + lut::stringifyStorage(storage).str()};
    std::string blocks = randomBlocks(*format, shaped.getDimSize(0), shaped.getDimSize(1), scale, random());
    made->bytes.assign(blocks.begin(), blocks.end());
    break;
  }
  default:
    return Error{"expected floats or weights"};
  }
  return std::make_shared<const HostTensor>(std::move(*made));
}

} // namespace

std::string L0Model::text() const {
  return entryFunction(*this, "prefill", "layer", "?", true) +
         entryFunction(*this, "score", "layer", "?", false) +
         entryFunction(*this, "decode", "layer_1", "1", true) + layerFunction(*this, "layer", "?") +
         layerFunction(*this, "layer_1", "1");
}

ParamResolver randomParameters(uint32_t seed) {
  return [seed](llvm::StringRef name, mlir::Type type) { return randomTensor(seed, name, type); };
}

} // namespace accord::test
