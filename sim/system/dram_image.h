// The bytes of a sequence's buffers, in memory and as one container.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/sequence.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace accord::sim {

/// The bytes of one buffer: owned, or seen where somebody else keeps them (a mapped file), so that weights
/// are not copied.
class Content {
public:
  Content() = default;
  Content(std::vector<uint8_t> bytes) : owned(std::move(bytes)) {}
  /// `data` stays as it is for as long as `owner` lives; without an owner, for as long as the content is
  /// used.
  static Content view(const uint8_t *data, size_t bytes, std::shared_ptr<const void> owner = nullptr);

  const uint8_t *data() const { return seen ? seen : owned.data(); }
  size_t size() const { return seen ? seenBytes : owned.size(); }
  bool isView() const { return seen != nullptr; }
  /// The bytes to keep and change: moved out when they are owned, else a copy.
  std::vector<uint8_t> take();
  std::vector<uint8_t> copy() const { return {data(), data() + size()}; }

  bool operator==(const Content &o) const;

private:
  std::vector<uint8_t> owned;
  const uint8_t *seen = nullptr;
  size_t seenBytes = 0;
  std::shared_ptr<const void> keeper;
};

/// Contents by index into Sequence::buffers. Before a run: every argument and inout buffer. After it: those
/// that a run writes, results and inout buffers, are new.
struct DramImage {
  std::map<uint32_t, Content> buffers;
};

/// The buffers of `image` whose role is in `roles`, as a container: magic `ACCDRAM\0`, u32 version, u32
/// count, per buffer u32 index and u64 bytes; then the contents in the same order, each from the next
/// multiple of 64 bytes on. Little endian. `put` gets the bytes piece by piece.
void writeImage(const program::Sequence &sequence, const DramImage &image,
                const std::vector<program::Role> &roles,
                const std::function<void(const void *, size_t)> &put);
std::string writeImage(const program::Sequence &sequence, const DramImage &image,
                       const std::vector<program::Role> &roles);

/// Reads a container; every index has to be a buffer of `sequence`, of its size, and to come once. The
/// contents are views of `bytes`, kept by `owner`. Errors: `name: byte N: expected X, got Y`.
Expected<DramImage> readImage(const program::Sequence &sequence, std::string_view bytes,
                              const std::string &name, std::shared_ptr<const void> owner = nullptr);

/// Writes a container as a file, whole or not at all.
Status writeImageFile(const program::Sequence &sequence, const DramImage &image,
                      const std::vector<program::Role> &roles, const std::string &path);
/// Maps a container: contents are views of the file's pages, which come into memory as they are read.
Expected<DramImage> mapImageFile(const program::Sequence &sequence, const std::string &path);

/// Fails unless all contents are of the sequence's buffers and of their sizes, and every argument and inout
/// buffer has one.
Status checkImage(const program::Sequence &sequence, const DramImage &image);

} // namespace accord::sim
