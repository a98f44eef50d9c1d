// Renders results of `accord run`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/run_report.h"
#include "tools/accord/output.h"
#include "tools/accord/printable.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace accord::cli {
namespace {

double rate(double count, double seconds) { return seconds > 0 ? count / seconds : 0; }

std::string shown(double value, const char *format = "%.3g") {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string seconds(double value) { return shown(value, value < 1 ? "%.3f s" : "%.2f s"); }

std::string mode(const RunOptions &o, const RunReport &r) {
  return std::to_string(r.costs.threads) + (r.costs.threads == 1 ? " thread, " : " threads, ") +
         o.session.target + ", " + (o.session.fast ? "fast" : "exact");
}

std::string deviationText(const Deviation &d) {
  return "fast against exact, " + std::to_string(d.positions) + " positions, " + std::to_string(d.logits) +
         " logits: RMS difference " + shown(d.rmsDifference) + ", max " + shown(d.maxDifference) +
         ", max ULP " + std::to_string(d.maxUlp) + ", most likely token the same at " +
         std::to_string(d.sameTop) + " of " + std::to_string(d.positions);
}

} // namespace

Status RunReport::identify(const RunOptions &options, const model::GgufFile &file,
                           const Toolchain &toolchain) {
  about.emplace_back("model", options.weights());
  about.emplace_back("model_bytes", std::to_string(file.fileBytes()));
  if (options.hash) {
    Expected<std::string> hash = sha256OfFile(options.weights());
    if (!hash)
      return hash.error();
    about.emplace_back("model_sha256", *hash);
  }
  if (options.parameters.empty())
    return {};
  // An L0 file is small and likely to be edited: always hashed.
  about.emplace_back("program", options.file);
  about.emplace_back("program_sha256", toolchain.sha256(options.file));
  return {};
}

std::string jsonOf(const RunOptions &o, const RunReport &r, const std::vector<int32_t> &prompt) {
  using Json = nlohmann::ordered_json;
  const Generation &g = *r.generation;
  Json about = {{"accord", toolVersion()}};
  for (const auto &[key, value] : r.about)
    about[key] = value;
  Json whole = {{"about", about}};
  whole["text"] = g.text;
  whole["stop"] = name(g.stop);
  whole["prompt_tokens"] = prompt;
  whole["tokens"] = g.tokens;
  whole["settings"] = {{"count", o.count},
                       {"chat", o.chat},
                       {"temperature", o.sampling.temperature},
                       {"top_k", o.sampling.topK},
                       {"top_p", o.sampling.topP},
                       {"seed", o.sampling.seed},
                       {"threads", r.costs.threads},
                       {"target", o.session.target},
                       {"exact", !o.session.fast},
                       {"code_cached", r.costs.codeCached},
                       {"context", r.context}};
  whole["seconds"] = {
      {"load", r.loadSeconds},       {"import", r.importSeconds},   {"compile", r.costs.compileSeconds},
      {"pack", r.costs.packSeconds}, {"prefill", g.prefillSeconds}, {"decode", g.decodeSeconds}};
  whole["tokens_per_second"] = {{"prefill", rate(double(prompt.size()), g.prefillSeconds)},
                                {"decode", rate(double(g.steps), g.decodeSeconds)}};
  whole["bytes"] = {
      {"weights", r.costs.weightBytes}, {"cache", r.costs.cacheBytes}, {"workspace", r.costs.workspaceBytes}};
  if (const auto &d = r.deviation)
    whole["fast_error"] = {
        {"positions", d->positions},          {"logits", d->logits},  {"rms_difference", d->rmsDifference},
        {"max_difference", d->maxDifference}, {"max_ulp", d->maxUlp}, {"same_top", d->sameTop}};
  return printable(whole.dump(2, ' ', false, Json::error_handler_t::replace), "\n") + "\n";
}

std::string tableOf(const RunOptions &o, const RunReport &r) {
  const Score &s = *r.score;
  Table table;
  table.about = r.about;
  table.about.emplace_back("text", o.scoreTokens.empty() ? o.scoreText : o.scoreTokens);
  table.about.emplace_back("mode", mode(o, r));
  table.columns = {"quantity", "value", "unit"};
  auto row = [&](const char *quantity, Cell value, const char *unit) {
    table.rows.push_back({std::string(quantity), std::move(value), std::string(unit)});
  };
  row("tokens", s.positions, "");
  row("predicted", s.predicted, "tokens");
  row("mean_nll", s.meanNll, "nats");
  row("perplexity", std::exp(s.meanNll), "");
  row("top1", s.top1, "tokens");
  row("time", s.seconds, "s");
  row("rate", rate(double(s.positions), s.seconds), "tokens/s");
  if (const auto &d = r.deviation) {
    row("fast_rms_difference", d->rmsDifference, "");
    row("fast_max_difference", d->maxDifference, "");
    row("fast_max_ulp", int64_t(d->maxUlp), "ULP");
    row("fast_same_top", d->sameTop, "positions");
  }
  return render(table, o.form == RunOptions::Form::Json  ? Format::Json
                       : o.form == RunOptions::Form::Csv ? Format::Csv
                                                         : Format::Table);
}

std::vector<std::string> summary(const RunOptions &o, const RunReport &r, size_t prompt) {
  std::vector<std::string> lines;
  lines.push_back("load " + seconds(r.loadSeconds) + ", import " + seconds(r.importSeconds) + ", compile " +
                  seconds(r.costs.compileSeconds) + ", pack weights " + seconds(r.costs.packSeconds) + "; " +
                  mode(o, r) + ", context " + std::to_string(r.context) +
                  (r.costs.codeCached ? ", code of an earlier run" : ""));
  if (!r.costs.codeProblem.empty())
    lines.push_back(r.costs.codeProblem + "; code is compiled in each run");
  if (const auto &g = r.generation)
    lines.push_back("prompt: " + std::to_string(prompt) + " tokens, " + seconds(g->prefillSeconds) + ", " +
                    shown(rate(double(prompt), g->prefillSeconds)) + " tokens/s; generated: " +
                    std::to_string(g->tokens.size()) + " tokens (" + name(g->stop) + "), " +
                    std::to_string(g->steps) + " steps, " + seconds(g->decodeSeconds) + ", " +
                    shown(rate(double(g->steps), g->decodeSeconds)) + " tokens/s");
  if (const auto &s = r.score)
    lines.push_back("scored: " + std::to_string(s->positions) + " tokens, " + seconds(s->seconds) + ", " +
                    shown(rate(double(s->positions), s->seconds)) + " tokens/s");
  if (r.deviation)
    lines.push_back(deviationText(*r.deviation));
  return lines;
}

} // namespace accord::cli
