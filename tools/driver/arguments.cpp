// Random arguments, their way into a program's buffers, and the comparison of results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/arguments.h"

#include "dialects/LUT/LUT.h"
#include "sim/golden/primitives.h"

#include <cmath>
#include <cstring>
#include <random>

namespace accord::driver {

using namespace mlir;

namespace {

/// One f32: mostly of the row's range, sometimes a value that breaks things.
float randomFloat(std::mt19937_64 &random, int scale, bool special) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  switch (random() % 64) {
  case 0:
    return 0.0f;
  case 1:
    return -0.0f;
  case 2:
    return std::ldexp(uniform(random), -130);
  case 3:
    return special ? (random() % 3 ? INFINITY : NAN) : uniform(random);
  default:
    return std::ldexp(uniform(random), scale);
  }
}

void fillFloats(HostTensor &tensor, std::mt19937_64 &random, bool special) {
  int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back(), count = tensor.numElements();
  // Special values in few rows only: one NaN makes a whole row NaN, and then nothing else is compared.
  for (int64_t begin = 0; begin < count; begin += row) {
    int scale = random() % 4 ? 0 : int(random() % 81) - 40;
    bool here = special && random() % 8 == 0;
    for (int64_t i = begin; i < std::min(begin + row, count); ++i)
      tensor.data<float>()[i] = randomFloat(random, scale, here);
  }
}

/// The same in 16 bits, whose range has no room for rows of another scale.
void fillHalves(HostTensor &tensor, std::mt19937_64 &random, bool special) {
  int64_t row = tensor.shape.empty() ? 1 : tensor.shape.back(), count = tensor.numElements();
  bool here = false;
  for (int64_t i = 0; i < count; ++i) {
    if (i % row == 0)
      here = special && random() % 8 == 0;
    const float value = randomFloat(random, 0, here);
    tensor.data<uint16_t>()[i] =
        tensor.kind == ElementKind::F16 ? golden::f32ToF16(value) : uint16_t(golden::bitsOf(value) >> 16);
  }
}

/// A finite f16 of either sign between 2^-14 and 2^1.
uint16_t randomScale(std::mt19937_64 &random) {
  return uint16_t((random() & 0x83ff) | (1 + random() % 15) << 10);
}

/// Blocks of random codes: only the floating-point fields have forms that are not finite, and only I2_S has a
/// code that means nothing.
void fillBlocks(HostTensor &tensor, lut::Storage storage, std::mt19937_64 &random) {
  const lut::EncodingInfo &encoding = lut::encodingInfo(storage);
  for (uint8_t &byte : tensor.bytes)
    byte = uint8_t(random());
  if (encoding.group == 0) {
    size_t codes = tensor.bytes.size() - encoding.trailerBytes;
    for (size_t i = 0; i < codes; ++i)
      tensor.bytes[i] &= uint8_t(~(tensor.bytes[i] >> 1 & 0x55)); // a high bit clears the low one: 0, 1, 2
    float scale = golden::f16ToF32(randomScale(random));
    std::memcpy(&tensor.bytes[codes], &scale, sizeof scale);
    return;
  }
  const golden::BlockInfo &block = golden::blockInfo(*blockFormatOf(storage));
  for (size_t at = 0; at + block.bytes <= tensor.bytes.size(); at += block.bytes)
    for (int field : {block.dOffset, block.minOffset}) {
      uint16_t scale = randomScale(random);
      if (field >= 0)
        std::memcpy(&tensor.bytes[at + field], &scale, 2);
    }
}

} // namespace

Expected<std::vector<HostTensor>> randomArguments(func::FuncOp function, uint64_t seed, bool special) {
  std::mt19937_64 random(seed);
  std::vector<HostTensor> arguments;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    std::string place = function.getName().str() + ": argument #" + std::to_string(i);
    auto shaped = dyn_cast<ShapedType>(type);
    FailureOr<HostTensor> tensor = makeHostTensor(type, shaped ? shaped.getShape() : ArrayRef<int64_t>());
    if (failed(tensor) || (shaped && !shaped.hasStaticShape()))
      return Error{place + ": expected a tensor of static shape or an index"};
    if (tensor->kind == ElementKind::F32) {
      fillFloats(*tensor, random, special);
    } else if (tensor->kind == ElementKind::F16 || tensor->kind == ElementKind::BF16) {
      fillHalves(*tensor, random, special);
    } else if (tensor->kind == ElementKind::Weight) {
      lut::Storage storage = cast<lut::WeightType>(shaped.getElementType()).getStorage();
      if (storage == lut::Storage::Planes)
        return Error{
            place +
            ": expected weights in the storage of a file, got planes; give the L0 file by --reference"};
      fillBlocks(*tensor, storage, random);
    } else if (tensor->kind != ElementKind::Index) {
      for (uint8_t &byte : tensor->bytes)
        byte = uint8_t(random());
    }
    arguments.push_back(std::move(*tensor));
  }
  return arguments;
}

Expected<std::vector<Bytes>> bindArguments(func::FuncOp function, const std::vector<HostTensor> &arguments,
                                           const std::vector<rt::BufferBinding> &buffers) {
  std::vector<Bytes> bound;
  size_t next = 0;
  // A tensor is one buffer of its size (`whole`); weights are several, which end where the weights do.
  auto take = [&](const uint8_t *from, size_t bytes, bool whole) -> Status {
    std::string place = function.getName().str() + ": the program's buffer #" + std::to_string(next);
    if (next == buffers.size() || buffers[next].role == rt::Role::Result)
      return Error{place + ": expected an argument of " + std::to_string(bytes) +
                   " bytes, got none; is it another function's program?"};
    size_t got = buffers[next].bytes();
    if (got == 0 || got > bytes || (whole && got < bytes))
      return Error{place + " ('" + buffers[next].name + "'): expected " + std::to_string(bytes) +
                   " bytes, got " + std::to_string(got) + "; is it another function's program?"};
    bound.emplace_back(from, from + buffers[next++].bytes());
    return {};
  };
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (argument.kind == ElementKind::Index)
      continue;
    if (argument.kind != ElementKind::Weight) {
      if (Status s = take(argument.bytes.data(), argument.bytes.size(), true); !s)
        return s.error();
      continue;
    }
    auto type = cast<lut::WeightType>(cast<ShapedType>(function.getArgumentTypes()[i]).getElementType());
    Expected<HostTensor> packed = packWeights(type, argument);
    if (!packed)
      return Error{function.getName().str() + ": argument #" + std::to_string(i) + ": " +
                   packed.error().message};
    for (size_t at = 0; at < packed->bytes.size(); at += bound.back().size())
      if (Status s = take(packed->bytes.data() + at, packed->bytes.size() - at, false); !s)
        return s.error();
  }
  for (; next < buffers.size() && buffers[next].role == rt::Role::Result; ++next)
    bound.emplace_back();
  if (next != buffers.size())
    return Error{function.getName().str() + ": expected the program of this function, got " +
                 std::to_string(buffers.size()) + " buffers where it needs " + std::to_string(next)};
  return bound;
}

void Comparison::merge(const Comparison &other) {
  compared += other.compared;
  different += other.different;
  if (firstDifference.empty())
    firstDifference = other.firstDifference;
}

Comparison compare(const rt::BufferBinding &binding, const Bytes &expected, const Bytes &got) {
  Comparison result;
  size_t size = rt::bytesOf(binding.type);
  auto value = [&](const Bytes &bytes, size_t i) {
    uint32_t bits = 0;
    std::memcpy(&bits, &bytes[i * size], size);
    return bits;
  };
  auto text = [&](uint32_t bits) {
    char buffer[64];
    if (binding.type == rt::ElementType::F32)
      std::snprintf(buffer, sizeof buffer, "0x%08x (%g)", bits, double(golden::floatOf(bits)));
    else
      std::snprintf(buffer, sizeof buffer, "0x%0*x", int(2 * size), bits);
    return std::string(buffer);
  };
  if (expected.size() != got.size()) {
    result.compared = result.different = expected.size() / size;
    result.firstDifference = binding.name + ": expected " + std::to_string(expected.size()) + " bytes, got " +
                             std::to_string(got.size());
    return result;
  }
  for (size_t i = 0; i < expected.size() / size; ++i) {
    ++result.compared;
    uint32_t e = value(expected, i), g = value(got, i);
    bool nan = binding.type == rt::ElementType::F32 && std::isnan(golden::floatOf(e)) &&
               std::isnan(golden::floatOf(g));
    if (e == g || nan || result.different++)
      continue;
    std::string at;
    size_t rest = i;
    for (size_t d = binding.shape.size(); d-- > 0; rest /= binding.shape[d])
      at = "[" + std::to_string(rest % binding.shape[d]) + "]" + at;
    result.firstDifference = binding.name + at + ": expected " + text(e) + ", got " + text(g);
  }
  return result;
}

} // namespace accord::driver
