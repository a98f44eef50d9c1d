// The child's answer comes through a pipe: ok or error, then the text, then the contents of dram.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/support/fork_run.h"
#include "rtl/cosim/verilated_block.h"
#include "test/sim/support/image_order.h"

#include <cstdlib>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace accord::test {
namespace {

void writeAll(int fd, const std::string &bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = write(fd, bytes.data() + at, bytes.size() - at);
    if (n <= 0)
      _exit(3);
    at += static_cast<size_t>(n);
  }
}

void answer(int fd, const program::Sequence &sequence, const Hardware &hardware, sim::DramImage image,
            const sim::SimOptions &options) {
  const auto result = sim::simulate(sequence, hardware, image, options, rtl::rtlLoader({}));
  const std::string text = result ? sim::toJson(*result) : result.error().message;
  using program::Role;
  const std::string contents =
      options.values ? sim::writeImage(sequence, image, {Role::Result, Role::InOut, Role::Internal})
                     : std::string();
  writeAll(fd, (result ? "1" : "0") + std::to_string(text.size()) + "\n" + text + contents);
}

} // namespace

Expected<sim::SimResult> simulateForked(const program::Sequence &sequence, const Hardware &hardware,
                                        sim::DramImage &image, const sim::SimOptions &options) {
  int ends[2];
  if (pipe(ends) != 0)
    throw std::runtime_error("pipe");
  const pid_t child = fork();
  if (child < 0)
    throw std::runtime_error("fork");
  if (child == 0) {
    close(ends[0]);
    answer(ends[1], sequence, hardware, image, options);
    _exit(0);
  }
  close(ends[1]);
  std::string bytes;
  char chunk[65536];
  for (ssize_t n; (n = read(ends[0], chunk, sizeof chunk)) > 0;)
    bytes.append(chunk, static_cast<size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Error{"simulation died with wait status " + std::to_string(status)};
  const size_t line = bytes.find('\n'), length = std::stoul(bytes.substr(1, line - 1));
  const std::string text = bytes.substr(line + 1, length);
  if (bytes[0] == '0')
    return Error{text};
  if (options.values) {
    auto contents = sim::readImage(sequence, std::string_view(bytes).substr(line + 1 + length), "child");
    if (!contents)
      return contents.error();
    for (auto &[index, content] : contents->buffers)
      image.buffers[index] = content.take();
  }
  return sim::fromJson(text, "child");
}

Expected<sim::SimResult> simulateForked(const program::Program &program, const Hardware &hardware,
                                        sim::DramImage &image, const sim::SimOptions &options) {
  sim::DramImage outside = toParameters(program, image);
  auto result = simulateForked(program::sequenceOf(program), hardware, outside, options);
  image = toBuffers(program, outside);
  return result;
}

Hardware lutEdge() {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  if (!hardware)
    throw std::runtime_error(hardware.error().message);
  return *hardware;
}

} // namespace accord::test
