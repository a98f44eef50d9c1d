// The functions of a transformer layer around its matrix products, each in its one order of operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/golden/weights.h"
#include "sim/isa/map_body.h"
#include <cstdint>
#include <vector>

namespace accord::golden {

/// Floats in memory, in a format that widens to f32 exactly; reading one widens it.
enum class FloatFormat { F32, F16, BF16 };
struct Floats {
  FloatFormat format;
  const void *data;
  float operator[](int64_t i) const;
};

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
/// The same of angle ((position * scale) * theta^(-2i/headDim)) / factors[i], in this order; factors
/// [headDim/2], or null for all 1. Error, and no tables: a theta below 1, a scale or factor that is not above
/// 0, an angle of 2^20 or more (past the routines' domain).
Status ropeTables(int64_t positions, int64_t headDim, double theta, double scale, const float *factors,
                  float *cos, float *sin);

/// y [count] = silu(gate) * up.
void siluMul(const float *gate, const float *up, int64_t count, float *y);

/// y [count] = (r*r) * up, r = gate > 0 ? gate : 0; a NaN in gate gives r = 0.
void relu2Mul(const float *gate, const float *up, int64_t count, float *y);

/// The exact widening of x [count].
void widen(const uint16_t *x, int64_t count, float *y);
/// x [count] to f16, as `f32ToF16`.
void narrow(const float *x, int64_t count, uint16_t *y);

/// Codes [m][k] to floats: y = f(code - zero)*d, then with a minimum y = y + min. d and min
/// [m][ceil(k/group)]; min.data is null without minima.
void expand(const uint8_t *codes, int64_t m, int64_t k, int64_t group, int32_t zero, Floats d, Floats min,
            float *y);

/// An input of a map: element (m, n) stands at m * rowStride + n * columnStride, 0 in an axis that it lacks.
struct MapInput {
  const float *data;
  int64_t rowStride, columnStride;
};

/// y [m][n] = the body of each input's element. \pre isa::check(body) is empty, body.inputs are there
void map(const isa::MapBody &body, const std::vector<MapInput> &inputs, int64_t m, int64_t n, float *y);

/// x [m][n] -> y [n][m], elements of so many bytes.
void transpose(const void *x, int64_t m, int64_t n, int64_t elementBytes, void *y);

/// y [m][n] = a + b.
void addRows(const float *a, const float *b, int64_t m, int64_t n, float *y);

/// y [M][N] = a [M][K] x b [N][K]^T: one accumulator an output, from its first term, k ascending. K >= 1.
void contract(const float *a, const float *b, int64_t M, int64_t N, int64_t K, float *y);
/// The same with weights that widen: the product is a * f32(b).
void contract(const float *a, Floats b, int64_t M, int64_t N, int64_t K, float *y);

/// y [m][k] = row tokens[i] of a table [rows][k] for each i < m; every token is a row of it (callers check).
void embedRows(const int32_t *tokens, int64_t m, Floats table, int64_t k, float *y);
/// The same of a quantized table, as `dequantize` (formats.h) gives it: codes [rows][k], d and min
/// [rows][ceil(k/f.group)] f32; min is null exactly when !f.hasMin.
void embedRows(const int32_t *tokens, int64_t m, const uint8_t *codes, const float *d, const float *min,
               WeightFormat f, int64_t k, float *y);

} // namespace accord::golden
