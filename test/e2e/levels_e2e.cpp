// Is a level's text all there is of it: does a model that stops in a file at each level end as the one that
// does not?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/e2e/end_to_end.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace accord;
using namespace accord::test;

namespace {

/// A folder that is gone with its owner.
struct Folder {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("accord-levels-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directory(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

} // namespace

TEST_CASE("levels through files equal the levels in one run", "[e2e][levels]") {
  const Hardware hardware = edgeMachine();
  const Folder folder;
  size_t models = 0, files = 0, bytes = 0;
  std::vector<std::string> paths = modelFiles("networks/gemm");
  for (const std::string &op : modelFiles("networks/ops"))
    paths.push_back(op);
  for (const std::string &path : paths) {
    INFO(path);
    driver::Toolchain direct;
    const Compiled whole = compile(direct, must(direct.load(path)), hardware);
    std::string file = path;
    for (Level level : {Level::L0, Level::L1, Level::L2, Level::L3}) {
      INFO("to " << accord::name(level));
      driver::Toolchain toolchain; // Nothing but the file passes from one level to the next.
      Module module = must(toolchain.load(file));
      must(toolchain.raise(*module, level, hardware, file));
      const std::string text = driver::print(*module);
      // Text, read and printed, is the same text.
      CHECK(driver::print(*parse(toolchain, text)) == text);
      // And what one run reaches at this level.
      driver::Toolchain other;
      Module atOnce = must(other.load(path));
      must(other.raise(*atOnce, level, hardware, path));
      CHECK(driver::print(*atOnce) == text);
      file = (folder.path / (std::to_string(models) + accord::name(level) + ".mlir")).string();
      std::ofstream(file) << text;
      bytes += text.size();
      ++files;
    }
    driver::Toolchain last;
    const Compiled stepped = adopt(last, must(last.load(file)), hardware);
    CHECK(driver::print(*stepped.module) == driver::print(*whole.module));
    const program::Program a = must(driver::commandStream(whole.program)),
                           b = must(driver::commandStream(stepped.program));
    CHECK(!a.commands.empty());
    CHECK(a.commands.size() == b.commands.size());
    ++models;
  }
  std::printf("levels: %zu models, %zu files, %zu bytes of text, all equal\n", models, files, bytes);
  CHECK(models >= 12);
  CHECK(bytes > 0);
}
