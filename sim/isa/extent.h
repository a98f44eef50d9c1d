// Extents of operands as the ISA's table writes them: symbols, fields, numbers and what is made of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/isa.h"

namespace accord::isa {

/// A number of a command's shape. One that stands alone as an extent takes that extent's value.
enum class Symbol : uint8_t { M, N, K, G, T, P, W, C };
constexpr unsigned numSymbols = 8;
constexpr char letter(Symbol s) { return "MNKGTPWC"[static_cast<unsigned>(s)]; }

struct Term {
  enum Kind : uint8_t { One, Number, Named, Given } kind = One;
  int32_t value = 1; ///< a number, a Symbol or an Field
};
constexpr bool operator==(Term a, Term b) { return a.kind == b.kind && a.value == b.value; }

/// ⌈a·b / divisor⌉.
struct Extent {
  Term a, b, divisor;

  constexpr Extent() = default;
  constexpr Extent(Term t) : a(t) {}
  constexpr Extent(int number) : a{Term::Number, number} {}
  constexpr Extent(Symbol s) : a{Term::Named, static_cast<int32_t>(s)} {}
  constexpr Extent(Field g) : a{Term::Given, static_cast<int32_t>(g)} {}

  /// A symbol alone.
  constexpr bool binds() const {
    return a.kind == Term::Named && b.kind == Term::One && divisor.kind == Term::One;
  }
  constexpr Symbol symbol() const { return static_cast<Symbol>(a.value); }
};

constexpr Extent operator*(Extent x, Extent y) {
  x.b = y.a;
  return x;
}
constexpr Extent ceilDiv(Extent x, Extent by) {
  x.divisor = by.a;
  return x;
}

} // namespace accord::isa
