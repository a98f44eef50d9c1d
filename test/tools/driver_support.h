// What the tests of the driver share: files to ask about, and an ear on both outputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/files/hold.h"
#include "test/support/tiny_model.h"
#include "tools/driver/machine.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

namespace accord::test {

/// The value, or a failed test with the message.
template <typename T> T must(Expected<T> value) {
  if (!value)
    FAIL(value.error().message);
  return std::move(*value);
}
inline void must(const Status &status) {
  if (!status)
    FAIL(status.error().message);
}

/// While it lives, what this process and those that it starts write to both outputs goes to a file.
class Ear {
public:
  Ear() {
    std::fflush(nullptr);
    for (int i : {0, 1}) {
      kept[i] = ::dup(i + 1);
      ::dup2(::fileno(heard), i + 1);
    }
  }
  ~Ear() { stop(); }
  Ear(const Ear &) = delete;
  Ear &operator=(const Ear &) = delete;

  /// Gives the outputs back; what came.
  std::string stop() {
    if (!heard)
      return "";
    std::fflush(nullptr);
    for (int i : {0, 1}) {
      ::dup2(kept[i], i + 1);
      ::close(kept[i]);
    }
    std::string text(size_t(std::ftell(heard)), '\0');
    std::rewind(heard);
    text.resize(std::fread(text.data(), 1, text.size(), heard));
    std::fclose(std::exchange(heard, nullptr));
    return text;
  }

private:
  std::FILE *heard = std::tmpfile();
  int kept[2];
};

/// The result of a call that must not print.
template <typename Call> auto silently(Call call) {
  Ear ear;
  auto result = call();
  const std::string said = ear.stop();
  CHECK(said == "");
  return result;
}

/// A folder of the test's own, with a tiny model in it.
struct DriverFiles {
  DriverFiles() {
    TinyModelOptions options;
    options.matrices = model::TensorType::Q4_1;
    options.others["token_embd.weight"] = model::TensorType::Q8_0;
    must(tinyModel(options).write(model));
  }
  ~DriverFiles() {
    for (const std::string &path : written)
      ::unlink(path.c_str());
    ::unlink(model.c_str());
    ::rmdir(folder.c_str());
  }
  DriverFiles(const DriverFiles &) = delete;
  DriverFiles &operator=(const DriverFiles &) = delete;

  std::string write(const std::string &name, const std::string &text) {
    const std::string path = folder + "/" + name;
    std::ofstream(path) << text;
    written.push_back(path);
    return path;
  }

  static std::string makeFolder() {
    std::string name = "/tmp/accord-driver-XXXXXX";
    REQUIRE(::mkdtemp(name.data()));
    return name;
  }
  const std::string folder = makeFolder();
  const std::string model = folder + "/tiny.gguf";
  std::vector<std::string> written;
};

/// `text` with the first `from` in it replaced; a test without it fails.
inline std::string edited(std::string text, const std::string &from, const std::string &to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Of the source tree.
inline std::string sourceFile(const std::string &path) {
  const char *root = std::getenv("ACCORD_SOURCE_DIR");
  return std::string(root ? root : ".") + "/" + path;
}

} // namespace accord::test
