// One function a layer signature, called once a layer; entries around them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Conversion/GraphToCPU/llama_text.h"
#include "runtime/model/tensor_values.h"
#include <map>
#include <sstream>

namespace accord::test {

using model::TensorType;

std::string elementText(TensorType type, int64_t k, model::I2SLayout layout) {
  std::optional<golden::BlockFormat> format = model::blockFormatOf(type, layout);
  std::string name(model::toString(type));
  for (char &c : name)
    c = static_cast<char>(std::tolower(c));
  if (!format)
    return name;
  golden::WeightFormat f = golden::weightFormat(*format, k);
  const bool f32 = name.back() == 'k' || type == TensorType::I2_S;
  std::ostringstream text;
  if (type == TensorType::I2_S)
    name = layout == model::I2SLayout::X86 ? "i2_s_x86" : "i2_s_arm";
  else
    name = "gguf_" + name;
  text << "!lut.weight<u" << f.bits << ", group = " << f.group << ", zero = " << f.zero << (f.hasMin ? ", min" : "")
       << (f32 ? ", scale = f32" : "") << ", storage = " << name << ">";
  return text.str();
}

namespace {

struct Shape {
  int64_t layers, context, embedding, heads, kvHeads, headDim, vocabulary;
  double epsilon, theta;
};

class Text {
public:
  Text(const model::GgufFile &file, const LlamaTextOptions &options) : file(file), options(options) {}

  Expected<std::string> run() {
    std::string arch = *file.text("general.architecture");
    auto count = [&](const std::string &key) -> int64_t {
      auto v = file.count(arch + "." + key);
      if (!v)
        problem = v.error().message;
      return v ? int64_t(*v) : 1;
    };
    shape.layers = count("block_count");
    shape.context = options.context ? options.context : count("context_length");
    shape.embedding = count("embedding_length");
    shape.heads = count("attention.head_count");
    shape.kvHeads = count("attention.head_count_kv");
    shape.headDim = shape.embedding / shape.heads;
    shape.epsilon = *file.number(arch + ".attention.layer_norm_rms_epsilon");
    shape.theta = file.has(arch + ".rope.freq_base") ? *file.number(arch + ".rope.freq_base") : 10000;
    shape.vocabulary = info("token_embd.weight").shape[0];
    out << "module {\n";
    const char *names[] = {"prefill", "decode", "score"};
    for (int i = 0; i < 3; ++i)
      if (options.entries[i])
        entry(names[i], i == 1 ? "1" : "?", i == 2);
    out << layers.str() << "}\n";
    if (!problem.empty())
      return Error{problem};
    return out.str();
  }

private:
  const model::TensorInfo &info(const std::string &name) {
    static const model::TensorInfo none{"", TensorType::F32, {1, 1}, 0, nullptr};
    const model::TensorInfo *tensor = file.find(name);
    if (!tensor)
      problem = "expected tensor " + name + ", got none";
    return tensor ? *tensor : none;
  }
  std::string typeOf(const std::string &name) {
    const model::TensorInfo &tensor = info(name);
    std::string text = "tensor<";
    for (int64_t extent : tensor.shape)
      text += std::to_string(extent) + "x";
    return text + elementText(tensor.type, tensor.shape.back(), file.i2sLayout().value_or(model::I2SLayout::X86)) + ">";
  }
  std::string cacheType() {
    std::ostringstream text;
    text << "memref<" << shape.layers << "x" << shape.context << "x" << shape.kvHeads << "x" << shape.headDim << "x"
         << options.cache << ">";
    return text.str();
  }
  static std::string rowsType(const std::string &m, int64_t n, const char *element = "f32") {
    return "tensor<" + m + "x" + std::to_string(n) + "x" + element + ">";
  }

  // Emission of one op with an empty destination; the result is %name.
  struct Body {
    std::ostream &os;
    std::string m;
    std::string empty(const std::string &name, const std::string &type) {
      bool dynamic = type.find('?') != std::string::npos;
      os << "    %" << name << " = tensor.empty(" << (dynamic ? "%m" : "") << ") : " << type << "\n";
      return "%" + name;
    }
    void op(const std::string &result, const std::string &text, const std::string &ins, const std::string &inTypes,
            const std::string &type) {
      std::string out = empty(result + "_0", type);
      os << "    %" << result << " = " << text << " ins(" << ins << " : " << inTypes << ") outs(" << out << " : " << type
         << ") -> " << type << "\n";
    }
    void quantize(const std::string &x, int64_t k) {
      std::string codes = rowsType(m, k, "i8"), scales = rowsType(m, (k + 31) / 32);
      std::string q0 = empty("q_" + x + "_0", codes), s0 = empty("s_" + x + "_0", scales);
      os << "    %q_" << x << ", %s_" << x << " = lut.quantize_act {group = 32} ins(%" << x << " : " << rowsType(m, k)
         << ") outs(" << q0 << ", " << s0 << " : " << codes << ", " << scales << ") -> " << codes << ", " << scales
         << "\n";
    }
    void product(const std::string &result, const std::string &x, const std::string &w, const std::string &wType,
                 int64_t n, int64_t k) {
      std::string type = rowsType(m, n);
      if (wType.find("!lut") == std::string::npos)
        return op(result, "nn.matmul", "%" + x + ", " + w, rowsType(m, k) + ", " + wType, type);
      op(result, "lut.mpgemm {act_group = 32}", "%q_" + x + ", %s_" + x + ", " + w,
         rowsType(m, k, "i8") + ", " + rowsType(m, (k + 31) / 32) + ", " + wType, type);
    }
  };

  /// The layer function of these types and rows; written once.
  std::string layer(int64_t index, const std::string &m) {
    static const char *weights[] = {"attn_norm", "attn_q",   "attn_k",   "attn_v",  "attn_output",
                                    "ffn_norm",  "ffn_gate", "ffn_up", "ffn_down"};
    std::string key = m, parameters;
    std::vector<std::string> types;
    for (const char *w : weights) {
      types.push_back(typeOf("blk." + std::to_string(index) + "." + w + ".weight"));
      key += types.back();
      parameters += std::string(", %") + w + ": " + types.back();
    }
    auto [known, isNew] = functions.try_emplace(key, "layer_" + std::to_string(functions.size()));
    if (!isNew)
      return known->second;
    int64_t e = shape.embedding, kv = shape.kvHeads * shape.headDim,
            ff = info("blk." + std::to_string(index) + ".ffn_up.weight").shape[0];
    std::string row = rowsType(m, e), angles = rowsType(m, shape.headDim / 2);
    std::ostream &os = layers;
    Body b{os, m};
    os << "  func.func private @" << known->second << "(%x: " << row << parameters << ", %cos: " << angles
       << ", %sin: " << angles << ", %layer: index, %position: index, %kc: " << cacheType() << ", %vc: " << cacheType()
       << ") -> " << row << " {\n";
    if (m == "?")
      os << "    %c0 = arith.constant 0 : index\n    %m = tensor.dim %x, %c0 : " << row << "\n";
    auto norm = [&](const std::string &result, const std::string &x, const std::string &w, const std::string &type) {
      std::ostringstream text;
      text << std::scientific << "nn.rms_norm {eps = " << shape.epsilon << "}";
      b.op(result, text.str(), "%" + x + ", %" + w, row + ", " + type, row);
    };
    auto rope = [&](const std::string &result, const std::string &x, int64_t n) {
      b.op(result, "nn.rope {head_dim = " + std::to_string(shape.headDim) + ", style = adjacent}",
           "%" + x + ", %cos, %sin", rowsType(m, n) + ", " + angles + ", " + angles, rowsType(m, n));
    };
    norm("h", "x", "attn_norm", types[0]);
    b.quantize("h", e);
    b.product("q", "h", "%attn_q", types[1], e, e);
    b.product("k", "h", "%attn_k", types[2], kv, e);
    b.product("v", "h", "%attn_v", types[3], kv, e);
    rope("qr", "q", e);
    rope("kr", "k", kv);
    for (const char *side : {"k", "v"})
      os << "    nn.cache_append ins(%" << (side[0] == 'k' ? "kr" : "v") << " : " << rowsType(m, kv) << ") into(%" << side
         << "c : " << cacheType() << ") at(%layer, %position)\n";
    b.empty("a_0", row);
    os << "    %a = nn.attention {heads = " << shape.heads << ", scale = 1.250000e-01} ins(%qr : " << row
       << ") cache(%kc, %vc : " << cacheType() << ", " << cacheType() << ") at(%layer, %position) outs(%a_0 : " << row
       << ") -> " << row << "\n";
    b.quantize("a", e);
    b.product("o", "a", "%attn_output", types[4], e, e);
    b.op("r", "nn.add", "%x, %o", row + ", " + row, row);
    norm("g", "r", "ffn_norm", types[5]);
    b.quantize("g", e);
    b.product("gate", "g", "%ffn_gate", types[6], ff, e);
    b.product("up", "g", "%ffn_up", types[7], ff, e);
    b.op("act", "nn.silu_mul", "%gate, %up", rowsType(m, ff) + ", " + rowsType(m, ff), rowsType(m, ff));
    b.quantize("act", ff);
    b.product("down", "act", "%ffn_down", types[8], e, ff);
    b.op("y", "nn.add", "%r, %down", row + ", " + row, row);
    os << "    return %y : " << row << "\n  }\n";
    return known->second;
  }

  void entry(const char *name, const std::string &m, bool all) {
    int64_t e = shape.embedding, half = shape.headDim / 2;
    std::string row = rowsType(m, e), angles = rowsType(m, half), outRows = all ? m : "1";
    std::string table = typeOf("token_embd.weight");
    out << "  func.func @" << name << "(%tokens: tensor<" << m << "xi32>, %position: index, %kc: " << cacheType()
        << ", %vc: " << cacheType() << ") -> " << rowsType(outRows, shape.vocabulary) << " {\n";
    out << "    %c0 = arith.constant 0 : index\n    %c1 = arith.constant 1 : index\n";
    if (m == "?")
      out << "    %m = tensor.dim %tokens, %c0 : tensor<?xi32>\n";
    auto param = [&](const std::string &value, const std::string &tensor) {
      out << "    %" << value << " = nn.param \"" << tensor << "\" : " << typeOf(tensor) << "\n";
    };
    param("table", "token_embd.weight");
    Body b{out, m};
    b.op("x0", "nn.embed", "%tokens, %table", "tensor<" + m + "xi32>, " + table, row);
    std::string whole = rowsType(std::to_string(shape.context), half);
    std::ostringstream theta;
    theta << std::scientific << shape.theta;
    out << "    %cos_all, %sin_all = nn.rope_table {head_dim = " << shape.headDim << ", theta = " << theta.str() << "} -> "
        << whole << ", " << whole << "\n";
    for (const char *side : {"cos", "sin"})
      out << "    %" << side << " = tensor.extract_slice %" << side << "_all[%position, 0] [" << (m == "?" ? "%m" : "1")
          << ", " << half << "] [1, 1] : " << whole << " to " << angles << "\n";
    for (int64_t l = 0; l < shape.layers; ++l) {
      std::string prefix = "blk." + std::to_string(l) + ".", operands, types;
      for (const char *w : {"attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_up",
                            "ffn_down"}) {
        std::string value = std::string(w) + "_" + std::to_string(l);
        param(value, prefix + w + ".weight");
        operands += ", %" + value;
        types += ", " + typeOf(prefix + w + ".weight");
      }
      out << "    %l" << l << " = arith.constant " << l << " : index\n    %x" << l + 1 << " = call @" << layer(l, m)
          << "(%x" << l << operands << ", %cos, %sin, %l" << l << ", %position, %kc, %vc) : (" << row << types << ", "
          << angles << ", " << angles << ", index, index, " << cacheType() << ", " << cacheType() << ") -> " << row
          << "\n";
    }
    std::string last = "x" + std::to_string(shape.layers);
    if (!all && m == "?") {
      out << "    %end = arith.subi %m, %c1 : index\n    %last = tensor.extract_slice %" << last << "[%end, 0] [1, " << e
          << "] [1, 1] : " << row << " to " << rowsType("1", e) << "\n";
      last = "last";
    }
    Body tail{out, outRows};
    param("out_norm", "output_norm.weight");
    std::ostringstream text;
    text << std::scientific << "nn.rms_norm {eps = " << shape.epsilon << "}";
    tail.op("n", text.str(), "%" + last + ", %out_norm", rowsType(outRows, e) + ", " + typeOf("output_norm.weight"),
            rowsType(outRows, e));
    tail.quantize("n", e);
    bool tied = !file.find("output.weight");
    std::string head = tied ? "token_embd.weight" : "output.weight";
    if (!tied)
      param("head", head);
    tail.product("logits", "n", tied ? "%table" : "%head", typeOf(head), shape.vocabulary, e);
    out << "    return %logits : " << rowsType(outRows, shape.vocabulary) << "\n  }\n";
  }

  const model::GgufFile &file;
  const LlamaTextOptions &options;
  Shape shape;
  std::ostringstream out, layers;
  std::map<std::string, std::string> functions;
  std::string problem;
};

} // namespace

Expected<std::string> llamaText(const model::GgufFile &file, const LlamaTextOptions &options) {
  return Text(file, options).run();
}

} // namespace accord::test
