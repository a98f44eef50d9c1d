// A bounded queue whose places are used again, so that what its elements hold on the heap stays.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cassert>
#include <cstddef>
#include <vector>

namespace accord::sim {

template <typename T> class Ring {
public:
  explicit Ring(size_t capacity) : places(capacity) { assert(capacity > 0); }

  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  bool full() const { return count == places.size(); }
  /// \pre !empty()
  T &front() { return places[first]; }
  const T &front() const { return places[first]; }
  /// The place of a new last element, as the one before left it. \pre !full()
  T &push() {
    assert(!full());
    const size_t at = first + count++;
    return places[at < places.size() ? at : at - places.size()];
  }
  /// \pre !empty()
  void pop() {
    assert(!empty());
    first = first + 1 == places.size() ? 0 : first + 1;
    --count;
  }

private:
  std::vector<T> places;
  size_t first = 0, count = 0;
};

} // namespace accord::sim
