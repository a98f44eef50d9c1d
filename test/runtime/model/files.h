// Files of a test: a folder of its own, removed afterwards.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace accord::test {

class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "accord-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  Folder(const Folder &) = delete;
  Folder &operator=(const Folder &) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string file(const std::string &name, const std::string &bytes) const {
    const std::string full = (path / name).string();
    std::ofstream(full, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return full;
  }
  std::filesystem::path path;
};

} // namespace accord::test
