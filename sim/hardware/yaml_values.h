// Values of a YAML tree: numbers and words, with the messages of every configuration file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/yaml_tree.h"

namespace accord::yaml {

/// What a number must be.
struct NumberRange {
  bool whole = false; ///< No decimals, stored as an integer.
  double min = 0, max = 0;
  std::string unit;     ///< For the message; may be empty.
  bool isPower = false; ///< A power of two.
  std::string why;      ///< For the message: the reason of the range; may be empty.
};

/// A number without exponent, leading zeros or more than six decimals, inside its range. Error:
/// `file:line:column: 'label' must be ..., got ...`.
Expected<double> number(const Node &node, const NumberRange &range, const std::string &label,
                        const std::string &file);

/// `file:line:column: 'label' must be <must>, got <node>`.
Error mustBe(const Node &node, const std::string &must, const std::string &label, const std::string &file);

/// `file:line:column: <where> must hold known keys only, got 'key' (did you mean ...)`, or `list`, by default
/// that of known keys, when none is near.
Error unknownKey(const Node::Entry &entry, const std::string &where, const std::vector<std::string> &known,
                 const std::string &file, const std::string &list = "");

/// The words, separated by commas.
std::string listed(const std::vector<std::string> &words);

/// In decimal, without an exponent.
std::string decimal(double v);

/// The whole of a file, for parse(). Error: `path: expected a readable <what>, got none`.
Expected<std::string> readFile(const std::string &path, const std::string &what);

} // namespace accord::yaml
