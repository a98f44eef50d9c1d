// Runs a fuzz target over its corpus, without libFuzzer: a unit test on any compiler. Each input has to end
// in what the corpus's expected.txt says, so that one which no longer reaches the code that it is for is
// noticed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fuzz/fuzz_target.h"

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

using namespace accord::fuzz;
namespace fs = std::filesystem;

namespace {

constexpr const char *indexName = "expected.txt";

/// By name: the files of the folder, and seeds.
std::map<std::string, std::string> inputsOf(const fs::path &folder) {
  std::map<std::string, std::string> inputs;
  std::error_code missing; // A corpus may consist of seeds alone.
  for (const auto &entry : fs::directory_iterator(folder, missing)) {
    std::ifstream file(entry.path(), std::ios::binary);
    inputs[entry.path().filename()].assign(std::istreambuf_iterator<char>(file), {});
  }
  inputs.erase(indexName);
  for (Seed &seed : seeds())
    if (!inputs.emplace(seed.name, std::move(seed.bytes)).second)
      fail("expected one input of a name, got two of", seed.name);
  return inputs;
}

/// As it stands in the index, which is text: other bytes as `\\xFF`.
std::string written(const std::string &outcome) {
  std::string text;
  for (const char c : outcome) {
    char hex[5];
    std::snprintf(hex, sizeof hex, "\\x%02X", static_cast<unsigned char>(c));
    text += c >= ' ' && c <= '~' ? std::string(1, c) : hex;
  }
  return text;
}

/// The lines `name: outcome`, by name.
std::map<std::string, std::string> readIndex(const fs::path &path) {
  std::map<std::string, std::string> index;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find(": ");
    if (colon == std::string::npos)
      fail("expected 'name: outcome', got", line);
    index[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return index;
}

} // namespace

int main(int argc, char **argv) {
  const bool print = argc == 3 && std::strcmp(argv[2], "--print") == 0;
  const bool write = argc == 4 && std::strcmp(argv[2], "--write") == 0;
  if (argc != 2 && !print && !write) {
    std::fprintf(
        stderr,
        "usage: %s CORPUS [--print | --write FOLDER]\n"
        "  --print         the outcome of each input as a line, as %s holds them, and no comparison\n"
        "  --write FOLDER  the inputs, seeds too, as files to fuzz from\n",
        argv[0], indexName);
    return 2;
  }
  const fs::path folder = argv[1];
  const std::map<std::string, std::string> inputs = inputsOf(folder);
  if (write) {
    fs::create_directories(argv[3]);
    for (const auto &[name, bytes] : inputs)
      std::ofstream(fs::path(argv[3]) / name, std::ios::binary) << bytes;
    return 0;
  }

  std::map<std::string, std::string> expected;
  if (!print)
    expected = readIndex(folder / indexName);
  int wrong = 0;
  for (const auto &[name, bytes] : inputs) {
    // An abort below must tell which input it was.
    std::fprintf(stderr, "%s (%zu bytes)\n", name.c_str(), bytes.size());
    const std::string outcome = written(outcomeOf(bytes));
    if (outcome.empty())
      fail("expected an outcome, got", "none");
    if (print) {
      std::printf("%s: %s\n", name.c_str(), outcome.c_str());
      std::fflush(stdout);
      continue;
    }
    const auto entry = expected.find(name);
    if (entry == expected.end() || entry->second != outcome) {
      ++wrong;
      std::printf("%s: expected '%s', got '%s'\n", name.c_str(),
                  entry == expected.end() ? "a line in expected.txt" : entry->second.c_str(),
                  outcome.c_str());
    }
    if (entry != expected.end())
      expected.erase(entry);
  }
  if (print)
    return 0;
  for (const auto &[name, outcome] : expected) {
    ++wrong;
    std::printf("%s: expected an input, got none\n", name.c_str());
  }
  std::printf("%zu inputs, %d of them with another outcome than expected\n", inputs.size(), wrong);
  return wrong > 0 || inputs.empty();
}
