// Options of `accord run`: which there are, and which go together.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/run_options.h"
#include "accord/cache_folder.h"

#include <algorithm>

namespace accord::cli {
namespace {

using Texts = std::vector<std::string>;

void describeOptions(po::options_description &options) {
  auto text = [](const char *name) { return po::value<std::string>()->value_name(name); };
  auto count = [](uint64_t standard) {
    return po::value<Count>()->default_value({standard})->value_name("N");
  };
  options.add_options()("file", po::value<std::string>());
  options.add_options()("prompt,p", text("TEXT"), "text to go on from");
  options.add_options()("prompt-file", text("FILE"),
                        "the same from a file (- is stdin), without one newline at its end");
  options.add_options()("tokens,n", count(64), "tokens to generate");
  options.add_options()("chat", "the prompt is a user's message, written as the model's chat template says");
  options.add_options()("system", text("TEXT"), "a system message before it");
  options.add_options()("temperature", po::value<Real>()->default_value({0})->value_name("T"),
                        "0 takes the most likely token; above, tokens are drawn");
  options.add_options()("top-k", count(0), "draw from the N most likely; 0: from all");
  options.add_options()("top-p", po::value<Real>()->default_value({1})->value_name("P"),
                        "draw from the most likely that hold this share of the probability");
  options.add_options()("seed", count(1), "of the draws: the same seed, the same text");
  options.add_options()("ignore-eos", "go on after a token that ends an answer");
  options.add_options()("score", text("FILE"),
                        "teacher forcing instead of generating, over token ids, apart by white space");
  options.add_options()("score-text", text("FILE"), "the same over a text");
  options.add_options()("logits", text("FILE"),
                        "all logits of a scored text: little-endian f32, [tokens][vocabulary]");
  options.add_options()("tokens-out", text("FILE"),
                        "the ids of prompt and continuation, or of the scored text");
  options.add_options()("threads", po::value<Count>()->value_name("N"), "default: one for each processor");
  options.add_options()("target", text("CPU")->default_value("host"),
                        "host, avx2 or portable: instructions that may be used");
  options.add_options()("no-code-cache", "compile anew, keep nothing");
  options.add_options()("fast", "lift exactness; the error against exact mode is measured on the prompt");
  options.add_options()("context", po::value<Count>()->value_name("N"),
                        "positions to make room for; default: what the job needs");
  addCacheOption(options);
  options.add_options()("parameters", text("FILE"), "the GGUF file whose tensors an L0 file names");
  addLayoutOption(options);
  options.add_options()(
      "pre", text("NAME"),
      "the pre-tokenizer of byte-level BPE, for a file that does not say it (key tokenizer.ggml.pre)");
  options.add_options()("sha256", "hash the model file too: its SHA-256 goes into the result");
  options.add_options()("output,o", text("FILE")->default_value("-"), "where the result goes; - is stdout");
  options.add_options()("format", text("FORM")->default_value("text"),
                        "of a generated text: text or json; of a score: text, json or csv");
}

/// The options that only one of the two jobs has.
const Texts generating = {"tokens", "chat", "system", "temperature", "top-k", "top-p", "seed", "ignore-eos"};
const Texts drawing = {"top-k", "top-p", "seed"};

bool given(const po::variables_map &values, const std::string &name) {
  return values.count(name) && !values[name].defaulted();
}

/// Of the options, which stand on the command line: which go together.
Status checkTogether(const po::variables_map &values) {
  const Texts sources = {"prompt", "prompt-file", "score", "score-text"};
  auto asked = std::count_if(sources.begin(), sources.end(), [&](auto &s) { return given(values, s); });
  if (asked != 1)
    return Error{"expected one of --prompt, --prompt-file, --score and --score-text, got " +
                 (asked ? std::to_string(asked) : "none")};
  bool scores = given(values, "score") || given(values, "score-text");
  for (const std::string &name : generating)
    if (scores && given(values, name))
      return Error{"--" + name + ": expected with a prompt, got --" +
                   (given(values, "score") ? "score" : "score-text")};
  if (!scores && given(values, "logits"))
    return Error{"--logits: expected with --score or --score-text, got a prompt"};
  if (given(values, "system") && !given(values, "chat"))
    return Error{"--system: expected with --chat, got none"};
  for (const std::string &name : drawing)
    if (given(values, name) && values["temperature"].as<Real>().value == 0)
      return Error{"--" + name + ": expected with --temperature above 0, got 0"};
  return {};
}

Expected<RunOptions::Form> formOf(const std::string &word, bool scores) {
  if (word == "text")
    return scores ? RunOptions::Form::Table : RunOptions::Form::Text;
  if (word == "json")
    return RunOptions::Form::Json;
  if (word == "csv" && scores)
    return RunOptions::Form::Csv;
  return Error{std::string("--format: expected text") + (scores ? ", json or csv" : " or json") + ", got '" +
               word + "'" + didYouMean(word, {"text", "json", "csv"})};
}

/// A count of `--name` in 1 .. INT32_MAX; `absent` when it was not given.
Expected<int64_t> positive(const po::variables_map &values, const char *name, int64_t absent) {
  if (!values.count(name))
    return absent;
  uint64_t value = values[name].as<Count>().value;
  if (value == 0 || value > INT32_MAX)
    return Error{"--" + std::string(name) + ": expected 1 to " + std::to_string(INT32_MAX) + ", got " +
                 std::to_string(value)};
  return int64_t(value);
}

/// Which file holds what: an L0 file says itself how long its caches are, and names the tensors of another.
Status readFiles(const po::variables_map &values, RunOptions &o) {
  if (!values.count("file"))
    return Error{"expected a FILE, got none; try 'accord run --help'"};
  o.file = values["file"].as<std::string>();
  if (isModel(o.file)) { // of a network, the work says that it has no weights
    if (values.count("parameters"))
      return Error{"--parameters: expected with an L0 file, got the GGUF file " + o.file};
    return {};
  }
  if (const std::string foreign = describeForeignFile(o.file); !foreign.empty())
    return Error{o.file + ": expected a GGUF file, or an L0 file, got " + foreign};
  if (!values.count("parameters"))
    return Error{o.file + ": expected a GGUF file, or --parameters FILE beside an L0 file, got neither"};
  o.parameters = values["parameters"].as<std::string>();
  for (const char *name : {"context", "cache"})
    if (given(values, name))
      return Error{"--" + std::string(name) + ": expected with a GGUF model, got the L0 file " + o.file};
  return {};
}

Status read(const po::variables_map &values, RunOptions &o) {
  if (Status s = readFiles(values, o); !s)
    return s;
  if (Status s = checkTogether(values); !s)
    return s;
  auto text = [&](const char *name) {
    return values.count(name) ? values[name].as<std::string>() : std::string();
  };
  if (values.count("prompt"))
    o.prompt = text("prompt");
  o.promptFile = text("prompt-file");
  o.system = text("system");
  o.pre = text("pre");
  o.chat = values.count("chat");
  o.ignoreEnd = values.count("ignore-eos");
  o.scoreTokens = text("score");
  o.scoreText = text("score-text");
  o.logits = text("logits");
  o.tokensOut = text("tokens-out");
  o.output = text("output");
  o.hash = values.count("sha256");
  o.sampling = {values["temperature"].as<Real>().value, values["top-k"].as<Count>().value,
                values["top-p"].as<Real>().value, values["seed"].as<Count>().value};
  if (Status s = checkSampling(o.sampling); !s)
    return s;

  auto count = positive(values, "tokens", 0), threads = positive(values, "threads", 0),
       context = positive(values, "context", 0);
  for (const auto *number : {&count, &threads, &context})
    if (!*number)
      return number->error();
  o.count = o.scores() ? 0 : *count;
  o.import.context = *context;
  o.session.threads = unsigned(*threads);
  o.session.fast = values.count("fast");
  // Without a folder there is nowhere to keep code, which is no reason not to run.
  if (Expected<std::string> folder = cacheFolder(); folder && !values.count("no-code-cache"))
    o.session.codeFolder = *folder + "/code";
  o.session.target = text("target");
  const Texts targets = {"host", "avx2", "portable"};
  if (std::find(targets.begin(), targets.end(), o.session.target) == targets.end())
    return Error{"--target: expected host, avx2 or portable, got '" + o.session.target + "'" +
                 didYouMean(o.session.target, targets)};

  Expected<std::optional<bool>> f32Cache = f32CacheOf(values);
  if (!f32Cache)
    return f32Cache.error();
  o.import.f32Cache = *f32Cache;
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return open.error();
  o.open = *open;
  Expected<RunOptions::Form> form = formOf(text("format"), o.scores());
  if (!form)
    return form.error();
  o.form = *form;
  return {};
}

} // namespace

std::optional<int> parseRunOptions(const std::vector<std::string> &arguments, RunOptions &options) {
  Usage usage = {"run", "MODEL.gguf | L0-FILE --parameters MODEL.gguf [options]",
                 "continue a text with a model on the CPU, or score a text with it",
                 "accord run build/models/smollm2.gguf --prompt \"The capital of France is\" -n 12"};
  po::options_description described;
  describeOptions(described);
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, described, positional, arguments, values))
    return exit;
  if (Status s = read(values, options); !s)
    return misuse("run: " + s.error().message);
  return std::nullopt;
}

} // namespace accord::cli
