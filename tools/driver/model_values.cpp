// From argument attributes to packing jobs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/model_values.h"

#include "mlir/Transforms/Model/ArgumentSource.h"
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
  Loader(Toolchain &toolchain, func::FuncOp sequence, const model::GgufFile &file)
      : toolchain(toolchain), sequence(sequence), file(file) {}

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
    const Told told(toolchain.diagnostics());
    FailureOr<ArgumentSource> source = argumentSource(sequence, number);
    if (failed(source))
      return Error{place() + "expected arguments that say what fills them, got " + told.cause()};
    if (source->index() == 0)
      return {};
    const int part = int(filled.size());
    filled.push_back({buffer, uint64_t(type.getNumElements()) * type.getElementTypeBitWidth() / 8});
    if (const auto *rope = std::get_if<rt::RopeSource>(&*source)) {
      tables.emplace_back(*rope, part);
      return {};
    }
    return addParameter(std::get<ParameterPart>(*source), part, number);
  }

  Status addParameter(const ParameterPart &parameter, int number, unsigned argument) {
    using accel::WeightPart;
    auto begin = [&](model::AccelForm form) {
      jobs.push_back({parameter.source, form, {}, {}, {}});
      parts.push_back({number});
      return Status();
    };
    if (!parameter.part)
      return begin(model::AccelForm::Plain);
    switch (*parameter.part) {
    case WeightPart::Planes:
      return begin(model::AccelForm::Planes);
    case WeightPart::Codes:
      return begin(model::AccelForm::Rows);
    case WeightPart::Scales:
    case WeightPart::Minima:
      break;
    }
    // Scales and minima follow their weights.
    const bool scales = *parameter.part == WeightPart::Scales;
    int *of = parts.empty() ? nullptr : scales ? &parts.back().d : &parts.back().minima;
    if (!of || *of >= 0 || jobs.back().source.name != parameter.source.name ||
        jobs.back().form == model::AccelForm::Plain)
      return Error{place(argument) + "expected " + accel::name(*parameter.part).str() + " of '" +
                   parameter.source.name + "' behind its planes or codes, once, got another order"};
    *of = number;
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

  Toolchain &toolchain;
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

Status fillParameters(Toolchain &toolchain, func::FuncOp sequence, const model::GgufFile &file,
                      sim::DramImage &image, unsigned threads) {
  return Loader(toolchain, sequence, file).run(image, threads);
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
