// compare-logits: candidates' next-token predictions against a reference's, as a table; bounds as an exit
// code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/comparison.h"
#include "tools/dev/evaluate/token_file.h"
#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>

namespace po = boost::program_options;
using namespace accord;

namespace {

struct Options {
  std::string tokens, subject, peer;
  int64_t positions;
  evaluate::Bounds bounds;
  std::vector<std::string> files;
};

/// `name=path`; a path alone is its own name.
Expected<evaluate::Logits> open(const std::string &argument, int64_t rows) {
  const size_t split = argument.find('=');
  const std::string path = split == std::string::npos ? argument : argument.substr(split + 1);
  return evaluate::readLogits(argument.substr(0, split), path, rows);
}

void print(const std::string &name, const evaluate::Comparison &c) {
  std::printf("%-12s %9lld %8.2f %% %12.3e %12.3e %12.4f\n", name.c_str(),
              static_cast<long long>(c.positions),
              100.0 * static_cast<double>(c.agreeing) / static_cast<double>(c.positions), c.meanKl, c.maxKl,
              c.perplexity);
}

Expected<bool> run(const Options &options) {
  Expected<std::vector<int64_t>> ids = evaluate::readTokens(options.tokens);
  if (!ids)
    return ids.error();
  const auto rows = static_cast<int64_t>(ids->size());
  const int64_t positions = options.positions ? options.positions : rows - 1;
  const std::vector<int64_t> next(ids->begin() + 1, ids->end());
  Expected<evaluate::Logits> reference = open(options.files.front(), rows);
  if (!reference)
    return reference.error();

  std::map<std::string, evaluate::Comparison> results;
  std::printf("%-12s %9s %10s %12s %12s %12s\n", "logits", "positions", "top-1", "mean KL", "max KL",
              "perplexity");
  for (const std::string &file : options.files) {
    Expected<evaluate::Logits> candidate = open(file, rows);
    if (!candidate)
      return candidate.error();
    Expected<evaluate::Comparison> result = evaluate::compare(*reference, *candidate, next, positions);
    if (!result)
      return result.error();
    print(candidate->name, *result);
    results[candidate->name] = *result;
  }
  if (options.subject.empty())
    return true;
  for (const std::string &name : {options.subject, options.peer})
    if (!results.count(name))
      return Error{"--subject and --peer: expected the name of a file of logits, got '" + name + "'"};
  std::string report;
  const bool holds =
      evaluate::checkBounds(options.subject, results[options.subject], options.peer, results[options.peer],
                            results[reference->name].perplexity, options.bounds, report);
  std::cout << std::flush << report;
  return holds;
}

} // namespace

int main(int argc, char **argv) {
  Options given;
  po::options_description options(
      "compare-logits: agreement of the most likely token, KL(reference || candidate) in nats, and "
      "perplexity\n"
      "Files hold little-endian f32 [ids][vocabulary], the reference first; each may be given as NAME=PATH.\n"
      "Example: compare-logits --tokens tokens.txt float32=a.f32 llama.cpp=b.f32 accord=c.f32\n"
      "           --subject accord --peer llama.cpp\nOptions");
  options.add_options()("help", "print this text")("tokens", po::value(&given.tokens)->required(),
                                                   "the ids that were fed, one row of logits each")(
      "positions", po::value(&given.positions)->default_value(0),
      "compare the first N (default: all with a next id)")(
      "subject", po::value(&given.subject),
      "name of the candidate that must keep the bounds; exit code 1 if not")(
      "peer", po::value(&given.peer), "name of the candidate that sets the bound of the mean KL")(
      "kl-factor", po::value(&given.bounds.klFactor)->default_value(1.5), "times the peer's mean KL")(
      "perplexity-part", po::value(&given.bounds.perplexityPart)->default_value(0.01),
      "of the reference's perplexity")("files", po::value(&given.files)->required(),
                                       "reference and candidates");
  po::positional_options_description positional;
  positional.add("files", -1);
  try {
    po::variables_map map;
    po::store(po::command_line_parser(argc, argv).options(options).positional(positional).run(), map);
    if (map.count("help")) {
      std::cout << options << "\n";
      return 0;
    }
    po::notify(map);
  } catch (const std::exception &e) {
    std::cerr << "compare-logits: error: " << e.what() << "\n";
    return 2;
  }
  if (given.files.size() < 2 || given.positions < 0 || given.subject.empty() != given.peer.empty()) {
    std::cerr << "compare-logits: error: expected a reference and candidates, positions of 0 or more, and "
                 "--subject "
                 "with --peer\n";
    return 2;
  }
  Expected<bool> holds = run(given);
  if (!holds) {
    std::cout << std::flush;
    std::cerr << "compare-logits: error: " << holds.error().message << "\n";
    return 1;
  }
  return *holds ? 0 : 1;
}
