// From argument attributes to packing jobs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/model_values.h"

#include "dialects/LUT/LUT.h"
#include "mlir/Transforms/Model/Passes.h"
#include "runtime/model/accel_packing.h"
#include "runtime/model/pack_pieces.h"
#include "llvm/Support/MathExtras.h"

#include <cstdlib>
#include <cstring>
#include <random>

namespace accord::driver {
namespace {

using namespace mlir;

/// A parameter or a table among a sequence's arguments.
struct Filled {
  uint32_t buffer;
  uint64_t bytes;
  uint8_t *data = nullptr;
};

/// Collects what is to be packed, then makes one piece of memory for all of it.
class Loader {
public:
  Loader(func::FuncOp sequence, const model::GgufFile &file) : sequence(sequence), file(file) {}

  Status run(sim::DramImage &image, unsigned threads) {
    uint32_t buffer = 0;
    for (BlockArgument argument : sequence.getArguments())
      if (auto type = dyn_cast<MemRefType>(argument.getType()))
        if (Status s = add(argument.getArgNumber(), type, buffer++); !s)
          return s;
    if (filled.empty())
      return Error{place() + "expected parameters among the arguments, got none"};
    if (Status s = allocate(image); !s)
      return s;
    if (Status s = model::packForAccelerator(file, jobs, threads); !s)
      return s;
    return makeTables();
  }

private:
  std::string place() { return sequence.getName().str() + ": "; }
  std::string place(unsigned argument) { return place() + "argument #" + std::to_string(argument) + ": "; }

  /// Pointers to parts go bad when their list grows, so jobs refer to them by number until there is memory.
  struct Parts {
    int values = -1, d = -1, minima = -1;
  };

  Status add(unsigned number, MemRefType type, uint32_t buffer) {
    auto param = sequence.getArgAttrOfType<StringAttr>(number, paramAttrName);
    auto rope = sequence.getArgAttrOfType<DictionaryAttr>(number, ropeAttrName);
    if (!param && !rope)
      return {};
    const int part = int(filled.size());
    filled.push_back({buffer, uint64_t(type.getNumElements()) * type.getElementTypeBitWidth() / 8});
    if (rope)
      return addTable(number, type, rope, part);
    auto source = sequence.getArgAttrOfType<TypeAttr>(number, "accel.source");
    if (!source) {
      model::AccelPackJob job;
      job.source = {param.str(),
                    type.getElementType().isF32() ? "f32" : "f16",
                    {type.getShape().begin(), type.getShape().end()}};
      job.form = model::AccelForm::Plain;
      jobs.push_back(job);
      parts.push_back({part});
      return {};
    }
    auto tensor = dyn_cast<RankedTensorType>(source.getValue());
    auto weight = tensor ? dyn_cast<lut::WeightType>(tensor.getElementType()) : lut::WeightType();
    auto name = sequence.getArgAttrOfType<StringAttr>(number, "accel.name");
    if (!weight || !name)
      return Error{place(number) + "expected accel.source to be a tensor of weights, and accel.name"};
    const StringRef kind = name.getValue().rsplit('.').second;
    if (kind == "planes" || kind == "codes") {
      model::AccelPackJob job;
      job.source = {param.str(), lut::stringifyStorage(weight.getStorage()).str(), tensor.getShape().vec(),
                    weight.getScale().isF32()};
      job.form = kind == "planes" ? model::AccelForm::Planes : model::AccelForm::Rows;
      jobs.push_back(job);
      parts.push_back({part});
      return {};
    }
    // Scales and minima follow their weights.
    if ((kind != "d" && kind != "min") || jobs.empty() || jobs.back().source.name != param.getValue() ||
        jobs.back().form == model::AccelForm::Plain)
      return Error{place(number) + "expected planes, codes, or d and min behind them, got '" +
                   name.getValue().str() + "'"};
    (kind == "d" ? parts.back().d : parts.back().minima) = part;
    return {};
  }

  Status addTable(unsigned number, MemRefType type, DictionaryAttr rope, int part) {
    auto headDim = rope.getAs<IntegerAttr>("head_dim");
    auto theta = rope.getAs<FloatAttr>("theta"), scale = rope.getAs<FloatAttr>("scale");
    auto table = rope.getAs<StringAttr>("table"), factors = rope.getAs<StringAttr>("factors");
    if (!headDim || !theta || !scale || !table || type.getRank() != 2 || !type.getElementType().isF32())
      return Error{place(number) + "expected a rotary table of f32 with head_dim, theta, scale and table"};
    rt::RopeSource source;
    source.positions = type.getDimSize(0);
    source.headDim = headDim.getInt();
    source.theta = theta.getValueAsDouble();
    source.scale = scale.getValueAsDouble();
    source.factors = factors ? factors.str() : "";
    source.sine = table.getValue() == "sin";
    tables.emplace_back(source, part);
    return {};
  }

  /// One piece of memory for all, in lines of 64 bytes; `image` keeps it.
  Status allocate(sim::DramImage &image) {
    uint64_t bytes = 0;
    for (const Filled &f : filled)
      bytes += llvm::alignTo(f.bytes, 64);
    std::shared_ptr<uint8_t> memory(static_cast<uint8_t *>(std::aligned_alloc(64, bytes)), std::free);
    if (!memory)
      return Error{place() + "expected " + std::to_string(bytes) +
                   " bytes of memory for parameters, got none"};
    uint8_t *next = memory.get();
    for (Filled &f : filled) {
      f.data = next;
      next += llvm::alignTo(f.bytes, 64);
      image.buffers[f.buffer] = sim::Content::view(f.data, f.bytes, memory);
    }
    auto partOf = [&](int part) {
      return part < 0 ? model::AccelPart() : model::AccelPart{filled[part].data, filled[part].bytes};
    };
    for (auto [job, part] : llvm::zip_equal(jobs, parts)) {
      job.values = partOf(part.values);
      job.d = partOf(part.d);
      job.minima = partOf(part.minima);
    }
    return {};
  }

  Status makeTables() {
    for (auto &[source, part] : tables) {
      Expected<std::vector<float>> angles = model::ropeAngles(file, source);
      if (!angles)
        return angles.error();
      if (filled[part].bytes != angles->size() * sizeof(float))
        return Error{place() + "expected a rotary table of " +
                     std::to_string(angles->size() * sizeof(float)) + " bytes, got " +
                     std::to_string(filled[part].bytes)};
      std::memcpy(filled[part].data, angles->data(), filled[part].bytes);
    }
    return {};
  }

  func::FuncOp sequence;
  const model::GgufFile &file;
  std::vector<Filled> filled;
  std::vector<model::AccelPackJob> jobs;
  std::vector<Parts> parts; ///< by job
  std::vector<std::pair<rt::RopeSource, int>> tables;
};

} // namespace

Expected<ModelBuffers> findModelBuffers(func::FuncOp sequence) {
  std::vector<uint32_t> tokens, caches, results;
  uint32_t buffer = 0;
  for (BlockArgument argument : sequence.getArguments()) {
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type)
      continue;
    unsigned number = argument.getArgNumber();
    auto role = sequence.getArgAttrOfType<StringAttr>(number, "accel.role");
    const StringRef word = role ? role.getValue() : "";
    if (word == "inout")
      caches.push_back(buffer);
    else if (word == "result")
      results.push_back(buffer);
    else if (!sequence.getArgAttr(number, paramAttrName) && !sequence.getArgAttr(number, ropeAttrName))
      tokens.push_back(buffer);
    ++buffer;
  }
  if (tokens.size() != 1 || caches.size() != 2 || results.size() != 1)
    return Error{sequence.getName().str() +
                 ": expected tokens, two caches, parameters and logits as arguments, got another function"};
  return ModelBuffers{tokens[0], caches[0], caches[1], results[0]};
}

Status fillParameters(func::FuncOp sequence, const model::GgufFile &file, sim::DramImage &image,
                      unsigned threads) {
  return Loader(sequence, file).run(image, threads);
}

std::vector<int32_t> randomTokens(uint64_t seed, int64_t count, int64_t vocabulary) {
  std::mt19937_64 random(seed);
  std::vector<int32_t> tokens(size_t(count), 0);
  for (int32_t &token : tokens)
    token = int32_t(random() % uint64_t(vocabulary));
  return tokens;
}

std::vector<uint8_t> cacheRows(const Session::Caches &shape, const uint8_t *cache, int64_t first,
                               int64_t count) {
  const int64_t row = shape.heads * shape.headDim * shape.elementBytes;
  std::vector<uint8_t> rows;
  rows.reserve(size_t(shape.layers * count * row));
  for (int64_t layer = 0; layer < shape.layers; ++layer) {
    const uint8_t *from = cache + (layer * shape.positions + first) * row;
    rows.insert(rows.end(), from, from + count * row);
  }
  return rows;
}

} // namespace accord::driver
