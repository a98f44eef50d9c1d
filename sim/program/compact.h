// Small containers for programs of hundreds of thousands of commands: nothing on the heap where a few numbers
// do.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace accord::program {

/// The sizes or strides of a view, at most four, in 16 bytes. Numbers are of 32 bits where they lie and of 64
/// where they are read, so that products of them do not overflow; one that does not fit is kept as `beyond`,
/// which no view that verifies has.
class Extents {
public:
  static constexpr size_t maxRank = 4;
  static constexpr int64_t beyond = -1;

  Extents() = default;
  Extents(std::initializer_list<int64_t> list) { assign(list.begin(), list.end()); }
  Extents(const std::vector<int64_t> &list) { assign(list.begin(), list.end()); }

  size_t size() const {
    size_t n = 0;
    while (n < maxRank && values[n] != absent)
      ++n;
    return n;
  }
  bool empty() const { return values[0] == absent; }
  const int32_t *begin() const { return values.data(); }
  const int32_t *end() const { return values.data() + size(); }
  int64_t operator[](size_t i) const { return values[i]; }
  /// A place to write to.
  class Place {
  public:
    operator int64_t() const { return value; }
    Place &operator=(int64_t v) {
      value = narrow(v);
      return *this;
    }
    Place &operator=(const Place &other) {
      value = other.value;
      return *this;
    }

  private:
    friend class Extents;
    explicit Place(int32_t &value) : value(value) {}
    int32_t &value;
  };
  Place operator[](size_t i) { return Place(values[i]); }
  int64_t back() const { return values[size() - 1]; }

  /// \pre size() < maxRank
  void push_back(int64_t v) {
    const size_t n = size();
    assert(n < maxRank && "a view has at most four dimensions");
    values[n] = narrow(v);
  }
  /// \pre !empty()
  void pop_back() { values[size() - 1] = absent; }
  void clear() { values = none(); }
  /// \pre at most maxRank of them
  template <typename Iterator> void assign(Iterator first, Iterator last) {
    clear();
    for (; first != last; ++first)
      push_back(*first);
  }

  bool operator==(const Extents &o) const { return values == o.values; }
  bool operator!=(const Extents &o) const { return values != o.values; }

private:
  static constexpr int32_t absent = INT32_MIN;
  static constexpr std::array<int32_t, maxRank> none() { return {absent, absent, absent, absent}; }
  static int32_t narrow(int64_t v) {
    return static_cast<int32_t>(v > INT32_MIN && v <= INT32_MAX ? v : beyond);
  }

  std::array<int32_t, maxRank> values = none();
};

/// A vector in 16 bytes for lists that are short and mostly stay as they are made: as many elements as fit
/// into a pointer lie in its place, more of them in one block of just their size.
template <typename T> class CompactList {
  static_assert(std::is_trivially_copyable_v<T>, "elements are moved as bytes");

public:
  using value_type = T;
  CompactList() = default;
  CompactList(std::initializer_list<T> list) { assign(list.begin(), list.end()); }
  CompactList(const std::vector<T> &list) { assign(list.begin(), list.end()); }
  CompactList(const CompactList &o) { assign(o.begin(), o.end()); }
  CompactList(CompactList &&o) noexcept { swap(o); }
  CompactList &operator=(CompactList o) noexcept {
    swap(o);
    return *this;
  }
  ~CompactList() {
    if (capacity > inPlace)
      ::operator delete(block());
  }

  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  T *data() { return capacity > inPlace ? block() : reinterpret_cast<T *>(storage); }
  const T *data() const { return const_cast<CompactList *>(this)->data(); }
  T *begin() { return data(); }
  T *end() { return data() + count; }
  const T *begin() const { return data(); }
  const T *end() const { return data() + count; }
  T &operator[](size_t i) { return data()[i]; }
  const T &operator[](size_t i) const { return data()[i]; }
  T &front() { return data()[0]; }
  const T &front() const { return data()[0]; }
  T &back() { return data()[count - 1]; }
  const T &back() const { return data()[count - 1]; }

  void push_back(T value) {
    if (count == capacity) // short lists grow to their very size, long ones by half
      reserve(count + 1 + count / 8 * 4);
    new (data() + count++) T(value);
  }
  void pop_back() { --count; }
  void clear() { count = 0; }
  void erase(const T *at) {
    T *to = begin() + (at - begin());
    std::move(to + 1, end(), to);
    --count;
  }
  void resize(size_t n) {
    reserve(n);
    for (; count < n; ++count)
      new (data() + count) T();
    count = static_cast<uint32_t>(n);
  }
  template <typename Iterator> void assign(Iterator first, Iterator last) {
    clear();
    reserve(static_cast<size_t>(last - first));
    for (; first != last; ++first)
      push_back(*first);
  }
  void reserve(size_t n) {
    if (n <= capacity)
      return;
    auto *moved = static_cast<T *>(::operator new(n * sizeof(T)));
    std::copy(begin(), end(), moved);
    if (capacity > inPlace)
      ::operator delete(block());
    std::memcpy(storage, &moved, sizeof moved);
    capacity = static_cast<uint32_t>(n);
  }

  bool operator==(const CompactList &o) const { return std::equal(begin(), end(), o.begin(), o.end()); }
  bool operator!=(const CompactList &o) const { return !(*this == o); }

private:
  static constexpr uint32_t inPlace = sizeof(T *) / sizeof(T);

  T *block() const {
    T *p;
    std::memcpy(&p, storage, sizeof p);
    return p;
  }
  void swap(CompactList &o) noexcept {
    std::swap(storage, o.storage);
    std::swap(count, o.count);
    std::swap(capacity, o.capacity);
  }

  alignas(T *) unsigned char storage[sizeof(T *)] = {}; ///< elements, or the pointer to their block
  uint32_t count = 0, capacity = inPlace;
};

} // namespace accord::program
