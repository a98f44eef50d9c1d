// The JSON Schema says of each key what the reader enforces.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/keys.h"
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace accord;

TEST_CASE("the schema is JSON and holds every key", "[hardware]") {
  nlohmann::json schema = nlohmann::json::parse(hardwareSchema());
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["properties"]["form"]["maximum"] == hardware::newestForm);
  int checked = 0;
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    INFO(hardware::dottedKey(row));
    const nlohmann::json &object = *row.section ? schema["properties"][row.section] : schema;
    CHECK(object["additionalProperties"] == false);
    const nlohmann::json &required = object["required"];
    const bool isRequired = std::find(required.begin(), required.end(), row.key) != required.end();
    CHECK(isRequired == !row.optional);
    const nlohmann::json &key = object["properties"][row.key];
    REQUIRE(key.contains("description"));
    if (row.max > 0 && row.form == hardware::KeyRow::Any) {
      CHECK(key["minimum"] == row.min);
      CHECK(key["maximum"] == row.max);
    } else if (row.form == hardware::KeyRow::PowerOfTwo) {
      CHECK(key["enum"].front() == row.min);
      CHECK(key["enum"].back() == row.max);
    }
    ++checked;
  }
  CHECK(checked == int(hardware::keyTable().size()));
  for (const hardware::SectionRow &section : hardware::sectionTable()) {
    if (!*section.name)
      continue;
    bool required = false;
    for (const auto &name : schema["required"])
      required |= name == section.name;
    CHECK(required == section.required);
  }
}
