// Our reader against ggml's own: what it finds in right files, and that nothing it refuses is read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "files.h"
#include "test/support/bad_gguf.h"
#include "test/support/ggml_library.h"
#include "test/support/tiny_model.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>

using namespace accord;
using namespace accord::model;
using namespace accord::test;

namespace {

struct Parameters { // gguf_init_params
  bool noAlloc;
  void **context;
};

template <typename F> F symbol(const char *name) {
  Expected<void *> found = ggmlSymbol("libggml-base.so", name);
  if (!found)
    FAIL(found.error().message);
  return reinterpret_cast<F>(*found);
}

TinyModelOptions tinyOptions(TensorType type) {
  TinyModelOptions options;
  options.matrices = type;
  options.embd = 256;
  options.ff = 512;
  options.layers = 1;
  return options;
}

} // namespace

TEST_CASE("ggml reads the same keys and tensors from a tiny model", "[model][ggml]") {
  if (skippedOffline("tiny models with ggml"))
    return;
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
    const std::string path = folder.file("tiny.gguf", tinyModel(tinyOptions(type)).bytes());
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

TEST_CASE("nothing that ggml refuses is read", "[model][ggml]") {
  if (skippedOffline("wrong files with ggml"))
    return;
  const auto open = symbol<void *(*)(const void *, size_t, Parameters)>("gguf_init_from_buffer");
  const auto close = symbol<void (*)(void *)>("gguf_free");
  const auto setLog = symbol<void (*)(void (*)(int, const char *, void *), void *)>("ggml_log_set");
  setLog([](int, const char *, void *) {}, nullptr);
  size_t both = 0, neither = 0, onlyTheirs = 0, onlyOurs = 0;
  const auto compare = [&](const std::string &bytes, const std::string &what) {
    const auto ours = GgufFile::parse(bytes, "file");
    void *theirs = open(bytes.data(), bytes.size(), {true, nullptr});
    both += ours && theirs;
    neither += !ours && !theirs;
    onlyTheirs += !ours && theirs;
    onlyOurs += ours && !theirs;
    if (ours && !theirs)
      std::printf("only ours reads: %s\n", what.c_str());
    if (theirs)
      close(theirs);
  };
  // Without nested arrays, which ggml does not know.
  const std::string good = smallGguf().bytes();
  for (size_t i = 0; i < good.size(); ++i) {
    compare(good.substr(0, i), "cut after " + std::to_string(i));
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = good;
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
      compare(bytes, "byte " + std::to_string(i) + " bit " + std::to_string(bit));
    }
  }
  for (const BadGguf &bad : badGgufFiles())
    compare(bad.bytes, bad.name);
  // ggml leaves the tensors' bytes to whoever reads them later, takes any bool, dimensions of zero and longer
  // keys.
  std::printf("wrong files with ggml: %zu read by both, %zu by neither, %zu by ggml alone, %zu by us alone\n",
              both, neither, onlyTheirs, onlyOurs);
  CHECK(both > 1000);
  CHECK(neither > 1000);
  CHECK(onlyOurs == 0);
}
