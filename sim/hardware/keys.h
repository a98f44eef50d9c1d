// The one table of what a hardware file holds.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include <variant>

namespace accord::hardware {

/// The newest form of a hardware file. A file may say by its key `form` which one it is; it is no key of the
/// machine (README.md: what each form brought).
constexpr int newestForm = 2;

/// Where a value lives. An integer is stored as (file value x KeyRow::scale).
using Slot = std::variant<int64_t *, double *, std::string *>;

/// A mapping in the file, or the file itself (name "").
struct SectionRow {
  const char *name;
  const char *doc;
  bool required;
  bool (*present)(const Hardware &);
  void (*create)(Hardware &); ///< Makes an optional section's members exist.
};

struct KeyRow {
  const char *section; ///< "" for the top level.
  const char *key;
  const char *unit; ///< Also the end of the key, when there is one.
  double min, max;  ///< Of the value as the file states it; unused for words.
  enum Form { Any, PowerOfTwo, Path } form;
  int64_t scale;                   ///< Stored = stated x scale.
  std::vector<const char *> words; ///< The legal words of a text key; empty: an identifier.
  Slot (*slot)(Hardware &);
  const char *doc;
  bool optional = false;     ///< May be left out: then the member stays as it starts, a text empty.
  const char *why = nullptr; ///< What is supported ends where the range does, for this reason; in messages.
  int since = 1;             ///< The form that brought the key; with `why`, the range.
};

const std::vector<SectionRow> &sectionTable();
const std::vector<KeyRow> &keyTable();

/// `section.key`, or `key` at the top level.
std::string dottedKey(const KeyRow &row);

} // namespace accord::hardware
