// The random models that tests run on: of every tensor type, read by our reader and by ggml's, of ordinary
// size.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/tensor_values.h"
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
        // Rows that are not there are none.
        CHECK_FALSE(widenRows(tensor, rows - 1, 2, w.data()));
        CHECK_FALSE(widenRows(tensor, rows, 1, w.data()));
        CHECK_FALSE(widenRows(tensor, -1, 1, w.data()));
        CHECK(widenRows(tensor, rows, 0, w.data()));
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
