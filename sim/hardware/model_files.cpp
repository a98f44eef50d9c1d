// Looks for a file in the folders of models.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/model_files.h"
#include "sim/hardware/yaml_values.h"
#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace fs = std::filesystem;

namespace accord {
namespace {

constexpr const char *fileEnding = ".yaml";

bool isFile(const fs::path &path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool isFolder(const fs::path &path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// No path: to be looked for among the models.
bool isName(const std::string &given) {
  const std::string ending = fileEnding;
  const bool ends = given.size() >= ending.size() &&
                    given.compare(given.size() - ending.size(), ending.size(), ending) == 0;
  return !given.empty() && !ends && given.find('/') == std::string::npos;
}

std::vector<std::string> namesIn(const std::vector<std::string> &folders, const std::string &kind) {
  std::vector<std::string> names;
  for (const std::string &folder : folders) {
    std::error_code failure; // A folder that cannot be read holds no names.
    for (fs::directory_iterator at(fs::path(folder) / kind, failure), end; !failure && at != end;
         at.increment(failure))
      if (at->path().extension() == fileEnding)
        names.push_back(at->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// `name` in the folder `kind` of the models; `place` begins the error, `what` a file of the kind is.
Expected<std::string> findName(const std::string &name, const std::string &kind, const std::string &what,
                               const std::string &place, const std::vector<std::string> &folders) {
  for (const std::string &folder : folders) {
    if (!isFolder(folder))
      return Error{"ACCORD_MODELS: expected a folder of models, got '" + folder + "'"};
    const fs::path path = fs::path(folder) / kind / (name + fileEnding);
    if (isFile(path))
      return path.string();
  }
  const std::vector<std::string> names = namesIn(folders, kind);
  const std::string near = yaml::nearest(name, names);
  return Error{place + ": expected " + what + " file or " +
               (names.empty() ? "a folder of models (set ACCORD_MODELS)" : "one of " + yaml::listed(names)) +
               ", got '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?")};
}

std::string runningExecutable() {
  std::error_code failure; // Without /proc: no such folder to search.
  return fs::read_symlink("/proc/self/exe", failure).string();
}

} // namespace

std::vector<std::string> modelFolders(const std::string &executable) {
  std::vector<std::string> folders;
  if (const char *variable = std::getenv("ACCORD_MODELS"); variable && *variable)
    folders.push_back(variable);
  if (!executable.empty()) {
    const fs::path installed = fs::path(executable).parent_path().parent_path() / "share/accord/models";
    if (isFolder(installed))
      folders.push_back(installed.string());
  }
  if (isFolder(ACCORD_SOURCE_MODELS))
    folders.push_back(ACCORD_SOURCE_MODELS);
  return folders;
}

Expected<std::string> findHardware(const std::string &given, const std::vector<std::string> &folders) {
  // What is a path stays one: its reader says what is wrong with it.
  return isFile(given) || !isName(given) ? Expected<std::string>(given)
                                         : findName(given, "hardware", "a hardware", given, folders);
}

Expected<std::string> findHardware(const std::string &given) {
  return findHardware(given, modelFolders(runningExecutable()));
}

Expected<Hardware> openHardware(const std::string &given) {
  if (given.empty())
    return Error{"hardware: expected a file, or a name out of models/hardware, got none"};
  Expected<std::string> path = findHardware(given);
  return path ? loadHardware(*path) : path.error();
}

Expected<std::string> findEnergy(const Hardware &hardware, const std::string &hardwarePath,
                                 const std::vector<std::string> &folders) {
  const std::string &given = hardware.process.energyFile;
  if (given.empty())
    return Error{hardwarePath + ": expected 'process.energy', the figures of energy, got no such key"};
  if (isName(given))
    return findName(given, "energy", "an energy", hardwarePath + ": 'process.energy'", folders);
  return (fs::path(hardwarePath).parent_path() / given).lexically_normal().string();
}

Expected<std::string> findEnergy(const Hardware &hardware, const std::string &hardwarePath) {
  return findEnergy(hardware, hardwarePath, modelFolders(runningExecutable()));
}

Expected<std::string> findEnergy(const std::string &given) {
  return isFile(given) || !isName(given)
             ? Expected<std::string>(given)
             : findName(given, "energy", "an energy", "--energy", modelFolders(runningExecutable()));
}

bool isNetwork(const std::string &given, const std::vector<std::string> &folders) {
  if (given.empty() || given == "-")
    return false;
  if (!isName(given))
    return fs::path(given).extension() == fileEnding;
  // A name with an ending is a file that is not there, or a network that is.
  return !isFile(given) &&
         (given.find('.') == std::string::npos || findName(given, "networks", "", "", folders));
}

bool isNetwork(const std::string &given) { return isNetwork(given, modelFolders(runningExecutable())); }

Expected<std::string> findNetwork(const std::string &given, const std::vector<std::string> &folders) {
  return isFile(given) || !isName(given) ? Expected<std::string>(given)
                                         : findName(given, "networks", "a network", given, folders);
}

Expected<std::string> findNetwork(const std::string &given) {
  return findNetwork(given, modelFolders(runningExecutable()));
}

} // namespace accord
