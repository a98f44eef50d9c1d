// Programs of the CPU graph backend in tests: L0 text in, rows of numbers in and out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "runtime/model/cpu_layout.h"
#include "test/runtime/cpu/compare.h"
#include <map>
#include <string>

namespace accord::test {

/// A code that the backend can generate on this machine.
struct CpuVariant {
  std::string name;   ///< for messages
  std::string target; ///< of the device
  CpuTarget code;
};
/// Host, AVX2 and portable, and every way to multiply bytes that the machine has.
const std::vector<CpuVariant> &cpuVariants();

/// The bytes of one argument or result.
using Bytes = std::vector<uint8_t>;

template <typename T> Bytes bytesOf(const std::vector<T> &values) {
  auto *begin = reinterpret_cast<const uint8_t *>(values.data());
  return Bytes(begin, begin + values.size() * sizeof(T));
}
/// [rows][columns] as the backend wants them, each row padded to a cache line with 0xa5: padding means
/// nothing.
template <typename T> Bytes rowsOf(const std::vector<T> &values, int64_t rows) {
  const size_t columns = values.size() / size_t(rows), bytes = columns * sizeof(T);
  const auto stride = size_t(model::toCpuLine(int64_t(bytes)));
  Bytes padded(size_t(rows) * stride, 0xa5);
  for (size_t r = 0; r < size_t(rows); ++r)
    std::memcpy(padded.data() + r * stride, values.data() + r * columns, bytes);
  return padded;
}
template <typename T> std::vector<T> valuesOf(const Bytes &padded, int64_t rows, int64_t columns) {
  std::vector<T> values(size_t(rows * columns));
  const auto stride = size_t(model::toCpuLine(columns * int64_t(sizeof(T))));
  for (size_t r = 0; r < size_t(rows); ++r)
    std::memcpy(values.data() + r * size_t(columns), padded.data() + r * stride, size_t(columns) * sizeof(T));
  return values;
}

/// One module, compiled once, for one variant and a number of threads. Fails the test when it does not
/// compile.
class GraphProgram {
public:
  GraphProgram(const std::string &text, const CpuVariant &variant, unsigned threads);
  ~GraphProgram();

  /// Runs @entry on the buffers of its arguments (tensors and caches in order) and, behind them, its results:
  /// empty ones are made. What was written comes back in place. `scalars`: the index arguments, and the rows
  /// where they are dynamic.
  void run(const std::string &entry, std::vector<Bytes> &buffers, const std::vector<int64_t> &scalars = {});

private:
  struct State;
  std::unique_ptr<State> state;
};

/// The diagnostics of a module that must be refused; empty when it is not.
std::string refusal(const std::string &text);

} // namespace accord::test
