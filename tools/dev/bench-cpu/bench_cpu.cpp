// Speed of a model on the CPU: decode and prefill tokens a second, as JSON.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "mlir/Import/Importer.h"
#include "mlir/Support/RegisterAll.h"
#include "runtime/backends/cpu/jit.h"
#include "tools/driver/session.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <boost/program_options.hpp>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>

using namespace accord;
namespace po = boost::program_options;

namespace {

/// Seconds of processor time of the process: what a busy machine does not change much.
double processorTime() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int fail(const std::string &message) {
  std::cerr << "bench-cpu: " << message << "\n";
  return 1;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv) {
  std::string path, target, bitcode;
  unsigned threads;
  int repeat, prompt, decoded, start;
  po::options_description options("bench-cpu MODEL.gguf");
  options.add_options()("help", "this text")("model", po::value(&path), "a GGUF file")(
      "threads", po::value(&threads)->default_value(0), "0: one for each processor")(
      "target", po::value(&target)->default_value("host"), "host, avx2 or portable")(
      "repeat", po::value(&repeat)->default_value(5), "the median and the best of so many")(
      "prompt", po::value(&prompt)->default_value(128),
      "tokens of the prefill")("decode", po::value(&decoded)->default_value(32), "tokens of the decode")(
      "start", po::value(&start)->default_value(16), "context before the decode")("fast", "not exact")(
      "bitcode", po::value(&bitcode),
      "write the compiled bitcode here and stop")("dump", "print the L0 module and stop");
  po::variables_map map;
  try {
    po::store(po::command_line_parser(argc, argv)
                  .options(options)
                  .positional(po::positional_options_description().add("model", 1))
                  .run(),
              map);
    po::notify(map);
  } catch (const po::error &e) {
    return fail(e.what());
  }
  if (map.count("help") || path.empty()) {
    std::cout << options;
    return path.empty() && !map.count("help");
  }
  auto file = model::GgufFile::open(path);
  if (!file)
    return fail(file.error().message);
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  double begin = now();
  auto imported = importModel(context, **file);
  if (!imported)
    return fail(imported.error().message);
  mlir::ModuleOp module = **imported;
  if (map.count("dump")) {
    module.print(llvm::outs());
    return 0;
  }
  double parsed = now() - begin;
  if (!bitcode.empty()) {
    CpuTarget code = chooseCpuTarget([&](llvm::StringRef feature) {
      return rt::targetHasFeature(target, {feature.data(), feature.size()});
    });
    auto images = buildCpuGraphImages(module, code);
    if (!images)
      return fail(images.error().message);
    std::ofstream(bitcode, std::ios::binary)
        .write(reinterpret_cast<const char *>(images->front().bytes.data()),
               std::streamsize(images->front().bytes.size()));
    return 0;
  }
  auto session = driver::Session::open(**file, module, {threads, target, map.count("fast") != 0});
  if (!session)
    return fail(session.error().message);
  driver::Session &s = **session;
  const auto &costs = s.costs();

  std::vector<double> decodeRate, prefillRate, decodeTime, prefillTime;
  double used = 0;
  std::vector<int32_t> tokens(prompt);
  for (int i = 0; i < prompt; ++i)
    tokens[i] = int32_t((i * 7919 + 13) % s.vocabulary());
  for (int r = 0; r < repeat + 1; ++r) { // the first one warms up
    s.reset();
    begin = now();
    used = processorTime();
    if (auto result = s.evaluate(tokens); !result)
      return fail(result.error().message);
    double seconds = now() - begin;
    prefillTime.push_back((processorTime() - used) / prompt);
    if (r)
      prefillRate.push_back(prompt / seconds);
    s.reset();
    int32_t token = 1;
    for (int i = 0; i < start + decoded; ++i) {
      if (i == start) {
        begin = now();
        used = processorTime();
      }
      auto logits = s.evaluate(token);
      if (!logits)
        return fail(logits.error().message);
      token = int32_t(std::max_element(logits->begin(), logits->end()) - logits->begin());
    }
    decodeTime.push_back((processorTime() - used) / decoded);
    if (r)
      decodeRate.push_back(decoded / (now() - begin));
  }
  std::cout << "{\"decode_tokens_per_s\": " << median(decodeRate)
            << ", \"prefill_tokens_per_s\": " << median(prefillRate) << ", \"threads\": " << costs.threads
            << ", \"decode_best\": " << *std::max_element(decodeRate.begin(), decodeRate.end())
            << ", \"prefill_best\": " << *std::max_element(prefillRate.begin(), prefillRate.end())
            << ", \"decode_cpu_ms\": " << 1e3 * *std::min_element(decodeTime.begin(), decodeTime.end())
            << ", \"prefill_cpu_ms\": " << 1e3 * *std::min_element(prefillTime.begin(), prefillTime.end())
            << ", \"import_s\": " << parsed << ", \"compile_s\": " << costs.compileSeconds
            << ", \"pack_s\": " << costs.packSeconds << ", \"weight_bytes\": " << costs.weightBytes
            << ", \"cache_bytes\": " << costs.cacheBytes << ", \"workspace_bytes\": " << costs.workspaceBytes
            << "}\n";
}
