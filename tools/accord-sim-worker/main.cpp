// Simulates one sequence of programs: files in, result as JSON out. Fed by runtime/backends/sim, and by
// people who debug it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/verilated_block.h"
#include "sim/files/output_file.h"
#include "sim/hardware/hardware.h"
#include "sim/program/serialize.h"
#include "sim/system/simulate.h"
#include "tools/process/guard.h"

#include <array>
#include <boost/program_options.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

using namespace accord;
namespace po = boost::program_options;

namespace {

Expected<std::string> readFile(const std::string &path) {
  errno = 0;
  std::string bytes;
  if (path == "-") {
    bytes.assign(std::istreambuf_iterator<char>(std::cin), {});
    return bytes;
  }
  std::ifstream file(path, std::ios::binary);
  std::array<char, 1 << 16> piece;
  while (file.read(piece.data(), piece.size()), file.gcount() > 0)
    bytes.append(piece.data(), static_cast<size_t>(file.gcount()));
  if (!file.eof() || file.bad())
    return Error{path + ": expected a readable file, got " + std::strerror(errno ? errno : EIO)};
  return bytes;
}

/// A sequence, or a program as a sequence of one call.
Expected<program::Sequence> readSequence(const std::string &path) {
  Expected<std::string> bytes = readFile(path);
  if (!bytes)
    return bytes.error();
  if (bytes->compare(0, 7, "ACCPROG") != 0)
    return program::parseSequence(*bytes, path);
  Expected<program::Program> program = program::parse(*bytes, path);
  if (!program)
    return program.error();
  return program::sequenceOf(std::move(*program));
}

struct Job {
  std::string program, hardware, image, output, peak, result = "-";
  sim::SimOptions options;
};

/// The most memory that this process has held, in bytes. (What wait4 tells of a process began in its parent.)
std::string peakMemory() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("VmHWM:", 0) == 0)
      return std::to_string(1024 * std::strtoull(line.c_str() + 6, nullptr, 10));
  return "0";
}

Status runJob(const Job &job) {
  Expected<program::Sequence> sequence = readSequence(job.program);
  if (!sequence)
    return sequence.error();
  Expected<Hardware> hardware = loadHardware(job.hardware);
  if (!hardware)
    return hardware.error();
  sim::DramImage image;
  if (!job.image.empty()) {
    Expected<sim::DramImage> read = sim::mapImageFile(*sequence, job.image);
    if (!read)
      return read.error();
    image = std::move(*read);
  }
  program::Sequence outside; // what an image is read and written by; the simulation takes the rest
  outside.buffers = sequence->buffers;
  rtl::RtlOptions rtlOptions;
  rtlOptions.cacheDir = job.options.rtlCacheDir;
  Expected<sim::SimResult> result =
      sim::simulate(std::move(*sequence), *hardware, image, job.options, rtl::rtlLoader(rtlOptions));
  if (!result)
    return result.error();
  if (!job.output.empty())
    if (Status s =
            sim::writeImageFile(outside, image, {program::Role::Result, program::Role::InOut}, job.output);
        !s)
      return s;
  if (!job.peak.empty())
    if (Status s = writeFile(job.peak, peakMemory()); !s)
      return s;
  const std::string text = sim::toJson(*result) + "\n";
  return writeFile(job.result, text);
}

} // namespace

int main(int argc, char **argv) {
  tools::guard("accord-sim-worker");
  Job job;
  bool noTrap = false;
  pid_t parent = 0;
  po::options_description options("Options");
  auto add = options.add_options();
  add("help", "this text");
  add("program", po::value(&job.program)->required(), "serialized program or sequence, - for standard input");
  add("hardware", po::value(&job.hardware)->required(), "hardware description (YAML)");
  add("values", po::bool_switch(&job.options.values), "move and compute real bytes");
  add("image", po::value(&job.image), "contents of the dram arguments, needed with --values");
  add("output", po::value(&job.output), "where contents of results go");
  add("result", po::value(&job.result), "where the JSON goes, - for standard output (default)");
  add("peak-memory", po::value(&job.peak), "where the most memory that this process held goes, in bytes");
  add("progress", po::value(&job.options.progressPath), "where the number of calls that are done goes");
  add("no-trap", po::bool_switch(&noTrap), "do not check accesses for races");
  add("command-times", po::bool_switch(&job.options.commandTimes),
      "issue, start and end cycle of each command");
  add("bounds", po::bool_switch(&job.options.bounds),
      "what each op would take with twice as much of a resource");
  add("twice", po::value(&job.options.twice),
      "run with twice as much of a resource: dram, dma, scratchpad, issue, or a unit by its name");
  add("trace", po::value(&job.options.tracePath), "where a trace for Perfetto goes (Chrome's JSON form)");
  add("dram-trace", po::value(&job.options.dramTracePath), "where a trace of the dram's bursts goes");
  add("rtl", po::value(&job.options.rtl)->composing(), "block run as RTL: lut_array, mac_array, table_unit");
  add("parent", po::value(&parent), "end when this process, which started this one, does");
  add("rtl-cache", po::value(&job.options.rtlCacheDir), "folder of Verilated blocks");
  try {
    po::variables_map map;
    po::store(po::parse_command_line(argc, argv, options), map);
    if (map.count("help")) {
      std::cout << "Simulates accel programs in this process and prints the result as JSON.\n\n"
                << options
                << "\nExample: accord-sim-worker --program gemm.accprog --hardware lut-edge.yaml --values "
                   "--image in.img --output out.img\n";
      return 0;
    }
    po::notify(map);
    if (parent)
      tools::endWith(parent);
  } catch (const po::error &e) {
    std::cerr << "accord-sim-worker: error: " << e.what() << "\n";
    return 2;
  }
  job.options.trapRaces = !noTrap;
  if (job.options.values && job.image.empty()) {
    std::cerr << "accord-sim-worker: error: --values: expected --image, got none\n";
    return 2;
  }
  Status done;
  try {
    done = runJob(job);
  } catch (const std::exception &e) {
    done = Error{std::string("internal: ") + e.what()};
  }
  if (!done)
    std::cerr << "accord-sim-worker: error: " << done.error().message << "\n";
  return done ? 0 : 1;
}
