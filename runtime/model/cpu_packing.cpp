// Tiles of 16 rows from the blocks of a file: the common formats word by word, all others through golden's
// decoder.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/cpu_packing.h"
#include "runtime/model/cpu_layout.h"
#include "runtime/model/pack_pieces.h"
#include "runtime/model/tensor_values.h"
#include "sim/golden/primitives.h"
#include <cstring>

namespace accord::model {
namespace {

uint32_t word(const uint8_t *bytes) {
  uint32_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}
void putWord(uint8_t *bytes, uint32_t value) { std::memcpy(bytes, &value, sizeof value); }

/// Writes rows of one tile; what it does not write stays zero.
class TilePacker {
public:
  TilePacker(const TensorInfo &tensor, golden::BlockFormat format, const CpuWeights &w)
      : tensor(tensor), format(format), info(golden::blockInfo(format)), w(w),
        rowBytes(w.k / info.weights * info.bytes) {}

  Status pack(int64_t tile, uint8_t *out) const {
    std::memset(out, 0, size_t(w.tileBytes()));
    int64_t first = tile * cpuLanes, rows = std::min(cpuLanes, w.n - first);
    const uint8_t *blocks = tensor.data + first * rowBytes;
    switch (format) {
    case golden::BlockFormat::Q4_0:
      nibbles(blocks, rows, 2, out);
      return {};
    case golden::BlockFormat::Q4_1:
      nibbles(blocks, rows, 4, out);
      return {};
    case golden::BlockFormat::Q8_0:
      bytes(blocks, rows, out);
      return {};
    default:
      return decoded(first, rows, out);
    }
  }

private:
  void scale(uint8_t *part, int64_t group, int64_t lane, const uint8_t *half) const {
    std::memcpy(part + (group * cpuLanes + lane) * 2, half, 2);
  }

  /// Q4_0 and Q4_1: f16 d, perhaps f16 m, then 16 bytes whose low nibbles are weights 0..15 and whose high
  /// ones 16..31. A register takes the nibbles of 4 weights low and of the next 4 high.
  void nibbles(const uint8_t *blocks, int64_t rows, int64_t header, uint8_t *out) const {
    uint8_t *scales = out + w.scalesOffset(), *minima = out + w.minimaOffset();
    constexpr uint32_t low = 0x0f0f0f0f;
    for (int64_t lane = 0; lane < rows; ++lane) {
      const uint8_t *block = blocks + lane * rowBytes;
      uint8_t *to = out + 4 * lane;
      for (int64_t g = 0; g < w.groups(); ++g, block += info.bytes, to += 4 * 64) {
        scale(scales, g, lane, block);
        if (w.hasMin)
          scale(minima, g, lane, block + 2);
        const uint8_t *codes = block + header;
        for (int half = 0; half < 2; ++half) {
          uint32_t a = word(codes + 8 * half), b = word(codes + 8 * half + 4);
          putWord(to + 64 * half, (a & low) | (b & low) << 4);
          putWord(to + 64 * (2 + half), (a >> 4 & low) | (b & ~low));
        }
      }
    }
  }

  /// Q8_0: f16 d, 32 signed codes, held as u = q + 128.
  void bytes(const uint8_t *blocks, int64_t rows, uint8_t *out) const {
    uint8_t *scales = out + w.scalesOffset();
    for (int64_t lane = 0; lane < rows; ++lane) {
      const uint8_t *block = blocks + lane * rowBytes;
      uint8_t *to = out + 4 * lane;
      for (int64_t g = 0; g < w.groups(); ++g, block += info.bytes) {
        scale(scales, g, lane, block);
        for (int quad = 0; quad < 8; ++quad, to += 64)
          putWord(to, word(block + 2 + 4 * quad) ^ 0x80808080u);
      }
    }
  }

  Status decoded(int64_t first, int64_t rows, uint8_t *out) const {
    std::vector<uint8_t> codes(size_t(rows * w.k));
    std::vector<float> d(size_t(rows * w.groups())), m(w.hasMin ? d.size() : 0);
    const uint8_t *blocks = tensor.data + first * rowBytes;
    // The one scale of I2_S stands behind all codes, where golden looks for it behind those it decodes.
    std::vector<uint8_t> withScale;
    if (info.values.group == 0) {
      withScale.assign(blocks, blocks + rows * rowBytes);
      const uint8_t *trailer = tensor.data + w.n * rowBytes;
      withScale.insert(withScale.end(), trailer, trailer + trailerBytesI2S);
      blocks = withScale.data();
    }
    float *minima = w.hasMin ? m.data() : nullptr;
    if (Status s = golden::decodeBlocks(format, blocks, rows, w.k, codes.data(), d.data(), minima); !s)
      return Error{"tensor '" + tensor.name + "': from row " + std::to_string(first) + ": " +
                   s.error().message};
    CpuWeights tile = w;
    tile.n = rows;
    packCodes(tile, codes.data(), d.data(), minima, out);
    if (w.nibbleScales)
      packNibbleScales(tile, blocks, out);
    return {};
  }

  const TensorInfo &tensor;
  golden::BlockFormat format;
  const golden::BlockInfo &info;
  CpuWeights w;
  int64_t rowBytes;
};

Expected<Pieces> piecesOf(const GgufFile &file, const PackJob &job) {
  const std::string place = placeOf(file, job.source.name);
  Expected<const TensorInfo *> found = findTensor(file, job.source);
  if (!found)
    return found.error();
  const TensorInfo *tensor = *found;
  const I2SLayout layout = file.i2sLayout().value_or(I2SLayout::X86);
  auto checkBytes = [&](int64_t bytes) -> Status {
    if (uint64_t(bytes) == job.bytes)
      return {};
    return Error{place + "expected room for " + std::to_string(bytes) + " bytes, got " +
                 std::to_string(job.bytes)};
  };
  std::optional<golden::BlockFormat> format = blockFormatOf(tensor->type, layout);
  if (!format && tensor->shape.size() == 1) {
    if (Status s = checkBytes(toCpuLine(int64_t(tensor->bytes))); !s)
      return s.error();
    return Pieces{1, [=](int64_t) -> Status {
                    std::memset(job.destination, 0, size_t(job.bytes));
                    std::memcpy(job.destination, tensor->data, size_t(tensor->bytes));
                    return {};
                  }};
  }
  if (tensor->shape.size() != 2)
    return Error{place + "expected a vector or a matrix, got shape " + shapeText(tensor->shape)};
  const int64_t n = tensor->shape[0], k = tensor->shape[1];
  if (!format) {
    CpuFloats floats{n, k, int64_t(tensor->bytes) / (n * k)};
    if (Status s = checkBytes(floats.bytes()); !s)
      return s.error();
    return Pieces{floats.tiles(), [=](int64_t tile) -> Status {
                    CpuFloats part = floats;
                    part.n = std::min(cpuLanes, n - tile * cpuLanes);
                    packFloats(part, tensor->data + tile * cpuLanes * k * floats.elementBytes,
                               job.destination + tile * floats.tileBytes());
                    return {};
                  }};
  }
  const golden::WeightFormat values = golden::weightFormat(*format, k);
  CpuWeights w{n,
               k,
               CpuWeights::classOf(values.bits, values.group),
               values.group,
               values.hasMin,
               job.source.f32Scales,
               *format == golden::BlockFormat::Q2_K};
  if (Status s = checkBytes(w.bytes()); !s)
    return s.error();
  TilePacker packer(*tensor, *format, w);
  return Pieces{w.tiles(),
                [=](int64_t tile) { return packer.pack(tile, job.destination + tile * w.tileBytes()); }};
}

} // namespace

void packCodes(const CpuWeights &w, const uint8_t *codes, const float *d, const float *min, uint8_t *out) {
  std::memset(out, 0, size_t(w.bytes()));
  const int64_t registers = (w.k + w.unit() - 1) / w.unit(), groups = w.groups();
  std::vector<uint8_t> row(size_t(registers * w.unit()), 0);
  for (int64_t n = 0; n < w.n; ++n) {
    uint8_t *tile = out + n / cpuLanes * w.tileBytes();
    const int64_t lane = n % cpuLanes;
    std::copy_n(codes + n * w.k, w.k, row.data());
    for (int64_t r = 0; r < registers; ++r) {
      uint32_t packed = 0;
      for (int plane = 0; plane * w.bits < 8; ++plane)
        packed |= word(row.data() + r * w.unit() + 4 * plane) << (plane * w.bits);
      putWord(tile + r * 64 + 4 * lane, packed);
    }
    if (w.nibbleScales)
      continue;
    auto put = [&](uint8_t *part, int64_t group, float value) {
      const int64_t i = group * cpuLanes + lane;
      if (w.f32Scales) {
        std::memcpy(part + 4 * i, &value, 4);
        return;
      }
      const uint16_t half = golden::f32ToF16(value); // exact: it was one
      std::memcpy(part + 2 * i, &half, 2);
    };
    for (int64_t g = 0; g < groups; ++g) {
      put(tile + w.scalesOffset(), g, d[n * groups + g]);
      if (w.hasMin)
        put(tile + w.minimaOffset(), g, min[n * groups + g]);
    }
  }
}

void packNibbleScales(const CpuWeights &w, const uint8_t *blocks, uint8_t *out) {
  const golden::BlockInfo &info = golden::blockInfo(golden::BlockFormat::Q2_K);
  for (int64_t n = 0; n < w.n; ++n)
    for (int64_t b = 0; b < w.k / info.weights; ++b, blocks += info.bytes) {
      uint8_t *tile = out + n / cpuLanes * w.tileBytes();
      const int64_t lane = n % cpuLanes;
      for (int64_t g = 0; g < 16; ++g)
        tile[w.scalesOffset() + (16 * b + g) * cpuLanes + lane] = blocks[g];
      auto half = [&](int at) { return golden::f16ToF32(uint16_t(blocks[at] | blocks[at + 1] << 8)); };
      const float d = half(info.dOffset), min = -half(info.minOffset);
      uint8_t *pair = tile + w.minimaOffset() + b * 2 * cpuLine + 4 * lane;
      std::memcpy(pair, &d, 4);
      std::memcpy(pair + cpuLine, &min, 4);
    }
}

void packFloats(const CpuFloats &f, const void *elements, uint8_t *out) {
  std::memset(out, 0, size_t(f.bytes()));
  const int64_t bytes = f.elementBytes;
  for (int64_t n = 0; n < f.n; ++n) {
    const uint8_t *row = static_cast<const uint8_t *>(elements) + n * f.k * bytes;
    uint8_t *lane = out + n / cpuLanes * f.tileBytes() + n % cpuLanes * bytes;
    for (int64_t k = 0; k < f.k; ++k)
      std::memcpy(lane + k * cpuLanes * bytes, row + k * bytes, size_t(bytes));
  }
}

Status packParameters(const GgufFile &file, const std::vector<PackJob> &jobs, unsigned threads) {
  std::vector<Pieces> all;
  for (const PackJob &job : jobs) {
    Expected<Pieces> pieces = piecesOf(file, job);
    if (!pieces)
      return pieces.error();
    pieces->read = file.find(job.source.name);
    all.push_back(std::move(*pieces));
  }
  return runPieces(file, all, threads);
}

Status makeRopeTable(const GgufFile &file, const rt::RopeSource &source, uint8_t *destination,
                     uint64_t bytes) {
  const int64_t pairs = source.headDim / 2, rowBytes = toCpuLine(4 * pairs);
  if (bytes != uint64_t(source.positions * rowBytes))
    return Error{"rotary table: expected room for " + std::to_string(source.positions * rowBytes) +
                 " bytes, got " + std::to_string(bytes)};
  Expected<std::vector<float>> table = ropeAngles(file, source);
  if (!table)
    return table.error();
  std::memset(destination, 0, size_t(bytes));
  for (int64_t p = 0; p < source.positions; ++p)
    std::memcpy(destination + p * rowBytes, table->data() + p * pairs, size_t(4 * pairs));
  return {};
}

} // namespace accord::model
