// Networks without weights: the sizes and formats of a model, read from a YAML file (models/networks).
//
// What a key may be stands in network_keys.cpp; whether the sizes make a model, the builder of its graph says
// (mlir/Import).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "runtime/model/network_keys.h"
#include "runtime/model/tensor_type.h"
#include "sim/hardware/yaml_tree.h"

#include <map>

namespace accord::model {

/// `KEY=VALUE`, each in the place of what the file says; a key of a section is `section.key`.
using NetworkChanges = std::vector<std::string>;

class Network {
public:
  /// Error, on one line: `file:line:column: 'key' must be ..., got ...`; of a change `--network: 'key' ...`.
  static Expected<Network> open(const std::string &path, const NetworkChanges &changes = {});
  /// The same of a text; `path` stands in messages.
  static Expected<Network> parse(std::string_view text, const std::string &path,
                                 const NetworkChanges &changes = {});

  const std::string &path() const { return file; }
  uint64_t fileBytes() const { return bytes; }

  /// Keys are dotted: `formats.weights`. All that are not optional are there.
  bool has(std::string_view key) const { return values.count(std::string(key)) != 0; }
  int64_t count(std::string_view key) const;
  double number(std::string_view key) const;
  const std::string &text(std::string_view key) const;

  bool isTied() const { return text("formats.head") == "tied"; }
  std::optional<I2SLayout> i2sLayout() const;
  /// The format of a matrix, and the key that says it. A matrix of a layer may have its own in `tensors`, as
  /// `blk.3.ffn_down`, or for all layers as `ffn_down`; what the tensors' names end in, `.weight`, is left
  /// out.
  struct Format {
    TensorType type;
    std::string key;
  };
  Format formatOf(std::string_view tensor) const;
  /// The keys of `tensors`, dotted.
  std::vector<std::string> tensorKeys() const;

  /// For what only a builder of graphs can say of a value: `place: 'key' must be ..., got ...`, `got` being
  /// the value itself where it is empty. A key that is left out has the place of the whole.
  Error mustBe(std::string_view key, const std::string &must, const std::string &got = "") const;

private:
  friend class NetworkReader;
  Network() = default;

  std::string file;
  uint64_t bytes = 0;
  yaml::Node whole;                         ///< its place alone
  std::map<std::string, yaml::Node> values; ///< by dotted key
};

} // namespace accord::model
