// The one table of what a network file holds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace accord::model {

/// What a value is: a whole number, a decimal one, one of the row's words, a name, or a format of tensors.
enum class NetworkValue { Count, Number, Word, Name, Format };

struct NetworkKey {
  const char *section; ///< "" for the top level
  const char *key;
  NetworkValue kind;
  double min, max;                 ///< of numbers
  std::vector<const char *> words; ///< of words; of a format those that stand in its place
  const char *gguf;                ///< what graph builders ask for, without the architecture; "": nothing
  const char *unit;
  const char *doc;
  bool optional = false;
  const char *why = nullptr; ///< why there is no other word; in messages
};

const std::vector<NetworkKey> &networkKeys();

/// `section.key`, or `key` at the top level.
std::string dottedKey(const NetworkKey &row);

/// Null where there is no such key.
const NetworkKey *findNetworkKey(std::string_view dotted);
/// The row that answers what graph builders ask for.
const NetworkKey *networkKeyOf(std::string_view gguf);

/// The section of matrices with a format of their own; its keys are names of tensors.
constexpr std::string_view tensorSection = "tensors";

} // namespace accord::model
