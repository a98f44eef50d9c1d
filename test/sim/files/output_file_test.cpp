// Outputs of every kind of target: what they get, what they keep, and what is refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/output_file.h"
#include "sim/files/unnamed_file.h"
#include "test/sim/files/folder.h"
#include <catch2/catch.hpp>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace accord;

namespace {

struct stat statusOf(const std::string &path) {
  struct stat status = {};
  lstat(path.c_str(), &status);
  return status;
}

std::string messageOf(const Status &s) { return s ? "" : s.error().message; }

/// Whether `body` is true in a process of its own.
bool inChild(const std::function<bool()> &body) {
  const pid_t pid = fork();
  if (pid == 0)
    _exit(body() ? 0 : 1);
  int status = 1;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

TEST_CASE("an output is there whole or not at all", "[sim][files]") {
  Folder folder;
  const std::string path = folder.file("out"), large(300000, 'x');
  {
    Expected<OutputFile> output = OutputFile::open(path);
    REQUIRE(output);
    CHECK(output->write(large));
    CHECK(folder.count() == 0); // it grows without a name
  }
  CHECK(folder.count() == 0);
  umask(027);
  CHECK(writeFile(path, large + "1"));
  umask(022);
  CHECK(contents(path) == large + "1");
  CHECK((statusOf(path).st_mode & 07777) == 0640);
  CHECK(writeFile(path, ""));
  CHECK(contents(path).empty());
  CHECK(folder.count() == 1);
}

TEST_CASE("a file that was there keeps its mode and its other names", "[sim][files]") {
  Folder folder;
  const std::string path = folder.file("out"), other = folder.file("other");
  put(path, std::string(100000, 'o'));
  chmod(path.c_str(), 0604);
  CHECK(writeFile(path, "new"));
  CHECK((statusOf(path).st_mode & 07777) == 0604);
  chmod(path.c_str(), 02750);
  CHECK(writeFile(path, "new"));
  CHECK((statusOf(path).st_mode & 07777) == 02750);
  REQUIRE(link(path.c_str(), other.c_str()) == 0);
  const ino_t before = statusOf(path).st_ino;
  for (const std::string &text : {std::string(200000, 'n'), std::string("short")}) {
    CHECK(writeFile(path, text));
    CHECK(contents(other) == text);
    CHECK(statusOf(path).st_ino == before);
    CHECK(statusOf(path).st_nlink == 2);
  }
  CHECK(folder.count() == 2);
}

TEST_CASE("of a link, the file that it names is written", "[sim][files]") {
  Folder folder;
  put(folder.file("real"), "old");
  REQUIRE(symlink("real", folder.file("a").c_str()) == 0);
  REQUIRE(symlink(folder.file("a").c_str(), folder.file("b").c_str()) == 0);
  REQUIRE(symlink("missing", folder.file("c").c_str()) == 0);
  REQUIRE(symlink("ring", folder.file("ring").c_str()) == 0);
  CHECK(writeFile(folder.file("b"), "new"));
  CHECK(contents(folder.file("real")) == "new");
  CHECK(writeFile(folder.file("c"), "made"));
  CHECK(contents(folder.file("missing")) == "made");
  for (const char *link : {"a", "b", "c"})
    CHECK(S_ISLNK(statusOf(folder.file(link)).st_mode));
  CHECK(messageOf(writeFile(folder.file("ring"), "x")) ==
        folder.file("ring") + ": expected to write to it, got: Too many levels of symbolic links");
}

TEST_CASE("devices, pipes and files without a name are written to", "[sim][files]") {
  Folder folder;
  CHECK(messageOf(writeFile("/dev/full", "text")) ==
        "/dev/full: expected to write 4 bytes, got: No space left on device");
  CHECK(writeFile("/dev/null", "text"));
  CHECK(S_ISCHR(statusOf("/dev/null").st_mode));

  const std::string pipe = folder.file("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(OutputFile::check(pipe)); // nobody reads, and it does not wait
  std::string got;
  std::thread reader([&] { got = contents(pipe); });
  CHECK(writeFile(pipe, "text"));
  reader.join();
  CHECK(got == "text");
  CHECK(S_ISFIFO(statusOf(pipe).st_mode));

  Expected<UnnamedFile> unnamed = UnnamedFile::make(folder.path);
  REQUIRE(unnamed);
  CHECK(writeFile(unnamed->path(), "first and long"));
  CHECK(writeFile(unnamed->path(), "second"));
  CHECK(contents(unnamed->path()) == "second");
  CHECK(folder.count() == 1);
}

TEST_CASE("what this process has open is written on", "[sim][files]") {
  Folder folder;
  const std::string log = folder.file("log");
  put(log, "old,");
  const int appended = open(log.c_str(), O_WRONLY | O_APPEND), read = open(log.c_str(), O_RDONLY);
  REQUIRE(appended > STDERR_FILENO);
  REQUIRE(read > STDERR_FILENO);
  const std::string own = "/proc/" + std::to_string(getpid()) + "/fd/";
  for (const std::string &name : {"/dev/fd/" + std::to_string(appended), own + std::to_string(appended)}) {
    CHECK(OutputFile::check(name));
    CHECK(writeFile(name, "new,"));
  }
  CHECK(contents(log) == "old,new,new,");
  CHECK(fcntl(appended, F_GETFD) >= 0); // it is not ours to close
  const std::string closed = "/dev/fd/" + std::to_string(read);
  for (const Status &s : {OutputFile::check(closed), writeFile(closed, "new")})
    CHECK(messageOf(s) == closed + ": expected to write to it, got: Bad file descriptor");
  // The standard output is one file, whatever it is called.
  REQUIRE(inChild([&] {
    dup2(appended, STDOUT_FILENO);
    return writeFile("/dev/stdout", "out,") && writeFile("-", "put") &&
           !checkDistinct({}, {{"-o", "-"}, {"--trace", "/dev/stdout"}});
  }));
  CHECK(contents(log) == "old,new,new,out,put");
  close(appended);
  close(read);
}

TEST_CASE("what cannot be written to is told when it is tried", "[sim][files]") {
  Folder folder;
  put(folder.file("closed"), "old");
  chmod(folder.file("closed").c_str(), 0444);
  const std::pair<std::string, std::string> refused[] = {
      {folder.path, "Is a directory"},
      {folder.file("closed"), "Permission denied"},
      {folder.file("none/x"), "No such file or directory"},
      {folder.file("new/"), "No such file or directory"},
      {folder.file("closed/x"), "Not a directory"},
      {"", "No such file or directory"},
  };
  for (const auto &[path, reason] : refused) {
    INFO(path);
    CHECK(messageOf(OutputFile::check(path)) == path + ": expected to write to it, got: " + reason);
    CHECK_FALSE(OutputFile::open(path));
  }
  CHECK(contents(folder.file("closed")) == "old");
  CHECK(OutputFile::check(folder.file("x")));
  CHECK(folder.count() == 1);
}

TEST_CASE("a full disk leaves what was there", "[sim][files]") {
  Folder folder;
  const std::string path = folder.file("out"), other = folder.file("other"), old(5000, 'o');
  put(path, old);
  for (bool linked : {false, true}) {
    if (linked)
      REQUIRE(link(path.c_str(), other.c_str()) == 0);
    CHECK(inChild([&] {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{20000, 20000};
      setrlimit(RLIMIT_FSIZE, &limit);
      return messageOf(writeFile(path, std::string(100000, 'n'))) ==
             path + ": expected to write 100000 bytes, got: File too large";
    }));
    CHECK(contents(path) == old);
    CHECK(folder.count() == (linked ? 2 : 1));
  }
}

TEST_CASE("an output is no input and no other output", "[sim][files]") {
  Folder folder;
  put(folder.file("a"), "a");
  put(folder.file("b"), "b");
  REQUIRE(link(folder.file("a").c_str(), folder.file("hard").c_str()) == 0);
  REQUIRE(symlink("a", folder.file("soft").c_str()) == 0);
  REQUIRE(symlink("new", folder.file("dangling").c_str()) == 0);
  auto distinct = [&](const std::string &input, const std::vector<std::string> &names) {
    std::vector<NamedFile> outputs;
    for (const std::string &name : names)
      outputs.push_back({"-o", name});
    return messageOf(checkDistinct({{"file", input}}, outputs));
  };
  auto at = [&](const char *name) { return folder.file(name); };
  for (const char *same : {"a", "hard", "soft", "./a"})
    CHECK(distinct(at("a"), {at(same)}) ==
          "-o: expected another file than the input " + at("a") + ", got " + at(same));
  CHECK(distinct(at("a"), {at("b"), at("new")}) == "");
  CHECK(distinct(at("a"), {at("new"), at("./new")}) ==
        "-o: expected another file than that of -o, got " + at("./new"));
  CHECK_FALSE(distinct(at("a"), {at("dangling"), at("new")}).empty());
  CHECK(distinct("-", {"-"}) == "");
  CHECK(distinct("-", {"-", "-"}) == "-o: expected another file than that of -o, got stdout twice");
  CHECK(distinct("/dev/null", {"/dev/null", "/dev/null"}) == "");
}

TEST_CASE("scratch goes with its object, and when the process is ended", "[sim][files]") {
  Folder folder;
  auto fill = [&](const std::string &name) {
    std::filesystem::create_directories(folder.file(name));
    put(folder.file(name) + "/x", "x");
  };
  {
    fill("a");
    Scratch a(folder.file("a"));
  }
  CHECK(folder.count() == 0);
  CHECK(inChild([&] {
    fill("b");
    auto *b = new Scratch(folder.file("b"));
    endAll();
    return b != nullptr;
  }));
  CHECK(folder.count() == 0);
}
