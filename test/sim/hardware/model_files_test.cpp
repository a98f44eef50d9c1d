// Machines and energy files by name: which folder wins, what a tree looks like after installation, and what
// is said of a name that no folder has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/model_files.h"
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace accord;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone at the end, and $ACCORD_MODELS as it was before.
class Trees {
public:
  Trees() : root(fs::temp_directory_path() / ("accord-models-" + std::to_string(::getpid()))) {
    if (const char *variable = std::getenv("ACCORD_MODELS"))
      before = variable;
    unsetenv("ACCORD_MODELS");
    fs::create_directories(root);
  }
  ~Trees() {
    fs::remove_all(root);
    before ? setenv("ACCORD_MODELS", before->c_str(), 1) : unsetenv("ACCORD_MODELS");
  }
  std::string write(const std::string &file) const {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << "name: x\n";
    return (root / file).string();
  }
  std::string path(const std::string &file) const { return (root / file).string(); }

private:
  fs::path root;
  std::optional<std::string> before;
};

std::string textOf(const Expected<std::string> &found) { return found ? *found : found.error().message; }

Hardware naming(const std::string &energyFile) {
  Hardware h;
  h.process.energyFile = energyFile;
  return h;
}

} // namespace

TEST_CASE("folders are searched in order, and those that are not there left out", "[hardware]") {
  Trees t;
  t.write("prefix/share/accord/models/hardware/a.yaml");
  const std::string tool = t.path("prefix/bin/accord");
  std::vector<std::string> folders = modelFolders(tool);
  REQUIRE(folders.size() == 2);
  CHECK(folders[0] == t.path("prefix/share/accord/models"));
  CHECK(fs::path(folders[1]).filename() == "models"); // of the source tree
  CHECK(modelFolders(t.path("elsewhere/bin/accord")).size() == 1);
  CHECK(modelFolders("").size() == 1);
  setenv("ACCORD_MODELS", t.path("mine").c_str(), 1);
  folders = modelFolders(tool);
  REQUIRE(folders.size() == 3);
  CHECK(folders[0] == t.path("mine"));
}

TEST_CASE("a machine is found by path and by name", "[hardware]") {
  Trees t;
  const std::string first = t.write("one/hardware/edge.yaml"), second = t.write("two/hardware/edge.yaml");
  const std::string other = t.write("two/hardware/other.yaml");
  const std::vector<std::string> folders = {t.path("one"), t.path("two")};
  CHECK(textOf(findHardware("edge", folders)) == first);
  CHECK(textOf(findHardware("edge", {folders[1], folders[0]})) == second);
  CHECK(textOf(findHardware("other", folders)) == other);
  CHECK(textOf(findHardware(other, folders)) == other);
  // A path is never looked up: its reader says that it is not there.
  CHECK(textOf(findHardware("other.yaml", folders)) == "other.yaml");
  CHECK(textOf(findHardware("./other", folders)) == "./other");
  CHECK(textOf(findHardware("", folders)) == "");
  CHECK(textOf(findHardware("lut-edge")).find("models/hardware/lut-edge.yaml") != std::string::npos);
}

TEST_CASE("a name that no folder has is told with those that there are", "[hardware]") {
  Trees t;
  t.write("one/hardware/lut-edge.yaml");
  t.write("two/hardware/mac-edge.yaml");
  t.write("two/hardware/lut-edge.yaml");
  t.write("two/hardware/notes.txt");
  fs::create_directories(t.path("empty"));
  const std::vector<std::string> folders = {t.path("one"), t.path("two")};
  CHECK(textOf(findHardware("lut-egde", folders)) ==
        "lut-egde: expected a hardware file or one of lut-edge, mac-edge, got 'lut-egde'; did you mean "
        "'lut-edge'?");
  CHECK(textOf(findHardware("zz", folders)) ==
        "zz: expected a hardware file or one of lut-edge, mac-edge, got 'zz'");
  CHECK(textOf(findHardware("zz", {t.path("empty")})) ==
        "zz: expected a hardware file or a folder of models (set ACCORD_MODELS), got 'zz'");
  CHECK(textOf(findHardware("zz", {})) ==
        "zz: expected a hardware file or a folder of models (set ACCORD_MODELS), got 'zz'");
  setenv("ACCORD_MODELS", t.path("none").c_str(), 1);
  CHECK(textOf(findHardware("lut-edge")) ==
        "ACCORD_MODELS: expected a folder of models, got '" + t.path("none") + "'");
}

TEST_CASE("a network is found by path and by name, and told from other models", "[hardware]") {
  Trees t;
  const std::string file = t.write("one/networks/llama-2.yaml"),
                    dotted = t.write("two/networks/b1.58-3b.yaml");
  const std::vector<std::string> folders = {t.path("one"), t.path("two")};
  CHECK(textOf(findNetwork("llama-2", folders)) == file);
  CHECK(textOf(findNetwork("b1.58-3b", folders)) == dotted);
  CHECK(textOf(findNetwork(file, folders)) == file);
  CHECK(textOf(findNetwork("none.yaml", folders)) == "none.yaml");
  CHECK(textOf(findNetwork("lama-2", folders)) ==
        "lama-2: expected a network file or one of b1.58-3b, llama-2, got 'lama-2'; did you mean 'llama-2'?");
  for (const std::string &network : {file, std::string("none.yaml"), std::string("llama-2"),
                                     std::string("lama"), std::string("b1.58-3b")}) {
    INFO(network);
    CHECK(isNetwork(network, folders));
  }
  for (const char *other : {"", "-", "m.gguf", "gemm.mlir", "folder/llama-2", "b1.58-4b", "file.yml"}) {
    INFO(other);
    CHECK(!isNetwork(other, folders));
  }
}

TEST_CASE("an energy file is seen from the machine's file, or found by name", "[hardware]") {
  Trees t;
  const std::string machine = t.write("models/hardware/m.yaml"), energy = t.write("models/energy/e.yaml");
  const std::vector<std::string> folders = {t.path("models")};
  CHECK(textOf(findEnergy(naming("../energy/e.yaml"), machine, folders)) == energy);
  CHECK(textOf(findEnergy(naming("e"), machine, folders)) == energy);
  CHECK(textOf(findEnergy(naming("e"), "m.yaml", folders)) == energy);
  CHECK(textOf(findEnergy(naming("e.yaml"), "m.yaml", folders)) == "e.yaml");
  CHECK(textOf(findEnergy(naming(energy), machine, folders)) == energy);
  CHECK(textOf(findEnergy(naming("f"), machine, folders)) ==
        machine + ": 'process.energy': expected an energy file or one of e, got 'f'");
  CHECK(textOf(findEnergy(naming(""), machine, folders)) ==
        machine + ": expected 'process.energy', the figures of energy, got no such key");
}
