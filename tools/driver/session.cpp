// Compiles a model, packs its parameters, and keeps its caches between calls.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/session.h"
#include "tools/driver/model_entries.h"
#include "tools/driver/toolchain.h"

#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/backends/cpu/cpu_device.h"
#include "runtime/backends/cpu/jit.h"
#include "runtime/model/cpu_layout.h"
#include "runtime/model/cpu_packing.h"
#include "sim/files/library_pages.h"
#include "llvm/ADT/STLExtras.h"
#include <chrono>
#include <cstring>
#include <map>

namespace accord::driver {
namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// One entry, ready to be submitted: which buffers are the caller's is found once.
struct Entry {
  std::unique_ptr<rt::Executable> executable;
  std::vector<rt::Buffer *> buffers;
  size_t tokens = 0, logits = 0;
  int64_t rows = 0; ///< tokens it takes; dynamicRows: any number
};

class CpuSession : public Session {
public:
  Status load(const model::GgufFile &file, mlir::ModuleOp l0, const Options &options);

  int64_t position() const override { return at; }
  int64_t context() const override { return positions; }
  int64_t vocabulary() const override { return vocab; }
  const Costs &costs() const override { return spent; }
  void reset() override { at = 0; }
  Expected<llvm::ArrayRef<float>> evaluate(llvm::ArrayRef<int32_t> tokens) override;
  Expected<std::vector<float>> score(llvm::ArrayRef<int32_t> tokens) override;
  Caches caches() const override;

private:
  Status findShapes(mlir::ModuleOp l0);
  Status bind(const rt::Image &image, Entry &entry, std::vector<model::PackJob> &jobs,
              std::vector<std::pair<rt::RopeSource, rt::Buffer *>> &tables);
  Expected<rt::Buffer *> newBuffer(uint64_t bytes);
  Status check(llvm::ArrayRef<int32_t> tokens) const;
  Status run(Entry &entry, llvm::ArrayRef<int32_t> tokens);
  /// Prompts run in pieces: a piece's workspace grows with its rows, and any cut gives the same bits.
  static constexpr int64_t pieceRows = 256;

  std::unique_ptr<rt::Device> device; // destroyed last
  std::vector<std::unique_ptr<rt::Buffer>> owned;
  std::map<std::string, rt::Buffer *> shared; ///< parameters, tables and caches, by what they are
  rt::Buffer *weights = nullptr;
  uint64_t weightsTaken = 0;
  std::unique_ptr<rt::Queue> queue;
  Entry prefill, decode, scorer;
  model::CpuCache cache;
  int64_t at = 0, positions = 0, vocab = 0, paddedVocab = 0, tokenLimit = 0;
  std::vector<float> logits;
  Costs spent;
};

Status CpuSession::findShapes(mlir::ModuleOp l0) {
  auto entries = modelEntries(l0);
  if (!entries)
    return entries.error();
  vocab = entries->vocabulary, tokenLimit = entries->tokens, positions = entries->positions;
  cache = {entries->layers, entries->positions, entries->heads, entries->headDim, entries->elementBytes};
  return {};
}

Expected<rt::Buffer *> CpuSession::newBuffer(uint64_t bytes) {
  auto buffer = device->allocate(bytes);
  if (!buffer)
    return buffer.error();
  owned.push_back(std::move(*buffer));
  return owned.back().get();
}

Status CpuSession::bind(const rt::Image &image, Entry &entry, std::vector<model::PackJob> &jobs,
                        std::vector<std::pair<rt::RopeSource, rt::Buffer *>> &tables) {
  // All parameters lie in one piece of memory, made when the first entry is bound.
  auto isParameter = [](const rt::BufferBinding &b) { return b.source.index() != 0; };
  if (!weights) {
    uint64_t bytes = 0;
    for (const rt::BufferBinding &binding : image.buffers)
      if (isParameter(binding))
        bytes += uint64_t(model::toCpuLine(int64_t(binding.bytes())));
    auto made = newBuffer(std::max<uint64_t>(bytes, 1));
    if (!made)
      return made.error();
    weights = *made;
    rt::cpuExpectDenseUse(*weights);
  }
  int caches = 0;
  for (auto [i, binding] : llvm::enumerate(image.buffers)) {
    std::string key;
    const auto *parameter = std::get_if<rt::ParameterSource>(&binding.source);
    const auto *rope = std::get_if<rt::RopeSource>(&binding.source);
    // Parameters have one number in all entries; caches are told apart by their order.
    if (parameter || rope)
      key = "global " + std::to_string(i);
    else if (binding.role == rt::Role::InOut)
      key = "cache " + std::to_string(caches++);
    else if (binding.role == rt::Role::Argument && binding.type == rt::ElementType::I32)
      entry.tokens = i;
    else if (binding.role == rt::Role::Result)
      entry.logits = i;
    else
      return Error{"model: " + image.entry + ": expected tokens, caches and parameters as arguments"};
    if (key.empty()) {
      bool dynamic = !binding.shape.empty() && binding.shape[0] == rt::dynamicRows;
      if (i == entry.tokens)
        entry.rows = dynamic ? rt::dynamicRows : int64_t(binding.elements());
      uint64_t bytes = binding.bytes();
      if (dynamic)
        bytes *= uint64_t(pieceRows);
      auto buffer = newBuffer(bytes);
      if (!buffer)
        return buffer.error();
      entry.buffers.push_back(*buffer);
      if (binding.role == rt::Role::Result)
        paddedVocab = binding.shape.back();
      continue;
    }
    rt::Buffer *&buffer = shared[key];
    if (!buffer && isParameter(binding)) {
      owned.push_back(rt::cpuView(*weights, weightsTaken, binding.bytes()));
      buffer = owned.back().get();
      weightsTaken += uint64_t(model::toCpuLine(int64_t(binding.bytes())));
      spent.weightBytes += binding.bytes();
      if (parameter)
        jobs.push_back({*parameter, static_cast<uint8_t *>(rt::cpuMemory(*buffer)), binding.bytes()});
      else
        tables.emplace_back(*rope, buffer);
    } else if (!buffer) {
      auto made = newBuffer(binding.bytes());
      if (!made)
        return made.error();
      buffer = *made;
      spent.cacheBytes += binding.bytes();
    }
    entry.buffers.push_back(buffer);
  }
  return {};
}

Status CpuSession::load(const model::GgufFile &file, mlir::ModuleOp l0, const Options &options) {
  if (Status s = findShapes(l0); !s)
    return s;
  auto opened = rt::openCpuDevice(options.target, {options.threads, options.fast, options.codeFolder});
  if (!opened)
    return opened.error();
  device = std::move(*opened);
  Expected<unsigned> threads = rt::cpuThreads(*device);
  if (!threads)
    return threads.error();
  spent.threads = *threads;
  auto start = std::chrono::steady_clock::now();
  CpuTarget target = chooseCpuTarget([&](llvm::StringRef feature) {
    return rt::targetHasFeature(options.target, {feature.data(), feature.size()});
  });
  target.fast = options.fast;
  auto compiler = options.listener->begin(fileOf(l0), "compile it");
  auto images = buildCpuGraphImages(l0, target);
  if (!images)
    return images.error();
  for (const rt::Image &image : *images) {
    Entry *entry = image.entry == "__accord_prefill"  ? &prefill
                   : image.entry == "__accord_decode" ? &decode
                   : image.entry == "__accord_score"  ? &scorer
                                                      : nullptr;
    if (!entry)
      continue;
    auto executable = device->load(image);
    if (!executable)
      return executable.error();
    entry->executable = std::move(*executable);
  }
  compiler.reset();
  // Some 80 MB, of which running takes little.
  for (const char *library : {"libLLVM", "libMLIR"})
    releaseLibrary(library);
  spent.compileSeconds = secondsSince(start);
  rt::CodeOrigin origin = rt::cpuCodeOrigin(*device);
  spent.codeCached = origin.cached;
  spent.codeProblem = origin.problem;

  std::vector<model::PackJob> jobs;
  std::vector<std::pair<rt::RopeSource, rt::Buffer *>> tables;
  start = std::chrono::steady_clock::now();
  for (Entry *entry : {&prefill, &decode, &scorer})
    if (entry->executable)
      if (Status s = bind(entry->executable->image(), *entry, jobs, tables); !s)
        return s;
  if (Status s = model::packParameters(file, jobs, options.threads); !s)
    return s;
  for (auto &[source, buffer] : tables)
    if (Status s = model::makeRopeTable(file, source, static_cast<uint8_t *>(rt::cpuMemory(*buffer)),
                                        buffer->size());
        !s)
      return s;
  spent.packSeconds = secondsSince(start);
  auto made = device->createQueue();
  if (!made)
    return made.error();
  queue = std::move(*made);
  for (Entry *entry : {&prefill, &decode, &scorer})
    if (entry->executable)
      spent.workspaceBytes = std::max(
          spent.workspaceBytes, entry->executable->image().team.workspaceBytes(pieceRows, spent.threads));
  return {};
}

Status CpuSession::check(llvm::ArrayRef<int32_t> tokens) const {
  if (tokens.empty())
    return Error{"model: expected at least 1 token, got 0"};
  if (int64_t(tokens.size()) > positions - at)
    return Error{"model: expected at most " + std::to_string(positions - at) + " tokens (position " +
                 std::to_string(at) + " of a context of " + std::to_string(positions) + "), got " +
                 std::to_string(tokens.size())};
  for (int32_t token : tokens)
    if (token < 0 || token >= tokenLimit)
      return Error{"model: expected tokens below " + std::to_string(tokenLimit) + ", got " +
                   std::to_string(token)};
  return {};
}

Status CpuSession::run(Entry &entry, llvm::ArrayRef<int32_t> tokens) {
  if (Status s = entry.buffers[entry.tokens]->upload(tokens.data(), tokens.size() * 4); !s)
    return s;
  std::vector<int64_t> scalars = {at};
  if (entry.rows == rt::dynamicRows)
    scalars.push_back(int64_t(tokens.size()));
  if (Status s = queue->submit(*entry.executable, entry.buffers, scalars); !s)
    return s;
  if (Status s = queue->wait(); !s)
    return s;
  at += int64_t(tokens.size());
  return {};
}

Expected<llvm::ArrayRef<float>> CpuSession::evaluate(llvm::ArrayRef<int32_t> tokens) {
  if (Status s = check(tokens); !s)
    return s.error();
  Entry *last = nullptr;
  while (!tokens.empty()) {
    // A prompt's rows as many at a time as @prefill takes; what is left, one by one.
    int64_t count = 1;
    last = &decode;
    if (tokens.size() > 1 && prefill.executable) {
      int64_t wanted =
          prefill.rows == rt::dynamicRows ? std::min<int64_t>(tokens.size(), pieceRows) : prefill.rows;
      if (wanted <= int64_t(tokens.size())) {
        count = wanted;
        last = &prefill;
      }
    }
    if (Status s = run(*last, tokens.take_front(count)); !s)
      return s.error();
    tokens = tokens.drop_front(count);
  }
  auto *values = static_cast<const float *>(rt::cpuMemory(*last->buffers[last->logits]));
  return llvm::ArrayRef<float>(values, vocab);
}

Expected<std::vector<float>> CpuSession::score(llvm::ArrayRef<int32_t> tokens) {
  if (!scorer.executable || scorer.rows != rt::dynamicRows)
    return Error{"model: expected a function @score that takes any number of tokens, got none"};
  if (Status s = check(tokens); !s)
    return s.error();
  std::vector<float> all;
  all.reserve(tokens.size() * size_t(vocab));
  while (!tokens.empty()) {
    llvm::ArrayRef<int32_t> piece = tokens.take_front(pieceRows);
    if (Status s = run(scorer, piece); !s)
      return s.error();
    auto *values = static_cast<const float *>(rt::cpuMemory(*scorer.buffers[scorer.logits]));
    for (size_t row = 0; row < piece.size(); ++row)
      all.insert(all.end(), values + row * paddedVocab, values + row * paddedVocab + vocab);
    tokens = tokens.drop_front(piece.size());
  }
  return all;
}

Session::Caches CpuSession::caches() const {
  const model::CpuCache &c = cache;
  Caches out{c.layers, c.positions, c.heads, c.headDim, c.elementBytes, {}, {}};
  const size_t bytes = size_t(c.layers * c.positions * c.heads * c.headDim * c.elementBytes);
  out.k.assign(bytes, 0);
  out.v.assign(bytes, 0);
  auto from = [&](const char *key) { return static_cast<const uint8_t *>(rt::cpuMemory(*shared.at(key))); };
  const uint8_t *keys = from("cache 0"), *values = from("cache 1");
  for (int64_t layer = 0; layer < c.layers; ++layer)
    for (int64_t position = 0; position < at; ++position)
      for (int64_t head = 0; head < c.heads; ++head) {
        const int64_t row = ((layer * c.positions + position) * c.heads + head) * c.headDim * c.elementBytes;
        const uint8_t *key =
            keys + (layer * c.heads + head) * c.keyHeadBytes() +
            (position / model::cpuLanes * c.headDim * model::cpuLanes + position % model::cpuLanes) *
                c.elementBytes;
        for (int64_t d = 0; d < c.headDim; ++d)
          std::memcpy(&out.k[size_t(row + d * c.elementBytes)], key + d * model::cpuLanes * c.elementBytes,
                      size_t(c.elementBytes));
        std::memcpy(&out.v[size_t(row)],
                    values + (layer * c.heads + head) * c.valueHeadBytes() +
                        position * c.paddedHeadDim() * c.elementBytes,
                    size_t(c.headDim * c.elementBytes));
      }
  return out;
}

} // namespace

Expected<std::unique_ptr<Session>> Session::open(const model::GgufFile &file, mlir::ModuleOp l0,
                                                 const Options &options) {
  auto session = std::make_unique<CpuSession>();
  if (Status s = session->load(file, l0, options); !s)
    return s.error();
  return std::unique_ptr<Session>(std::move(session));
}

} // namespace accord::driver
