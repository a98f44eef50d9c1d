// The random models that tests run on: of every tensor type, read by our reader and by ggml's, of ordinary
// size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "files.h"
#include "runtime/model/tensor_values.h"
#include "test/support/ggml_library.h"
#include "test/support/tiny_model.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <set>

using namespace accord;
using namespace accord::model;
using namespace accord::test;

namespace {

/// A model of one type in a file, all of whose rows hold whole blocks.
TinyModelOptions optionsOf(TensorType type) {
  TinyModelOptions options;
  options.matrices = type;
  options.embd = 256;
  options.ff = 512;
  options.layers = 1;
  return options;
}

template <typename F> F symbol(const char *name) {
  Expected<void *> found = ggmlSymbol("libggml-base.so", name);
  if (!found)
    FAIL(found.error().message);
  return reinterpret_cast<F>(*found);
}

} // namespace

TEST_CASE("a tiny model opens in every tensor type, its weights of ordinary size", "[model]") {
  size_t tensors = 0;
  for (const TensorType type : allTensorTypes())
    for (const uint32_t version : {2u, 3u}) {
      TinyModelOptions options = optionsOf(type);
      options.version = version;
      options.tied = version == 2;
      options.subNorms = version == 3;
      const std::string bytes = tinyModel(options).bytes();
      CHECK(bytes == tinyModel(options).bytes());
      const auto file = GgufFile::parse(bytes, "tiny", {I2SLayout::X86});
      if (!file)
        FAIL(file.error().message);
      CHECK((*file)->version() == version);
      CHECK(((*file)->find("output.weight") == nullptr) == options.tied);
      for (const TensorInfo &tensor : (*file)->tensors()) {
        const int64_t k = tensor.shape.back(), rows = tensor.numElements() / k;
        std::vector<float> w(static_cast<size_t>(tensor.numElements()));
        const Status status = widenRows(tensor, 0, rows, w.data());
        REQUIRE(status);
        double sum = 0;
        for (const float v : w)
          sum += double(v) * double(v);
        const double rms = std::sqrt(sum / static_cast<double>(w.size()));
        const bool unit = tensor.shape.size() == 1 || tensor.name == "token_embd.weight";
        const double expected = unit ? 1 : 1 / std::sqrt(static_cast<double>(k));
        INFO(tensor.name << " " << toString(tensor.type) << " rms " << rms);
        CHECK(rms > 0.9 * expected);
        CHECK(rms < 1.1 * expected);
        ++tensors;

        // Any row alone is the same row.
        std::vector<float> row(static_cast<size_t>(k));
        REQUIRE(widenRows(tensor, rows - 1, 1, row.data()));
        CHECK(std::memcmp(row.data(), &w[static_cast<size_t>((rows - 1) * k)], row.size() * sizeof(float)) ==
              0);
      }
    }
  std::printf("tiny models: %zu tensors read\n", tensors);
  CHECK(tensors == allTensorTypes().size() * (11 + 14));
}

TEST_CASE("the tokenizer of a tiny model is a byte-level BPE", "[model]") {
  const std::string bytes = tinyModel().bytes();
  const auto file = GgufFile::parse(bytes, "tiny");
  REQUIRE(file);
  const auto tokens = (*file)->texts("tokenizer.ggml.tokens"),
             merges = (*file)->texts("tokenizer.ggml.merges");
  REQUIRE((tokens && merges));
  REQUIRE(tokens->size() == tinyVocab);
  const std::set<std::string_view> unique(tokens->begin(), tokens->end());
  CHECK(unique.size() == tinyVocab);
  for (size_t i = 0; i < merges->size(); ++i) {
    const std::string_view merge = (*merges)[i];
    const size_t space = merge.find(' ');
    CHECK(unique.count(merge.substr(0, space)) == 1);
    CHECK(unique.count(merge.substr(space + 1)) == 1);
    CHECK(std::string(merge.substr(0, space)) + std::string(merge.substr(space + 1)) == (*tokens)[259 + i]);
  }
  CHECK(byteLetter('A') == "A");
  CHECK(byteLetter(' ') == "\xc4\xa0");  // U+0120
  CHECK(byteLetter('\n') == "\xc4\x8a"); // U+010A
  CHECK(byteLetter(0xad) == "\xc5\x83"); // U+0143, the last
}

TEST_CASE("ggml reads the same keys and tensors from a tiny model", "[model][ggml]") {
  if (skippedOffline("tiny models with ggml"))
    return;
  struct Parameters { // gguf_init_params
    bool noAlloc;
    void **context;
  };
  const auto open = symbol<void *(*)(const char *, Parameters)>("gguf_init_from_file");
  const auto close = symbol<void (*)(void *)>("gguf_free");
  const auto numKeys = symbol<int64_t (*)(const void *)>("gguf_get_n_kv");
  const auto key = symbol<const char *(*)(const void *, int64_t)>("gguf_get_key");
  const auto keyType = symbol<int (*)(const void *, int64_t)>("gguf_get_kv_type");
  const auto numTensors = symbol<int64_t (*)(const void *)>("gguf_get_n_tensors");
  const auto dataOffset = symbol<size_t (*)(const void *)>("gguf_get_data_offset");
  const auto tensorName = symbol<const char *(*)(const void *, int64_t)>("gguf_get_tensor_name");
  const auto tensorType = symbol<int (*)(const void *, int64_t)>("gguf_get_tensor_type");
  const auto tensorOffset = symbol<size_t (*)(const void *, int64_t)>("gguf_get_tensor_offset");
  const auto tensorSize = symbol<size_t (*)(const void *, int64_t)>("gguf_get_tensor_size");
  const Folder folder;
  int64_t keys = 0, tensors = 0;
  for (const TensorType type : allTensorTypes()) {
    if (type == TensorType::I2_S)
      continue; // not a type of ggml
    const std::string path = folder.file("tiny.gguf", tinyModel(optionsOf(type)).bytes());
    const auto file = GgufFile::open(path);
    REQUIRE(file);
    void *theirs = open(path.c_str(), {true, nullptr});
    REQUIRE(theirs);
    REQUIRE(numKeys(theirs) == static_cast<int64_t>((*file)->metadata().size()));
    for (const MetadataEntry &entry : (*file)->metadata()) {
      const int64_t i = &entry - (*file)->metadata().data();
      CHECK(key(theirs, i) == entry.key);
      CHECK(keyType(theirs, i) == static_cast<int>(entry.type));
      ++keys;
    }
    REQUIRE(numTensors(theirs) == static_cast<int64_t>((*file)->tensors().size()));
    const uint8_t *begin = (*file)->tensors()[0].data - dataOffset(theirs);
    CHECK(std::memcmp(begin, "GGUF", 4) == 0);
    for (const TensorInfo &tensor : (*file)->tensors()) {
      const int64_t i = &tensor - (*file)->tensors().data();
      CHECK(tensorName(theirs, i) == tensor.name);
      CHECK(tensorType(theirs, i) == static_cast<int>(tensor.type));
      CHECK(tensorSize(theirs, i) == tensor.bytes);
      CHECK(begin + dataOffset(theirs) + tensorOffset(theirs, i) == tensor.data);
      ++tensors;
    }
    close(theirs);
  }
  std::printf("ggml's reader: %lld keys and %lld tensors compared\n", static_cast<long long>(keys),
              static_cast<long long>(tensors));
  CHECK(tensors == 15 * 11);
}
