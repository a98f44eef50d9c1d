"""A product of quantized activations and Q4_1 weights at L0. usage: gemm.py M N K FILE
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""
import sys

m, n, k = map(int, sys.argv[1:4])
q, s, w, y = f"tensor<{m}x{k}xi8>", f"tensor<{m}x{k // 32}xf32>", f"tensor<{n}x{k}x!w>", f"tensor<{m}x{n}xf32>"
open(sys.argv[4], "w").write(f"""!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @gemm(%x: tensor<{m}x{k}xf32>, %w: {w}) -> {y} {{
  %q0 = tensor.empty() : {q}
  %s0 = tensor.empty() : {s}
  %q, %s = lut.quantize_act {{group = 32}} ins(%x : tensor<{m}x{k}xf32>) outs(%q0, %s0 : {q}, {s}) -> {q}, {s}
  %y0 = tensor.empty() : {y}
  %y = lut.mpgemm {{act_group = 32}} ins(%q, %s, %w : {q}, {s}, {w}) outs(%y0 : {y}) -> {y}
  return %y : {y}
}}
""")
