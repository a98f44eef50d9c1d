// Inputs in blocks through the CPU device, golden beside it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/math-sweep/sweep.h"

#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Conversion/Numerics/MathProgram.h"
#include "runtime/backends/cpu/cpu_device.h"
#include "sim/golden/functions.h"
#include "sim/golden/primitives.h"

namespace accord {
namespace {

constexpr int64_t blockLength = 1 << 14; // two blocks of it stay in the L1 and L2 caches

struct Golden {
  const char *name;
  float (*function)(float);
};
const Golden goldens[] = {{"rcp", golden::rcp},   {"rsqrt", golden::rsqrt},     {"exp", golden::exp},
                          {"tanh", golden::tanh}, {"sigmoid", golden::sigmoid}, {"silu", golden::silu},
                          {"erf", golden::erf}};

bool isNaN(uint32_t bits) { return (bits & 0x7fffffffu) > 0x7f800000u; }

} // namespace

Expected<MathSweepResult> sweepMath(const std::string &name, int64_t lanes, uint64_t stride,
                                    const std::string &target) {
  const Golden *reference = llvm::find_if(goldens, [&](const Golden &g) { return name == g.name; });
  if (reference == std::end(goldens))
    return Error{"math-sweep: expected rcp, rsqrt, exp, tanh, sigmoid, silu or erf, got '" + name + "'"};
  if (lanes < 1 || blockLength % lanes)
    return Error{"math-sweep: expected lanes that divide " + std::to_string(blockLength) + ", got " +
                 std::to_string(lanes)};
  if (stride == 0)
    return Error{"math-sweep: expected a positive stride, got 0"};

  mlir::MLIRContext context;
  auto module = buildMathModule(context, name, blockLength, lanes);
  auto image = buildCpuImage(*module, "program");
  if (!image)
    return image.error();
  auto device = rt::openCpuDevice(target);
  if (!device)
    return device.error();
  auto executable = (*device)->load(*image);
  if (!executable)
    return executable.error();
  auto queue = (*device)->createQueue();
  auto x = (*device)->allocate(blockLength * 4), y = (*device)->allocate(blockLength * 4);
  if (!queue || !x || !y)
    return !queue ? queue.error() : !x ? x.error() : y.error();

  MathSweepResult result;
  std::vector<uint32_t> inputs(blockLength), got(blockLength);
  for (uint64_t next = 0; next < uint64_t(1) << 32;) {
    uint64_t used = 0;
    for (; used < inputs.size() && next < uint64_t(1) << 32; next += stride)
      inputs[used++] = static_cast<uint32_t>(next);
    if (Status s = (*x)->upload(inputs.data(), blockLength * 4); !s)
      return s.error();
    if (Status s = (*queue)->submit(**executable, {x->get(), y->get()}); !s)
      return s.error();
    if (Status s = (*queue)->wait(); !s)
      return s.error();
    if (Status s = (*y)->download(got.data(), blockLength * 4); !s)
      return s.error();
    for (uint64_t i = 0; i < used; ++i, ++result.compared) {
      uint32_t want = golden::bitsOf(reference->function(golden::floatOf(inputs[i])));
      if (want == got[i] || (isNaN(want) && isNaN(got[i])))
        continue;
      if (result.different++ == 0) {
        result.firstInput = inputs[i];
        result.firstGot = got[i];
        result.firstWant = want;
      }
    }
  }
  return result;
}

} // namespace accord
