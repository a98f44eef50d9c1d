// Arguments into the layouts of kernels, results out of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/graph_run.h"

#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/backends/cpu/cpu_device.h"
#include "runtime/backends/cpu/jit.h"
#include "runtime/model/cpu_packing.h"
#include "sim/golden/formats.h"

#include <cstring>
#include <map>

namespace accord::driver {
namespace {

using Bytes = std::vector<uint8_t>;

struct Layout {
  int64_t rows, rowBytes, stride;
};

/// All axes but the last are rows; each row starts at a line.
Layout rowsOf(const HostTensor &tensor) {
  int64_t count = std::max<int64_t>(tensor.numElements(), 1),
          columns = tensor.shape.empty() ? 1 : tensor.shape.back();
  int64_t rows = tensor.numElements() / std::max<int64_t>(columns, 1);
  int64_t rowBytes = columns * (int64_t(tensor.bytes.size()) / count);
  return {rows, rowBytes, model::toCpuLine(rowBytes)};
}

Bytes padded(const HostTensor &tensor) {
  Layout layout = rowsOf(tensor);
  Bytes out(layout.rows * layout.stride);
  for (int64_t row = 0; row < layout.rows; ++row)
    std::memcpy(out.data() + row * layout.stride, tensor.bytes.data() + row * layout.rowBytes,
                layout.rowBytes);
  return out;
}

Expected<Bytes> packedWeights(lut::WeightType type, const HostTensor &weights) {
  std::optional<golden::BlockFormat> format = blockFormatOf(type.getStorage());
  if (!format)
    return Error{"expected weights in the storage of a file, got " +
                 lut::stringifyStorage(type.getStorage()).str()};
  model::CpuWeights w;
  w.n = weights.shape[0];
  w.k = weights.shape[1];
  w.group = type.getGroup();
  w.bits = model::CpuWeights::classOf(type.getBits(), w.group);
  w.hasMin = type.getHasMin();
  w.f32Scales = type.getScale().isF32();
  w.nibbleScales = *format == golden::BlockFormat::Q2_K;
  Bytes codes(w.n * w.k), out(w.bytes());
  std::vector<float> d(w.n * w.groups()), min(w.hasMin ? d.size() : 0);
  if (Status s = golden::decodeBlocks(*format, weights.bytes.data(), w.n, w.k, codes.data(), d.data(),
                                      w.hasMin ? min.data() : nullptr);
      !s)
    return s.error();
  model::packCodes(w, codes.data(), d.data(), w.hasMin ? min.data() : nullptr, out.data());
  if (w.nibbleScales)
    model::packNibbleScales(w, weights.bytes.data(), out.data());
  return out;
}

/// The bytes of an argument for its buffer: packed where the buffer is a list of elements, else rows.
Expected<Bytes> bytesFor(mlir::Type type, const HostTensor &tensor, const rt::BufferBinding &binding) {
  if (tensor.kind == ElementKind::Weight)
    return packedWeights(mlir::cast<lut::WeightType>(mlir::getElementTypeOrSelf(type)), tensor);
  if (binding.shape.size() > 1)
    return padded(tensor);
  model::CpuFloats f{tensor.shape[0], tensor.shape[1], tensor.kind == ElementKind::F32 ? 4 : 2};
  Bytes out(f.bytes());
  model::packFloats(f, tensor.bytes.data(), out.data());
  return out;
}

class Runner : public GraphRunner {
public:
  explicit Runner(std::unique_ptr<rt::Device> device) : device(std::move(device)) {}

  Status load(const std::vector<rt::Image> &images) {
    for (const rt::Image &image : images) {
      auto executable = device->load(image);
      if (!executable)
        return executable.error();
      entries[image.entry] = std::move(*executable);
    }
    auto made = device->createQueue();
    if (!made)
      return made.error();
    queue = std::move(*made);
    return {};
  }

  Expected<std::vector<HostTensor>> run(mlir::func::FuncOp function,
                                        const std::vector<HostTensor> &arguments) override {
    auto entry = entries.find(("__accord_" + function.getName()).str());
    if (entry == entries.end())
      return Error{function.getName().str() + ": expected a public function of the module, got another"};
    const rt::Image &image = entry->second->image();
    std::vector<HostTensor> results;
    for (mlir::Type type : function.getResultTypes()) {
      auto shaped = mlir::dyn_cast<mlir::RankedTensorType>(type);
      auto result =
          shaped ? makeHostTensor(type, shaped.getShape()) : mlir::FailureOr<HostTensor>(mlir::failure());
      if (failed(result))
        return Error{function.getName().str() + ": expected results of static shape"};
      results.push_back(std::move(*result));
    }
    std::vector<std::unique_ptr<rt::Buffer>> buffers;
    auto add = [&](const Bytes &bytes) -> Status {
      auto buffer = device->allocate(bytes.size());
      if (!buffer)
        return buffer.error();
      if (Status s = (*buffer)->upload(bytes.data(), bytes.size()); !s)
        return s;
      buffers.push_back(std::move(*buffer));
      return {};
    };
    std::vector<int64_t> scalars;
    for (auto [type, argument] : llvm::zip_equal(function.getArgumentTypes(), arguments)) {
      if (argument.kind == ElementKind::Index) {
        scalars.push_back(*argument.data<int64_t>());
        continue;
      }
      if (buffers.size() == image.buffers.size())
        return Error{function.getName().str() + ": expected a buffer for each argument, got fewer"};
      auto bytes = bytesFor(type, argument, image.buffers[buffers.size()]);
      if (!bytes)
        return bytes.error();
      if (Status s = add(*bytes); !s)
        return s.error();
    }
    size_t firstResult = buffers.size();
    for (const HostTensor &result : results)
      if (Status s = add(Bytes(rowsOf(result).rows * rowsOf(result).stride)); !s)
        return s.error();
    std::vector<rt::Buffer *> pointers;
    for (auto &buffer : buffers)
      pointers.push_back(buffer.get());
    if (Status s = queue->submit(*entry->second, pointers, scalars); !s)
      return s.error();
    if (Status s = queue->wait(); !s)
      return s.error();
    for (auto [i, result] : llvm::enumerate(results)) {
      Layout layout = rowsOf(result);
      Bytes rows(layout.rows * layout.stride);
      if (Status s = buffers[firstResult + i]->download(rows.data(), rows.size()); !s)
        return s.error();
      for (int64_t row = 0; row < layout.rows; ++row)
        std::memcpy(result.bytes.data() + row * layout.rowBytes, rows.data() + row * layout.stride,
                    layout.rowBytes);
    }
    return results;
  }

private:
  std::unique_ptr<rt::Device> device;
  std::map<std::string, std::unique_ptr<rt::Executable>> entries;
  std::unique_ptr<rt::Queue> queue;
};

} // namespace

Expected<std::unique_ptr<GraphRunner>> GraphRunner::open(mlir::ModuleOp module, const std::string &target,
                                                         unsigned threads) {
  if (Status s = rt::checkTarget(target); !s)
    return s.error();
  CpuTarget code =
      chooseCpuTarget([&](llvm::StringRef feature) { return rt::targetHasFeature(target, feature); });
  auto images = buildCpuGraphImages(module, code);
  if (!images)
    return images.error();
  auto device = rt::openCpuDevice(target, {threads, /*fast=*/false});
  if (!device)
    return device.error();
  auto runner = std::make_unique<Runner>(std::move(*device));
  if (Status s = runner->load(*images); !s)
    return s.error();
  return std::unique_ptr<GraphRunner>(std::move(runner));
}

} // namespace accord::driver
