// The table of the ISA: its page, and that each word of a row is asked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/check.h"
#include "sim/isa/text.h"
#include "sim/program/fields.h"
#include "test/sim/support/samples.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

using namespace accord;

namespace {

/// A command as a program has it, in the table's form.
isa::Facts factsOf(const program::Program &p, const program::Command &c) {
  isa::Facts facts{};
  facts.row = &isa::rowOf(c.op);
  facts.reads = static_cast<uint8_t>(c.reads.size()), facts.writes = static_cast<uint8_t>(c.writes.size());
  facts.isResolved = true;
  size_t i = 0;
  for (const auto *list : {&c.reads, &c.writes})
    for (const program::View &v : *list) {
      isa::OperandFacts &operand = facts.operands[i++];
      operand = {
          {}, static_cast<uint8_t>(v.sizes.size()), p.buffers[v.buffer].type, p.buffers[v.buffer].memory};
      std::copy(v.sizes.begin(), v.sizes.end(), operand.sizes.begin());
    }
  for (unsigned k = 0; k < facts.row->numGiven; ++k) {
    const isa::Given &given = facts.row->given[k];
    program::visitField(c, given.field, [&](auto value) {
      if constexpr (std::is_floating_point_v<decltype(value)>)
        facts.set(given.field, value);
      else if constexpr (std::is_same_v<decltype(value), uint32_t>)
        facts.set(given.field, &p.bodies[value]);
      else if (!given.isOptional || value != static_cast<decltype(value)>(isa::rowOf(given.field).absent))
        facts.set(given.field, int64_t(value));
    });
  }
  return facts;
}

/// All commands of the samples.
template <typename Visit> void forEachSample(Visit visit) {
  for (const program::Program &p : {test::layerCommands(), test::attentionCommands(), test::macCommands()})
    for (const program::Command &c : p.commands)
      if (isa::isCommand(c.op))
        visit(factsOf(p, c));
}

} // namespace

TEST_CASE("the ISA's page has the table", "[sim][isa]") {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  REQUIRE(source);
  std::ifstream file(std::string(source) + "/dialects/Accel/README.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(page.empty());
  INFO("expected the output of accord-isa --markdown in dialects/Accel/README.md");
  CHECK(page.find(isa::commandPage()) != std::string::npos);
}

TEST_CASE("names find their commands", "[sim][isa]") {
  std::set<std::string> names;
  for (unsigned i = 0; i < isa::numCommands; ++i) {
    const std::string name = isa::name(isa::Opcode(i));
    CHECK(isa::findCommand(name.data(), static_cast<unsigned>(name.size()))->op == isa::Opcode(i));
    CHECK(isa::findCommand(name.data(), static_cast<unsigned>(name.size() - 1)) == nullptr);
    CHECK(names.insert(name).second);
  }
  CHECK(isa::name(isa::Opcode::Wait) == std::string("wait"));
  CHECK(isa::name(isa::Opcode::Barrier) == std::string("barrier"));
}

TEST_CASE("a field that a command lacks, or has for nothing, is told", "[sim][isa]") {
  size_t told = 0;
  std::set<isa::Opcode> seen;
  forEachSample([&](isa::Facts facts) {
    INFO(facts.row->name);
    seen.insert(facts.row->op);
    CHECK(isa::check(facts) == "");
    for (unsigned i = 0; i < isa::numFields; ++i) {
      const auto field = isa::Field(i);
      const isa::Given *given = facts.row->find(field);
      isa::Facts changed = facts;
      if (given && !given->isOptional) {
        changed.given &= uint16_t(~isa::bit(field)), changed.known = changed.given;
        CHECK(isa::check(changed) == std::string("expected ") + name(field) + ", got none");
      } else if (!given) {
        changed.set(field, int64_t(1)); // or whatever a body is
        CHECK(isa::check(changed) == std::string("expected no ") + name(field) + ", got one");
      } else {
        continue;
      }
      ++told;
    }
  });
  std::cout << "fields told: " << told << "\n";
  CHECK(told > 200);
  CHECK(seen.size() == isa::numCommands);
}

// Whatever else an operand might be: an extent more or less where it is not a symbol's own, another type,
// another memory, another rank.
TEST_CASE("each operand's shape, type and memory is asked", "[sim][isa]") {
  size_t refused = 0, taken = 0;
  auto ask = [&](isa::Facts changed, bool mayPass, const isa::Operand &row) {
    INFO(changed.row->name << " " << row.name);
    const std::string told = isa::check(changed);
    if (!mayPass)
      CHECK(told != "");
    ++(told.empty() ? taken : refused);
  };
  forEachSample([&](const isa::Facts &facts) {
    for (unsigned i = 0; i < unsigned(facts.reads) + facts.writes; ++i) {
      const isa::Operand &row = facts.row->operandAt(i, facts.reads);
      for (unsigned d = 0; d < facts.operands[i].rank; ++d)
        for (const int64_t by : {-1, 1}) {
          isa::Facts changed = facts;
          changed.operands[i].sizes[d] += by;
          // A symbol may be alone on its extent, as the rows of a gather's table are.
          // And what is 1 more or less may be 1, which is read in every row.
          const bool alone = (row.rank >= 0 && row.shape[d].binds()) || row.rank == isa::broadcast;
          if (changed.operands[i].sizes[d] > 0)
            ask(changed, alone, row);
        }
      for (unsigned t = 0; t < isa::numElementTypes; ++t) {
        isa::Facts changed = facts;
        changed.operands[i].type = isa::ElementType(t);
        ask(changed, row.types >> t & 1, row);
      }
      for (unsigned m = 0; m < isa::numMemories; ++m) {
        isa::Facts changed = facts;
        changed.operands[i].memory = isa::Memory(m);
        ask(changed, row.memories >> m & 1, row);
      }
      isa::Facts changed = facts;
      changed.operands[i].rank ^= 1;
      if (row.rank != isa::broadcast)
        ask(changed, false, row);
    }
  });
  std::cout << "operands changed: " << refused << " refused, " << taken << " taken\n";
  CHECK(refused > 500);
  CHECK(taken > 100);
}

TEST_CASE("a scale's group is the sums' where none is given", "[sim][isa]") {
  forEachSample([&](isa::Facts facts) {
    if (facts.row->op != isa::Opcode::Dequant)
      return;
    CHECK_FALSE(facts.has(isa::Field::ActGroup));
    CHECK(facts[isa::Field::ActGroup] == facts[isa::Field::Group]);
    facts.set(isa::Field::ActGroup, facts[isa::Field::Group] * 2);
    CHECK(facts[isa::Field::ActGroup] == 2 * facts[isa::Field::Group]);
  });
}
