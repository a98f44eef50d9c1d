// Whose bytes an address is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/mapped_file.h"
#include "test/sim/files/folder.h"
#include <catch2/catch.hpp>

using namespace accord;

TEST_CASE("an address tells its file for as long as it is mapped", "[sim][files]") {
  Folder folder;
  const char *address = nullptr;
  for (int round = 0; round < 3; ++round) {
    const std::string a = folder.file("a" + std::to_string(round)), b = folder.file("b");
    put(a, std::string(10000, 'a'));
    put(b, "b");
    Expected<MappedFile> first = MappedFile::open(a), second = MappedFile::open(b);
    REQUIRE(first);
    REQUIRE(second);
    address = first->bytes().data();
    REQUIRE(mappedFileAt(address));
    CHECK(mappedFileAt(address) == a);
    CHECK(mappedFileAt(address + 9999) == a);
    const char *behind = mappedFileAt(address + 10000); // b's, should it lie there
    CHECK((!behind || behind != a));
    REQUIRE(mappedFileAt(second->bytes().data()));
    CHECK(mappedFileAt(second->bytes().data()) == b);
    MappedFile moved = std::move(*first);
    REQUIRE(mappedFileAt(address));
    CHECK(mappedFileAt(address) == a);
  }
  CHECK(mappedFileAt(address) == nullptr);
  CHECK(mappedFileAt(&folder) == nullptr);
}
