// Exchange by files in a private folder: no pipe can fill up, and a dead worker leaves what it said.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "sim/program/serialize.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace accord::rt {
namespace {

namespace fs = std::filesystem;

Error failed(const std::string &place, const std::string &expected, int reason) {
  return Error{place + ": expected " + expected + ", got " + std::strerror(reason ? reason : EIO)};
}

/// A folder that goes away with its contents.
class TempFolder {
public:
  static Expected<std::string> make(std::string parent) {
    if (parent.empty()) {
      const char *env = std::getenv("TMPDIR");
      parent = env && *env ? env : "/tmp";
    }
    std::string path = parent + "/accord-sim-XXXXXX";
    if (!mkdtemp(path.data()))
      return failed(parent, "a folder to write to", errno);
    return path;
  }
  explicit TempFolder(std::string path) : path(std::move(path)) {}
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  TempFolder(const TempFolder &) = delete;
  TempFolder &operator=(const TempFolder &) = delete;
  std::string file(const char *name) const { return path + "/" + name; }

private:
  const std::string path;
};

Status writeFile(const std::string &path, const std::string &bytes) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  return file ? Status() : Status(failed(path, "a writable file", errno));
}

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
Expected<int> spawn(const std::vector<std::string> &command, const std::string &out, const std::string &err,
                    const std::function<void()> &meanwhile) {
  std::vector<char *> argv;
  for (const std::string &word : command)
    argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), flags, 0600);
  pid_t pid = 0;
  const int reason = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (reason)
    return failed(command[0], "a worker to start", reason);
  int status = 0;
  for (;;) {
    const pid_t ended = waitpid(pid, &status, meanwhile ? WNOHANG : 0);
    if (ended == pid)
      return status;
    if (ended < 0 && errno != EINTR)
      return failed(command[0], "a worker to wait for", errno);
    if (ended == 0) {
      meanwhile();
      usleep(20000);
    }
  }
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
  Expected<std::string> made = TempFolder::make(worker.tempDir);
  if (!made)
    return made.error();
  const TempFolder folder(*made);

  std::vector<std::string> command = {*executable,
                                      "--program",
                                      folder.file("program"),
                                      "--hardware",
                                      folder.file("hardware.yaml"),
                                      "--result",
                                      folder.file("result.json")};
  if (Status s = writeFile(folder.file("program"), program::serialize(sequence)); !s)
    return s.error();
  if (Status s = writeFile(folder.file("hardware.yaml"), hardwareToYaml(hardware)); !s)
    return s.error();
  if (options.values) {
    using program::Role;
    if (Status s = sim::checkImage(sequence, image); !s)
      return s.error();
    if (Status s =
            sim::writeImageFile(sequence, image, {Role::Argument, Role::InOut, Role::Result, Role::Internal},
                                folder.file("in.img"));
        !s)
      return s.error();
    for (const std::string &word : {std::string("--values"), std::string("--image"), folder.file("in.img"),
                                    std::string("--output"), folder.file("out.img")})
      command.push_back(word);
  }
  if (!options.trapRaces)
    command.push_back("--no-trap");
  if (options.commandTimes)
    command.push_back("--command-times");
  if (options.bounds)
    command.push_back("--bounds");
  if (options.twice) {
    command.push_back("--twice");
    command.push_back(name(*options.twice));
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
    command.push_back(folder.file("peak"));
  }

  std::function<void()> meanwhile;
  if (worker.progress) {
    command.push_back("--progress");
    command.push_back(folder.file("progress"));
    meanwhile = [&] {
      worker.progress(std::strtoull(readFile(folder.file("progress")).c_str(), nullptr, 10),
                      sequence.calls.size());
    };
  }
  Expected<int> status = spawn(command, folder.file("stdout"), folder.file("stderr"), meanwhile);
  if (!status)
    return status.error();
  if (Status s = checkExit(*status, lastLine(readFile(folder.file("stderr")))); !s)
    return s.error();
  if (worker.peakBytes)
    *worker.peakBytes = std::strtoull(readFile(folder.file("peak")).c_str(), nullptr, 10);
  Expected<sim::SimResult> result = sim::fromJson(readFile(folder.file("result.json")), "accord-sim-worker");
  if (!result || !options.values)
    return result;
  Expected<sim::DramImage> written = sim::mapImageFile(sequence, folder.file("out.img"));
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
