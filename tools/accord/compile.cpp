// accord compile: a module from its level up to another, or to a target's code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/import.h"
#include "tools/accord/machines.h"
#include "tools/accord/output.h"
#include "tools/accord/progress.h"
#include "tools/accord/terminal.h"
#include "tools/driver/target_code.h"

#include <unistd.h>

namespace accord::cli {
namespace {

/// A module: of MLIR as it stands, of a model as `accord import` gives it.
Expected<mlir::OwningOpRef<mlir::ModuleOp>> loadAny(Toolchain &toolchain, const std::string &path,
                                                    const ModelOptions &options, const std::string &entry) {
  if (!isModel(path))
    return toolchain.load(path);
  auto model = OpenedModel::open(path, options.open, options.network);
  if (!model)
    return model.error();
  auto module = model->import(toolchain.context(), options.import);
  if (!module || entry.empty())
    return module;
  if (Status s = keepEntry(toolchain, **module, entry, path); !s)
    return s.error();
  return module;
}

} // namespace

int runCompile(const std::vector<std::string> &arguments) {
  Usage usage = {
      "compile", "FILE [options]",
      "bring a model (MLIR, GGUF or a network of sizes) from its level up the IR ladder, or to a target's "
      "code",
      "accord compile models/networks/gemm/q4_1_m8.mlir --hardware models/hardware/lut-edge.yaml --emit L2"};
  po::options_description options;
  options.add_options()("file", po::value<std::string>());
  addHardwareOption(options, "the machine to compile for, not needed for L0");
  options.add_options()("emit", po::value<std::string>()->default_value("L3")->value_name("LEVEL"),
                        "L0, L1, L2, L3 (MLIR text); llvm, ptx (text); spirv, program (binary)");
  options.add_options()(
      "entry", po::value<std::string>()->default_value("")->value_name("NAME"),
      "function to compile for a target, default: the only public one; of a model the "
      "one to keep at any level: decode, prefill or score (these with --prompt-tokens beyond L1)");
  options.add_options()("scalar",
                        po::value<std::vector<int64_t>>()->default_value({}, "none")->value_name("N"),
                        "value of an index argument, in order; --emit program only");
  addModelOptions(options);
  addNetworkOption(options);
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  if (!values.count("file"))
    return misuse("compile: expected a FILE, got none; try 'accord compile --help'");
  std::string emit = values["emit"].as<std::string>(), output = values["output"].as<std::string>();
  std::optional<Level> level = parseLevel(emit);
  std::optional<Target> target = parseTarget(emit);
  if (!level && !target)
    return misuse("compile: --emit: expected L0, L1, L2, L3, llvm, spirv, ptx or program, got '" + emit +
                  "'" + didYouMean(emit, {"L0", "L1", "L2", "L3", "llvm", "spirv", "ptx", "program"}));
  std::string path = values["file"].as<std::string>();
  std::vector<std::string> forModels = givenModelOptions(values);
  if (!forModels.empty() && !isModel(path))
    return misuse("compile: --" + forModels[0] + ": expected with a GGUF model, got " + path);
  if (level && !isModel(path) && !values["entry"].defaulted())
    return misuse("compile: --entry: expected with llvm, spirv, ptx or program, got --emit " + emit);
  if (emit != "program" && !values["scalar"].defaulted())
    return misuse("compile: --scalar: expected with --emit program, got --emit " + emit);
  if ((emit == "spirv" || emit == "program") && output == "-" && isatty(STDOUT_FILENO))
    return misuse("compile: --emit " + emit +
                  ": expected -o FILE or a pipe for binary output, got a terminal");

  // A model at L0 is the same for every machine; above it is not.
  if (!values.count("hardware") && level != Level::L0)
    return misuse("compile: expected --hardware FILE, got none");
  Expected<ModelOptions> model = modelOptionsOf(values, path);
  if (!model)
    return misuse("compile: " + model.error().message);
  // A schedule and a program are of so many rows; @decode is of one.
  if (isModel(path) && (!level || *level > Level::L1) && model->import.promptTokens == 0 &&
      values["entry"].as<std::string>() != "decode")
    return misuse(
        "compile: --prompt-tokens: expected the number of tokens that @prefill and @score take, for --emit " +
        emit + ", got none; or --entry decode");

  Expected<Machine> machine = Machine();
  if (values.count("hardware"))
    machine = openMachine(values["hardware"].as<std::string>());
  if (!machine)
    return fail(machine.error().message);
  Toolchain toolchain(terminal());
  progress("compile " + path + " to " + emit);
  auto module = loadAny(toolchain, path, *model, values["entry"].as<std::string>());
  if (!module)
    return fail(module.error().message);
  if (Status s = toolchain.raise(**module, level.value_or(Level::L3), machine->hardware, path); !s)
    return fail(s.error().message);

  std::string text;
  if (level) {
    text = print(**module);
  } else {
    Expected<std::string> code = emitTarget(*target, toolchain, **module, values["entry"].as<std::string>(),
                                            values["scalar"].as<std::vector<int64_t>>(), path);
    if (!code)
      return fail(code.error().message);
    text = std::move(*code);
  }
  if (Status s = writeOutput(output, text); !s)
    return fail(s.error().message);
  return Done;
}

} // namespace accord::cli
