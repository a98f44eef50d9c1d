// Byte-level byte-pair encoding: the tokenizer of GPT-2 and of most models since.
//
// A token of the file is written in an alphabet of 256 printable characters, one a byte. A word begins as one
// token a byte; the neighbours that stand highest in the list of merges become one, until none stand in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/pre_tokenizer.h"
#include "runtime/tokenizer/vocabulary.h"

namespace accord::tokenizer {

/// The character that stands for a byte, as UTF-8 of one or two bytes.
std::string_view alphabetOf(uint8_t byte);
/// The bytes that a token stands for. What is not of the alphabet stays as it is.
std::string decodeAlphabet(std::string_view token);

class BytePairs {
public:
  /// Refuses merges of what is not in the vocabulary.
  static Expected<BytePairs> create(const Vocabulary &vocabulary, PreTokenizer rules);
  /// Appends the ids of a text. A byte without a token disappears, as in llama.cpp (SmolLM2 lacks six control
  /// characters, and first bytes that no text or only unassigned planes have).
  void encode(const Vocabulary &vocabulary, std::string_view text, std::vector<int32_t> &ids) const;

private:
  struct Merge {
    uint32_t rank;
    int32_t merged;
  };
  /// Merges by pairs of ids: open addressing, at most half full.
  class Merges {
  public:
    void reserve(size_t count);
    /// The first of equal pairs counts.
    void insert(int32_t left, int32_t right, Merge merge);
    const Merge *find(int32_t left, int32_t right) const;

  private:
    struct Slot {
      uint64_t pair = none;
      Merge merge{};
    };
    static constexpr uint64_t none = ~uint64_t(0);
    static uint64_t pairOf(int32_t left, int32_t right) {
      return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
    }
    size_t slotOf(uint64_t pair) const;
    std::vector<Slot> slots;
    int shift = 64;
  };
  struct Workspace;
  void encodeWord(std::string_view word, Workspace &work, std::vector<int32_t> &ids) const;

  PreTokenizer rules{};
  int32_t byteToken[256] = {}; ///< -1 for none
  Merges merges;
};

} // namespace accord::tokenizer
