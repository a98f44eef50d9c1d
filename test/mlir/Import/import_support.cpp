// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Import/import_support.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "sim/golden/primitives.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace mlir;

namespace accord::test {

MLIRContext &importContext() {
  static auto *context = new MLIRContext(MLIRContext::Threading::DISABLED);
  return *context;
}

ModelSpec::ModelSpec(const TinyModelOptions &options)
    : architecture(options.architecture), tensors(tinyModel(options).tensors) {
  auto number = [](int64_t value) { return static_cast<uint32_t>(value); };
  keys["general.architecture"] = architecture;
  keys["general.name"] = std::string("a tiny model");
  set("block_count", number(options.layers));
  set("context_length", number(options.context));
  set("embedding_length", number(options.embd));
  set("feed_forward_length", number(options.ff));
  set("attention.head_count", number(options.heads));
  set("attention.head_count_kv", number(options.kvHeads));
  set("attention.layer_norm_rms_epsilon", options.epsilon);
  set("rope.dimension_count", number(options.embd / options.heads));
  set("rope.freq_base", options.ropeBase);
}

GgufWriter::Tensor &ModelSpec::tensor(const std::string &name) {
  auto found =
      std::find_if(tensors.begin(), tensors.end(), [&](auto &tensor) { return tensor.name == name; });
  if (found == tensors.end())
    throw std::out_of_range("the tiny model has no tensor " + name);
  return *found;
}

void ModelSpec::eraseTensor(const std::string &name) {
  tensors.erase(tensors.begin() + (&tensor(name) - tensors.data()));
}

void ModelSpec::addVector(const std::string &name, const std::vector<float> &values) {
  std::string data;
  for (float value : values)
    data += numberBytes(golden::bitsOf(value), 4);
  tensors.push_back({name, 0, {static_cast<int64_t>(values.size())}, data, {}});
}

std::string ModelSpec::bytes() const {
  GgufWriter file;
  for (auto &[key, value] : keys) {
    if (auto *number = std::get_if<uint32_t>(&value))
      file.u32(key, *number);
    else if (auto *real = std::get_if<float>(&value))
      file.f32(key, *real);
    else if (auto *flag = std::get_if<bool>(&value))
      file.flag(key, *flag);
    else if (auto *text = std::get_if<std::string>(&value))
      file.text(key, *text);
    else
      file.i32s(key, std::get<std::vector<int32_t>>(value));
  }
  file.tensors = tensors;
  return file.bytes();
}

Imported::Imported(const ModelSpec &spec, const ImportOptions &options, const model::OpenOptions &open)
    : bytes(spec.bytes()) {
  auto parsed = model::GgufFile::parse(bytes, "tiny.gguf", open);
  if (!parsed) {
    error = parsed.error().message;
    return;
  }
  file = std::move(*parsed);
  auto imported = importModel(importContext(), *file, options);
  if (imported)
    module = std::move(*imported);
  else
    error = imported.error().message;
}

std::string Imported::text() const {
  std::string result;
  llvm::raw_string_ostream os(result);
  module.get().print(os);
  return result;
}

std::string Imported::text(StringRef function) const {
  std::string result;
  llvm::raw_string_ostream os(result);
  if (auto found = module.get().lookupSymbol<func::FuncOp>(function))
    found.print(os);
  return result;
}

size_t countOf(StringRef text, StringRef part) { return text.count(part); }

std::string throughAccordOpt(const std::string &text) {
  const char *build = std::getenv("ACCORD_BUILD_DIR");
  std::string folder = build ? build : ".", in = folder + "/import-test.mlir", out = in + ".out";
  std::ofstream(in) << text;
  // Its own text as it is: the tool prints and changes nothing.
  int status = std::system((folder + "/bin/accord-opt " + in + " >" + out + " 2>&1").c_str());
  std::stringstream said;
  said << std::ifstream(out).rdbuf();
  std::filesystem::remove(in);
  std::filesystem::remove(out);
  return status == 0 ? said.str() : "accord-opt failed: " + said.str();
}

std::string developmentModel() {
  const char *given = std::getenv("ACCORD_MODEL"), *source = std::getenv("ACCORD_SOURCE_DIR"),
             *offline = std::getenv("ACCORD_OFFLINE");
  std::string path = given ? given : std::string(source ? source : ".") + "/build/oracles/smollm2.gguf";
  if (std::filesystem::exists(path))
    return path;
  if (!offline || std::string(offline) != "1")
    FAIL("expected the model " << path
                               << " (tools/dev/fetch_model.sh build/oracles, or ACCORD_MODEL), got none");
  WARN("skipped: ACCORD_OFFLINE=1 and no " << path);
  return "";
}

TinyModelOptions bitnetOptions(const std::string &architecture, model::TensorType matrices) {
  TinyModelOptions options;
  options.architecture = architecture;
  options.embd = 256;
  options.ff = 512;
  options.subNorms = true;
  options.matrices = matrices;
  options.others["token_embd.weight"] = model::TensorType::F16;
  return options;
}

} // namespace accord::test
