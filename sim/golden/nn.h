// The functions of a transformer layer around its matrix products, each in its one order of operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::golden {

/// Sum of x [n], n >= 1: 16 lanes by index mod 16, each ascending from its first term, then folded: lane i
/// takes lane i + 8, then + 4, + 2, + 1; lanes without a term are skipped.
float laneSum(const float *x, int64_t n);

/// x [m][k], w [k] -> y [m][k]: mean = laneSum(x*x) * (float)(1.0/k), r = rsqrt(mean + eps), y = (x*r)*w.
void rmsNorm(const float *x, const float *w, int64_t m, int64_t k, float eps, float *y);

/// x [m][n], n >= 1 -> y [m][n]: max by `a > b ? a : b`, e = exp(x - max), y = e * rcp(laneSum(e)).
void softmax(const float *x, int64_t m, int64_t n, float *y);

/// Which elements of a head are rotated together: (2i, 2i+1), or (i, i + headDim/2).
enum class RopeStyle { Adjacent, Halves };

/// x [rows][heads][headDim], cos and sin [rows][headDim/2] -> y: (a, b) -> (a*cos - b*sin, a*sin + b*cos),
/// each operation rounded. y may be x.
void rope(const float *x, const float *cos, const float *sin, int64_t rows, int64_t heads, int64_t headDim,
          float *y, RopeStyle style);

/// cos and sin [positions][headDim/2] of angle position * theta^(-2i/headDim), computed in double by routines
/// of this folder (no libm) and rounded once to f32, so that every platform gets the same tables. positions <
/// 2^20, theta >= 1.
void ropeTables(int64_t positions, int64_t headDim, double theta, float *cos, float *sin);

/// y [count] = silu(gate) * up.
void siluMul(const float *gate, const float *up, int64_t count, float *y);

/// y [m][n] = a + b.
void addRows(const float *a, const float *b, int64_t m, int64_t n, float *y);

/// y [M][N] = a [M][K] x b [N][K]^T: one accumulator an output, from its first term, k ascending. K >= 1.
void contract(const float *a, const float *b, int64_t M, int64_t N, int64_t K, float *y);

} // namespace accord::golden
