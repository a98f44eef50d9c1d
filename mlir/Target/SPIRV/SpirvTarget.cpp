// The pipeline to SPIR-V, serialization, and the image around it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "mlir/Conversion/GPUToSPIRV/GPUToSPIRVPass.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/Dialect/SPIRV/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/FirstDiagnostic.h"
#include "mlir/Target/SPIRV/Serialization.h"
#include "mlir/Target/SPIRV/SpirvPasses.h"
#include <cstring>

namespace accord {

using namespace mlir;

void buildGPUToSpirvPipeline(OpPassManager &pm, const SpirvOptions &options) {
  pm.addPass(createPrepareSpirv());
  pm.addPass(createConvertGPUToSPIRVPass(/*mapMemorySpace=*/true));
  OpPassManager &module = pm.nest<spirv::ModuleOp>();
  module.addPass(spirv::createSPIRVLowerABIAttributesPass());
  SpirvExactOptions exact;
  exact.withoutNoContraction = options.withoutNoContraction;
  module.addPass(createSpirvExact(exact));
  // Last: what is required of a device follows from what is left.
  module.addPass(spirv::createSPIRVUpdateVCEPass());
}

void registerSpirvPipeline() {
  PassPipelineRegistration<>("accord-gpu-to-spirv", "from gpu form to a spirv.module in exact form",
                             [](OpPassManager &pm) { buildGPUToSpirvPipeline(pm); });
}

/// Inserts `OpDecorate %v Coherent` beside each descriptor set decoration (MLIR 19 does not serialize
/// Coherent).
static void decorateCoherent(SmallVectorImpl<uint32_t> &words) {
  constexpr uint32_t opDecorate = 71, descriptorSet = 34, coherent = 23, headerWords = 5;
  for (size_t at = headerWords; at < words.size();) {
    uint32_t length = words[at] >> 16, opcode = words[at] & 0xffff;
    if (length == 0)
      return;
    if (opcode == opDecorate && words[at + 2] == descriptorSet) {
      uint32_t decoration[] = {3u << 16 | opDecorate, words[at + 1], coherent};
      words.insert(words.begin() + at, std::begin(decoration), std::end(decoration));
      at += 3;
    }
    at += length;
  }
}

FailureOr<std::vector<uint8_t>> serializeSpirv(ModuleOp module) {
  SmallVector<spirv::ModuleOp> found(module.getOps<spirv::ModuleOp>());
  if (found.size() != 1)
    return module.emitError("expected one spirv.module, got ") << found.size(), failure();
  SmallVector<uint32_t> words;
  if (failed(spirv::serialize(found.front(), words)))
    return failure();
  decorateCoherent(words);
  std::vector<uint8_t> bytes(words.size() * sizeof(uint32_t));
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

Expected<rt::Image> compileToSpirv(ModuleOp program, StringRef function, const SpirvOptions &options) {
  LoopsToGPUOptions gpuOptions;
  gpuOptions.workgroupSize = options.workgroupSize;
  gpuOptions.stepBudget = options.stepBudget;
  Expected<GpuForm> form = buildGpuForm(program, function, gpuOptions);
  if (!form)
    return form.error();
  rt::Image image = std::move(form->description);
  image.format = rt::ImageFormat::Spirv;
  FirstDiagnostic diagnostic(program.getContext());
  PassManager pm(program.getContext());
  buildGPUToSpirvPipeline(pm, options);
  if (failed(pm.run(*form->module)))
    return diagnostic.error("spirv");
  FailureOr<std::vector<uint8_t>> bytes = serializeSpirv(*form->module);
  if (failed(bytes))
    return diagnostic.error("spirv");
  image.bytes = std::move(*bytes);
  return image;
}

} // namespace accord
