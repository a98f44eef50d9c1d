// The comparisons behind parity and sim --check, on values that are wrong in one known place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/executions.h"
#include "tools/driver/parity_entries.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

using namespace accord;
using namespace accord::driver;

namespace {

Bytes bytesOf(const std::vector<float> &values) {
  Bytes bytes(values.size() * 4);
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

rt::BufferBinding floats(const std::string &name, std::vector<int64_t> shape,
                         rt::Role role = rt::Role::Result) {
  return {name, role, rt::ElementType::F32, std::move(shape), {}};
}

const std::vector<float> six = {1, 2, 3, 4, 5, 6};

} // namespace

TEST_CASE("a comparison finds one different value, wherever it is", "[tools]") {
  // Axes of different lengths: an index of the wrong one would say another place.
  const auto binding = floats("y", {1, 2, 3});
  CHECK(compare(binding, bytesOf(six), bytesOf(six)).different == 0);
  for (size_t i = 0; i < six.size(); ++i) {
    std::vector<float> wrong = six;
    wrong[i] = std::nextafter(wrong[i], 0.0f);
    const Comparison c = compare(binding, bytesOf(six), bytesOf(wrong));
    CHECK((c.compared == 6 && c.different == 1));
    const std::string place =
        "y[0][" + std::to_string(i / 3) + "][" + std::to_string(i % 3) + "]: expected 0x";
    CHECK(c.firstDifference.substr(0, place.size()) == place);
  }
  const Comparison all = compare(binding, bytesOf(six), bytesOf({6, 5, 4, 3, 2, 1}));
  CHECK((all.compared == 6 && all.different == 6));
  CHECK(all.firstDifference == "y[0][0][0]: expected 0x3f800000 (1), got 0x40c00000 (6)");
}

TEST_CASE("zeros differ by their sign, NaNs by nothing, and a NaN is no number", "[tools]") {
  const auto binding = floats("y", {2});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  auto different = [&](float a, float b) {
    return compare(binding, bytesOf({1, a}), bytesOf({1, b})).different;
  };
  CHECK(different(0.0f, -0.0f) == 1);
  CHECK(different(nan, -nan) == 0);
  CHECK(different(nan, 1) == 1);
  CHECK(different(1, nan) == 1);
  CHECK(different(INFINITY, nan) == 1);
  // Bits of an integer are no NaN.
  const rt::BufferBinding integers{"y", rt::Role::Result, rt::ElementType::I32, {1}, {}};
  CHECK(compare(integers, {0, 0, 0xc0, 0x7f}, {1, 0, 0xc0, 0x7f}).different == 1);
}

TEST_CASE("results of another length differ in all values", "[tools]") {
  const Comparison c = compare(floats("y", {6}), bytesOf(six), bytesOf({1, 2, 3}));
  CHECK((c.compared == 6 && c.different == 6));
  CHECK(c.firstDifference == "y: expected 24 bytes, got 12");
}

TEST_CASE("each result of a program is compared, and only results", "[tools]") {
  CompiledProgram compiled;
  compiled.signature.buffers = {floats("x", {6}, rt::Role::Argument), floats("state", {6}, rt::Role::InOut),
                                floats("y", {6}), floats("z", {6})};
  const std::vector<Bytes> expected(3, bytesOf(six));
  auto run = [&](const std::function<void(std::vector<Bytes> &)> &change) {
    Execution got;
    got.buffers.assign(4, bytesOf(six));
    change(got.buffers);
    auto compared = compareResults(compiled, expected, got);
    REQUIRE(compared);
    CHECK(compared->compared == 18);
    return *compared;
  };
  CHECK(run([](auto &) {}).different == 0);
  CHECK(run([](auto &buffers) { buffers[0][0] ^= 1; }).different == 0);
  for (size_t buffer : {1, 2, 3}) {
    const Comparison c = run([&](auto &buffers) { buffers[buffer][0] ^= 1; });
    CHECK(c.different == 1);
    CHECK(c.firstDifference.substr(0, c.firstDifference.find('[')) ==
          compiled.signature.buffers[buffer].name);
  }
  const Comparison two = run([](auto &buffers) { buffers[1][4] ^= 1, buffers[3][8] ^= 1; });
  CHECK((two.different == 2 && two.firstDifference.substr(0, 8) == "state[1]"));
}

TEST_CASE("entries of a model agree only where all do", "[tools]") {
  // Three logits a position: prefill gives one, two steps two, a score four.
  const Answers golden{{1, 2, 3}, {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  auto run = [&](const Answers &other, bool wanted) {
    Table table;
    bool agree = true;
    compareEntries({std::string("file")}, 3, golden, other, table, agree);
    CHECK(agree == wanted);
    REQUIRE(table.rows.size() == 3);
    std::vector<int64_t> different;
    for (size_t i = 0; i < 3; ++i) {
      CHECK(std::get<std::string>(table.rows[i][1]) ==
            std::vector<std::string>{"prefill", "decode", "score"}[i]);
      CHECK(std::get<int64_t>(table.rows[i][2]) == std::vector<int64_t>{3, 6, 12}[i]);
      different.push_back(std::get<int64_t>(table.rows[i][3]));
    }
    return different;
  };
  CHECK(run(golden, true) == std::vector<int64_t>{0, 0, 0});
  Answers other = golden;
  other.prefill[2] = 0;
  CHECK(run(other, false) == std::vector<int64_t>{1, 0, 0});
  other = golden, other.decode[3] = other.decode[5] = 0;
  CHECK(run(other, false) == std::vector<int64_t>{0, 2, 0});
  other = golden, other.score[11] = 0;
  CHECK(run(other, false) == std::vector<int64_t>{0, 0, 1});
  Table table;
  bool agree = true;
  compareEntries({}, 3, {}, {}, table, agree);
  CHECK(!agree);
}
