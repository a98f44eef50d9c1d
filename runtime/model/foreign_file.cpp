// By the first bytes: formats that models are passed round in, and what servers send in their place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/foreign_file.h"

#include <cctype>

namespace accord::model {
namespace {

struct Format {
  std::string_view magic;
  const char *what;
};
/// Magics of 32 bits of ggml's older files stand in the order of little endian.
constexpr Format formats[] = {
    {"version https://git-lfs", "a Git LFS pointer, not the file (git lfs pull fetches it)"},
    {"lmgg", "a file of ggml before GGUF (ggml); convert it to GGUF"},
    {"fmgg", "a file of ggml before GGUF (ggmf); convert it to GGUF"},
    {"tjgg", "a file of ggml before GGUF (ggjt); convert it to GGUF"},
    {"algg", "an adapter of ggml before GGUF (ggla)"},
    {std::string_view("PK\3\4", 4), "a ZIP archive, as PyTorch and NumPy write; convert the model to GGUF"},
    {std::string_view("\x80\x02", 2), "a Python pickle, as old PyTorch writes; convert the model to GGUF"},
    {"\x89HDF", "an HDF5 file; convert the model to GGUF"},
    {"\x93NUMPY", "an array of NumPy; convert the model to GGUF"},
    {"\x1f\x8b", "a file compressed by gzip; unpack it"},
    {"\x28\xb5\x2f\xfd", "a file compressed by zstd; unpack it"},
    {"\xff\xfe", "text in UTF-16; save it as UTF-8"},
    {"\xfe\xff", "text in UTF-16; save it as UTF-8"},
};

bool beginsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// Without the case of letters.
bool beginsWithWord(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size())
    return false;
  for (size_t i = 0; i < prefix.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(text[i])) != prefix[i])
      return false;
  return true;
}

} // namespace

std::string describeForeign(std::string_view head) {
  for (const Format &format : formats)
    if (beginsWith(head, format.magic))
      return format.what;
  // The length of a header in 64 bits, and the header, a JSON object.
  if (head.size() > 9 && head[8] == '{' && head.substr(5, 3) == std::string_view("\0\0\0", 3))
    return "a safetensors file; convert the model to GGUF";
  // Fields 1 and 2 of protobuf: the version of ONNX's form, and the name of what wrote it.
  if (head.size() > 4 && head[0] == 8 && head[1] > 0 && head[2] == 0x12 && head[3] > 0 &&
      std::isalpha(static_cast<unsigned char>(head[4])))
    return "an ONNX file; convert the model to GGUF";
  std::string_view text = head;
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  if (beginsWithWord(text, "<!doctype html") || beginsWithWord(text, "<html"))
    return "a page of HTML: the answer of a server, not the file";
  return "";
}

} // namespace accord::model
