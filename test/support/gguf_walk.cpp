// A visit to every key and byte of a parsed file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/gguf_walk.h"

namespace accord::test {

using namespace model;

/// A getter gives a value, or one line that begins with the file and the key.
template <typename T> static bool behaves(const Expected<T> &value, const std::string &path) {
  if (value)
    return true;
  const std::string &message = value.error().message;
  return message.rfind(path + ": key '", 0) == 0 && message.find('\n') == std::string::npos;
}

static Status walkKey(const GgufFile &file, const MetadataEntry &entry) {
  const std::string_view key = entry.key;
  const bool ok = behaves(file.text(key), file.path()) && behaves(file.count(key), file.path()) &&
                  behaves(file.number(key), file.path()) && behaves(file.flag(key), file.path()) &&
                  behaves(file.texts(key), file.path()) && behaves(file.integers(key), file.path()) &&
                  behaves(file.numbers(key), file.path());
  if (!ok)
    return Error{"expected a value or one line with file and key, got another message for " +
                 std::string(key)};
  if (file.entry(key) != &entry || file.kind(key) == "none" || file.describe(entry, 1000).empty())
    return Error{"expected to find the key itself, got another for " + std::string(key)};
  if (Expected<std::vector<std::string_view>> texts = file.texts(key))
    for (const std::string_view text : *texts)
      if (std::string(text).size() != text.size()) // reads it
        return Error{"expected to copy a string, got another length"};
  return {};
}

Status walk(const GgufFile &file, std::string_view bytes, uint64_t &touched) {
  for (const MetadataEntry &entry : file.metadata())
    if (Status s = walkKey(file, entry); !s)
      return s;
  const auto *begin = reinterpret_cast<const uint8_t *>(bytes.data()), *end = begin + bytes.size();
  uint8_t sum = 0;
  for (const TensorInfo &tensor : file.tensors()) {
    if (file.find(tensor.name) != &tensor)
      return Error{"expected to find tensor '" + tensor.name + "' itself, got another"};
    if (tensor.data < begin || tensor.data > end || tensor.bytes > static_cast<uint64_t>(end - tensor.data))
      return Error{"expected tensor '" + tensor.name + "' inside the file, got one outside"};
    for (uint64_t i = 0; i < tensor.bytes; ++i)
      sum = static_cast<uint8_t>(sum ^ tensor.data[i]);
    touched += tensor.bytes;
  }
  const volatile uint8_t kept = sum; // so that the reads happen
  (void)kept;
  return {};
}

} // namespace accord::test
