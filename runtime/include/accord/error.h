// Errors as values for the libraries that know nothing of LLVM: a message with its place, and a
// value-or-error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace accord {

/// A failure, told in one line: `place: expected X, got Y`. Holds no state but its message.
struct [[nodiscard]] Error {
  std::string message;
};

/// The result of an operation without a value: success, or an error. Converts to true on *success*.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Error e) : failure(std::move(e)) {}
  explicit operator bool() const { return !failure; }
  /// Only after a failure.
  const Error &error() const { return *failure; }

private:
  std::optional<Error> failure;
};

/// A value, or the error that prevented it. Converts to true when it holds a value.
template <typename T> class [[nodiscard]] Expected {
public:
  Expected(T value) : state(std::move(value)) {}
  Expected(Error e) : state(std::move(e)) {}
  explicit operator bool() const { return std::holds_alternative<T>(state); }
  T &operator*() { return std::get<T>(state); }
  const T &operator*() const { return std::get<T>(state); }
  T *operator->() { return &std::get<T>(state); }
  const T *operator->() const { return &std::get<T>(state); }
  /// Only after a failure.
  const Error &error() const { return std::get<Error>(state); }

private:
  std::variant<T, Error> state;
};

} // namespace accord
