// One change to a right file makes each wrong one.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/bad_gguf.h"

#include <functional>

namespace accord::test {

using model::TensorType;

GgufWriter smallGguf() {
  GgufWriter file;
  file.text("general.architecture", "llama");
  file.u32("llama.block_count", 1);
  file.f32("llama.rope.freq_base", 10000);
  file.flag("tokenizer.ggml.add_bos_token", false);
  file.texts("tokenizer.ggml.tokens", {"a", "b", "ab"});
  file.i32s("tokenizer.ggml.token_type", {1, 1, 1});
  file.tensor("norm", TensorType::F32, {4}, std::string(16, 'n'));
  file.tensor("matrix", TensorType::Q4_0, {2, 32}, std::string(36, 'm'));
  return file;
}

std::vector<BadGguf> badGgufFiles() {
  std::vector<BadGguf> files;
  const auto add = [&](const char *name, const std::string &message, const std::string &bytes) {
    files.push_back({name, bytes, message});
  };
  /// A file with one more key or tensor, or another header.
  const auto with = [&](const char *name, const std::string &message,
                        const std::function<void(GgufWriter &)> &edit) {
    GgufWriter file = smallGguf();
    edit(file);
    add(name, message, file.bytes());
  };
  const auto tensor = [](GgufWriter &file, std::vector<int64_t> shape, uint32_t type, std::string bytes) {
    file.tensors.push_back({"bad", type, std::move(shape), std::move(bytes), std::nullopt});
  };
  const std::string good = smallGguf().bytes();
  const auto array = [](uint32_t element, uint64_t count) {
    return numberBytes(element, 4) + numberBytes(count, 8);
  };

  // The header.
  add("empty", "byte 0: expected the magic 'GGUF', got an empty file", "");
  add("magic", "byte 0: expected the magic 'GGUF', got 'GGML'", "GGML" + good.substr(4));
  add("magic-bytes", "byte 0: expected the magic 'GGUF', got '\\x00\\x01'", std::string("\0\1", 2));
  add("only-magic", "byte 4: expected version of 4 bytes, got the end of the file after 0", "GGUF");
  add("short-header", "byte 20: expected a header of 24 bytes, got the end of the file after 20",
      good.substr(0, 20));
  with("version-0", "byte 4: expected version 2 or 3, got 0", [](GgufWriter &f) { f.version = 0; });
  with("version-1", "byte 4: expected version 2 or 3, got 1", [](GgufWriter &f) { f.version = 1; });
  with("version-4", "byte 4: expected version 2 or 3, got 4", [](GgufWriter &f) { f.version = 4; });
  with("big-endian",
       "byte 4: expected version 2 or 3, got 50331648, whose bytes are swapped; convert the big-endian file "
       "to "
       "little endian",
       [](GgufWriter &f) { f.version = 3 << 24; });
  const std::string size = std::to_string(good.size());
  with("tensor-count",
       "byte 8: expected a number of tensors that fits the file's " + size +
           " bytes, got 18446744073709551615",
       [](GgufWriter &f) { f.tensorCount = ~uint64_t(0); });
  with("key-count",
       "byte 16: expected a number of metadata keys that fits the file's " + size + " bytes, got 1000000",
       [](GgufWriter &f) { f.keyCount = 1000000; });

  // Metadata. A further key stands where the small file has its first tensor's record.
  const std::string key = std::to_string(good.find("norm") - 8),
                    second = std::to_string(good.find("matrix") - 8),
                    third = std::to_string(good.find("matrix") + 38);
  with("key-empty", "byte " + key + ": expected a key of at least one character, got an empty one",
       [](GgufWriter &f) { f.u32("", 1); });
  with("key-twice", "key 'llama.block_count': expected it once, got it again at byte " + key,
       [](GgufWriter &f) { f.u32("llama.block_count", 2); });
  with("key-long", "byte " + key + ": expected a key of at most 65535 bytes, got 65536",
       [](GgufWriter &f) { f.u32(std::string(65536, 'k'), 1); });
  with("value-type", "key 'k': expected a value type of 0 to 12, got 13",
       [](GgufWriter &f) { f.raw("k", 13, "\1\0\0\0"); });
  with("bool-2", "key 'k': expected a bool of 0 or 1, got 2", [](GgufWriter &f) { f.raw("k", 7, "\2"); });
  with("control-key", "key 'k\\x0a': expected a bool of 0 or 1, got 2",
       [](GgufWriter &f) { f.raw("k\n", 7, "\2"); });
  with("string-huge", "key 'k': expected a string of at most 1073741824 bytes, got 1073741825",
       [](GgufWriter &f) { f.raw("k", 8, numberBytes((1 << 30) + 1, 8)); });
  with("string-beyond", "key 'k': expected a string of at most the 178 bytes left in the file, got 212",
       [](GgufWriter &f) { f.raw("k", 8, numberBytes(212, 8)); });
  with("array-type", "key 'k': expected an element type of 0 to 12, got 99",
       [&](GgufWriter &f) { f.raw("k", 9, array(99, 1)); });
  with("array-huge",
       "key 'k': expected at most 25 elements (206 bytes are left in the file), got 9223372036854775807",
       [&](GgufWriter &f) { f.raw("k", 9, array(10, ~uint64_t(0) >> 1)); });
  with("array-beyond", "key 'k': expected at most 206 elements (206 bytes are left in the file), got 212",
       [&](GgufWriter &f) { f.raw("k", 9, array(0, 212)); });
  with("array-strings", "key 'k': expected a string of at most the 188 bytes left in the file, got 300",
       [&](GgufWriter &f) { f.raw("k", 9, array(8, 2) + stringBytes("ok") + numberBytes(300, 8)); });
  with("array-bools", "key 'k': expected a bool of 0 or 1, got 255",
       [&](GgufWriter &f) { f.raw("k", 9, array(7, 2) + "\1\xff"); });
  with("array-deep", "key 'k': expected arrays in at most 4 levels, got more", [&](GgufWriter &f) {
    f.raw("k", 9, array(9, 1) + array(9, 1) + array(9, 1) + array(9, 1) + array(0, 1) + "\1");
  });
  for (const uint32_t alignment : {0u, 24u})
    add(alignment ? "alignment-24" : "alignment-0",
        "key 'general.alignment': expected a power of two up to 2147483648, got " + std::to_string(alignment),
        [&] {
          GgufWriter f;
          f.u32("general.alignment", alignment);
          return f.bytes();
        }());
  with("alignment-2^32", "key 'general.alignment': expected a power of two up to 2147483648, got 4294967296",
       [](GgufWriter &f) { f.raw("general.alignment", 10, std::string("\0\0\0\0\1\0\0\0", 8)); });
  with("alignment-text", "key 'general.alignment': expected a non-negative integer, got string",
       [](GgufWriter &f) { f.text("general.alignment", "32"); });

  // Tensor records.
  with("tensor-twice", "tensor 'norm': expected it once, got it again at byte " + third,
       [](GgufWriter &f) { f.tensors.push_back(f.tensors[0]); });
  with("tensor-unnamed",
       "byte " + second + ": expected a tensor name of at least one character, got an empty one",
       [](GgufWriter &f) { f.tensors[1].name = ""; });
  with("tensor-name-long", "byte " + second + ": expected a tensor name of at most 63 bytes, got 64",
       [](GgufWriter &f) { f.tensors[1].name = std::string(64, 't'); });
  with("dims-5", "tensor 'bad': expected at most 4 dimensions, got 5",
       [&](GgufWriter &f) { tensor(f, {1, 1, 1, 1, 1}, 0, "\0\0\0\0"); });
  with("dim-0", "tensor 'bad': expected dimensions from 1 to 2^63 - 1, got 0",
       [&](GgufWriter &f) { tensor(f, {0, 4}, 0, ""); });
  with("dim-negative", "tensor 'bad': expected dimensions from 1 to 2^63 - 1, got 18446744073709551615",
       [&](GgufWriter &f) { tensor(f, {-1}, 0, ""); });
  with("dims-overflow", "tensor 'bad': expected fewer than 2^63 elements, got 4294967296 x 4294967296",
       [&](GgufWriter &f) { tensor(f, {int64_t(1) << 32, int64_t(1) << 32}, 0, ""); });
  with("bytes-overflow", "tensor 'bad': expected fewer than 2^63 bytes, got 1073741824 x 4294967296",
       [&](GgufWriter &f) { tensor(f, {int64_t(1) << 30, int64_t(1) << 32}, 0, ""); });
  const std::string types =
      "expected one of the types F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, "
      "Q6_K, BF16, TQ1_0, TQ2_0, I2_S, got ";
  with("type-unknown", "tensor 'bad': " + types + "99", [&](GgufWriter &f) { tensor(f, {4}, 99, ""); });
  with("type-removed", "tensor 'bad': " + types + "4", [&](GgufWriter &f) { tensor(f, {4}, 4, ""); });
  with("type-iq4-xs", "tensor 'bad': " + types + "IQ4_XS (23)",
       [&](GgufWriter &f) { tensor(f, {256}, 23, ""); });
  with("i2-s",
       "tensor 'bad': expected to be told the layout of I2_S (--i2s-layout x86 or arm), which the file does "
       "not hold, got "
       "none",
       [&](GgufWriter &f) { tensor(f, {128}, 36, std::string(64, 0)); });
  with("block", "tensor 'bad': expected rows of whole blocks of 256 (Q4_K), got 288",
       [&](GgufWriter &f) { tensor(f, {2, 288}, 12, ""); });
  with("scalar-block", "tensor 'bad': expected rows of whole blocks of 32 (Q8_0), got 1",
       [&](GgufWriter &f) { tensor(f, {}, 8, ""); });
  with("offset", "tensor 'matrix': expected offset 32, where the tensor before it ends, padded to 32, got 64",
       [](GgufWriter &f) { f.tensors[1].offset = 64; });
  with("offset-unaligned",
       "tensor 'matrix': expected offset 32, where the tensor before it ends, padded to 32, got 16",
       [](GgufWriter &f) { f.tensors[1].offset = 16; });
  with("offset-first",
       "tensor 'norm': expected offset 0, where the tensor before it ends, padded to 32, got "
       "18446744073709551584",
       [](GgufWriter &f) { f.tensors[0].offset = ~uint64_t(31); });
  const size_t data = good.size() - 96;
  add("data-cut",
      "tensor 'matrix': expected its 36 bytes from byte " + std::to_string(data + 32) +
          " inside the file, got a file of " + std::to_string(data + 67) + " bytes",
      good.substr(0, data + 67));
  add("data-none",
      "tensor 'norm': expected its 16 bytes from byte " + std::to_string(data) +
          " inside the file, got a file of " + std::to_string(data - 1) + " bytes",
      good.substr(0, data - 1));
  with("data-huge",
       "tensor 'bad': expected its 4611686018427387904 bytes from byte 544 inside the file, got a file of "
       "544 bytes",
       [&](GgufWriter &f) { tensor(f, {int64_t(1) << 60}, 0, ""); });
  return files;
}

} // namespace accord::test
