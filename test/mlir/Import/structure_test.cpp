// What imported modules look like: entries, layer functions, types, and that they survive printing and
// parsing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "test/mlir/Import/import_support.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::test;
using namespace mlir;
using Format = model::TensorType;

namespace {

/// The parts stand in `text`, one after the other.
void checkOrder(const std::string &text, const std::vector<std::string> &parts) {
  size_t at = 0;
  for (const std::string &part : parts) {
    INFO("expected \"" << part << "\" after byte " << at << " of\n" << text);
    size_t found = text.find(part, at);
    REQUIRE(found != std::string::npos);
    at = found + part.size();
  }
}

/// Printing and parsing gives the same module again.
void checkRoundTrip(const Imported &model) {
  std::string text = model.text();
  OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(text, &importContext());
  REQUIRE(parsed);
  std::string again;
  llvm::raw_string_ostream os(again);
  parsed->print(os);
  CHECK(again == text);
}

Imported imported(const ModelSpec &spec, const ImportOptions &options = {},
                  const model::OpenOptions &open = {}) {
  Imported model(spec, options, open);
  INFO(model.error);
  REQUIRE(model.module);
  checkRoundTrip(model);
  return model;
}

} // namespace

TEST_CASE("llama: entries, one layer function a signature, and the layer's order", "[import]") {
  Imported model = imported(ModelSpec());
  std::string text = model.text();
  CHECK(countOf(text, "func.func") ==
        5); // Three entries, a layer for any number of rows, and one for one row.
  CHECK(countOf(text, "call @layer_prefill_0(") == 4);
  CHECK(countOf(text, "call @layer_decode_0(") == 2);
  CHECK(countOf(text, "nn.param") == 3 * (2 + 2 * 9)); // Tied: embedding and head are one.

  checkOrder(
      model.text("prefill"),
      {"@prefill(%arg0: tensor<?xi32>, %arg1: index, %arg2: memref<2x256x2x16xf16>, %arg3: "
       "memref<2x256x2x16xf16>) -> "
       "tensor<1x320xf32>",
       "tensor.dim %arg0",
       "nn.param \"token_embd.weight\" : tensor<320x64x!lut.weight<u8, group = 32, zero = 128, storage = "
       "gguf_q8_0>>",
       "nn.embed",
       "nn.rope_table {head_dim = 16, theta = 1.000000e+04} -> tensor<256x8xf32>, tensor<256x8xf32>",
       "tensor.extract_slice", "[%arg1, 0]", "tensor<256x8xf32> to tensor<?x8xf32>", "call @layer_prefill_0",
       "call @layer_prefill_0", "arith.subi", "tensor<?x64xf32> to tensor<1x64xf32>",
       "nn.param \"output_norm.weight\"", "nn.rms_norm {eps = 9.99999974E-6", "lut.quantize_act {group = 32}",
       "lut.mpgemm", "return", "tensor<1x320xf32>"});
  checkOrder(model.text("decode"),
             {"tensor<1xi32>", "-> tensor<1x320xf32>", "tensor<256x8xf32> to tensor<1x8xf32>",
              "call @layer_decode_0", "call @layer_decode_0", "return"});
  CHECK(countOf(model.text("decode"), "tensor<?") == 0);
  CHECK(countOf(model.text("decode"), "arith.subi") == 0);
  checkOrder(model.text("score"), {"-> tensor<?x320xf32>", "call @layer_prefill_0", "call @layer_prefill_0",
                                   "nn.rms_norm", "lut.mpgemm", "return"});

  std::string layer = model.text("layer_prefill_0");
  checkOrder(layer, {"private @layer_prefill_0",
                     "nn.rms_norm",
                     "lut.quantize_act",
                     "lut.mpgemm",
                     "lut.mpgemm",
                     "lut.mpgemm",
                     "nn.rope {head_dim = 16, style = adjacent}",
                     "nn.rope",
                     "nn.cache_append",
                     "nn.cache_append",
                     "nn.attention {heads = 4, scale = 2.500000e-01",
                     "lut.quantize_act",
                     "lut.mpgemm",
                     "nn.add",
                     "nn.rms_norm",
                     "lut.quantize_act",
                     "lut.mpgemm",
                     "lut.mpgemm",
                     "nn.silu_mul",
                     "lut.quantize_act",
                     "lut.mpgemm",
                     "nn.add",
                     "return"});
  // Once for q, k and v; for the output; for gate and up; for down.
  CHECK(countOf(layer, "lut.quantize_act") == 4);
  CHECK(countOf(layer, "lut.mpgemm") == 7);
}

TEST_CASE("accord-opt takes imported models as they are", "[import]") {
  for (const ModelSpec &spec : {ModelSpec(), ModelSpec(bitnetOptions("bitnet-b1.58", Format::TQ2_0))}) {
    std::string text = imported(spec).text();
    CHECK(throughAccordOpt(text) == text + "\n");
  }
}

TEST_CASE("accord.model says what the model is", "[import]") {
  Imported model = imported(ModelSpec());
  auto description = model.module.get()->getAttrOfType<DictionaryAttr>(modelAttrName);
  REQUIRE(description);
  auto number = [&](StringRef key) { return cast<IntegerAttr>(description.get(key)).getInt(); };
  CHECK(cast<StringAttr>(description.get("architecture")).getValue() == "llama");
  CHECK(cast<StringAttr>(description.get("name")).getValue() == "a tiny model");
  CHECK(cast<StringAttr>(description.get("file")).getValue() == "tiny.gguf");
  CHECK(number("context") == 256);
  CHECK(number("layers") == 2);
  CHECK(number("embedding") == 64);
  CHECK(number("heads") == 4);
  CHECK(number("kv_heads") == 2);
  CHECK(number("head_dim") == 16);
  CHECK(number("feed_forward") == 128);
  CHECK(number("vocabulary") == 320);
  CHECK(number("parameters") == 320 * 64 + 64 + 2 * (2 * 64 + 2 * 64 * 64 + 2 * 32 * 64 + 3 * 64 * 128));
  CHECK(cast<BoolAttr>(description.get("tied")).getValue());
  CHECK(description.size() == 13);
}

TEST_CASE("options: context, caches, a fixed prompt", "[import]") {
  ImportOptions options;
  options.context = 40;
  options.f32Cache = true;
  options.promptTokens = 8;
  Imported model = imported(ModelSpec(), options);
  checkOrder(model.text("prefill"), {"tensor<8xi32>, %arg1: index, %arg2: memref<2x40x2x16xf32>",
                                     "tensor<40x8xf32> to tensor<8x8xf32>", "[7, 0] [1, 64] [1, 1]",
                                     "tensor<8x64xf32> to tensor<1x64xf32>"});
  checkOrder(model.text("score"), {"tensor<8xi32>", "-> tensor<8x320xf32>"});
  CHECK(countOf(model.text(), "tensor<?") == 0);
  CHECK(countOf(model.text(), "tensor.dim") == 0);
}

TEST_CASE("keys: defaults, arrays of equal numbers, scaled and factored rotation", "[import]") {
  ModelSpec spec;
  spec.erase("attention.head_count_kv");
  spec.set("attention.head_count_kv", std::vector<int32_t>{2, 2});
  spec.set("attention.key_length", uint32_t(16));
  spec.set("attention.value_length", uint32_t(16));
  spec.erase("rope.freq_base");
  spec.erase("rope.dimension_count");
  spec.set("rope.scaling.type", std::string("linear"));
  spec.set("rope.scaling.factor", 4.0f);
  spec.addVector("rope_freqs.weight", {1, 1, 1, 1, 2, 4, 8, 8});
  Imported model = imported(spec);
  CHECK(countOf(model.text(),
                "theta = 1.000000e+04, scale = 2.500000e-01, factors = \"rope_freqs.weight\"}") == 3);
  // A cut prompt's rotation is that of the whole: none means none, whatever the factor says.
  spec.set("rope.scaling.type", std::string("none"));
  CHECK(countOf(imported(spec).text(), "scale = 2.500000e-01, factors") == 0);

  // The key of older files says the same; where both stand, the newer one counts.
  spec.erase("rope.scaling.type");
  spec.erase("rope.scaling.factor");
  spec.set("rope.scale_linear", 8.0f);
  CHECK(countOf(imported(spec).text(), "scale = 1.250000e-01, factors") == 3);
  spec.set("rope.scaling.factor", 4.0f);
  CHECK(countOf(imported(spec).text(), "scale = 2.500000e-01, factors") == 3);

  // Without the key there are as many heads of keys as of queries.
  TinyModelOptions full;
  full.kvHeads = full.heads;
  ModelSpec plain(full);
  plain.erase("attention.head_count_kv");
  CHECK(countOf(imported(plain).text(), "memref<2x256x4x16xf16>") > 0);
}

TEST_CASE("weights of mixed storage make a function a signature", "[import]") {
  TinyModelOptions options;
  options.layers = 4;
  options.tied = false;
  options.others = {{"blk.1.ffn_down.weight", Format::Q4_1},
                    {"blk.3.ffn_down.weight", Format::Q4_1},
                    {"blk.2.attn_v.weight", Format::F16},
                    {"output.weight", Format::BF16}};
  Imported model = imported(ModelSpec(options));
  std::string text = model.text();
  CHECK(countOf(text, "func.func private @layer_prefill_") == 3);
  CHECK(countOf(text, "func.func private @layer_decode_") == 3);
  checkOrder(model.text("decode"),
             {"call @layer_decode_0", "call @layer_decode_1", "call @layer_decode_2", "call @layer_decode_1",
              "nn.param \"output.weight\" : tensor<320x64xbf16>", "nn.matmul"});
  CHECK(countOf(model.text("layer_decode_2"), "nn.matmul") == 1); // v by f16 weights: not quantized.
  CHECK(countOf(model.text("layer_decode_2"), "lut.mpgemm") == 6);
  CHECK(countOf(text, "tied = false") == 1);
}

TEST_CASE("every tensor type becomes its element type", "[import]") {
  int types = 0;
  for (Format type : model::allTensorTypes()) {
    TinyModelOptions options;
    options.embd = 256;
    options.ff = 512;
    options.layers = 1;
    options.matrices = type;
    std::string name(model::toString(type));
    INFO(name);
    model::OpenOptions open;
    std::string storage = "storage = gguf_" + StringRef(name).lower() + ">";
    if (type == Format::I2_S) {
      open.i2s = options.i2s;
      storage = "storage = i2_s_x86>";
    }
    bool isFloat = type == Format::F32 || type == Format::F16 || type == Format::BF16;
    if (isFloat)
      storage = "tensor<512x256x" + StringRef(name).lower() + ">";
    Imported model = imported(ModelSpec(options), {}, open);
    std::string layer = model.text("layer_decode_0");
    CHECK(countOf(layer, storage) > 0);
    CHECK(countOf(layer, "nn.matmul") == (isFloat ? 7 : 0));
    CHECK(countOf(layer, "lut.quantize_act") == (isFloat ? 0 : 4));
    CHECK(countOf(layer, "lut.mpgemm") == (isFloat ? 0 : 7));
    ++types;
  }
  std::printf("tensor types imported: %d\n", types);
  CHECK(types == 16);
}

TEST_CASE("I2_S takes the layout that the file was opened with", "[import]") {
  TinyModelOptions options = bitnetOptions("bitnet-b1.58", Format::I2_S);
  options.i2s = model::I2SLayout::ARM;
  Imported model = imported(ModelSpec(options), {}, {model::I2SLayout::ARM});
  CHECK(countOf(model.text("layer_decode_0"),
                "!lut.weight<u2, group = 512, zero = 1, scale = f32, storage = i2_s_arm>") > 0);
  CHECK(countOf(model.text(), "i2_s_x86") == 0);
}

TEST_CASE("bitnet: norms before the output and the down projection, rotation by halves, its gate",
          "[import]") {
  struct Case {
    const char *architecture, *activation, *gate;
  };
  for (auto [architecture, activation, gate] : {Case{"bitnet", "", "nn.silu_mul"},
                                                {"bitnet-b1.58", "", "nn.relu2_mul"},
                                                {"bitnet-25", "", "nn.relu2_mul"},
                                                {"bitnet", "relu2", "nn.relu2_mul"},
                                                {"bitnet-b1.58", "silu", "nn.silu_mul"}}) {
    ModelSpec spec(bitnetOptions(architecture, Format::TQ2_0));
    if (*activation)
      spec.set("hidden_activation", std::string(activation));
    spec.addVector("blk.0.attn_q.scale", {1});
    Imported model = imported(spec);
    std::string layer = model.text("layer_decode_0");
    INFO(architecture << " " << activation);
    checkOrder(layer, {"nn.rms_norm",
                       "lut.quantize_act",
                       "lut.mpgemm",
                       "lut.mpgemm",
                       "lut.mpgemm",
                       "style = halves",
                       "style = halves",
                       "nn.cache_append",
                       "nn.cache_append",
                       "nn.attention",
                       "nn.rms_norm",
                       "lut.quantize_act",
                       "lut.mpgemm",
                       "nn.add",
                       "nn.rms_norm",
                       "lut.quantize_act",
                       "lut.mpgemm",
                       "lut.mpgemm",
                       gate,
                       "nn.rms_norm",
                       "lut.quantize_act",
                       "lut.mpgemm",
                       "nn.add"});
    CHECK(countOf(layer, "nn.rms_norm") == 4);
    CHECK(countOf(model.text("decode"), "nn.matmul") == 1); // The head is the embedding's table, in F16.
    CHECK(countOf(model.text(), "tied = true") == 1);
  }
}
