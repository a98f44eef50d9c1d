// Asks a session, and holds two answers against each other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/parity_entries.h"
#include "tools/driver/arguments.h"

namespace accord::driver {
namespace {

void append(std::vector<float> &to, llvm::ArrayRef<float> from) {
  to.insert(to.end(), from.begin(), from.end());
}

Bytes bytesOf(const std::vector<float> &values) {
  auto *begin = reinterpret_cast<const uint8_t *>(values.data());
  return Bytes(begin, begin + values.size() * sizeof(float));
}

} // namespace

Expected<Answers> ask(Session &session, llvm::ArrayRef<int32_t> tokens) {
  Answers answers;
  size_t half = tokens.size() / 2;
  auto logits = session.evaluate(tokens.take_front(half));
  if (!logits)
    return logits.error();
  append(answers.prefill, *logits);
  for (size_t i = half; i < tokens.size(); ++i) {
    logits = session.evaluate(tokens.slice(i, 1));
    if (!logits)
      return logits.error();
    append(answers.decode, *logits);
  }
  session.reset();
  auto rows = session.score(tokens);
  if (!rows)
    return rows.error();
  answers.score = std::move(*rows);
  return answers;
}

void compareEntries(const std::vector<Cell> &head, int64_t vocabulary, const Answers &golden,
                    const Answers &other, Table &table, bool &agree) {
  auto row = [&](const char *entry, const std::vector<float> &right, const std::vector<float> &got) {
    rt::BufferBinding binding{std::string(entry) + " logits",
                              rt::Role::Result,
                              rt::ElementType::F32,
                              {int64_t(right.size()) / vocabulary, vocabulary},
                              {}};
    Comparison c = compare(binding, bytesOf(right), bytesOf(got));
    agree &= c.different == 0 && c.compared != 0;
    std::vector<Cell> cells = head;
    cells.insert(cells.end(),
                 {std::string(entry), int64_t(c.compared), int64_t(c.different), c.firstDifference});
    table.rows.push_back(std::move(cells));
  };
  row("prefill", golden.prefill, other.prefill);
  row("decode", golden.decode, other.decode);
  row("score", golden.score, other.score);
}

} // namespace accord::driver
