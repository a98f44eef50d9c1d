// Tiles of 64 rows: golden takes the blocks apart, and the codes go on while they are in the cache.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/accel_packing.h"
#include "runtime/model/pack_pieces.h"
#include "runtime/model/tensor_values.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include <cstring>

namespace accord::model {
namespace {

using golden::planeLanes;
using golden::tableWeights;

/// One tensor of blocks on its way into its parts.
class TilePacker {
public:
  TilePacker(const TensorInfo &tensor, golden::BlockFormat format, const AccelPackJob &job)
      : tensor(tensor), format(format), job(job), n(tensor.shape[0]), k(tensor.shape[1]),
        values(golden::weightFormat(format, k)), groups((k + values.group - 1) / values.group) {
    const golden::BlockInfo &info = golden::blockInfo(format);
    rowBytes = k / info.weights * info.bytes;
  }

  int64_t tiles() const { return (n + planeLanes - 1) / planeLanes; }

  Status check(const std::string &place) const {
    const bool planes = job.form == AccelForm::Planes;
    const int64_t scaleBytes = job.source.f32Scales ? 4 : 2;
    const int64_t scales = scaleBytes * (planes ? golden::scalesCount(n, groups) : n * groups);
    const std::pair<const AccelPart *, int64_t> parts[] = {
        {&job.values, planes ? golden::planesBytes(n, k, values.bits) : n * k},
        {&job.d, scales},
        {&job.minima, values.hasMin ? scales : 0}};
    for (auto [part, bytes] : parts)
      if (part->bytes != uint64_t(bytes))
        return Error{place + "expected room for " + std::to_string(bytes) + " bytes, got " +
                     std::to_string(part->bytes)};
    return {};
  }

  Status pack(int64_t tile) const {
    const int64_t first = tile * planeLanes, rows = std::min(planeLanes, n - first);
    // Kept from tile to tile: a thread's scratch.
    thread_local std::vector<uint8_t> codes, withScale;
    thread_local std::vector<float> d, m;
    codes.resize(size_t(rows * k));
    d.resize(size_t(rows * groups));
    m.resize(values.hasMin ? d.size() : 0);
    const uint8_t *blocks = tensor.data + first * rowBytes;
    if (golden::blockInfo(format).values.group == 0) {
      // The one scale of I2_S stands behind all codes, where golden looks for it behind those it decodes.
      withScale.assign(blocks, blocks + rows * rowBytes);
      const uint8_t *trailer = tensor.data + n * rowBytes;
      withScale.insert(withScale.end(), trailer, trailer + trailerBytesI2S);
      blocks = withScale.data();
    }
    uint8_t *to = job.form == AccelForm::Rows ? job.values.data + first * k : codes.data();
    if (Status s =
            golden::decodeBlocks(format, blocks, rows, k, to, d.data(), values.hasMin ? m.data() : nullptr);
        !s)
      return Error{"tensor '" + tensor.name + "': from row " + std::to_string(first) + ": " +
                   s.error().message};
    if (job.form == AccelForm::Planes)
      packPlaneTile(codes.data(), rows, k, values.bits,
                    job.values.data + tile * golden::planesBytes(planeLanes, k, values.bits));
    putScales(job.d, d, first, rows);
    if (values.hasMin)
      putScales(job.minima, m, first, rows);
    return {};
  }

private:
  void putScales(const AccelPart &part, const std::vector<float> &scales, int64_t first, int64_t rows) const {
    if (job.source.f32Scales)
      return put<float>(part, scales, first, rows, [](float f) { return f; });
    put<uint16_t>(part, scales, first, rows, golden::f32ToF16); // exact: they were f16
  }

  template <typename T, typename Convert>
  void put(const AccelPart &part, const std::vector<float> &scales, int64_t first, int64_t rows,
           Convert convert) const {
    T *to = reinterpret_cast<T *>(part.data) + first * groups;
    const bool planes = job.form == AccelForm::Planes;
    if (planes && rows < planeLanes)
      std::memset(to, 0, size_t(planeLanes * groups) * sizeof(T));
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t g = 0; g < groups; ++g)
        to[planes ? g * planeLanes + row : row * groups + g] = convert(scales[size_t(row * groups + g)]);
  }

  const TensorInfo &tensor;
  golden::BlockFormat format;
  AccelPackJob job;
  int64_t n, k;
  golden::WeightFormat values;
  int64_t groups, rowBytes = 0;
};

Expected<Pieces> piecesOf(const GgufFile &file, const AccelPackJob &job) {
  Expected<const TensorInfo *> tensor = findTensor(file, job.source);
  if (!tensor)
    return tensor.error();
  const std::string place = placeOf(file, job.source.name);
  std::optional<golden::BlockFormat> format =
      blockFormatOf((*tensor)->type, file.i2sLayout().value_or(I2SLayout::X86));
  if (job.form == AccelForm::Plain) {
    if (format || job.values.bytes != (*tensor)->bytes)
      return Error{place + "expected " + std::to_string(job.values.bytes) + " bytes of plain elements, got " +
                   std::to_string((*tensor)->bytes) + " of " + std::string(toString((*tensor)->type))};
    return Pieces{1, [part = job.values, from = (*tensor)->data](int64_t) -> Status {
                    std::memcpy(part.data, from, size_t(part.bytes));
                    return {};
                  }};
  }
  if (!format || (*tensor)->shape.size() != 2)
    return Error{place + "expected a matrix of blocks, got shape " + shapeText((*tensor)->shape) + " of " +
                 std::string(toString((*tensor)->type))};
  TilePacker packer(**tensor, *format, job);
  if (Status s = packer.check(place); !s)
    return s.error();
  return Pieces{packer.tiles(), [packer](int64_t tile) { return packer.pack(tile); }};
}

} // namespace

void packPlaneTile(const uint8_t *codes, int64_t rows, int64_t k, int bits, uint8_t *planes) {
  const int64_t tables = (k + tableWeights - 1) / tableWeights;
  uint32_t words[planeLanes];
  for (int64_t t = 0; t < tables; ++t) {
    const size_t here = size_t(std::min(tableWeights, k - t * tableWeights));
    for (int64_t row = 0; row < planeLanes; ++row) {
      words[row] = 0;
      if (row < rows)
        std::memcpy(&words[row], codes + row * k + t * tableWeights, here);
    }
    for (int plane = 0; plane < bits; ++plane, planes += planeLanes / 2)
      for (int64_t pair = 0; pair < planeLanes / 2; ++pair) {
        auto index = [&](uint32_t word) {
          // The plane's bit of each byte; the product brings bit 0 of byte j to bit 24 + j.
          const uint32_t nibble = (word >> plane & 0x01010101U) * 0x01020408U >> 24 & 0xf;
          return nibble ^ (nibble & 8 ? 7U : 0U);
        };
        planes[pair] = uint8_t(index(words[2 * pair]) | index(words[2 * pair + 1]) << 4);
      }
  }
}

Status packForAccelerator(const GgufFile &file, const std::vector<AccelPackJob> &jobs, unsigned threads) {
  std::vector<Pieces> all;
  for (const AccelPackJob &job : jobs) {
    Expected<Pieces> pieces = piecesOf(file, job);
    if (!pieces)
      return pieces.error();
    pieces->read = file.find(job.source.name);
    all.push_back(std::move(*pieces));
  }
  return runPieces(file, all, threads);
}

} // namespace accord::model
