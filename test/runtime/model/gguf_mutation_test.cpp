// A small file with every bit flipped in turn, and cut after every byte: refused with one line, or read in
// bounds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/bad_gguf.h"
#include "test/support/gguf_walk.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstring>
#include <memory>

using namespace accord;
using namespace accord::model;
using namespace accord::test;

namespace {

struct Counts {
  size_t refused = 0, read = 0;
  uint64_t touched = 0;
};

/// The bytes in a heap block of just their size, so that a sanitizer sees a read past either end.
void open(const std::string &bytes, Counts &counts) {
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::memcpy(exact.get(), bytes.data(), bytes.size());
  const std::string_view view(exact.get(), bytes.size());
  const auto file = GgufFile::parse(view, "file");
  if (!file) {
    const std::string &message = file.error().message;
    const bool ok = message.rfind("file: ", 0) == 0 && message.find('\n') == std::string::npos &&
                    message.find(": expected ") != std::string::npos &&
                    message.find(", got ") != std::string::npos;
    if (!ok)
      FAIL(message);
    ++counts.refused;
    return;
  }
  const Status status = walk(**file, view, counts.touched);
  if (!status)
    FAIL(status.error().message);
  ++counts.read;
}

std::string versioned(uint32_t version) {
  GgufWriter file = smallGguf();
  file.version = version;
  file.raw("nested", 9,
           numberBytes(9, 4) + numberBytes(1, 8) + numberBytes(8, 4) + numberBytes(1, 8) +
               stringBytes("deep"));
  file.setAlignment(32);
  return file.bytes();
}

} // namespace

TEST_CASE("no flipped bit and no cut leads out of the file", "[model][gguf]") {
  for (const uint32_t version : {2u, 3u}) {
    const std::string good = versioned(version);
    Counts flipped, cut;
    for (size_t i = 0; i < good.size(); ++i)
      for (int bit = 0; bit < 8; ++bit) {
        std::string bytes = good;
        bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
        open(bytes, flipped);
      }
    for (size_t size = 0; size < good.size(); ++size)
      open(good.substr(0, size), cut);
    std::printf(
        "version %u, %zu bytes: bits flipped: %zu refused, %zu read (%llu tensor bytes); cut: %zu refused, "
        "%zu read\n",
        version, good.size(), flipped.refused, flipped.read, static_cast<unsigned long long>(flipped.touched),
        cut.refused, cut.read);
    CHECK(flipped.refused + flipped.read == 8 * good.size());
    CHECK(flipped.refused > 8 * 100);
    CHECK(flipped.read > 8 * 100);          // letters, values, tensors
    CHECK(flipped.touched >= flipped.read); // at least one tensor is left in each
    CHECK(cut.refused > good.size() - 32);
    CHECK(cut.read == good.size() - cut.refused); // only the padding of the last tensor may go
    CHECK(cut.read == 96 - 32 - 36);
  }
}

TEST_CASE("bytes replaced by extreme ones lead nowhere either", "[model][gguf]") {
  const std::string good = versioned(3);
  Counts counts;
  for (size_t i = 0; i < good.size(); ++i)
    for (const int width : {1, 4, 8})
      for (const char value : {'\x00', '\xff', '\x7f', '\x80'}) {
        std::string bytes = good;
        for (size_t j = i; j < std::min(i + static_cast<size_t>(width), bytes.size()); ++j)
          bytes[j] = value;
        open(bytes, counts);
      }
  std::printf("extreme bytes: %zu refused, %zu read\n", counts.refused, counts.read);
  CHECK(counts.refused + counts.read == 12 * good.size());
  CHECK(counts.refused > good.size());
  CHECK(counts.read > good.size());
}
