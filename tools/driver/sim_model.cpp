// Compiles a model's entry, runs it in a worker, and holds it against the CPU.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sim_model.h"

#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "tools/driver/arguments.h"
#include "tools/driver/golden_session.h"
#include "tools/driver/made_for.h"
#include "tools/driver/model_values.h"
#include "tools/driver/same_payload.h"
#include "tools/driver/stopwatch.h"
#include "llvm/Support/MathExtras.h"

namespace accord::driver {
namespace {

ImportOptions importOptions(const SimModelOptions &options, int64_t positions, bool fixedPrompt) {
  ImportOptions import;
  import.context = positions;
  import.f32Cache = options.f32Cache;
  if (fixedPrompt && options.phase == Phase::Prefill)
    import.promptTokens = options.tokens();
  return import;
}

sim::Content zeros(const program::Buffer &buffer) { return std::vector<uint8_t>(size_t(buffer.bytes()), 0); }

sim::Content contentOf(const std::vector<uint8_t> &bytes) {
  return sim::Content::view(bytes.data(), bytes.size());
}

/// The run's results against the CPU's.
ValuesChecked check(const SimModelOptions &options, const CpuAnswer &answer, const ModelBuffers &buffers,
                    const sim::DramImage &image) {
  ValuesChecked checked;
  uint64_t kept = 0;
  auto merge = [&](const Comparison &c, uint64_t &count) {
    count += c.compared;
    checked.mismatches += c.different;
    if (checked.firstDifference.empty())
      checked.firstDifference = c.firstDifference;
  };
  auto *logits = reinterpret_cast<const uint8_t *>(answer.logits.data());
  merge(compare({"logits", rt::Role::Result, rt::ElementType::F32, {1, int64_t(answer.logits.size())}},
                Bytes(logits, logits + answer.logits.size() * sizeof(float)),
                image.buffers.at(buffers.logits).copy()),
        checked.compared);
  const Session::Caches &shape = answer.after;
  const int64_t first = options.position(), count = options.tokens();
  const auto type = shape.elementBytes == 2 ? rt::ElementType::F16 : rt::ElementType::F32;
  for (auto [name, expected, buffer] :
       {std::tuple("k_cache", &answer.after.k, buffers.k), {"v_cache", &answer.after.v, buffers.v}}) {
    const sim::Content &got = image.buffers.at(buffer);
    if (got.size() != expected->size()) {
      ++checked.mismatches;
      checked.firstDifference = std::string(name) + ": expected " + std::to_string(expected->size()) +
                                " bytes, got " + std::to_string(got.size());
      continue;
    }
    auto rows = [&](const std::string &what, int64_t from, int64_t rowCount, uint64_t &counter) {
      rt::BufferBinding binding{
          what, rt::Role::InOut, type, {shape.layers, rowCount, shape.heads * shape.headDim}};
      if (rowCount)
        merge(compare(binding, cacheRows(shape, expected->data(), from, rowCount),
                      cacheRows(shape, got.data(), from, rowCount)),
              counter);
    };
    rows(std::string(name) + " (layer, token behind " + std::to_string(first) + ", value) ", first, count,
         checked.compared);
    rows(std::string(name) + " (layer, token, value) ", 0, first, kept);
  }
  checked.kept = kept;
  return checked;
}

} // namespace

Expected<int64_t> cachePositions(const OpenedModel &model, const SimModelOptions &options) {
  const bool decodes = options.phase == Phase::Decode;
  if (options.positions) {
    if (options.context + decodes > options.positions)
      return Error{options.schedule + ": expected a context of at most " +
                   std::to_string(options.positions - decodes) + " tokens" +
                   (decodes ? " and room for one more" : "") + ", got " + std::to_string(options.context)};
    return options.positions;
  }
  Expected<int64_t> own = model.context();
  if (!own)
    return own.error();
  const bool decode = options.phase == Phase::Decode;
  if (options.context + decode > *own)
    return Error{options.path + ": expected a context of at most " + std::to_string(*own - decode) +
                 " tokens" + (decode ? " and room for one more" : "") + ", got " +
                 std::to_string(options.context)};
  return std::min(int64_t(llvm::alignTo(uint64_t(options.context + 1), 64)), *own);
}

Status readSchedule(Toolchain &toolchain, std::optional<Phase> phase, SimModelOptions &options) {
  auto module = toolchain.load(options.schedule);
  if (!module)
    return module.error();
  auto fail = [&](const std::string &what) { return Error{options.schedule + ": expected " + what}; };
  // A file of L0 may hold several entries.
  const std::string wanted = !phase ? "" : *phase == Phase::Decode ? "decode" : "prefill";
  auto entry = toolchain.entry(**module, wanted, options.schedule);
  if (!entry)
    return entry.error();
  const std::string name = entry->getName().str();
  if (name != "decode" && name != "prefill")
    return fail("a model's @prefill or @decode, got @" + name);
  options.phase = name == "decode" ? Phase::Decode : Phase::Prefill;

  mlir::Operation *top = (*module)->getOperation();
  auto about = top->getAttrOfType<mlir::DictionaryAttr>("accord.model");
  auto positions = about ? about.getAs<mlir::IntegerAttr>("context") : mlir::IntegerAttr();
  if (!positions)
    return fail(
        "a module with accord.model and its context, as accord compile writes it of a model, got none");
  options.positions = positions.getInt();
  mlir::ShapedType tokens, cache;
  for (mlir::Type type : entry->getArgumentTypes()) {
    auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
    if (shaped && !tokens)
      tokens = shaped;
    else if (auto memory = mlir::dyn_cast<mlir::MemRefType>(type); memory && !cache)
      cache = memory;
  }
  if (!tokens || !cache || !tokens.getElementType().isInteger(32) || tokens.getRank() != 1)
    return fail("tokens and caches as arguments of @" + name + ", got another function");
  options.f32Cache = cache.getElementType().isF32();
  if (options.phase == Phase::Decode)
    return {};
  if (!tokens.hasStaticShape())
    return fail("a @prefill of a fixed number of tokens (--prompt-tokens), got one of any number");
  if (options.context && options.context != tokens.getDimSize(0))
    return fail("--context " + std::to_string(tokens.getDimSize(0)) + ", the tokens of its @prefill, got " +
                std::to_string(options.context));
  options.context = tokens.getDimSize(0);
  return {};
}

namespace {

/// The file's module at its own level, or what the importer makes of the model.
Expected<mlir::OwningOpRef<mlir::ModuleOp>> loadModel(Toolchain &toolchain, const OpenedModel &model,
                                                      const SimModelOptions &options, int64_t positions,
                                                      bool fixedPrompt) {
  if (!options.schedule.empty())
    return toolchain.load(options.schedule);
  return model.import(toolchain.context(), importOptions(options, positions, fixedPrompt));
}

} // namespace

Expected<CompiledModel> compileModel(Toolchain &toolchain, const SimModelOptions &options,
                                     const Machine &machine) {
  Stopwatch importing;
  auto opened = OpenedModel::open(options.path, options.open, options.network);
  if (!opened)
    return opened.error();
  Expected<int64_t> positions = cachePositions(*opened, options);
  if (!positions)
    return positions.error();
  auto module = loadModel(toolchain, *opened, options, *positions, true);
  if (!module)
    return module.error();
  CompiledModel model{std::move(*opened), std::move(*module)};
  model.positions = *positions;
  const std::string entry = options.phase == Phase::Decode ? "decode" : "prefill";
  const Level level = detectLevel(*model.module);
  if (level < Level::L2)
    if (Status s = keepEntry(toolchain, *model.module, entry, options.place()); !s)
      return s.error();
  model.importSeconds = importing.seconds();

  Stopwatch compiling;
  if (level == Level::L1 || level == Level::L2) {
    // What is scheduled has to be the model still.
    auto own = model.opened.import(toolchain.context(), importOptions(options, *positions, true));
    if (!own)
      return own.error();
    if (Status s = keepEntry(toolchain, **own, entry, options.path); !s)
      return s.error();
    if (Status s = toolchain.raise(**own, level, machine.hardware, options.path); !s)
      return s.error();
    if (Status s = checkSamePayload(toolchain, **own, *model.module, options.schedule); !s)
      return Error{s.error().message + madeForAnother(*model.module, machine.hardware)};
  }
  if (Status s = toolchain.raise(*model.module, Level::L3, machine.hardware, options.place()); !s)
    return s.error();
  auto function = toolchain.entry(*model.module, entry, options.place());
  if (!function)
    return function.error();
  model.entry = *function;
  model.compileSeconds = compiling.seconds();

  Stopwatch emitting;
  const Told told(toolchain.diagnostics());
  auto sequence = emitSequence(model.entry, {options.position()});
  if (failed(sequence))
    return Error{options.place() + ": expected a sequence of programs, got " + told.cause()};
  model.sequence = std::move(*sequence);
  model.emitSeconds = emitting.seconds();
  return model;
}

namespace {

/// Runs what comes before, and then the run's own tokens.
Expected<CpuAnswer> ask(Session &session, const SimModelOptions &options) {
  const int64_t before = options.position(), count = options.tokens();
  std::vector<int32_t> tokens = randomTokens(options.seed, before + count, session.vocabulary());
  CpuAnswer answer;
  if (before) {
    auto warm = session.evaluate(llvm::ArrayRef(tokens).take_front(before));
    if (!warm)
      return warm.error();
  }
  answer.before = session.caches();
  answer.tokens.assign(tokens.begin() + before, tokens.end());
  auto logits = session.evaluate(answer.tokens);
  if (!logits)
    return logits.error();
  answer.logits.assign(logits->begin(), logits->end());
  answer.after = session.caches();
  return answer;
}

template <typename Open>
Expected<CpuAnswer> askOf(Toolchain &toolchain, const SimModelOptions &options, Open open) {
  auto opened = OpenedModel::open(options.path, options.open, options.network);
  if (!opened)
    return opened.error();
  Expected<const model::GgufFile *> weights = opened->weights();
  if (!weights)
    return weights.error();
  Expected<int64_t> positions = cachePositions(*opened, options);
  if (!positions)
    return positions.error();
  auto module = loadModel(toolchain, *opened, options, *positions, false);
  if (!module)
    return module.error();
  if (detectLevel(**module) != Level::L0) // a schedule keeps the meaning of the model
    module = opened->import(toolchain.context(), importOptions(options, *positions, false));
  if (!module)
    return module.error();
  auto session = open(**weights, **module);
  if (!session)
    return session.error();
  return ask(**session, options);
}

} // namespace

Expected<CpuAnswer> askCpu(Toolchain &toolchain, const SimModelOptions &options) {
  return askOf(toolchain, options, [&](const model::GgufFile &file, mlir::ModuleOp module) {
    Session::Options session;
    session.listener = &toolchain.listener();
    return Session::open(file, module, session);
  });
}

Expected<CpuAnswer> askGolden(Toolchain &toolchain, const SimModelOptions &options) {
  return askOf(toolchain, options, [&](const model::GgufFile &file, mlir::ModuleOp module) {
    return openGolden(toolchain, file, module);
  });
}

rt::WorkerOptions progressOfCalls(const Machine &machine, Listener &listener) {
  rt::WorkerOptions worker;
  if (listener.seesProgress())
    worker.progress = [&listener, name = machine.hardware.name](uint64_t done, uint64_t calls) {
      listener.progress("simulate " + name + ": " + std::to_string(done) + " of " + std::to_string(calls) +
                        " calls");
    };
  return worker;
}

Expected<MachineRun> simulateModel(Toolchain &toolchain, const CompiledModel &model,
                                   const SimModelOptions &options, const Machine &machine,
                                   const CpuAnswer *answer) {
  MachineRun run;
  run.machine = machine;
  run.tokens = options.tokens();
  sim::SimOptions how;
  how.values = options.values;
  how.tracePath = options.trace;
  how.dramTracePath = options.dramTrace;
  how.bounds = run.bounds = options.bounds;
  how.twice = options.twice;
  how.rtl = options.rtl;
  sim::DramImage image;
  Stopwatch packing;
  Expected<ModelBuffers> buffers = findModelBuffers(model.entry);
  if (!buffers)
    return buffers.error();
  std::vector<int32_t> tokens;
  if (options.values) {
    toolchain.listener().progress("pack the weights for " + machine.hardware.name);
    Expected<const model::GgufFile *> weights = model.opened.weights();
    if (!weights)
      return weights.error();
    if (Status s = fillParameters(toolchain, model.entry, **weights, image); !s)
      return s.error();
    const program::Buffer &logits = model.sequence.buffers[buffers->logits];
    tokens = answer ? answer->tokens : randomTokens(options.seed, options.tokens(), logits.elements);
    image.buffers[buffers->tokens] =
        sim::Content::view(reinterpret_cast<const uint8_t *>(tokens.data()), tokens.size() * sizeof(int32_t));
    image.buffers[buffers->k] =
        answer ? contentOf(answer->before.k) : zeros(model.sequence.buffers[buffers->k]);
    image.buffers[buffers->v] =
        answer ? contentOf(answer->before.v) : zeros(model.sequence.buffers[buffers->v]);
  }
  run.took.import = model.importSeconds;
  run.took.compile = model.compileSeconds;
  run.took.emit = model.emitSeconds;
  if (options.values)
    run.took.pack = packing.seconds();
  Stopwatch simulating;
  rt::WorkerOptions worker = progressOfCalls(machine, toolchain.listener());
  worker.peakBytes = &run.took.peakBytes;
  auto result = rt::runInWorker(model.sequence, machine.hardware, image, how, worker);
  if (!result)
    return Error{options.place() + ": " + result.error().message};
  run.took.simulate = simulating.seconds();
  run.result = std::move(*result);
  if (answer)
    run.checked = check(options, *answer, *buffers, image);
  return run;
}

} // namespace accord::driver
