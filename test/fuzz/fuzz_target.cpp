// What fuzz targets share. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fuzz/fuzz_target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace accord::fuzz {

void fail(const std::string &what, const std::string &detail) {
  std::fprintf(stderr, "%s %s\n", what.c_str(), detail.c_str());
  std::abort();
}

std::string fileOf(const std::string &path) {
  std::ifstream file(ACCORD_SOURCE_DIR "/" + path, std::ios::binary);
  if (!file)
    fail("expected a readable file, got", path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Seed> filesOf(const std::string &folder, const std::string &ending) {
  std::vector<Seed> files;
  std::error_code failure;
  for (const auto &entry :
       std::filesystem::directory_iterator(std::string(ACCORD_SOURCE_DIR "/") + folder, failure)) {
    if (entry.path().extension() != ending)
      continue;
    const std::string name = entry.path().filename();
    files.push_back({name, fileOf(folder + "/" + name)});
  }
  if (files.empty())
    fail("expected files *" + ending + ", got none in", folder);
  std::sort(files.begin(), files.end(), [](const Seed &a, const Seed &b) { return a.name < b.name; });
  return files;
}

} // namespace accord::fuzz
