// Programs that are started: what they get, and that they are ended with us.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/child.h"
#include "sim/files/unnamed_file.h"
#include "test/sim/files/folder.h"
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace accord;

TEST_CASE("a child gets its descriptors, folder, signals and place for temporary files", "[sim][files]") {
  Folder folder;
  Expected<UnnamedFile> out = UnnamedFile::make(folder.path), kept = UnnamedFile::make(folder.path);
  REQUIRE(out);
  REQUIRE(kept);
  const std::string script =
      "echo $TMPDIR; pwd; echo x > " + kept->path() + "; grep SigBlk /proc/self/status; exit 3";
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto child =
      Child::start({"sh", "-c", script},
                   {out->number(), STDERR_FILENO, {kept->number()}, folder.path, "/elsewhere", true});
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  REQUIRE(child);
  const int status = child->wait();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 3);
  CHECK(child->ended());
  CHECK(contents(out->path()) == "/elsewhere\n" + folder.path + "\nSigBlk:\t0000000000000000\n");
  CHECK(contents(kept->path()) == "x\n");
}

TEST_CASE("a child has one TMPDIR, and ends by the signals that we ignore", "[sim][files]") {
  Folder folder;
  Expected<UnnamedFile> out = UnnamedFile::make(folder.path);
  REQUIRE(out);
  const char *const ours = std::getenv("TMPDIR");
  const std::string before = ours ? ours : "";
  setenv("TMPDIR", "/ours", 1);
  auto child = Child::start({"env"}, {out->number(), STDERR_FILENO, {}, "", "/elsewhere", false});
  ours ? setenv("TMPDIR", before.c_str(), 1) : unsetenv("TMPDIR");
  REQUIRE(child);
  child->wait();
  const std::string all = "\n" + contents(out->path());
  CHECK(all.find("\nTMPDIR=/elsewhere\n") != std::string::npos);
  CHECK(all.find("\nTMPDIR=/ours\n") == std::string::npos);
  const auto handler = std::signal(SIGPIPE, SIG_IGN);
  auto piped = Child::start({"sh", "-c", "kill -PIPE $$"}, {STDOUT_FILENO, STDERR_FILENO, {}, "", "", false});
  std::signal(SIGPIPE, handler);
  REQUIRE(piped);
  const int status = piped->wait();
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE));
}

TEST_CASE("a program that is not there is an error", "[sim][files]") {
  auto child = Child::start({"/nowhere/program"}, {STDOUT_FILENO, STDERR_FILENO, {}, "", "", false});
  REQUIRE_FALSE(child);
  CHECK(child.error().message == "No such file or directory");
}

TEST_CASE("the end of a process ends its programs", "[sim][files]") {
  Folder folder;
  for (bool leads : {false, true}) {
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      // One with a group of its own is killed, whatever it does with signals.
      const std::string deaf = leads ? "trap '' TERM; " : "";
      auto child = Child::start({"sh", "-c", deaf + "echo $$ > pid; mv pid ready; exec sleep 60"},
                                {STDOUT_FILENO, STDERR_FILENO, {}, folder.path, "", leads});
      while (child && !std::filesystem::exists(folder.file("ready")))
        usleep(1000);
      endAll();
      _exit(child ? 0 : 1);
    }
    int status = 1;
    waitpid(pid, &status, 0);
    CHECK(status == 0);
    const pid_t program = pid_t(std::stol(contents(folder.file("ready"))));
    bool gone = false;
    for (int tries = 0; tries < 1000 && !gone; ++tries) {
      const std::string stat = contents("/proc/" + std::to_string(program) + "/stat");
      gone = stat.empty() || stat.find(") Z ") != std::string::npos;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CHECK(gone);
    std::filesystem::remove(folder.file("ready"));
  }
}
