// Verilation on demand: the cache, and what is said when a tool or a source is missing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/rtl_build.h"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

using namespace accord;
using namespace accord::rtl;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {
/// An empty folder of this test, removed at its end, with a copy of the RTL in `rtl` and a cache in `cache`.
struct Workspace {
  fs::path root = fs::path(std::getenv("ACCORD_BUILD_DIR")) / ("rtl-build-test-" + std::to_string(getpid()));

  Workspace() {
    fs::remove_all(root);
    for (const char *folder : {"pkg", "lut_array", "lint"}) {
      fs::create_directories(root / "rtl" / folder);
      fs::copy(fs::path(std::getenv("ACCORD_SOURCE_DIR")) / "rtl" / folder, root / "rtl" / folder);
    }
  }
  ~Workspace() { fs::remove_all(root); }

  RtlOptions options() const {
    RtlOptions options;
    options.rtlDir = (root / "rtl").string();
    options.cacheDir = (root / "cache").string();
    options.optimization = 0;
    return options;
  }
  void append(const char *file, const char *text) const {
    std::ofstream(root / "rtl" / file, std::ios::app) << text;
  }
  /// An executable shell script in `bin`.
  void addProgram(const char *name, const char *script) const {
    fs::create_directories(root / "bin");
    std::ofstream(root / "bin" / name) << "#!/bin/sh\n" << script;
    fs::permissions(root / "bin" / name, fs::perms::owner_all);
  }
  size_t cacheEntries() const {
    auto range = fs::directory_iterator(root / "cache" / "rtl");
    return size_t(std::distance(begin(range), end(range)));
  }
};

/// Sets a variable of the environment until the end of the scope.
struct Environment {
  std::string name, before;
  bool had;
  Environment(const char *name, const std::string &value)
      : name(name), before(std::getenv(name) ? std::getenv(name) : ""), had(std::getenv(name)) {
    setenv(name, value.c_str(), 1);
  }
  ~Environment() { had ? setenv(name.c_str(), before.c_str(), 1) : unsetenv(name.c_str()); }
};

// The smallest array the sources allow, to build quickly.
const sim::RtlSpec smallBlock{"lut_array", {{"NDim", 4}, {"OutLanes", 2}, {"MDim", 1}}};
} // namespace

static std::string messageOf(const Expected<RtlLibrary> &library) {
  return library ? std::string() : library.error().message;
}

TEST_CASE("a block is built once per source, parameters and options", "[rtl]") {
  Workspace workspace;
  Expected<RtlLibrary> first = buildRtl(smallBlock, workspace.options());
  INFO(messageOf(first));
  REQUIRE(first);
  CHECK_FALSE(first->cached);
  CHECK(first->buildSeconds > 0);
  CHECK(fs::exists(first->path));

  Expected<RtlLibrary> again = buildRtl(smallBlock, workspace.options());
  REQUIRE(again);
  CHECK(again->cached);
  CHECK(again->path == first->path);

  workspace.append("lut_array/acc_lut_seq.sv", "// another text\n");
  Expected<RtlLibrary> changed = buildRtl(smallBlock, workspace.options());
  INFO(messageOf(changed));
  REQUIRE(changed);
  CHECK_FALSE(changed->cached);
  CHECK(changed->path != first->path);
  // Two libraries, and nothing of the builds is left.
  CHECK(workspace.cacheEntries() == 2);
}

TEST_CASE("whatever a library is made from tells it from others", "[rtl]") {
  Workspace workspace;
  // Tools that take no time.
  workspace.addProgram("verilator", "[ \"$1\" = --version ] && exec echo one\nmkdir -p obj\n");
  workspace.addProgram("g++", "echo one\n");
  workspace.addProgram("make", "echo library > obj/liblut_array.so\n");
  const Environment path("PATH", (workspace.root / "bin").string() + ":" + std::getenv("PATH"));
  size_t libraries = 0;
  auto isNew = [&](const sim::RtlSpec &block, const RtlOptions &options) {
    for (bool cached : {false, true}) {
      Expected<RtlLibrary> library = buildRtl(block, options);
      INFO(messageOf(library));
      REQUIRE(library);
      CHECK(library->cached == cached);
    }
    CHECK(workspace.cacheEntries() == ++libraries);
  };
  RtlOptions options = workspace.options();
  isNew(smallBlock, options);
  options.optimization = 1;
  isNew(smallBlock, options);
  options.assertions = !options.assertions;
  isNew(smallBlock, options);
  options.trace = !options.trace;
  isNew(smallBlock, options);
  sim::RtlSpec block = smallBlock;
  block.parameters[2].second = 2;
  isNew(block, options);
  block.parameters.pop_back();
  isNew(block, options);
  workspace.addProgram("g++", "echo two\n");
  isNew(block, options);
  // One letter of each source: a text of the same length.
  for (const char *file : {"lint/verilator_waiver.vlt", "pkg/acc_pkg.sv", "lut_array/acc_lut_seq.sv"}) {
    INFO(file);
    std::fstream text(workspace.root / "rtl" / file, std::ios::in | std::ios::out);
    text.seekp(4);
    text.put('~');
    text.close();
    isNew(block, options);
  }
}

TEST_CASE("a library that is not what was put there is built anew", "[rtl]") {
  Workspace workspace;
  Expected<RtlLibrary> first = buildRtl(smallBlock, workspace.options());
  INFO(messageOf(first));
  REQUIRE(first);
  const auto size = fs::file_size(first->path);
  for (int damage = 0; damage < 3; ++damage) {
    if (damage == 0)
      fs::resize_file(first->path, size / 2);
    else if (damage == 1)
      std::ofstream(first->path, std::ios::app) << "more";
    else
      fs::remove(fs::path(first->path).parent_path() / "library.hash");
    Expected<RtlLibrary> again = buildRtl(smallBlock, workspace.options());
    INFO(messageOf(again));
    REQUIRE(again);
    CHECK_FALSE(again->cached);
    CHECK(again->path == first->path);
    CHECK(fs::file_size(first->path) == size);
    CHECK(workspace.cacheEntries() == 1);
  }
  CHECK(buildRtl(smallBlock, workspace.options())->cached);
}

TEST_CASE("a cache that others may write to is refused", "[rtl]") {
  Workspace workspace;
  const fs::path cache = workspace.root / "cache";
  fs::create_directories(cache / "rtl");
  for (const fs::path &open : {cache, cache / "rtl"}) {
    fs::permissions(open, fs::perms::all);
    CHECK_THAT(messageOf(buildRtl(smallBlock, workspace.options())),
               Contains(open.string() + ": expected a folder that only its user may write to") &&
                   Contains("mode 0777; chmod go-w it"));
    for (fs::perms one : {fs::perms::group_write, fs::perms::others_write}) {
      fs::permissions(open, fs::perms::owner_all | one);
      CHECK_THAT(messageOf(buildRtl(smallBlock, workspace.options())), Contains("; chmod go-w it"));
    }
    fs::permissions(open, fs::perms::owner_all);
  }
  CHECK(workspace.cacheEntries() == 0);
}

TEST_CASE("concurrent builders share one library", "[rtl]") {
  Workspace workspace;
  std::vector<std::string> messages(3), paths(3);
  std::vector<std::thread> builders;
  for (size_t i = 0; i < messages.size(); ++i)
    builders.emplace_back([&, i] {
      Expected<RtlLibrary> library = buildRtl(smallBlock, workspace.options());
      messages[i] = messageOf(library);
      paths[i] = library ? library->path : "";
    });
  for (std::thread &builder : builders)
    builder.join();
  for (size_t i = 0; i < messages.size(); ++i) {
    CHECK(messages[i].empty());
    CHECK(paths[i] == paths[0]);
  }
  CHECK(fs::exists(paths[0]));
  CHECK(workspace.cacheEntries() == 1);
}

TEST_CASE("a missing tool is named with its package", "[rtl]") {
  Workspace workspace;
  fs::create_directories(workspace.root / "bin");
  Environment path("PATH", (workspace.root / "bin").string());
  CHECK(messageOf(buildRtl(smallBlock, workspace.options())) ==
        "verilator: expected the program on PATH (Debian package verilator), got: No such file or directory");
  workspace.addProgram("verilator", "echo Verilator\n");
  CHECK(messageOf(buildRtl(smallBlock, workspace.options())) ==
        "g++: expected the program on PATH (Debian package g++), got: No such file or directory");
  workspace.addProgram("g++", "echo g++\n");
  CHECK(messageOf(buildRtl(smallBlock, workspace.options())) ==
        "rtl lut_array: make: expected the program on PATH (Debian package make), got: No such file or "
        "directory");
  CHECK(workspace.cacheEntries() == 0);
}

TEST_CASE("a build that fails tells what the tool said and leaves nothing", "[rtl]") {
  Workspace workspace;
  workspace.append("lut_array/acc_lut_seq.sv", "module acc_broken (\n");
  CHECK_THAT(messageOf(buildRtl(smallBlock, workspace.options())),
             Contains("rtl lut_array: verilator: expected success, got exit code 1") &&
                 Contains("acc_lut_seq.sv"));
  CHECK(workspace.cacheEntries() == 0);
}

TEST_CASE("missing sources and an impossible cache are named", "[rtl]") {
  Workspace workspace;
  RtlOptions options = workspace.options();
  options.rtlDir = (workspace.root / "nowhere").string();
  CHECK(messageOf(buildRtl(smallBlock, options)) ==
        options.rtlDir + "/lut_array/lut_array.f: expected a readable RTL source, got none");

  options = workspace.options();
  options.cacheDir = (workspace.root / "rtl/pkg/acc_pkg.sv").string();
  CHECK_THAT(messageOf(buildRtl(smallBlock, options)),
             Contains("expected to create the build directory, got: "));
}

TEST_CASE("ports that follow no convention are told before anything is built", "[rtl]") {
  Workspace workspace;
  const fs::path folder = workspace.root / "rtl/lut_array", top = folder / "acc_lut_array.sv";
  std::stringstream text;
  text << std::ifstream(top).rdbuf();
  std::string changed = text.str();
  changed.replace(changed.find("output logic                                       table_ready_o"), 6,
                  "inout ");
  std::ofstream(top) << changed;
  CHECK(messageOf(buildRtl(smallBlock, workspace.options())) ==
        top.string() + ":29: expected a port's direction, input or output, got 'inout'");
  std::ofstream(folder / "lut_array.f") << "pkg/acc_pkg.sv\nlut_array/acc_lut_lane.sv\n";
  CHECK(messageOf(buildRtl(smallBlock, workspace.options())) ==
        (folder / "lut_array.f").string() + ": expected lut_array/acc_lut_array.sv in it, got other sources");
  CHECK_FALSE(fs::exists(workspace.root / "cache"));
}

TEST_CASE("folders come from options, then the environment", "[rtl]") {
  RtlOptions options;
  Environment cache("ACCORD_CACHE_DIR", ""), xdg("XDG_CACHE_HOME", "/x"), home("HOME", "/h");
  CHECK(*resolveCacheDir(options) == "/x/accord");
  setenv("ACCORD_CACHE_DIR", "/c", 1);
  CHECK(*resolveCacheDir(options) == "/c");
  setenv("ACCORD_CACHE_DIR", "", 1);
  setenv("XDG_CACHE_HOME", "", 1);
  CHECK(*resolveCacheDir(options) == "/h/.cache/accord");
  setenv("HOME", "", 1);
  CHECK_FALSE(resolveCacheDir(options));
  options.cacheDir = "/o";
  CHECK(*resolveCacheDir(options) == "/o");
}
