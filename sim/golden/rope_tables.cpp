// Rotary angles in double without libm, whose last bits differ between platforms. Only IEEE + - * / of
// doubles: errors of some 1e-15 relative to the angle, far below f32, and the same everywhere.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/nn.h"
#include <cassert>
#include <limits>

namespace accord::golden {
namespace {

constexpr double ln2High = 0x1.62e42feep-1; // 32 bits of ln 2: n*ln2High is exact
constexpr double ln2Low = 0x1.a39ef35793c76p-33;
// pi/2 in three parts; the first two have at most 33 bits, so n * part is exact for n < 2^20.
constexpr double halfPi1 = 0x1.921fb544p+0;
constexpr double halfPi2 = 0x1.0b4611a6p-34;
constexpr double halfPi3 = 0x1.3198a2e037073p-69;
constexpr double twoOverPi = 0x1.45f306dc9c883p-1;

/// ln(x), x >= 1: x = m*2^e with m near 1, ln(m) = 2*atanh((m-1)/(m+1)) by its series.
double logOf(double x) {
  int e = 0;
  while (x > 1.5) {
    x *= 0.5;
    ++e;
  }
  const double t = (x - 1) / (x + 1); // |t| <= 1/5
  const double z = t * t;
  double series = 0;
  for (int k = 25; k >= 1; k -= 2)
    series = series * z + 1.0 / k;
  return e * ln2High + (2 * t * series + e * ln2Low);
}

/// e^x, -700 < x <= 0: reduced by multiples of ln 2, then Taylor.
double expOf(double x) {
  const int n = static_cast<int>(x / (ln2High + ln2Low) - 0.5);
  const double r = (x - n * ln2High) - n * ln2Low;
  double sum = 1;
  for (int k = 16; k >= 1; --k)
    sum = 1 + r * sum / k;
  for (int i = 0; i < -n; ++i)
    sum *= 0.5;
  return sum;
}

/// sin and cos of 0 <= x < 2^20, Taylor on |r| <= pi/4.
void sinCos(double x, double &sine, double &cosine) {
  const int64_t n = static_cast<int64_t>(x * twoOverPi + 0.5);
  const double nd = static_cast<double>(n);
  const double r = ((x - nd * halfPi1) - nd * halfPi2) - nd * halfPi3;
  const double z = r * r;
  double s = 1, c = 1;
  for (int k = 19; k >= 3; k -= 2)
    s = 1 - z * s / (k * (k - 1));
  s *= r;
  for (int k = 20; k >= 2; k -= 2)
    c = 1 - z * c / (k * (k - 1));
  switch (n & 3) {
  case 0:
    sine = s;
    cosine = c;
    break;
  case 1:
    sine = c;
    cosine = -s;
    break;
  case 2:
    sine = -s;
    cosine = -c;
    break;
  default:
    sine = -c;
    cosine = s;
    break;
  }
}

/// Angles stay below this: n * part of pi/2 is exact there.
constexpr double angleLimit = 0x1p20;

double frequencyOf(int64_t i, int64_t headDim, double theta) {
  return expOf(-(static_cast<double>(2 * i) / static_cast<double>(headDim)) * logOf(theta));
}

/// Above 0 and finite; false for NaN.
bool isPositive(double x) { return x > 0 && x <= std::numeric_limits<double>::max(); }

} // namespace

Status ropeTables(int64_t positions, int64_t headDim, double theta, double scale, const float *factors,
                  float *cos, float *sin) {
  if (!isPositive(theta) || theta < 1)
    return Error{"rope tables: expected a finite theta of at least 1, got " + std::to_string(theta)};
  if (!isPositive(scale))
    return Error{"rope tables: expected a finite scale above 0, got " + std::to_string(scale)};
  const int64_t pairs = headDim / 2;
  for (int64_t i = 0; i < pairs; ++i) {
    const double factor = factors ? static_cast<double>(factors[i]) : 1;
    if (!isPositive(factor))
      return Error{"rope tables: factor " + std::to_string(i) + ": expected a finite number above 0, got " +
                   std::to_string(factor)};
    const double frequency = frequencyOf(i, headDim, theta);
    const auto angle = [&](int64_t p) { return static_cast<double>(p) * scale * frequency / factor; };
    if (positions > 0 && !(angle(positions - 1) < angleLimit))
      return Error{"rope tables: position " + std::to_string(positions - 1) + ", pair " + std::to_string(i) +
                   ": expected an angle below 2^20, got " + std::to_string(angle(positions - 1))};
    for (int64_t p = 0; p < positions; ++p) {
      double sine, cosine;
      sinCos(angle(p), sine, cosine);
      cos[p * pairs + i] = static_cast<float>(cosine);
      sin[p * pairs + i] = static_cast<float>(sine);
    }
  }
  return {};
}

void ropeTables(int64_t positions, int64_t headDim, double theta, float *cos, float *sin) {
  const Status made = ropeTables(positions, headDim, theta, /*scale=*/1, /*factors=*/nullptr, cos, sin);
  assert(made && "positions and theta are the caller's to keep in range");
  (void)made;
}

} // namespace accord::golden
