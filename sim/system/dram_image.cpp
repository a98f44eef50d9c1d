// The container of dram contents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/dram_image.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr std::string_view magic{"ACCDRAM\0", 8};
constexpr uint32_t version = 1;

void putInteger(std::string &out, uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i)
    out.push_back(static_cast<char>(value >> (8 * i)));
}

Status checkBuffer(const program::Program &p, uint32_t index, uint64_t bytes) {
  if (index >= p.buffers.size())
    return Error{"expected a buffer below " + std::to_string(p.buffers.size()) + ", got " +
                 std::to_string(index)};
  const program::Buffer &b = p.buffers[index];
  if (b.memory != isa::Memory::Dram)
    return Error{"expected a dram buffer, got " + b.name + " in " + isa::name(b.memory)};
  if (bytes != static_cast<uint64_t>(b.bytes()))
    return Error{"expected " + std::to_string(b.bytes()) + " bytes for buffer " + b.name + ", got " +
                 std::to_string(bytes)};
  return {};
}

} // namespace

std::string writeImage(const program::Program &p, const DramImage &image,
                       const std::vector<program::Role> &roles) {
  std::string body;
  uint32_t count = 0;
  for (const auto &[index, bytes] : image.buffers) {
    if (std::find(roles.begin(), roles.end(), p.buffers[index].role) == roles.end())
      continue;
    putInteger(body, index, 4);
    putInteger(body, bytes.size(), 8);
    body.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    ++count;
  }
  std::string out(magic);
  putInteger(out, version, 4);
  putInteger(out, count, 4);
  return out + body;
}

Expected<DramImage> readImage(const program::Program &p, std::string_view bytes, const std::string &name) {
  size_t at = 0;
  std::string failure;
  auto fail = [&](const std::string &message) {
    return Error{name + ": byte " + std::to_string(at) + ": " + message};
  };
  auto integer = [&](unsigned n, uint64_t &value) {
    if (bytes.size() - at < n)
      return false;
    value = 0;
    for (unsigned i = 0; i < n; ++i)
      value |= uint64_t(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
    at += n;
    return true;
  };
  if (bytes.substr(0, magic.size()) != magic)
    return fail("expected the magic ACCDRAM, got other bytes");
  at = magic.size();
  uint64_t got = 0, count = 0;
  if (!integer(4, got) || got != version)
    return fail("expected version " + std::to_string(version) + ", got " + std::to_string(got));
  if (!integer(4, count))
    return fail("expected a count, got end of file");
  DramImage image;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t index = 0, size = 0;
    if (!integer(4, index) || !integer(8, size))
      return fail("expected buffer " + std::to_string(i) + " of " + std::to_string(count) +
                  ", got end of file");
    if (Status s = checkBuffer(p, static_cast<uint32_t>(index), size); !s)
      return fail(s.error().message);
    if (size > bytes.size() - at)
      return fail("expected " + std::to_string(size) + " bytes, got " + std::to_string(bytes.size() - at));
    const auto *data = reinterpret_cast<const uint8_t *>(bytes.data()) + at;
    if (!image.buffers.emplace(static_cast<uint32_t>(index), std::vector<uint8_t>(data, data + size)).second)
      return fail("expected each buffer once, got " + p.buffers[index].name + " again");
    at += size;
  }
  if (at != bytes.size())
    return fail("expected the end of the file, got " + std::to_string(bytes.size() - at) + " more bytes");
  return image;
}

Status checkImage(const program::Program &p, const DramImage &image) {
  for (const auto &[index, bytes] : image.buffers)
    if (Status s = checkBuffer(p, index, bytes.size()); !s)
      return Error{"dram image: " + s.error().message};
  for (uint32_t i = 0; i < p.buffers.size(); ++i) {
    const program::Role role = p.buffers[i].role;
    if ((role == program::Role::Argument || role == program::Role::InOut) && !image.buffers.count(i))
      return Error{"dram image: expected contents of argument " + p.buffers[i].name + ", got none"};
  }
  return {};
}

} // namespace accord::sim
