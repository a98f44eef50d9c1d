// The container of dram contents.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/dram_image.h"
#include "sim/files/mapped_file.h"
#include "sim/files/output_file.h"

#include <algorithm>

namespace accord::sim {
namespace {

constexpr std::string_view magic{"ACCDRAM\0", 8};
constexpr uint32_t version = 2;
constexpr size_t contentAlign = 64;

size_t aligned(size_t at) { return (at + contentAlign - 1) / contentAlign * contentAlign; }

void putInteger(std::string &out, uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i)
    out.push_back(static_cast<char>(value >> (8 * i)));
}

Status checkBuffer(const program::Sequence &s, uint32_t index, uint64_t bytes) {
  if (index >= s.buffers.size())
    return Error{"expected a buffer below " + std::to_string(s.buffers.size()) + ", got " +
                 std::to_string(index)};
  const program::Buffer &b = s.buffers[index];
  if (bytes != static_cast<uint64_t>(b.bytes()))
    return Error{"expected " + std::to_string(b.bytes()) + " bytes for buffer " + b.name + ", got " +
                 std::to_string(bytes)};
  return {};
}

} // namespace

Content Content::view(const uint8_t *data, size_t bytes, std::shared_ptr<const void> owner) {
  Content c;
  c.seen = data;
  c.seenBytes = bytes;
  c.keeper = std::move(owner);
  return c;
}

std::vector<uint8_t> Content::take() {
  std::vector<uint8_t> bytes = seen ? copy() : std::move(owned);
  *this = Content();
  return bytes;
}

bool Content::operator==(const Content &o) const {
  return size() == o.size() && std::equal(data(), data() + size(), o.data());
}

void writeImage(const program::Sequence &s, const DramImage &image, const std::vector<program::Role> &roles,
                const std::function<void(const void *, size_t)> &put) {
  std::vector<const Content *> contents;
  std::string entries;
  for (const auto &[index, content] : image.buffers) {
    if (std::find(roles.begin(), roles.end(), s.buffers[index].role) == roles.end())
      continue;
    putInteger(entries, index, 4);
    putInteger(entries, content.size(), 8);
    contents.push_back(&content);
  }
  std::string head(magic);
  putInteger(head, version, 4);
  putInteger(head, contents.size(), 4);
  head += entries;
  put(head.data(), head.size());
  size_t at = head.size();
  const char zeros[contentAlign] = {};
  for (const Content *content : contents) {
    put(zeros, aligned(at) - at);
    put(content->data(), content->size());
    at = aligned(at) + content->size();
  }
}

std::string writeImage(const program::Sequence &s, const DramImage &image,
                       const std::vector<program::Role> &roles) {
  std::string out;
  writeImage(s, image, roles,
             [&](const void *data, size_t bytes) { out.append(static_cast<const char *>(data), bytes); });
  return out;
}

Expected<DramImage> readImage(const program::Sequence &s, std::string_view bytes, const std::string &name,
                              std::shared_ptr<const void> owner) {
  size_t at = 0;
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
  std::vector<std::pair<uint32_t, size_t>> entries;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t index = 0, size = 0;
    if (!integer(4, index) || !integer(8, size))
      return fail("expected buffer " + std::to_string(i) + " of " + std::to_string(count) +
                  ", got end of file");
    if (Status status = checkBuffer(s, static_cast<uint32_t>(index), size); !status)
      return fail(status.error().message);
    entries.emplace_back(static_cast<uint32_t>(index), size);
  }
  DramImage image;
  for (auto [index, size] : entries) {
    const size_t begin = aligned(at);
    if (begin > bytes.size() || size > bytes.size() - begin)
      return fail("expected " + std::to_string(size) + " bytes for buffer " + s.buffers[index].name +
                  ", got " + std::to_string(bytes.size() - std::min(begin, bytes.size())));
    const auto *data = reinterpret_cast<const uint8_t *>(bytes.data()) + begin;
    if (!image.buffers.emplace(index, Content::view(data, size, owner)).second)
      return fail("expected each buffer once, got " + s.buffers[index].name + " again");
    at = begin + size;
  }
  if (at != bytes.size())
    return fail("expected the end of the file, got " + std::to_string(bytes.size() - at) + " more bytes");
  return image;
}

Status writeImageFile(const program::Sequence &s, const DramImage &image,
                      const std::vector<program::Role> &roles, const std::string &path) {
  Expected<OutputFile> file = OutputFile::open(path);
  if (!file)
    return file.error();
  writeImage(s, image, roles, [&](const void *data, size_t bytes) {
    (void)file->write({static_cast<const char *>(data), bytes}); // commit() tells
  });
  return file->commit();
}

Expected<DramImage> mapImageFile(const program::Sequence &s, const std::string &path) {
  Expected<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.error();
  auto mapping = std::make_shared<MappedFile>(std::move(*file));
  return readImage(s, mapping->bytes(), path, mapping);
}

Status checkImage(const program::Sequence &s, const DramImage &image) {
  for (const auto &[index, content] : image.buffers)
    if (Status status = checkBuffer(s, index, content.size()); !status)
      return Error{"dram image: " + status.error().message};
  for (uint32_t i = 0; i < s.buffers.size(); ++i) {
    const program::Role role = s.buffers[i].role;
    if ((role == program::Role::Argument || role == program::Role::InOut) && !image.buffers.count(i))
      return Error{"dram image: expected contents of argument " + s.buffers[i].name + ", got none"};
  }
  return {};
}

} // namespace accord::sim
