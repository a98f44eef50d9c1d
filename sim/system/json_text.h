// JSON of records whose members have one order: written and read by one description, without a tree between.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace accord::sim {

/// A record type has a function `members(io, record)` that calls io(key,
/// value) for each member in order; values are numbers, strings, arrays of numbers, records and lists of
/// records. Numbers that are zero are left out, and so is what has nothing else in it: most counters are
/// zero.
class JsonWriter {
public:
  template <typename T> static std::string write(const T &record) {
    JsonWriter writer;
    writer.put(record);
    return std::move(writer.out);
  }

  /// A member that is there even when it is zero.
  template <typename T> void always(const char *key, const T &value) {
    open(key);
    put(value);
  }
  template <typename T> void operator()(const char *key, const T &value) {
    const size_t before = out.size();
    open(key);
    if (!put(value))
      out.resize(before);
  }

private:
  void open(const char *key) {
    if (out.back() != '{')
      out += ',';
    out += '"';
    out += key;
    out += "\":";
  }
  bool put(uint64_t number) {
    char digits[20];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    return number != 0;
  }
  bool put(const std::string &text);
  bool put(const std::vector<uint64_t> &numbers) {
    bool any = false;
    out += '[';
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (i)
        out += ',';
      any |= put(numbers[i]);
    }
    out += ']';
    return any;
  }
  template <typename T> bool put(const std::vector<T> &list) {
    out += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i)
        out += ',';
      put(list[i]);
    }
    out += ']';
    return !list.empty();
  }
  template <typename T> std::enable_if_t<std::is_class_v<T>, bool> put(const T &record) {
    const size_t before = out.size();
    out += '{';
    members(*this, record);
    out += '}';
    return out.size() > before + 2;
  }
  std::string out;
};

/// Reads what JsonWriter wrote; the first thing that is something else ends it.
class JsonReader {
public:
  explicit JsonReader(std::string_view text) : begin(text.data()), at(begin), end(begin + text.size()) {}

  /// Reads one record and what spaces follow; false when the text is something else.
  template <typename T> bool read(T &record) {
    get(record);
    while (at != end && (*at == '\n' || *at == ' '))
      ++at;
    return good && at == end;
  }
  /// Where it ended.
  size_t offset() const { return static_cast<size_t>(at - begin); }

  template <typename T> void always(const char *key, T &value) {
    if (opens(key))
      get(value);
    else
      good = false;
  }
  template <typename T> void operator()(const char *key, T &value) {
    if (opens(key))
      get(value);
  }

private:
  const char *const begin, *at, *const end;
  bool good = true;

  bool is(char c) const { return good && at != end && *at == c; }
  void take(char c) {
    if (is(c))
      ++at;
    else
      good = false;
  }
  /// Takes the key when it is the next one.
  bool opens(const char *key) {
    const char *p = at + (is(',') ? 1 : 0);
    const size_t n = std::strlen(key);
    if (!good || static_cast<size_t>(end - p) < n + 3 || *p != '"' || std::memcmp(p + 1, key, n) != 0 ||
        p[n + 1] != '"' || p[n + 2] != ':')
      return false;
    at = p + n + 3;
    return true;
  }
  template <typename T> std::enable_if_t<std::is_integral_v<T>> get(T &number) {
    const auto [next, failure] = std::from_chars(at, end, number);
    good = good && failure == std::errc();
    at = next;
  }
  void get(std::string &text);
  template <typename T> void get(std::vector<T> &list) {
    take('[');
    while (good && !is(']')) {
      if (!list.empty())
        take(',');
      get(list.emplace_back());
    }
    take(']');
  }
  template <typename T> std::enable_if_t<std::is_class_v<T>> get(T &record) {
    take('{');
    members(*this, record);
    take('}');
  }
};

} // namespace accord::sim
