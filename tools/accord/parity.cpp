// accord parity: the same program on several executions, compared to the bit with golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/model_files.h"
#include "tools/accord/import.h"
#include "tools/accord/machines.h"
#include "tools/accord/output.h"
#include "tools/accord/terminal.h"
#include "tools/driver/parity_layers.h"
#include "tools/driver/parity_model.h"
#include "tools/driver/parity_program.h"
#include "tools/driver/parity_schedule.h"

#include <sstream>

namespace accord::cli {
namespace {

std::vector<std::string> split(const std::string &text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; std::getline(stream, word, ',');)
    words.push_back(word);
  return words;
}

/// What stands before the colon of an execution's name.
const std::vector<std::string> executions = {"cpu", "vulkan", "cuda", "sim", "rtl"};

/// Whole models run on the CPU's own backend, from L0; programs on the executions of L3.
Status checkModelDevices(const std::vector<std::string> &names) {
  for (const std::string &name : names)
    if (!nativeTarget(name))
      return Error{"expected native[:host|:avx2|:portable] for a GGUF model, got '" + name + "'"};
  return {};
}

Status checkDevices(const std::vector<std::string> &names) {
  std::string known;
  for (const std::string &word : executions)
    known += (known.empty() ? "" : ", ") + word;
  if (names.empty())
    return Error{"expected at least one of " + known + ", got none"};
  for (const std::string &name : names)
    if (std::string kind = name.substr(0, name.find(':')); !llvm::is_contained(executions, kind))
      return Error{"expected " + known + ", got '" + name + "'" + didYouMean(kind, executions)};
  return {};
}

/// `--layers`: a model's layers on the executions of L3.
int runLayers(const po::variables_map &values, const std::vector<std::string> &files, Format format) {
  LayerParity parity;
  Expected<ModelOptions> model = modelOptionsOf(values);
  if (!model)
    return misuse("parity: " + model.error().message);
  parity.model = *model;
  for (const char *option : {"reference", "runs", "entry", "scalar", "tokens"})
    if (values.count(option) && !values[option].defaulted())
      return misuse("parity: --" + std::string(option) + ": expected without --layers, got both");
  parity.devices = split(values["devices"].as<std::string>());
  if (Status s = checkDevices(parity.devices); !s)
    return misuse("parity: --devices: " + s.error().message);
  uint64_t layers = values["layers"].as<Count>().value;
  if (layers == 0 || layers > INT32_MAX)
    return misuse("parity: --layers: expected at least 1, got " + std::to_string(layers));
  parity.layers = int64_t(layers);
  parity.seed = values["seed"].as<Count>().value;
  if (model->import.promptTokens)
    parity.prompt = model->import.promptTokens;
  Expected<Hardware> hardware =
      openHardware(values.count("hardware") ? values["hardware"].as<std::string>() : "lut-edge");
  if (!hardware)
    return fail(hardware.error().message);
  parity.hardware = *hardware;
  Expected<std::string> machineHash = sha256OfFile(hardware->file);
  if (!machineHash)
    return fail(machineHash.error().message);
  if (files.size() != 1)
    return misuse("parity: expected one model with --layers, got " + std::to_string(files.size()));
  parity.path = files[0];
  bool agree = true;
  Expected<Table> table = compareLayers(parity, agree, terminal());
  if (!table)
    return fail(table.error().message);
  table->about.insert(table->about.begin(), {{"model", parity.path},
                                             {"hardware", hardware->file},
                                             {"hardware_sha256", *machineHash},
                                             {"seed", std::to_string(parity.seed)},
                                             {"prompt_tokens", std::to_string(parity.prompt)}});
  if (Status s = writeOutput(values["output"].as<std::string>(), render(*table, format)); !s)
    return fail(s.error().message);
  return agree ? Done
               : fail("parity: expected every execution to give golden's bits, got the differences above");
}

/// GGUF files: no machine is needed, and each has a table of its own.
int runModels(const po::variables_map &values, const std::vector<std::string> &files, Format format) {
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return misuse("parity: " + open.error().message);
  for (const char *option : {"hardware", "reference", "runs", "entry", "scalar"})
    if (values.count(option) && !values[option].defaulted())
      return misuse("parity: --" + std::string(option) + ": expected with MLIR files, got the model " +
                    files[0]);
  ModelParity parity;
  parity.open = *open;
  parity.devices = {"native"};
  if (!values["devices"].defaulted())
    parity.devices = split(values["devices"].as<std::string>());
  if (Status s = checkModelDevices(parity.devices); !s)
    return misuse("parity: --devices: " + s.error().message);
  uint64_t tokens = values["tokens"].as<Count>().value;
  if (tokens < 4 || tokens > INT32_MAX)
    return misuse("parity: --tokens: expected 4 to " + std::to_string(INT32_MAX) + ", got " +
                  std::to_string(tokens));
  parity.tokens = int64_t(tokens);
  parity.seed = values["seed"].as<Count>().value;

  Table table;
  bool agree = true;
  for (const std::string &file : files) {
    parity.path = file;
    if (isNetwork(file))
      return fail(openWeights(file, parity.open).error().message);
    Expected<std::string> hash = sha256OfFile(file);
    if (!hash)
      return fail(hash.error().message);
    auto compared = compareModel(parity, agree, terminal());
    if (!compared)
      return fail(compared.error().message);
    table.columns = compared->columns;
    table.columns.push_back("file_sha256");
    for (auto &row : compared->rows) {
      row.push_back(*hash);
      table.rows.push_back(std::move(row));
    }
  }
  table.about = {{"seed", std::to_string(parity.seed)}, {"tokens", std::to_string(parity.tokens)}};
  if (Status s = writeOutput(values["output"].as<std::string>(), render(table, format)); !s)
    return fail(s.error().message);
  return agree ? Done
               : fail("parity: expected every execution to give golden's bits, got the differences above");
}

/// MLIR files with `--parameters`: whole models, in the simulator.
int runSchedules(const po::variables_map &values, const std::vector<std::string> &files, Format format) {
  for (const char *option :
       {"reference", "runs", "entry", "scalar", "layers", "context", "prompt-tokens", "cache"})
    if (values.count(option) && !values[option].defaulted())
      return misuse("parity: --" + std::string(option) + ": expected without --parameters, got both");
  if (!values["devices"].defaulted() && values["devices"].as<std::string>() != "sim")
    return misuse("parity: --devices: expected sim with --parameters, got '" +
                  values["devices"].as<std::string>() + "'");
  if (!values.count("hardware"))
    return misuse("parity: expected --hardware FILE with --parameters, got none");
  SimModelOptions options;
  options.path = values["parameters"].as<std::string>();
  if (!isModelFile(options.path))
    return misuse("parity: --parameters: expected a GGUF model, got " + options.path);
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return misuse("parity: " + open.error().message);
  options.open = *open;
  const uint64_t tokens = values["tokens"].as<Count>().value;
  if (tokens == 0 || tokens > INT32_MAX)
    return misuse("parity: --tokens: expected 1 to " + std::to_string(INT32_MAX) + ", got " +
                  std::to_string(tokens));
  options.context = int64_t(tokens);
  options.seed = values["seed"].as<Count>().value;
  Expected<Machine> machine = openMachine(values["hardware"].as<std::string>());
  if (!machine)
    return fail(machine.error().message);
  Table table;
  table.columns = scheduleColumns();
  bool agree = true;
  for (const std::string &file : files) {
    options.schedule = file;
    if (Status s = compareSchedule(options, *machine, table, agree, terminal()); !s)
      return fail(s.error().message);
  }
  for (const auto &[key, path] : {std::pair("model", options.path), {"hardware", machine->path}}) {
    Expected<std::string> hash = sha256OfFile(path);
    if (!hash)
      return fail(hash.error().message);
    table.about.insert(table.about.end(), {{key, path}, {key + std::string("_sha256"), *hash}});
  }
  table.about.emplace_back("seed", std::to_string(options.seed));
  if (Status s = writeOutput(values["output"].as<std::string>(), render(table, format)); !s)
    return fail(s.error().message);
  return agree ? Done
               : fail("parity: expected the simulator to give golden's bits, got the differences above");
}

} // namespace

int runParity(const std::vector<std::string> &arguments) {
  Usage usage = {"parity", "FILE... [options]",
                 "run a model's program on several executions and compare each to the bit with golden",
                 "accord parity models/networks/gemm/q4_1_m8.mlir --hardware models/hardware/lut-edge.yaml"};
  po::options_description options;
  options.add_options()("file", po::value<std::vector<std::string>>());
  addHardwareOption(options, "the machine to compile for");
  options.add_options()(
      "devices", po::value<std::string>()->default_value("cpu,vulkan,sim")->value_name("LIST"),
      "executions, with commas: cpu[:avx2|portable], vulkan[:N|NAME], sim, rtl (the simulator with "
      "the Verilated RTL of its units); of a GGUF model: native[:host|:avx2|:portable]");
  options.add_options()("reference", po::value<std::string>()->default_value("")->value_name("FILE"),
                        "L0 or L1 file that golden runs; default: FILE itself");
  options.add_options()("seed", po::value<Count>()->default_value({1})->value_name("N"),
                        "of the random arguments");
  options.add_options()("runs", po::value<Count>()->default_value({2})->value_name("N"),
                        "arguments tried, seed and up; every second one holds NaNs and infinities");
  options.add_options()("entry", po::value<std::string>()->default_value("")->value_name("NAME"),
                        "function to run; default: the only public one");
  options.add_options()("scalar",
                        po::value<std::vector<int64_t>>()->default_value({}, "none")->value_name("N"),
                        "value of an index argument, in order");
  options.add_options()("parameters", po::value<std::string>()->value_name("MODEL"),
                        "the GGUF model of which an MLIR file is @decode or @prefill, at L2 or L3: its "
                        "edited schedule runs in the "
                        "simulator behind --tokens tokens (of a @prefill: its own), logits and caches are "
                        "compared with golden's");
  options.add_options()(
      "tokens", po::value<Count>()->default_value({8})->value_name("N"),
      "random tokens that go through a GGUF model: a prefill, then one by one, then scored");
  options.add_options()(
      "layers", po::value<Count>()->value_name("N"),
      "compare the first N layers of a GGUF model op by op: a prefill of --prompt-tokens (8) and "
      "one decode step, on the executions of L3 (machine: lut-edge)");
  addModelOptions(options);
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  addFormatOption(options);
  po::positional_options_description positional;
  positional.add("file", -1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  Expected<Format> format = formatOf(values);
  if (!format)
    return misuse("parity: " + format.error().message);
  if (values.count("file")) {
    auto files = values["file"].as<std::vector<std::string>>();
    auto models = llvm::count_if(files, isModel);
    if (models && values.count("parameters"))
      return misuse("parity: --parameters: expected with MLIR files, got the model " + files[0]);
    if (models == int64_t(files.size()))
      return values.count("layers") ? runLayers(values, files, *format) : runModels(values, files, *format);
    if (models)
      return misuse("parity: expected GGUF models or MLIR files, got both");
    if (values.count("parameters"))
      return runSchedules(values, files, *format);
    std::vector<std::string> forModels = givenModelOptions(values);
    for (const char *option : {"tokens", "layers"})
      if (values.count(option) && !values[option].defaulted())
        forModels.push_back(option);
    for (const std::string &option : forModels)
      return misuse("parity: --" + option + ": expected with a GGUF model, got " + files[0]);
  }
  if (!values.count("file") || !values.count("hardware"))
    return misuse("parity: expected a FILE and --hardware FILE; try 'accord parity --help'");
  if (values["runs"].as<Count>().value == 0)
    return misuse("parity: --runs: expected at least 1, got 0");
  if (Status s = checkDevices(split(values["devices"].as<std::string>())); !s)
    return misuse("parity: --devices: " + s.error().message);

  Expected<Machine> machine = openMachine(values["hardware"].as<std::string>());
  if (!machine)
    return fail(machine.error().message);
  Table table;
  table.columns = programColumns();
  Expected<std::string> machineHash = sha256OfFile(machine->path);
  if (!machineHash)
    return fail(machineHash.error().message);
  if (const std::string &reference = values["reference"].as<std::string>(); !reference.empty()) {
    Expected<std::string> hash = sha256OfFile(reference);
    if (!hash)
      return fail(hash.error().message);
    table.about = {{"reference", reference}, {"reference_sha256", *hash}};
  }
  table.about.insert(table.about.end(), {{"hardware", machine->path},
                                         {"hardware_sha256", *machineHash},
                                         {"seed", std::to_string(values["seed"].as<Count>().value)},
                                         {"runs", std::to_string(values["runs"].as<Count>().value)}});
  ProgramParity parity;
  parity.reference = values["reference"].as<std::string>();
  parity.entry = values["entry"].as<std::string>();
  parity.scalars = values["scalar"].as<std::vector<int64_t>>();
  parity.devices = split(values["devices"].as<std::string>());
  parity.hardware = machine->hardware;
  parity.seed = values["seed"].as<Count>().value;
  parity.runs = values["runs"].as<Count>().value;
  Executor executor;
  bool agree = true;
  for (const std::string &path : values["file"].as<std::vector<std::string>>()) {
    parity.path = path;
    if (Status s = compareProgram(parity, executor, table, agree, terminal()); !s)
      return fail(s.error().message);
  }
  if (Status s = writeOutput(values["output"].as<std::string>(), render(table, *format)); !s)
    return fail(s.error().message);
  return agree ? Done
               : fail("parity: expected every execution to give golden's bits, got the differences above");
}

} // namespace accord::cli
