// A machine as a list of values, as YAML, and the JSON Schema of the file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/keys.h"
#include "sim/hardware/yaml_values.h"

namespace accord {
using hardware::KeyRow;
using hardware::keyTable;
using hardware::SectionRow;
using hardware::sectionTable;
using hardware::Slot;

namespace {

std::string valueText(const KeyRow &row, Hardware &hw) {
  Slot slot = row.slot(hw);
  if (auto *text = std::get_if<std::string *>(&slot))
    return **text;
  if (auto *integer = std::get_if<int64_t *>(&slot))
    return std::to_string(**integer / row.scale);
  return yaml::decimal(**std::get_if<double *>(&slot));
}

/// A text that may be left out, and was.
bool isLeftOut(const KeyRow &row, Hardware &hw) { return row.optional && valueText(row, hw).empty(); }

const SectionRow &sectionOf(const KeyRow &row) {
  for (const SectionRow &s : sectionTable())
    if (std::string_view(s.name) == row.section)
      return s;
  return sectionTable().front();
}

enum class Type { Integer, Number, Text };
Type typeOf(const KeyRow &row) {
  // Every optional section must exist before a slot is asked for.
  Hardware hw;
  sectionOf(row).create(hw);
  Slot slot = row.slot(hw);
  return Type(slot.index());
}

std::string quoted(const std::string &s) { return "\"" + s + "\""; }

/// Our own table's texts only: no character in it needs an escape.
std::string schemaOf(const KeyRow &row) {
  std::string s = "{";
  Type type = typeOf(row);
  if (type != Type::Text) {
    s += "\"type\": " + quoted(type == Type::Integer ? "integer" : "number");
    if (row.form == KeyRow::PowerOfTwo) {
      s += ", \"enum\": [";
      bool first = true;
      for (int64_t v = 1; v <= int64_t(row.max); v *= 2) {
        if (v < int64_t(row.min))
          continue;
        s += (first ? "" : ", ") + std::to_string(v);
        first = false;
      }
      s += "]";
    } else {
      s += ", \"minimum\": " + yaml::decimal(row.min) + ", \"maximum\": " + yaml::decimal(row.max);
    }
  } else if (row.form == KeyRow::Path) {
    s += "\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9._/-]{1,255}$\"";
  } else if (row.words.empty()) {
    s += "\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9._-]{1,64}$\"";
  } else {
    s += "\"enum\": [";
    for (const char *w : row.words)
      s += (w == row.words.front() ? "" : ", ") + quoted(w);
    s += "]";
  }
  std::string doc = row.doc;
  if (*row.unit)
    doc += std::string(" [") + row.unit + "]";
  return s + ", \"description\": " + quoted(doc) + "}";
}

/// The members of one object: properties, required, and nothing else.
std::string objectSchema(std::string_view sectionName, const std::string &indent) {
  std::string properties, required;
  auto add = [&](const char *key, const std::string &schema, bool isRequired) {
    properties += (properties.empty() ? "\n" : ",\n") + indent + "    " + quoted(key) + ": " + schema;
    if (isRequired)
      required += (required.empty() ? "" : ", ") + quoted(key);
  };
  if (sectionName.empty())
    add("form",
        "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": " + std::to_string(hardware::newestForm) +
            ", \"description\": \"form of this file; the newest when left out\"}",
        false);
  for (const KeyRow &row : keyTable())
    if (row.section == sectionName)
      add(row.key, schemaOf(row), !row.optional);
  if (sectionName.empty())
    for (const SectionRow &s : sectionTable())
      if (*s.name)
        add(s.name,
            "{\n" + indent + "      \"description\": " + quoted(s.doc) + ",\n" +
                objectSchema(s.name, indent + "    ") + "\n" + indent + "    }",
            s.required);
  return indent + "  \"type\": \"object\",\n" + indent + "  \"additionalProperties\": false,\n" + indent +
         "  \"required\": [" + required + "],\n" + indent + "  \"properties\": {" + properties + "\n" +
         indent + "  }";
}

} // namespace

std::vector<HardwareEntry> describeHardware(const Hardware &hardware) {
  Hardware hw = hardware; // Slots point to mutable members.
  std::vector<HardwareEntry> entries;
  for (const KeyRow &row : keyTable())
    if (sectionOf(row).present(hw) && !isLeftOut(row, hw))
      entries.push_back({dottedKey(row), valueText(row, hw), row.unit, row.doc, typeOf(row) == Type::Text});
  return entries;
}

std::string hardwareToYaml(const Hardware &hardware) {
  Hardware hw = hardware;
  std::string text = "form: " + std::to_string(hardware::newestForm) + "\n";
  for (const SectionRow &section : sectionTable()) {
    if (!section.present(hw))
      continue;
    if (*section.name)
      text += std::string(section.name) + ":\n";
    for (const KeyRow &row : keyTable())
      if (std::string_view(row.section) == section.name && !isLeftOut(row, hw)) {
        // A path may read as something else without quotes (`-`).
        const std::string value = valueText(row, hw);
        text += std::string(*section.name ? "  " : "") + row.key + ": " +
                (row.form == KeyRow::Path ? quoted(value) : value) + "\n";
      }
  }
  return text;
}

std::string hardwareSchema() {
  return "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
         "  \"title\": \"Accord hardware description\",\n" +
         objectSchema("", "") +
         ",\n  \"anyOf\": [{\"required\": [\"lut_array\"]}, {\"required\": [\"mac_array\"]}],\n"
         "  \"dependentRequired\": {\"lut_array\": [\"table_unit\"], \"table_unit\": [\"lut_array\"]}\n}\n";
}

} // namespace accord
