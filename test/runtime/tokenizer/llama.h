// llama.cpp's tokenizer, from the libraries that tools/dev/fetch_ggml.sh unpacks: the judge of token ids.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace accord::tokenizer::test {

/// A model that llama.cpp loaded. Fails the running test, saying what to fetch, when that is not possible.
class Llama {
public:
  explicit Llama(const std::string &path);
  ~Llama();
  std::vector<int32_t> encode(std::string_view text, bool addSpecial, bool parseSpecial) const;
  std::string decode(int32_t id) const;
  int32_t vocabulary() const;
  int32_t bos() const;
  int32_t eos() const;
  bool isEndOfGeneration(int32_t id) const;
  bool isControl(int32_t id) const;

private:
  void *model = nullptr;
  const void *vocab = nullptr;
};

} // namespace accord::tokenizer::test
