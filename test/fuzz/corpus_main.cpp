// Runs a fuzz target over the files of a folder, without libFuzzer: the corpus as a unit test on any
// compiler.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  int inputs = 0;
  std::error_code failure;
  for (const auto &entry : std::filesystem::directory_iterator(argv[1], failure)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    // An abort below must tell which input it was.
    std::fprintf(stderr, "%s (%zu bytes)\n", entry.path().filename().c_str(), bytes.size());
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size());
    ++inputs;
  }
  if (failure || inputs == 0) {
    std::fprintf(stderr, "%s: expected a folder with inputs, got none\n", argv[1]);
    return 1;
  }
  std::printf("%d inputs survived\n", inputs);
  return 0;
}
