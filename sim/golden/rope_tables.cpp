// Rotary angles in double without libm, whose last bits differ between platforms. Only IEEE + - * / of
// doubles: errors of some 1e-15 relative to the angle, far below f32, and the same everywhere.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/nn.h"
#include <cassert>

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

} // namespace

void ropeTables(int64_t positions, int64_t headDim, double theta, float *cos, float *sin) {
  assert(positions <= (int64_t(1) << 20) && theta >= 1);
  const int64_t pairs = headDim / 2;
  for (int64_t i = 0; i < pairs; ++i) {
    const double frequency =
        expOf(-(static_cast<double>(2 * i) / static_cast<double>(headDim)) * logOf(theta));
    for (int64_t p = 0; p < positions; ++p) {
      double sine, cosine;
      sinCos(static_cast<double>(p) * frequency, sine, cosine);
      cos[p * pairs + i] = static_cast<float>(cosine);
      sin[p * pairs + i] = static_cast<float>(sine);
    }
  }
}

} // namespace accord::golden
