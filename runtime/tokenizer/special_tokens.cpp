// Finding special tokens in one pass over the text.
//
// llama.cpp searches the text once for each token, the longest first. Models have hundreds to thousands of
// them, nearly all reserved and never seen, so here every place is looked up in a sorted list instead, and
// precedence is settled among what was found, which is little.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/special_tokens.h"

#include <algorithm>

namespace accord::tokenizer {

/// White space of ASCII.
static bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

SpecialTokens::SpecialTokens(const Vocabulary &vocabulary) {
  for (int32_t id = 0; id < vocabulary.size(); ++id) {
    const TokenType type = vocabulary.type(id);
    const bool onlyParsed = type == TokenType::Control || type == TokenType::Unknown;
    if ((onlyParsed || type == TokenType::UserDefined) && !vocabulary.text(id).empty())
      byText.push_back({vocabulary.text(id), id, 0, onlyParsed, vocabulary.takesSpace(id)});
  }
  std::sort(byText.begin(), byText.end(), [](const Special &a, const Special &b) {
    return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.id < b.id;
  });
  for (size_t i = 0; i < byText.size(); ++i)
    byText[i].rank = static_cast<uint32_t>(i);
  std::sort(byText.begin(), byText.end(), [](const Special &a, const Special &b) { return a.text < b.text; });
  for (const Special &s : byText)
    begins[static_cast<uint8_t>(s.text[0])] = true;
}

std::vector<Fragment> SpecialTokens::split(std::string_view text, bool parseSpecial) const {
  struct Found {
    uint32_t rank;
    size_t begin, end;
    int32_t id;
    bool takesSpace;
    size_t next = 0; ///< behind the token and the space that it takes
  };
  std::vector<Found> found;
  for (size_t at = 0; at < text.size(); ++at) {
    if (!begins[static_cast<uint8_t>(text[at])])
      continue;
    // The tokens that agree with the text up to `depth` bytes are neighbours in the list.
    auto first = byText.begin(), last = byText.end();
    for (size_t depth = 0; first != last && at + depth < text.size(); ++depth) {
      const auto byteAt = [depth](const Special &s) {
        return s.text.size() > depth ? static_cast<uint8_t>(s.text[depth]) : -1;
      };
      const int byte = static_cast<uint8_t>(text[at + depth]);
      first = std::partition_point(first, last, [&](const Special &s) { return byteAt(s) < byte; });
      last = std::partition_point(first, last, [&](const Special &s) { return byteAt(s) == byte; });
      if (first != last && first->text.size() == depth + 1 && (parseSpecial || !first->onlyParsed))
        found.push_back({first->rank, at, at + depth + 1, first->id, first->takesSpace});
    }
  }
  std::sort(found.begin(), found.end(), [](const Found &a, const Found &b) {
    return a.rank != b.rank ? a.rank < b.rank : a.begin < b.begin;
  });

  std::vector<bool> taken(found.empty() ? 0 : text.size(), false);
  std::vector<Found> kept;
  for (Found &f : found) {
    // A token that was kept before is at least as long, so it covers one of the two ends of what it overlaps.
    if (taken[f.begin] || taken[f.end - 1])
      continue;
    f.next = f.end;
    while (f.takesSpace && f.next < text.size() && !taken[f.next] && isSpace(text[f.next]))
      ++f.next;
    std::fill(taken.begin() + static_cast<ptrdiff_t>(f.begin), taken.begin() + static_cast<ptrdiff_t>(f.next),
              true);
    kept.push_back(f);
  }
  std::sort(kept.begin(), kept.end(), [](const Found &a, const Found &b) { return a.begin < b.begin; });

  std::vector<Fragment> fragments;
  size_t at = 0;
  for (const Found &f : kept) {
    if (f.begin > at)
      fragments.push_back({text.substr(at, f.begin - at), -1});
    fragments.push_back({text.substr(f.begin, f.end - f.begin), f.id});
    at = f.next;
  }
  if (at < text.size())
    fragments.push_back({text.substr(at), -1});
  return fragments;
}

} // namespace accord::tokenizer
