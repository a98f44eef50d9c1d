// accord run: a model on the CPU: text continued as it comes, or a given text scored.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/output.h"
#include "tools/accord/progress.h"
#include "tools/accord/run_input.h"
#include "tools/accord/run_report.h"
#include "tools/accord/terminal.h"
#include "tools/driver/generate.h"
#include "tools/driver/stopwatch.h"
#include "tools/process/guard.h"

#include <algorithm>

namespace accord::cli {
namespace {

using tokenizer::Tokenizer;
using Tokens = std::vector<int32_t>;

/// Whether the tokens fit `context` positions, with room for those that are to come.
Status checkLength(const RunOptions &o, size_t tokens, int64_t context) {
  size_t least = o.scores() ? 2 : 1;
  if (tokens < least)
    return Error{o.scores() ? "text: expected at least 2 tokens to score, got " + std::to_string(tokens)
                            : "prompt: expected at least 1 token, got none: this model begins a text with no "
                              "token of its own"};
  int64_t most = context - o.count;
  std::string limit = "a context of " + std::to_string(context) + " positions";
  if (!o.scores() && most < 1)
    return Error{"-n: expected less than " + limit + ", got " + std::to_string(o.count)};
  if (int64_t(tokens) > most)
    return Error{std::string(o.scores() ? "text" : "prompt") + ": expected at most " + std::to_string(most) +
                 " tokens (" + limit +
                 (o.scores() ? "" : " less " + std::to_string(o.count) + " to generate") + "), got " +
                 std::to_string(tokens)};
  return {};
}

/// A model, opened and compiled, and the tokens to start from.
struct Job {
  explicit Job(const RunOptions &options) : options(options) {}

  const RunOptions &options;
  RunReport report;
  std::unique_ptr<model::GgufFile> file;
  std::unique_ptr<Tokenizer> tokenizer;
  Tokens tokens;
  Toolchain toolchain{terminal()};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<Session> session;

  /// Open before the work begins: what cannot be written is told then, not after it.
  std::optional<OutputFile> output, tokensOut, logits;

  Status load();
  Status openOutputs();
  Status compile();
  Expected<int> generateText();
  Expected<int> scoreText();
  Status measureError();
  Status finish(const Tokens &all, const std::string &result);
};

/// File, tokenizer, tokens and L0: what needs no code yet, so mistakes are told at once.
Status Job::load() {
  Stopwatch watch;
  auto opened = openWeights(options.weights(), options.open);
  if (!opened)
    return opened.error();
  file = std::move(*opened);
  // Ids are scored as they are: how text would become ids does not matter.
  if (options.scoreTokens.empty()) {
    auto loaded = Tokenizer::load(*file, options.pre);
    if (!loaded)
      return Error{loaded.error().message + (options.pre.empty() && !file->has("tokenizer.ggml.pre")
                                                 ? "; --pre NAME chooses one"
                                                 : "")};
    tokenizer = std::move(*loaded);
    if (!tokenizer->warning().empty())
      note(tokenizer->warning());
  }
  auto start = tokenizer ? tokensOf(options, *tokenizer) : readTokens(options.scoreTokens, *file);
  if (!start)
    return start.error();
  tokens = std::move(*start);
  report.loadSeconds = watch.seconds();

  Stopwatch import;
  if (options.parameters.empty()) {
    ImportOptions how = options.import;
    auto architecture = file->text("general.architecture");
    auto own = file->count((architecture ? *architecture : "") + ".context_length");
    int64_t context = how.context ? how.context : own ? int64_t(std::min<uint64_t>(*own, INT32_MAX)) : 0;
    // A file without these keys is the importer's to refuse.
    if (context) {
      if (Status s = checkLength(options, tokens.size(), context); !s)
        return s;
      // What code and caches are made for has no influence on values; multiples of 256 keep them few.
      if (!how.context)
        how.context = std::min(context, (int64_t(tokens.size()) + options.count + 255) / 256 * 256);
    }
    auto imported = importModel(toolchain.context(), *file, how);
    if (!imported)
      return imported.error();
    module = std::move(*imported);
  } else {
    auto parsed = toolchain.load(options.file);
    if (!parsed)
      return parsed.error();
    module = std::move(*parsed);
  }
  report.importSeconds = import.seconds();
  return {};
}

Status Job::openOutputs() {
  auto open = [](const std::string &path, std::optional<OutputFile> &file) -> Status {
    if (path.empty())
      return {};
    auto opened = OutputFile::open(path);
    if (!opened)
      return opened.error();
    file.emplace(std::move(*opened));
    return {};
  };
  if (Status s = open(options.tokensOut, tokensOut); !s)
    return s;
  if (Status s = open(options.logits, logits); !s)
    return s;
  return open(options.output, output);
}

Status Job::compile() {
  Session::Options how = options.session;
  how.listener = &terminal();
  auto opened = Session::open(*file, *module, how);
  if (!opened)
    return opened.error();
  session = std::move(*opened);
  report.costs = session->costs();
  report.context = session->context();
  return checkLength(options, tokens.size(), session->context());
}

/// All outputs, whole; the result last.
Status Job::finish(const Tokens &all, const std::string &result) {
  endProgress();
  std::string ids;
  for (int32_t id : all)
    ids += std::to_string(id) + "\n";
  if (tokensOut)
    if (Status s = tokensOut->write(ids); !s)
      return s;
  for (auto *file : {&tokensOut, &logits})
    if (*file)
      if (Status s = (*file)->commit(); !s)
        return s;
  // What is written to stdout cannot be taken back.
  if (Status s = output->write(result); !s)
    return s;
  return output->commit();
}

/// What --fast costs in exactness, on the tokens at hand.
Status Job::measureError() {
  Session::Options exactly = options.session;
  exactly.fast = false;
  exactly.listener = &terminal();
  auto exact = Session::open(*file, *module, exactly);
  if (!exact)
    return exact.error();
  auto deviation = compareSessions(**exact, *session, tokens);
  if (!deviation)
    return deviation.error();
  report.deviation = *deviation;
  return {};
}

Expected<int> Job::generateText() {
  bool streamed = options.form == RunOptions::Form::Text && options.output == "-";
  auto write = [&](const std::string &text) -> Status {
    if (!streamed)
      return {};
    endProgress();
    if (Status s = output->write(text); !s)
      return s;
    return output->flush();
  };
  GenerateOptions how{options.count, options.sampling, options.ignoreEnd, &tools::interrupted()};
  auto made = generate(*session, *tokenizer, tokens, how, write);
  if (!made)
    return made.error();
  if (Status s = write("\n"); !s)
    return s.error();
  report.generation = std::move(*made);
  if (report.generation->stop == Stop::Interrupted)
    return Interrupted;
  if (options.session.fast)
    if (Status s = measureError(); !s)
      return s.error();

  Tokens all = tokens;
  all.insert(all.end(), report.generation->tokens.begin(), report.generation->tokens.end());
  std::string result = options.form == RunOptions::Form::Json ? jsonOf(options, report, tokens)
                                                              : report.generation->text + "\n";
  if (Status s = finish(all, streamed ? "" : result); !s)
    return s.error();
  return Done;
}

Expected<int> Job::scoreText() {
  auto write = [&](llvm::ArrayRef<float> rows) {
    return logits ? logits->write({reinterpret_cast<const char *>(rows.data()), rows.size() * sizeof(float)})
                  : Status();
  };
  auto scored = score(*session, tokens, &tools::interrupted(), write);
  if (!scored)
    return scored.error();
  report.score = *scored;
  if (scored->interrupted)
    return Interrupted;
  if (options.session.fast)
    if (Status s = measureError(); !s)
      return s.error();
  if (Status s = finish(tokens, tableOf(options, report)); !s)
    return s.error();
  return Done;
}

} // namespace

int runRun(const std::vector<std::string> &arguments) {
  RunOptions options;
  if (std::optional<int> exit = parseRunOptions(arguments, options))
    return *exit;
  tools::interrupted(); // from here on
  Job job(options);
  if (Status s = job.load(); !s)
    return fail(s.error().message);
  if (Status s = job.report.identify(options, *job.file, job.toolchain); !s)
    return fail(s.error().message);
  if (Status s = job.openOutputs(); !s)
    return fail(s.error().message);
  if (Status s = job.compile(); !s)
    return fail(s.error().message);
  Expected<int> exit = tools::interrupted() ? Interrupted
                       : options.scores()   ? job.scoreText()
                                            : job.generateText();
  if (!exit)
    return fail(exit.error().message);
  for (const std::string &line : summary(options, job.report, job.tokens.size()))
    note(line);
  if (*exit == Interrupted)
    note("run: interrupted");
  return *exit;
}

} // namespace accord::cli
