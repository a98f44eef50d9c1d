// Writes L3 programs as text, so that tests say what they run; and runs L3 text on a device.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include <cstring>
#include <string>
#include <vector>

namespace accord::test {

/// One function @program: arguments in dram, buffers on chip, commands in order.
class L3Text {
public:
  /// A dram argument of memref type `shape` ("3x36xf32"); returns its name.
  std::string argument(const std::string &shape, const std::string &role = "argument");
  std::string result(const std::string &shape) { return argument(shape, "result"); }
  /// A buffer in spm or acc; returns its name.
  std::string buffer(const std::string &shape, const std::string &memory = "spm");
  /// An on-chip copy of an argument, loaded.
  std::string loaded(const std::string &argumentName);
  /// Stores an on-chip buffer to a new result argument.
  void stored(const std::string &bufferName);
  /// An index argument, behind all buffers; returns its name.
  std::string scalar();
  /// `accel.kind ins(inputs) outs(outputs) extra {attributes}`.
  void vector(const std::string &kind, const std::vector<std::string> &inputs,
              const std::vector<std::string> &outputs, const std::string &attributes,
              const std::string &accumulate = "", const std::string &live = "");
  void gather(const std::string &table, const std::string &indices, const std::string &dest);
  void table(const std::string &codes, const std::string &tables, const std::string &asum, int64_t group);
  void lmma(const std::string &tables, const std::string &planes, const std::string &isum, int64_t group);
  void mma(const std::string &codes, const std::string &planes, const std::string &isum, int64_t group,
           int64_t zero);
  void line(const std::string &text) { body += "  " + text + "\n"; }
  /// "%name : type", and the type alone.
  std::string typeOf(const std::string &name) const;
  /// Tells the type of a value that `line` defined.
  void declare(const std::string &name, const std::string &type) { types.emplace_back(name, type); }

  std::string text() const;

private:
  std::string list(const std::vector<std::string> &names) const;

  std::vector<std::pair<std::string, std::string>> types, arguments;
  std::vector<std::string> scalars;
  std::string shapeOf(const std::string &name) const;
  std::string top, body;
  unsigned counter = 0;
};

using Bytes = std::vector<uint8_t>;

template <typename T> Bytes bytesOf(const std::vector<T> &values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}
template <typename T> std::vector<T> valuesOf(const Bytes &bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

/// Parses `text`, builds its CPU image for @program. The error holds the diagnostics.
Expected<rt::Image> buildProgram(const std::string &text);

/// Runs an image on a device: `arguments` in order of the buffers that are no results; returns all buffers
/// after it. Results start as a pattern that is no answer.
Expected<std::vector<Bytes>> runImage(rt::Device &device, const rt::Image &image,
                                      const std::vector<Bytes> &arguments,
                                      const std::vector<int64_t> &scalars = {});

} // namespace accord::test
