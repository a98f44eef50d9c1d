// Does memory that is given back go, and does what it held stay?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/library_pages.h"
#include "sim/files/mapped_file.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using accord::MappedFile;
namespace fs = std::filesystem;

namespace {

/// Resident bytes of this process.
int64_t residentBytes() {
  int64_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

uint64_t sumOf(std::string_view bytes) {
  return std::accumulate(bytes.begin(), bytes.end(), uint64_t(0),
                         [](uint64_t sum, char c) { return sum * 31 + uint8_t(c); });
}

} // namespace

TEST_CASE("a part of a mapped file is given back and read again", "[sim][files]") {
  constexpr size_t size = (size_t(16) << 20) + 123;
  const fs::path path = fs::temp_directory_path() / ("accord-mapped-" + std::to_string(::getpid()));
  std::string contents(size, '\0');
  for (size_t i = 0; i < size; ++i)
    contents[i] = char(i * i >> 7);
  std::ofstream(path, std::ios::binary).write(contents.data(), std::streamsize(size));
  auto file = MappedFile::open(path.string());
  fs::remove(path); // the mapping keeps it
  REQUIRE(file);
  const std::string_view bytes = file->bytes();
  REQUIRE(bytes.size() == size);
  const uint64_t sum = sumOf(bytes);
  CHECK(sum == sumOf(contents));
  const int64_t touched = residentBytes();
  file->release(bytes);
  const int64_t released = residentBytes();
  std::cout << "mapped file: " << touched - released << " of " << size << " bytes given back" << std::endl;
  CHECK(touched - released > int64_t(size) / 2);
  CHECK(sumOf(bytes) == sum);
  // Parts at both ends and within a page; nothing at all.
  for (std::string_view part : {bytes.substr(0, 1), bytes.substr(size - 1), bytes.substr(5000, 3),
                                bytes.substr(1 << 20, 3 << 20), bytes.substr(7, 0)}) {
    file->release(part);
    CHECK(sumOf(bytes) == sum);
  }
}

TEST_CASE("memory behind a mapped file stays when the file is given back", "[sim][files]") {
  // A gap of a page with written memory behind it: the kernel fills gaps, so that one of the mappings lies
  // there.
  const auto page = size_t(::sysconf(_SC_PAGESIZE));
  void *room = ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(room != MAP_FAILED);
  char *gap = static_cast<char *>(room), *behind = gap + page;
  std::fill_n(behind, page, 'x');
  REQUIRE(::munmap(gap, page) == 0);
  const fs::path path = fs::temp_directory_path() / ("accord-gap-" + std::to_string(::getpid()));
  std::ofstream(path) << "a page, at most";
  std::vector<MappedFile> files;
  while (files.size() < 10000 && (files.empty() || files.back().bytes().data() != gap)) {
    auto file = MappedFile::open(path.string());
    REQUIRE(file);
    files.push_back(std::move(*file));
  }
  fs::remove(path);
  REQUIRE(files.back().bytes().data() == gap);
  files.back().release(files.back().bytes());
  CHECK(std::count(behind, behind + page, 'x') == int64_t(page));
  ::munmap(behind, page);
}

TEST_CASE("a library is given back and runs again", "[sim][files]") {
  std::ostringstream out; // has run the code that is given back
  out << 1.5 << std::endl;
  const int64_t touched = residentBytes();
  accord::releaseLibrary("libno-such");
  accord::releaseLibrary("libstdc++");
  const int64_t released = residentBytes();
  std::cout << "libstdc++: " << touched - released << " bytes given back" << std::endl;
  CHECK(touched - released > 100000);
  out << 2.5;
  CHECK(out.str() == "1.5\n2.5");
  CHECK_THROWS_AS(std::stoi("x"), std::invalid_argument); // finds its tables
}
