// Is code that is found the code that was stored, is damaged code made anew, are folders of others refused,
// and does the oldest make room?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cpu/code_cache.h"
#include "runtime/backends/cpu/cpu_device.h"
#include "runtime/backends/cpu/jit.h"
#include "test/runtime/cpu/l3_text.h"
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>
#include <unistd.h>

using namespace accord;
using Catch::Matchers::Contains;
using rt::CodeCache;
namespace fs = std::filesystem;

namespace {

/// A folder that is not there yet, in one of this test alone.
struct Workspace {
  fs::path root = fs::temp_directory_path() / ("accord-code-cache-" + std::to_string(getpid()));
  fs::path folder = root / "below" / "code";
  Workspace() { fs::remove_all(root); }
  ~Workspace() { fs::remove_all(root); }
  std::vector<fs::path> entries() const {
    std::vector<fs::path> all;
    for (const auto &entry : fs::directory_iterator(folder))
      all.push_back(entry.path());
    return all;
  }
};

std::string read(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void write(const fs::path &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

} // namespace

TEST_CASE("an entry is found whole or not at all", "[cpu]") {
  Workspace work;
  auto cache = CodeCache::open(work.folder.string());
  REQUIRE(cache);
  const std::string key = "what the code is made from", code = "some code, once compiled";
  CHECK_FALSE(cache->find(key));
  REQUIRE(cache->store(key, code));
  REQUIRE(cache->find(key) == code);
  CHECK_FALSE(cache->find(key + "."));
  REQUIRE(cache->store("nothing", ""));
  CHECK(cache->find("nothing") == "");

  REQUIRE(cache->store(key, code));
  REQUIRE(work.entries().size() == 2);
  size_t damaged = 0;
  for (const fs::path &path : work.entries()) {
    const std::string whole = read(path);
    if (whole.size() == 32)
      continue; // the empty one
    for (size_t bytes = 0; bytes < whole.size(); ++bytes, ++damaged) {
      write(path, whole.substr(0, bytes));
      CHECK_FALSE(cache->find(key));
    }
    for (size_t bit = 0; bit < 8 * whole.size(); ++bit, ++damaged) {
      std::string flipped = whole;
      flipped[bit / 8] = char(flipped[bit / 8] ^ (1 << bit % 8));
      write(path, flipped);
      CHECK_FALSE(cache->find(key));
    }
    write(path, whole + "x");
    CHECK_FALSE(cache->find(key));
    // Another entry's place.
    fs::remove(path);
    REQUIRE(cache->store("other", code));
    for (const fs::path &other : work.entries())
      if (read(other).size() > 32)
        fs::rename(other, path);
    CHECK_FALSE(cache->find(key));
  }
  std::cout << "code cache: " << damaged << " damaged entries refused" << std::endl;
  REQUIRE(damaged > 0);
  REQUIRE(cache->store(key, code));
  CHECK(cache->find(key) == code);
}

TEST_CASE("what others may write is not read", "[cpu]") {
  Workspace work;
  auto cache = CodeCache::open(work.folder.string());
  REQUIRE(cache);
  CHECK((fs::status(work.folder).permissions() & fs::perms::others_all) == fs::perms::none);
  REQUIRE(cache->store("key", "code"));
  const fs::path entry = work.entries().front();
  for (fs::perms mode : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(entry, mode, fs::perm_options::add);
    CHECK_FALSE(cache->find("key"));
    fs::permissions(entry, mode, fs::perm_options::remove);
    REQUIRE(cache->find("key"));
    fs::permissions(work.folder, mode, fs::perm_options::add);
    CHECK_THAT(CodeCache::open(work.folder.string()).error().message,
               Contains("expected a folder that nobody but its user may write to"));
    fs::permissions(work.folder, mode, fs::perm_options::remove);
    REQUIRE(CodeCache::open(work.folder.string()));
  }
  // A link is not followed, to a folder or to a file.
  fs::create_symlink(work.folder, work.root / "link");
  CHECK_THAT(CodeCache::open((work.root / "link").string()).error().message, Contains("expected a folder"));
  fs::rename(entry, work.root / "elsewhere");
  fs::create_symlink(work.root / "elsewhere", entry);
  CHECK_FALSE(cache->find("key"));
  CHECK_THAT(CodeCache::open("/dev/null/code").error().message, Contains("expected to make the folder"));
}

TEST_CASE("the entry that was used the longest ago makes room", "[cpu]") {
  Workspace work;
  const std::string code(1000, 'c');
  auto cache = CodeCache::open(work.folder.string(), 3 * 1032);
  REQUIRE(cache);
  // Times of files are coarse.
  auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  for (const char *key : {"a", "b", "c"}) {
    REQUIRE(cache->store(key, code));
    wait();
  }
  REQUIRE(cache->find("a"));
  wait();
  REQUIRE(cache->store("d", code));
  CHECK(work.entries().size() == 3);
  CHECK(cache->find("a"));
  CHECK_FALSE(cache->find("b"));
  CHECK(cache->find("c"));
  CHECK(cache->find("d"));
  CHECK_THAT(cache->store("e", std::string(4000, 'c')).error().message,
             Contains("expected code of at most 3096 bytes, got 4000"));
  // An entry is its hash too.
  CHECK_FALSE(cache->store("e", std::string(3096 - 31, 'c')));
  REQUIRE(cache->store("e", std::string(3096 - 32, 'c')));
  CHECK(cache->find("e"));
}

TEST_CASE("a device finds the code of an earlier one", "[cpu]") {
  Workspace work;
  test::L3Text text;
  std::string x = text.loaded(text.argument("1x16xf32")), y = text.buffer("1x16xf32");
  text.vector("map", {x, x}, {y}, "body = \"x0 x1: v0 = add x0 x1; yield v0\"");
  text.stored(y);
  auto image = test::buildProgram(text.text());
  if (!image)
    FAIL(image.error().message);
  const test::Bytes input = test::bytesOf(std::vector<float>(16, 1.5f)),
                    expected = test::bytesOf(std::vector<float>(16, 3.0f));
  auto cached = [&](const char *target, bool fast, const fs::path &folder) {
    auto device = rt::openCpuDevice(target, {1, fast, folder.string()});
    REQUIRE(device);
    auto buffers = test::runImage(**device, *image, {input});
    if (!buffers)
      FAIL(buffers.error().message);
    CHECK(buffers->back() == expected);
    rt::CodeOrigin origin = rt::cpuCodeOrigin(**device);
    CHECK(origin.problem.empty() == (folder.empty() || folder == work.folder));
    return origin.cached;
  };
  CHECK_FALSE(cached("host", false, ""));
  CHECK_FALSE(cached("host", false, work.folder));
  CHECK(cached("host", false, work.folder));
  // Other instructions and other arithmetic are other code.
  CHECK_FALSE(cached("portable", false, work.folder));
  CHECK_FALSE(cached("host", true, work.folder));
  CHECK(cached("portable", false, work.folder));
  CHECK(work.entries().size() == 3);
  // The same bytes for a team of threads are compiled in another way.
  image->team.enabled = true;
  auto loads = [&] {
    auto device = rt::openCpuDevice("host", {1, false, work.folder.string()});
    REQUIRE(device);
    REQUIRE((*device)->load(*image));
    return rt::cpuCodeOrigin(**device).cached;
  };
  CHECK_FALSE(loads());
  CHECK(loads());
  image->team.enabled = false;
  for (const fs::path &entry : work.entries())
    fs::resize_file(entry, fs::file_size(entry) / 2);
  CHECK_FALSE(cached("host", false, work.folder));
  CHECK(cached("host", false, work.folder));
  // A folder that cannot be is no reason not to run.
  CHECK_FALSE(cached("host", false, "/dev/null/code"));
}
