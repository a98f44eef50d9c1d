// Tensors as programs name them, and threads that take runs of pieces.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/pack_pieces.h"
#include "sim/golden/nn.h"
#include <atomic>
#include <system_error>
#include <thread>

namespace accord::model {
namespace {

/// The storage of a tensor of a file by the name that the IR has for it.
std::string storageOf(const TensorInfo &tensor, I2SLayout layout) {
  if (tensor.type == TensorType::I2_S)
    return layout == I2SLayout::X86 ? "i2_s_x86" : "i2_s_arm";
  std::string name(toString(tensor.type));
  for (char &c : name)
    c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
  bool isFloat =
      tensor.type == TensorType::F32 || tensor.type == TensorType::F16 || tensor.type == TensorType::BF16;
  return isFloat ? name : "gguf_" + name;
}

} // namespace

std::string placeOf(const GgufFile &file, const std::string &tensor) {
  return file.path() + ": tensor '" + tensor + "': ";
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text;
}

Expected<const TensorInfo *> findTensor(const GgufFile &file, const rt::ParameterSource &source) {
  const std::string place = placeOf(file, source.name);
  const TensorInfo *tensor = file.find(source.name);
  if (!tensor)
    return Error{place + "expected it in the file, got none"};
  const I2SLayout layout = file.i2sLayout().value_or(I2SLayout::X86);
  if (storageOf(*tensor, layout) != source.storage)
    return Error{place + "expected " + source.storage + ", got " + storageOf(*tensor, layout)};
  if (tensor->shape != source.shape)
    return Error{place + "expected shape " + shapeText(source.shape) + ", got " + shapeText(tensor->shape)};
  return tensor;
}

Status runPieces(const GgufFile &file, const std::vector<Pieces> &all, unsigned threads) {
  // Threads take runs of pieces: large enough that taking costs nothing, small enough that they end together.
  constexpr int64_t run = 32;
  std::vector<std::pair<size_t, int64_t>> runs;
  std::vector<std::atomic<int64_t>> left(all.size());
  for (size_t i = 0; i < all.size(); ++i)
    for (int64_t first = 0; first < all[i].count; first += run, ++left[i])
      runs.emplace_back(i, first);
  std::atomic<size_t> next{0};
  // More threads than processors only take turns.
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  threads = threads ? std::min(threads, processors) : processors;
  std::vector<Status> outcomes(threads);
  auto work = [&](unsigned thread) {
    for (size_t r = next++; r < runs.size() && outcomes[thread]; r = next++) {
      const Pieces &pieces = all[runs[r].first];
      for (int64_t i = runs[r].second; i < std::min(runs[r].second + run, pieces.count) && outcomes[thread];
           ++i)
        outcomes[thread] = pieces.run(i);
      if (--left[runs[r].first] == 0 && pieces.read)
        file.release(*pieces.read);
    }
  };
  std::vector<std::thread> workers;
  try {
    for (unsigned t = 1; t < threads; ++t)
      workers.emplace_back(work, t);
  } catch (const std::system_error &) {
    // Those that there are do the work of those that there is no memory for.
  }
  work(0);
  for (std::thread &worker : workers)
    worker.join();
  for (const Status &outcome : outcomes)
    if (!outcome)
      return Error{file.path() + ": " + outcome.error().message};
  return {};
}

Expected<std::vector<float>> ropeAngles(const GgufFile &file, const rt::RopeSource &source) {
  const int64_t pairs = source.headDim / 2;
  const float *factors = nullptr;
  if (!source.factors.empty()) {
    const TensorInfo *tensor = file.find(source.factors);
    if (!tensor || tensor->type != TensorType::F32 || tensor->numElements() != pairs)
      return Error{
          placeOf(file, source.factors) + "expected " + std::to_string(pairs) +
          " rotary factors in f32, got " +
          (tensor ? shapeText(tensor->shape) + " of " + std::string(toString(tensor->type)) : "none")};
    factors = reinterpret_cast<const float *>(tensor->data);
  }
  std::vector<float> cos(size_t(source.positions * pairs)), sin(cos.size());
  if (Status s = golden::ropeTables(source.positions, source.headDim, source.theta, source.scale, factors,
                                    cos.data(), sin.data());
      !s)
    return s.error();
  return source.sine ? std::move(sin) : std::move(cos);
}

} // namespace accord::model
