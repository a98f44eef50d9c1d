// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/samples.h"

#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"

namespace accord::test {

using isa::ElementType;
using isa::Memory;
using isa::Opcode;

program::Program layerCommands() {
  Builder b;
  const uint32_t x = b.buffer("x", Memory::Dram, ElementType::F32, 64, program::Role::Argument);
  const uint32_t xs = b.buffer("xs", Memory::Spm, ElementType::F32, 64);
  const uint32_t codes = b.buffer("codes", Memory::Spm, ElementType::I8, 64);
  const uint32_t scales = b.buffer("scales", Memory::Spm, ElementType::F32, 2);
  const uint32_t tables = b.buffer("tables", Memory::Spm, ElementType::I16, 2 * 8 * 8);
  const uint32_t asum = b.buffer("asum", Memory::Spm, ElementType::I32, 2);
  const uint32_t planes = b.buffer("planes", Memory::Spm, ElementType::I8, 2 * 8 * 4 * 32);
  const uint32_t isum = b.buffer("isum", Memory::Acc, ElementType::I32, 2 * 70);
  const uint32_t d = b.buffer("d", Memory::Spm, ElementType::F16, 128);
  const uint32_t y = b.buffer("y", Memory::Spm, ElementType::F32, 140);
  const uint32_t ys = b.buffer("ys", Memory::Spm, ElementType::F32, 140);
  const uint32_t half = b.buffer("half", Memory::Spm, ElementType::F32, 70);
  const uint32_t out = b.buffer("out", Memory::Dram, ElementType::F32, 140, program::Role::Result);
  auto v = Builder::view;
  b.add(Opcode::Load, {v(x, {2, 32}, 0)}, {v(xs, {2, 32}, 0)});
  b.add(Opcode::Quantize, {v(xs, {2, 32}, 0)}, {v(codes, {2, 32}, 0), v(scales, {2, 1}, 0)}, {0});
  b.last().group = 32;
  b.add(Opcode::Table, {v(codes, {2, 32}, 0)}, {v(tables, {2, 8, 8}, 0), v(asum, {2, 1}, 0)}, {1});
  b.last().group = 32;
  b.add(Opcode::Lmma, {v(tables, {2, 8, 8}, 0), v(planes, {2, 8, 4, 32}, 0)}, {v(isum, {1, 2, 70}, 0)}, {2});
  b.last().group = 32;
  b.add(Opcode::Dequant,
        {v(isum, {1, 2, 70}, 0), v(asum, {2, 1}, 0), v(scales, {2, 1}, 0), v(d, {2, 1, 64}, 0)},
        {v(y, {2, 70}, 0)}, {3});
  b.last().bits = 4, b.last().group = 32;
  b.add(Opcode::Rope, {v(y, {2, 70}, 0), v(half, {2, 35}, 0), v(half, {2, 35}, 0)}, {v(ys, {2, 70}, 0)});
  b.last().headDim = 70;
  b.add(Opcode::RmsNorm, {v(y, {2, 70}, 0), v(half, {70}, 0)}, {v(ys, {2, 70}, 0)});
  b.map(sumBody, {v(y, {1, 70}, 0), v(y, {1, 70}, 70)}, v(ys, {1, 70}, 0));
  b.add(Opcode::Store, {v(ys, {2, 70}, 0)}, {v(out, {2, 70}, 0)}, {6});
  b.add(Opcode::Wait, {}, {}, {8});
  b.add(Opcode::Barrier, {}, {});
  return b.program;
}

program::Program macCommands() {
  Builder b;
  const uint32_t codes = b.buffer("codes", Memory::Spm, ElementType::I8, 60);
  const uint32_t planes = b.buffer("planes", Memory::Spm, ElementType::I8, 2 * 8 * 8 * 32);
  const uint32_t isum = b.buffer("isum", Memory::Acc, ElementType::I32, 2 * 2 * 70);
  const uint32_t asum = b.buffer("asum", Memory::Spm, ElementType::I32, 4);
  auto v = Builder::view;
  b.add(Opcode::Mma, {v(codes, {2, 30}, 0), v(planes, {2, 8, 8, 32}, 0)}, {v(isum, {2, 2, 70}, 0)});
  b.last().group = 16, b.last().zero = 128;
  b.add(Opcode::GroupSums, {v(codes, {2, 30}, 0)}, {v(asum, {2, 2}, 0)});
  b.last().group = 16;
  return b.program;
}

program::Program attentionCommands() {
  Builder b;
  const uint32_t q = b.buffer("q", Memory::Spm, ElementType::F32, 3 * 32);
  const uint32_t k = b.buffer("k", Memory::Spm, ElementType::F16, 16 * 16);
  const uint32_t s = b.buffer("s", Memory::Spm, ElementType::F32, 12 * 16);
  const uint32_t a = b.buffer("a", Memory::Spm, ElementType::F32, 12 * 16);
  const uint32_t v = b.buffer("v", Memory::Spm, ElementType::F32, 16 * 16);
  const uint32_t y = b.buffer("y", Memory::Spm, ElementType::F32, 3 * 32);
  const uint32_t codes = b.buffer("codes", Memory::Dram, ElementType::I8, 50 * 6, program::Role::Argument);
  const uint32_t ids = b.buffer("ids", Memory::Spm, ElementType::I32, 4);
  const uint32_t rows = b.buffer("rows", Memory::Spm, ElementType::I8, 4 * 6);
  const uint32_t d = b.buffer("d", Memory::Spm, ElementType::F16, 4 * 2);
  const uint32_t x = b.buffer("x", Memory::Spm, ElementType::F32, 4 * 6);
  const uint32_t h = b.buffer("h", Memory::Spm, ElementType::F16, 4 * 6);
  const uint32_t w = b.buffer("w", Memory::Spm, ElementType::F32, 4 * 6);
  auto at = Builder::view;
  auto heads = [&] { b.last().heads = 4, b.last().headDim = 8, b.last().live = 5; };
  b.add(Opcode::Scores, {at(q, {3, 32}, 0), at(k, {16, 16}, 0)}, {at(s, {12, 16}, 0)});
  heads(), b.last().scale = 0.5f;
  b.add(Opcode::Softmax, {{s, 0, {12, 8}, {16, 1}}}, {{a, 0, {12, 8}, {16, 1}}});
  b.last().heads = 4, b.last().chunk = 4, b.last().live = 5;
  b.add(Opcode::Weigh, {at(a, {12, 16}, 0), at(v, {16, 16}, 0)}, {at(y, {3, 32}, 0)});
  heads(), b.last().accumulate = true;
  b.add(Opcode::Gather, {at(codes, {50, 6}, 0), at(ids, {4}, 0)}, {at(rows, {4, 6}, 0)});
  b.add(Opcode::Expand, {at(rows, {4, 6}, 0), at(d, {4, 2}, 0)}, {at(x, {4, 6}, 0)});
  b.last().group = 4, b.last().zero = 128;
  b.add(Opcode::Narrow, {at(x, {4, 6}, 0)}, {at(h, {4, 6}, 0)});
  b.add(Opcode::Widen, {at(h, {4, 6}, 0)}, {at(w, {4, 6}, 0)});
  b.map("x0 x1 x2: v0 = f32 0.5; v1 = cmpf.ogt x0 v0; v2 = select v1 x1 x2; v3 = erf v2; yield v3",
        {at(x, {2, 6}, 0), at(x, {1, 6}, 0), at(x, {1}, 0)}, at(w, {2, 6}, 0));
  b.add(Opcode::Contract, {at(x, {3, 4}, 0), at(h, {5, 4}, 0)}, {at(w, {3, 5}, 0)});
  b.add(Opcode::Transpose, {at(x, {4, 6}, 0)}, {at(w, {6, 4}, 0)});
  b.map(relu2MulBody, {at(x, {2, 6}, 0), at(x, {2, 6}, 12)}, at(w, {2, 6}, 0));
  b.map(siluMulBody, {at(x, {2, 6}, 0), at(x, {2, 6}, 12)}, at(w, {2, 6}, 0));
  b.map(siluBody, {at(x, {4, 6}, 0)}, at(w, {4, 6}, 0));
  return b.program;
}

} // namespace accord::test
