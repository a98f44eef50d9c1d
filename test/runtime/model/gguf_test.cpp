// What a right GGUF file gives: tensors in place, and metadata by every getter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "files.h"
#include "runtime/model/gguf.h"
#include "test/support/gguf_writer.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>

using namespace accord;
using namespace accord::model;
using namespace accord::test;

namespace {

/// One key of each type.
GgufWriter everyType() {
  GgufWriter file;
  file.raw("u8", 0, "\xff");
  file.raw("i8", 1, "\xff");
  file.raw("u16", 2, "\xff\xff");
  file.raw("i16", 3, "\xff\xff");
  file.u32("u32", 0xffffffff);
  file.i32("i32", -5);
  file.f32("f32", 0.1f);
  file.flag("yes", true);
  file.flag("no", false);
  file.text("text", "caf\xc3\xa9");
  file.text("empty", "");
  file.u64("u64", ~uint64_t(0));
  file.raw("i64", 11, numberBytes(~uint64_t(0) - 8, 8));
  file.raw("f64", 12, numberBytes(0x3fb999999999999a, 8)); // 0.1
  file.texts("texts", {"a", "", "ccc"});
  file.i32s("i32s", {1, -2, 3});
  file.f32s("f32s", {0.5f, -1.0f});
  file.texts("none", {});
  file.raw("u8s", 9, numberBytes(0, 4) + numberBytes(2, 8) + "\x01\xff");
  file.raw("u64s", 9, numberBytes(10, 4) + numberBytes(1, 8) + numberBytes(~uint64_t(0), 8));
  file.raw("bools", 9, numberBytes(7, 4) + numberBytes(2, 8) + std::string("\x01\x00", 2));
  // [[1, 2], []] of u8.
  file.raw("nested", 9,
           numberBytes(9, 4) + numberBytes(2, 8) + numberBytes(0, 4) + numberBytes(2, 8) + "\x01\x02" +
               numberBytes(0, 4) + numberBytes(0, 8));
  return file;
}

std::unique_ptr<GgufFile> parsed(const std::string &bytes) {
  auto file = GgufFile::parse(bytes, "file");
  if (!file)
    FAIL(file.error().message);
  return std::move(*file);
}

/// The message of a getter that must fail.
template <typename T> std::string failureOf(const Expected<T> &value) {
  REQUIRE_FALSE(value);
  return value.error().message;
}

} // namespace

TEST_CASE("typed metadata comes as it is", "[model][gguf]") {
  const std::string bytes = everyType().bytes();
  const auto file = parsed(bytes);
  CHECK(*file->count("u8") == 255);
  CHECK(*file->count("u16") == 65535);
  CHECK(*file->count("u32") == 0xffffffff);
  CHECK(*file->count("u64") == ~uint64_t(0));
  CHECK(*file->number("i8") == -1);
  CHECK(*file->number("i16") == -1);
  CHECK(*file->number("i32") == -5);
  CHECK(*file->number("i64") == -9);
  CHECK(*file->number("u32") == 4294967295.0);
  CHECK(*file->number("f32") == double(0.1f));
  CHECK(*file->number("f64") == 0.1);
  CHECK(*file->flag("yes"));
  CHECK_FALSE(*file->flag("no"));
  CHECK(*file->text("text") == "caf\xc3\xa9");
  CHECK(file->text("empty")->empty());
  CHECK(*file->texts("texts") == std::vector<std::string_view>{"a", "", "ccc"});
  CHECK(file->texts("none")->empty());
  CHECK(*file->integers("i32s") == std::vector<int64_t>{1, -2, 3});
  CHECK(*file->integers("u8s") == std::vector<int64_t>{1, 255});
  CHECK(*file->integers("bools") == std::vector<int64_t>{1, 0});
  CHECK(*file->numbers("f32s") == std::vector<float>{0.5f, -1.0f});
  CHECK(*file->numbers("i32s") == std::vector<float>{1, -2, 3});
  CHECK(file->has("nested"));
  CHECK_FALSE(file->has("absent"));
  CHECK(file->kind("i32s") == "array of i32");
  CHECK(file->metadata().size() == 22);

  // Strings are not copied: they lie in the file.
  const auto texts = *file->texts("texts");
  CHECK((texts[2].data() > bytes.data() && texts[2].data() < bytes.data() + bytes.size()));

  const auto described = [&](const char *key) { return file->describe(*file->entry(key), 2); };
  CHECK(described("i8") == "-1");
  CHECK(described("u64") == "18446744073709551615");
  CHECK(described("f32") == "0.100000001");
  CHECK(described("yes") == "true");
  CHECK(described("texts") == "['a', '', ...] of 3 string");
  CHECK(described("f32s") == "[0.5, -1] of 2 f32");
  CHECK(described("none") == "[] of 0 string");
  CHECK(described("nested") == "[...] of 2 array");
}

TEST_CASE("a getter of the wrong type says what it found", "[model][gguf]") {
  const std::string bytes = everyType().bytes();
  const auto file = parsed(bytes);
  CHECK(failureOf(file->text("u32")) == "file: key 'u32': expected a string, got u32");
  CHECK(failureOf(file->text("absent")) == "file: key 'absent': expected a string, got none");
  CHECK(failureOf(file->count("f32")) == "file: key 'f32': expected a non-negative integer, got f32");
  CHECK(failureOf(file->count("i32")) == "file: key 'i32': expected a non-negative integer, got -5");
  CHECK(failureOf(file->number("text")) == "file: key 'text': expected a number, got string");
  CHECK(failureOf(file->number("yes")) == "file: key 'yes': expected a number, got bool");
  CHECK(failureOf(file->flag("u8")) == "file: key 'u8': expected a bool, got u8");
  CHECK(failureOf(file->texts("i32s")) == "file: key 'i32s': expected an array of strings, got array of i32");
  CHECK(failureOf(file->texts("text")) == "file: key 'text': expected an array of strings, got string");
  CHECK(failureOf(file->integers("f32s")) ==
        "file: key 'f32s': expected an array of integers, got array of f32");
  CHECK(failureOf(file->integers("nested")) ==
        "file: key 'nested': expected an array of integers, got array of array");
  CHECK(failureOf(file->integers("u64s")) ==
        "file: key 'u64s': expected integers below 2^63, got 18446744073709551615");
  CHECK(failureOf(file->numbers("texts")) ==
        "file: key 'texts': expected an array of numbers, got array of string");
}

TEST_CASE("tensors lie where the file says, in both versions and every alignment", "[model][gguf]") {
  size_t tensors = 0;
  for (const uint32_t version : {2u, 3u})
    for (const uint32_t alignment : {1u, 8u, 32u, 64u, 4096u}) {
      GgufWriter writer;
      writer.version = version;
      if (alignment != 32)
        writer.setAlignment(alignment);
      writer.tensor("scalar", TensorType::F32, {}, "\x01\x02\x03\x04");
      writer.tensor("row", TensorType::F16, {3}, "abcdef");
      writer.tensor("matrix", TensorType::Q8_0, {2, 64}, std::string(4 * 34, 'q'));
      writer.tensor("cube", TensorType::BF16, {2, 3, 1, 5}, std::string(60, 'c'));
      std::string bytes = writer.bytes();
      bytes.resize(bytes.size() - (alignment > 60 ? alignment - 60 : 0)); // padding of the last is not needed
      const auto file = parsed(bytes);
      CHECK(file->version() == version);
      CHECK(file->alignment() == alignment);
      CHECK(file->fileBytes() == bytes.size());
      REQUIRE(file->tensors().size() == 4);
      const TensorInfo *matrix = file->find("matrix");
      REQUIRE(matrix);
      CHECK(matrix->type == TensorType::Q8_0);
      CHECK(matrix->shape == std::vector<int64_t>{2, 64});
      CHECK(matrix->numElements() == 128);
      CHECK(matrix->bytes == 4 * 34);
      CHECK(std::memcmp(file->find("scalar")->data, "\x01\x02\x03\x04", 4) == 0);
      CHECK(std::memcmp(file->find("row")->data, "abcdef", 6) == 0);
      CHECK((matrix->data[0] == 'q' && matrix->data[135] == 'q'));
      CHECK(file->find("cube")->shape == std::vector<int64_t>{2, 3, 1, 5});
      CHECK(file->find("cube")->data[59] == 'c');
      CHECK(file->find("cub") == nullptr);
      for (const TensorInfo &tensor : file->tensors()) {
        CHECK((tensor.data - reinterpret_cast<const uint8_t *>(bytes.data())) % alignment == 0);
        ++tensors;
      }
    }
  CHECK(tensors == 2 * 5 * 4);
}

TEST_CASE("I2_S takes the layout it is given", "[model][gguf]") {
  GgufWriter writer;
  writer.tensor("w", TensorType::I2_S, {3, 64}, std::string(3 * 16 + 32, 0));
  const std::string bytes = writer.bytes();
  const auto arm = GgufFile::parse(bytes, "file", {I2SLayout::ARM});
  REQUIRE(arm);
  CHECK((*arm)->tensors()[0].bytes == 3 * 16 + 32);
  CHECK((*arm)->i2sLayout() == I2SLayout::ARM);
  CHECK(failureOf(GgufFile::parse(bytes, "file", {I2SLayout::X86})) ==
        "file: tensor 'w': expected rows of whole blocks of 128 (I2_S), got 64");
  CHECK(failureOf(GgufFile::parse(bytes, "file")) ==
        "file: tensor 'w': expected to be told the layout of I2_S (--i2s-layout x86 or arm), which the file "
        "does not "
        "hold, got none");
}

TEST_CASE("an opened file keeps its mapping and its name", "[model][gguf]") {
  const Folder folder;
  GgufWriter writer;
  writer.text("general.architecture", "llama");
  writer.tensor("t", TensorType::F32, {4}, "0123456789abcdef");
  const std::string path = folder.file("model.gguf", writer.bytes());
  auto file = GgufFile::open(path);
  REQUIRE(file);
  std::filesystem::remove(path); // the mapping does not need the name
  CHECK((*file)->path() == path);
  CHECK(*(*file)->text("general.architecture") == "llama");
  CHECK(std::memcmp((*file)->find("t")->data, "0123456789abcdef", 16) == 0);
}

TEST_CASE("every tensor type has a name, a block and a size", "[model][gguf]") {
  CHECK(allTensorTypes().size() == 16);
  for (const TensorType type : allTensorTypes()) {
    CHECK(tensorTypeOf(toString(type)) == type);
    CHECK(blockOf(type).bytes > 0);
    CHECK(tensorBytes(type, 2, 256) ==
          2 * 256 / blockOf(type).weights * blockOf(type).bytes + (type == TensorType::I2_S ? 32 : 0));
  }
  CHECK(tensorTypeOf("q4_k") == TensorType::Q4_K);
  CHECK_FALSE(tensorTypeOf("q4"));
  CHECK_FALSE(tensorBytes(TensorType::F32, int64_t(1) << 40, int64_t(1) << 40));
  CHECK(toString(TensorType(23)).empty());
  CHECK(describeTensorTypeId(23) == "IQ4_XS (23)");
  CHECK(describeTensorTypeId(12) == "Q4_K (12)");
  CHECK(describeTensorTypeId(99) == "99");
}
