// Tables of models.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/model_info.h"
#include "runtime/tokenizer/chat_template.h"
#include <algorithm>
#include <map>

namespace accord::cli {
namespace {

using model::GgufFile;

std::string architectureOf(const GgufFile &file) {
  auto name = file.text("general.architecture");
  return name ? *name : "";
}

/// The value of a key as the file has it; what is no text or single number is described. Empty when absent.
Cell cellOf(const GgufFile &file, const std::string &key) {
  const model::MetadataEntry *entry = file.entry(key);
  if (!entry)
    return {};
  if (auto text = file.text(key))
    return *text;
  if (auto count = file.count(key))
    return int64_t(*count);
  if (auto number = file.number(key))
    return *number;
  return file.describe(*entry);
}

/// What the tensors are made of.
struct Content {
  int64_t parameters = 0, bytes = 0;
  std::map<model::TensorType, std::pair<int64_t, int64_t>> types; ///< tensors and bytes of each, by id
};

Content contentOf(const GgufFile &file) {
  Content content;
  for (const model::TensorInfo &tensor : file.tensors()) {
    content.parameters += tensor.numElements();
    content.bytes += int64_t(tensor.bytes);
    auto &[count, bytes] = content.types[tensor.type];
    ++count;
    bytes += int64_t(tensor.bytes);
  }
  return content;
}

/// A row of the comparison that is a key of the file. `%` stands for the architecture.
struct KeyRow {
  const char *quantity, *key, *unit;
};
const KeyRow shape[] = {
    {"layers", "%.block_count", ""},
    {"embedding", "%.embedding_length", ""},
    {"feed_forward", "%.feed_forward_length", ""},
    {"heads", "%.attention.head_count", ""},
    {"kv_heads", "%.attention.head_count_kv", ""},
    {"context", "%.context_length", "tokens"},
    {"rope_theta", "%.rope.freq_base", ""},
};
const KeyRow vocabulary[] = {
    {"tokenizer", "tokenizer.ggml.model", ""},
    {"pre_tokenizer", "tokenizer.ggml.pre", ""},
    {"bos", "tokenizer.ggml.bos_token_id", "id"},
    {"eos", "tokenizer.ggml.eos_token_id", "id"},
};

std::string keyOf(const KeyRow &row, const GgufFile &file) {
  std::string key = row.key;
  return key[0] == '%' ? architectureOf(file) + key.substr(1) : key;
}

Cell vocabularyOf(const GgufFile &file) {
  const model::MetadataEntry *tokens = file.entry("tokenizer.ggml.tokens");
  return tokens && tokens->type == model::ValueType::Array ? Cell(int64_t(tokens->count)) : Cell();
}

/// The form that --chat writes, `unknown` for one that it refuses, `none`.
Cell chatTemplateOf(const GgufFile &file) {
  auto jinja = file.text("tokenizer.chat_template");
  if (!jinja)
    return std::string("none");
  auto form = tokenizer::ChatTemplate::recognise(*jinja);
  return form ? std::string(form->name()) : std::string("unknown");
}

} // namespace

Table compareModels(const ModelFiles &models) {
  Table table;
  table.columns = {"quantity"};
  std::vector<Content> contents;
  for (const auto &file : models) {
    auto name = file->text("general.name");
    addColumn(table, name ? *name : "", file->path());
    contents.push_back(contentOf(*file));
  }
  table.columns.push_back("unit");
  // A row that no model fills is left out.
  auto row = [&](const std::string &quantity, const char *unit, auto &&cell) {
    std::vector<Cell> cells = {quantity};
    bool held = false;
    for (size_t i = 0; i < models.size(); ++i) {
      cells.push_back(cell(i));
      held |= !std::holds_alternative<std::monostate>(cells.back());
    }
    cells.push_back(std::string(unit));
    if (held)
      table.rows.push_back(std::move(cells));
  };
  auto keys = [&](auto &rows) {
    for (const KeyRow &r : rows)
      row(r.quantity, r.unit, [&](size_t i) { return cellOf(*models[i], keyOf(r, *models[i])); });
  };
  row("architecture", "", [&](size_t i) { return cellOf(*models[i], "general.architecture"); });
  row("parameters", "", [&](size_t i) { return Cell(contents[i].parameters); });
  keys(shape);
  row("vocabulary", "tokens", [&](size_t i) { return vocabularyOf(*models[i]); });
  keys(vocabulary);
  row("chat_template", "", [&](size_t i) { return chatTemplateOf(*models[i]); });
  row("gguf_version", "", [&](size_t i) { return Cell(int64_t(models[i]->version())); });
  row("file_size", "bytes", [&](size_t i) { return Cell(int64_t(models[i]->fileBytes())); });
  row("tensors", "", [&](size_t i) { return Cell(int64_t(models[i]->tensors().size())); });
  row("tensor_size", "bytes", [&](size_t i) { return Cell(contents[i].bytes); });
  row("bits_per_parameter", "bits", [&](size_t i) {
    const Content &c = contents[i];
    return c.parameters ? Cell(8 * double(c.bytes) / double(c.parameters)) : Cell();
  });
  for (model::TensorType type : model::allTensorTypes()) {
    std::string name(model::toString(type));
    auto part = [&](auto member) {
      return [&, member](size_t i) {
        auto at = contents[i].types.find(type);
        return at == contents[i].types.end() ? Cell() : Cell(at->second.*member);
      };
    };
    using Pair = std::pair<int64_t, int64_t>;
    row("tensors_" + name, "", part(&Pair::first));
    row("tensor_size_" + name, "bytes", part(&Pair::second));
  }
  return table;
}

Table listTensors(const ModelFiles &models) {
  Table table;
  table.columns = {"file", "tensor", "type", "shape", "parameters", "size_bytes"};
  for (const auto &file : models)
    for (const model::TensorInfo &tensor : file->tensors()) {
      std::string shape;
      for (int64_t extent : tensor.shape)
        shape += (shape.empty() ? "" : "x") + std::to_string(extent);
      table.rows.push_back({file->path(), tensor.name, std::string(model::toString(tensor.type)), shape,
                            tensor.numElements(), int64_t(tensor.bytes)});
    }
  return table;
}

Table listMetadata(const ModelFiles &models) {
  Table table;
  table.columns = {"file", "key", "kind", "value"};
  for (const auto &file : models)
    for (const model::MetadataEntry &entry : file->metadata())
      table.rows.push_back(
          {file->path(), std::string(entry.key), file->kind(entry.key), file->describe(entry)});
  return table;
}

} // namespace accord::cli
