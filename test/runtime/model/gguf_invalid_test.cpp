// Each kind of wrong file: one error, with its place and what was expected there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "files.h"
#include "test/support/bad_gguf.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

using namespace accord;
using namespace accord::model;
using namespace accord::test;

TEST_CASE("each kind of wrong file is told with its place", "[model][gguf]") {
  size_t kinds = 0;
  for (const BadGguf &bad : badGgufFiles()) {
    INFO(bad.name);
    const auto file = GgufFile::parse(bad.bytes, "file");
    REQUIRE_FALSE(file);
    CHECK(file.error().message == "file: " + bad.message);
    ++kinds;
  }
  std::printf("wrong files: %zu kinds refused\n", kinds);
  CHECK(kinds > 30);
}

TEST_CASE("files of other formats are told by their first bytes", "[model][gguf]") {
  // As their writers begin them: ggml's older files by a number in little endian, a pickle by its protocol (2
  // is PyTorch's), safetensors by the length of a JSON header.
  const std::pair<std::string, const char *> known[] = {
      {std::string("\x80\x02}q", 4), "a Python pickle"},
      {std::string("PK\x03\x04\x00", 5), "a ZIP archive"},
      {"\x89HDF\r\n", "an HDF5 file"},
      {"\x93NUMPY\1", "an array of NumPy"},
      {"\x1f\x8b\x08", "compressed by gzip"},
      {"\x28\xb5\x2f\xfd\x24", "compressed by zstd"},
      {std::string("\xff\xfem\0", 4), "text in UTF-16"},
      {std::string("\xfe\xff\0m", 4), "text in UTF-16"},
      {"\x08\x08\x12\x07pytorch", "an ONNX file"},
      {"lmgg", "before GGUF (ggml)"},
      {"fmgg", "before GGUF (ggmf)"},
      {"tjgg", "before GGUF (ggjt)"},
      {"algg", "before GGUF (ggla)"},
      {std::string("\x40\x01\0\0\0\0\0\0{\"a\"", 12), "a safetensors file"},
      {"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"},
      {" \n<!DOCTYPE HTML>", "a page of HTML"},
      {"<HTML>", "a page of HTML"}};
  for (const auto &[bytes, what] : known) {
    INFO(what);
    const auto file = GgufFile::parse(bytes, "file");
    REQUIRE_FALSE(file);
    CHECK_THAT(file.error().message,
               Catch::Matchers::StartsWith("file: byte 0: expected the magic 'GGUF', got ") &&
                   Catch::Matchers::Contains(what));
  }
  // Near twins of no format: text of a program, another protocol, a header beyond 2^40 bytes.
  for (const std::string &bytes :
       {std::string("\x80\x7f}q", 4), std::string("PK\x03"), std::string("htm <html>"),
        std::string("\x1f\x8a"), std::string("\x08\x08\x12\x07\x01\x02"),
        std::string("\x40\x01\0\0\0\1\0\0{\"a\"", 12)}) {
    const auto file = GgufFile::parse(bytes, "file");
    REQUIRE_FALSE(file);
    CHECK_THAT(file.error().message, Catch::Matchers::Contains("expected the magic 'GGUF', got '"));
  }
}

TEST_CASE("what is no file is told", "[model][gguf]") {
  const Folder folder;
  const auto refused = [&](const std::string &path) {
    const auto file = GgufFile::open(path);
    REQUIRE_FALSE(file);
    return file.error().message.substr(path.size());
  };
  CHECK(refused(folder.path.string()) == ": expected a readable file, got a folder");
  CHECK(refused((folder.path / "absent").string()) ==
        ": expected a readable file, got an error: No such file or directory");
  CHECK(refused(folder.file("empty", "")) == ": byte 0: expected the magic 'GGUF', got an empty file");
  CHECK(refused(folder.file("text", "Hello")) == ": byte 0: expected the magic 'GGUF', got 'Hell'");
  const std::string pipe = (folder.path / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refused(pipe) == ": expected a readable file, got a pipe or a device");
  CHECK(refused("/dev/null") == ": expected a readable file, got a pipe or a device");
  if (::geteuid() != 0) { // root may read everything
    const std::string secret = folder.file("secret", "GGUF");
    REQUIRE(::chmod(secret.c_str(), 0) == 0);
    CHECK(refused(secret) == ": expected a readable file, got an error: Permission denied");
  }
}
