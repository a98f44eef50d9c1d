// The outsider's reading of a file: its numbers, and that no tensor of it is passed over.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/model/files.h"
#include "test/support/tiny_model.h"
#include "tools/dev/evaluate/forward.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::evaluate;

namespace {

ReferenceModel read(const test::Folder &folder, const test::GgufWriter &file) {
  Expected<ReferenceModel> model = ReferenceModel::open(folder.file("m.gguf", file.bytes()));
  INFO((model ? std::string() : model.error().message));
  REQUIRE(model);
  return std::move(*model);
}

} // namespace

TEST_CASE("positions are divided by the factor of the file", "[evaluate]") {
  const test::Folder folder;
  CHECK(read(folder, test::tinyModel()).architecture().ropeScale == 1);
  // As llama.cpp takes it, 0 is no factor.
  for (const auto &[factor, scale] : {std::pair(4.0f, 0.25), std::pair(0.0f, 1.0)}) {
    test::GgufWriter file = test::tinyModel();
    file.text("llama.rope.scaling.type", "linear");
    file.f32("llama.rope.scaling.factor", factor);
    CHECK(read(folder, file).architecture().ropeScale == scale);
  }
}

TEST_CASE("a tensor that nobody asked for is named", "[evaluate]") {
  const test::Folder folder;
  test::TinyModelOptions small;
  small.layers = 1;
  test::GgufWriter file = test::tinyModel(small);
  ReferenceModel whole = read(folder, file);
  Expected<std::vector<float>> logits = forward(whole, {5, 6}, 1);
  REQUIRE(logits);
  CHECK(logits->size() == 2 * test::tinyVocab);

  file.tensor("blk.0.attn_q.bias", model::TensorType::F32, {64}, std::string(64 * 4, '\0'));
  ReferenceModel more = read(folder, file);
  logits = forward(more, {5, 6}, 1);
  REQUIRE_FALSE(logits);
  CHECK(logits.error().message ==
        (folder.path / "m.gguf").string() + ": expected only tensors of llama, got 'blk.0.attn_q.bias'");
}
