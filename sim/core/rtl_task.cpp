// Words for ports and places; what all tasks do alike.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/rtl_task.h"
#include <algorithm>
#include <cassert>
#include <cstring>

using namespace accord;
using namespace accord::sim;

std::string RtlPorts::text() const {
  std::string text = "cmd";
  for (const std::string &field : fields)
    text += " " + field;
  const char *between = "; ";
  for (const RtlStream &stream : streams) {
    text += between + stream.name + (stream.output ? " out " : " in ") + std::to_string(stream.words);
    between = ", ";
  }
  return text;
}

uint64_t sim::rtlCycles(const RtlPorts &ports, const RtlSchedule &schedule) {
  uint64_t first = UINT64_MAX, last = 0;
  for (size_t s = 0; s < schedule.size(); ++s) {
    assert(!schedule[s].empty() && "a stream without a beat");
    if (ports.streams[s].output)
      last = std::max(last, schedule[s].back());
    else
      first = std::min(first, schedule[s].front());
  }
  return last - first + 1;
}

const StallSource &sim::stallsOf(const RtlStalls &stalls, size_t stream) {
  static const NoStalls none;
  return stream < stalls.size() && stalls[stream] ? *stalls[stream] : none;
}

void sim::putBits(uint32_t *words, size_t at, unsigned bits, uint32_t value) {
  const uint64_t mask = ((uint64_t(1) << bits) - 1) << (at % 32), cut = (uint64_t(value) << (at % 32)) & mask;
  words[at / 32] = (words[at / 32] & ~uint32_t(mask)) | uint32_t(cut);
  if (at % 32 + bits > 32)
    words[at / 32 + 1] = (words[at / 32 + 1] & ~uint32_t(mask >> 32)) | uint32_t(cut >> 32);
}

int32_t sim::signedBits(const uint32_t *words, size_t at, unsigned bits) {
  uint64_t both = words[at / 32];
  if (bits > 32 - at % 32)
    both |= uint64_t(words[at / 32 + 1]) << 32;
  const auto cut = uint32_t(both >> (at % 32)) << (32 - bits);
  return int32_t(cut) >> (32 - bits);
}

RtlResult::RtlResult(std::string itsName, std::vector<int64_t> itsSizes, unsigned bytesOfElement)
    : name(std::move(itsName)), sizes(std::move(itsSizes)), elementBytes(bytesOfElement) {
  size_t count = 1;
  for (int64_t size : sizes)
    count *= size_t(size);
  bytes.resize(count * elementBytes);
}

void RtlResult::put(size_t index, int64_t value) {
  std::memcpy(bytes.data() + index * elementBytes, &value, elementBytes); // its low bytes
}

int64_t RtlResult::value(const std::vector<uint8_t> &of, size_t index) const {
  uint32_t bits = 0;
  std::memcpy(&bits, of.data() + index * elementBytes, elementBytes);
  const unsigned beyond = 32 - 8 * elementBytes;
  return int32_t(bits << beyond) >> beyond;
}

std::string RtlResult::place(size_t index) const {
  std::string subscripts;
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) {
    subscripts = "[" + std::to_string(index % size_t(*size)) + "]" + subscripts;
    index /= size_t(*size);
  }
  return name + subscripts;
}

void RtlTask::restart() {
  for (RtlResult &result : itsResults)
    std::fill(result.bytes.begin(), result.bytes.end(), uint8_t(0));
}

Status RtlTask::takeLanes(RtlResult &result, int64_t at, const uint32_t *words, int64_t live, int64_t lanes) {
  assert(result.elementBytes == 4 && at + live <= int64_t(result.count()) && "lanes beyond their result");
  std::memcpy(result.bytes.data() + at * 4, words, size_t(live) * 4);
  for (int64_t lane = live; lane < lanes; ++lane)
    if (words[lane] != 0)
      return Error{"expected 0 in dead lane " + std::to_string(lane) + ", got " +
                   std::to_string(int32_t(words[lane]))};
  return {};
}
