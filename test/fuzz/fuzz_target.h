// What a fuzz target is: a function from any bytes to what the code under test says of them.
//
// libfuzzer_main.cpp feeds it with new inputs, corpus_main.cpp with those of a corpus: the files of a folder,
// and seeds that code makes, so that no format's next version makes them stale. The folder's expected.txt
// says what each ends in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace accord::fuzz {

/// `accepted`, perhaps with what else there is to say, or the refusal. Ends the process (fail) where the code
/// breaks a promise.
std::string outcomeOf(std::string_view bytes);

struct Seed {
  std::string name, bytes;
};
/// Inputs of the corpus that are no files of its folder.
std::vector<Seed> seeds();

/// `expected X, got` and the detail, on stderr; then abort.
[[noreturn]] void fail(const std::string &what, const std::string &detail);

/// A file of this project, and those of a folder, with an ending: `models/hardware`, `.yaml`.
std::string fileOf(const std::string &path);
std::vector<Seed> filesOf(const std::string &folder, const std::string &ending);

} // namespace accord::fuzz
