// Bodies of maps that many tests take.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace accord::test {

constexpr const char *sumBody = "x0 x1: v0 = add x0 x1; yield v0";
constexpr const char *siluBody = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1";
constexpr const char *siluMulBody = "x0 x1: v0 = sigmoid x0; v1 = mul x0 v0; v2 = mul v1 x1; yield v2";
constexpr const char *relu2MulBody =
    "x0 x1: v0 = f32 0; v1 = cmpf.ogt x0 v0; v2 = select v1 x0 v0; v3 = mul v2 v2; v4 = mul v3 x1; yield v4";

} // namespace accord::test
