// Exchange by files: no pipe can fill up, and a dead worker leaves what it said.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "sim/files/child.h"
#include "sim/files/output_file.h"
#include "sim/files/unnamed_file.h"
#include "sim/program/serialize.h"

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace accord::rt {
namespace {

namespace fs = std::filesystem;

/// The files that both sides exchange contents through: none has a name, so that nothing is left of them
/// however either side ends.
class Exchange {
public:
  static Expected<Exchange> make(std::string folder) {
    if (folder.empty()) {
      const char *env = std::getenv("TMPDIR");
      folder = env && *env ? env : "/tmp";
    }
    Exchange exchange;
    for (const char *name : {"program", "hardware.yaml", "in.img", "out.img", "result.json", "peak",
                             "progress", "stdout", "stderr"}) {
      Expected<UnnamedFile> file = UnnamedFile::make(folder);
      if (!file)
        return file.error();
      exchange.files.emplace(name, std::move(*file));
    }
    exchange.folder = std::move(folder);
    return exchange;
  }

  std::string path(const char *name) const { return files.at(name).path(); }
  int number(const char *name) const { return files.at(name).number(); }
  std::vector<int> numbers() const {
    std::vector<int> all;
    for (const auto &[name, file] : files)
      all.push_back(file.number());
    return all;
  }
  /// A message that begins with a file's path, with a name that tells people something.
  std::string explain(const std::string &message) const {
    for (const auto &[name, file] : files)
      if (const std::string path = file.path() + ":"; message.compare(0, path.size(), path) == 0)
        return folder + ": " + name + message.substr(path.size() - 1);
    return message;
  }
  Status explain(const Status &s) const { return s ? s : Status(Error{explain(s.error().message)}); }
  Status write(const char *name, const std::string &bytes) const {
    return explain(writeFile(path(name), bytes));
  }

private:
  std::string folder;
  std::map<std::string, UnnamedFile> files;
};

/// Nothing of a file that cannot be read.
std::string readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  std::array<char, 1 << 16> piece;
  while (file.read(piece.data(), piece.size()), file.gcount() > 0)
    bytes.append(piece.data(), static_cast<size_t>(file.gcount()));
  return bytes;
}

/// Runs to the end with the outputs in files; the wait status. `meanwhile` is called a few times a second,
/// when it is not empty.
Expected<int> spawn(const std::vector<std::string> &command, const Exchange &exchange,
                    const std::function<void()> &meanwhile) {
  Expected<Child> worker = Child::start(
      command, {exchange.number("stdout"), exchange.number("stderr"), exchange.numbers(), {}, {}});
  if (!worker)
    return Error{command[0] + ": expected a worker to start, got " + worker.error().message};
  while (meanwhile && !worker->ended()) {
    meanwhile();
    usleep(20000);
  }
  return worker->wait();
}

/// The worker's last line without its prefix.
std::string lastLine(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  text = text.substr(text.rfind('\n') + 1);
  const std::string prefix = "accord-sim-worker: error: ";
  return text.compare(0, prefix.size(), prefix) == 0 ? text.substr(prefix.size()) : text;
}

Status checkExit(int status, const std::string &said) {
  const std::string detail = said.empty() ? "" : " after: " + said;
  if (WIFSIGNALED(status))
    return Error{"accord-sim-worker: expected an exit, got signal " + std::to_string(WTERMSIG(status)) +
                 " (" + strsignal(WTERMSIG(status)) + ")" + detail};
  if (WEXITSTATUS(status) == 127 && said.empty())
    return Error{"accord-sim-worker: expected a worker that can be executed, got exit code 127"};
  if (WEXITSTATUS(status) != 0)
    return Error{said.empty()
                     ? "accord-sim-worker: expected exit code 0, got " + std::to_string(WEXITSTATUS(status))
                     : said};
  return {};
}

} // namespace

Expected<std::string> findWorker() {
  if (const char *env = std::getenv("ACCORD_SIM_WORKER"); env && *env)
    return std::string(env);
  std::error_code failure;
  const fs::path self = fs::read_symlink("/proc/self/exe", failure).parent_path();
  for (const fs::path &candidate : {self / "accord-sim-worker", self / ".." / "bin" / "accord-sim-worker"})
    if (access(candidate.c_str(), X_OK) == 0)
      return candidate.string();
  return Error{"accord-sim-worker: expected it beside " + self.string() +
               " or in ACCORD_SIM_WORKER, got neither"};
}

Expected<sim::SimResult> runInWorker(const program::Sequence &sequence, const Hardware &hardware,
                                     sim::DramImage &image, const sim::SimOptions &options,
                                     const WorkerOptions &worker) {
  Expected<std::string> executable =
      worker.worker.empty() ? findWorker() : Expected<std::string>(worker.worker);
  if (!executable)
    return executable.error();
  Expected<Exchange> made = Exchange::make(worker.tempDir);
  if (!made)
    return made.error();
  const Exchange &exchange = *made;

  std::vector<std::string> command = {*executable,
                                      "--parent",
                                      std::to_string(getpid()),
                                      "--program",
                                      exchange.path("program"),
                                      "--hardware",
                                      exchange.path("hardware.yaml"),
                                      "--result",
                                      exchange.path("result.json")};
  if (Status s = exchange.write("program", program::serialize(sequence)); !s)
    return s.error();
  if (Status s = exchange.write("hardware.yaml", hardwareToYaml(hardware)); !s)
    return s.error();
  if (options.values) {
    using program::Role;
    if (Status s = sim::checkImage(sequence, image); !s)
      return s.error();
    if (Status s = exchange.explain(
            sim::writeImageFile(sequence, image, {Role::Argument, Role::InOut, Role::Result, Role::Internal},
                                exchange.path("in.img")));
        !s)
      return s.error();
    for (const std::string &word : {std::string("--values"), std::string("--image"), exchange.path("in.img"),
                                    std::string("--output"), exchange.path("out.img")})
      command.push_back(word);
  }
  if (!options.trapRaces)
    command.push_back("--no-trap");
  if (options.commandTimes)
    command.push_back("--command-times");
  if (options.bounds)
    command.push_back("--bounds");
  if (!options.twice.empty()) {
    command.push_back("--twice");
    command.push_back(options.twice);
  }
  for (const std::string &unit : options.rtl) {
    command.push_back("--rtl");
    command.push_back(unit);
  }
  if (!options.tracePath.empty()) {
    command.push_back("--trace");
    command.push_back(options.tracePath);
  }
  if (!options.dramTracePath.empty()) {
    command.push_back("--dram-trace");
    command.push_back(options.dramTracePath);
  }
  if (!options.rtlCacheDir.empty()) {
    command.push_back("--rtl-cache");
    command.push_back(options.rtlCacheDir);
  }

  if (worker.peakBytes) {
    command.push_back("--peak-memory");
    command.push_back(exchange.path("peak"));
  }

  std::function<void()> meanwhile;
  if (worker.progress) {
    command.push_back("--progress");
    command.push_back(exchange.path("progress"));
    meanwhile = [&] {
      worker.progress(std::strtoull(readFile(exchange.path("progress")).c_str(), nullptr, 10),
                      sequence.calls.size());
    };
  }
  Expected<int> status = spawn(command, exchange, meanwhile);
  if (!status)
    return status.error();
  if (Status s = checkExit(*status, exchange.explain(lastLine(readFile(exchange.path("stderr"))))); !s)
    return s.error();
  if (worker.peakBytes)
    *worker.peakBytes = std::strtoull(readFile(exchange.path("peak")).c_str(), nullptr, 10);
  Expected<sim::SimResult> result =
      sim::fromJson(readFile(exchange.path("result.json")), "accord-sim-worker");
  if (!result || !options.values)
    return result;
  Expected<sim::DramImage> written = sim::mapImageFile(sequence, exchange.path("out.img"));
  if (!written)
    return Error{"accord-sim-worker: " + written.error().message};
  for (auto &[index, content] : written->buffers)
    image.buffers[index] = content.take(); // the file goes away
  return result;
}

Expected<sim::SimResult> runInWorker(program::Program program, const Hardware &hardware,
                                     sim::DramImage &image, const sim::SimOptions &options,
                                     const WorkerOptions &worker) {
  return runInWorker(program::sequenceOf(std::move(program)), hardware, image, options, worker);
}

} // namespace accord::rt
