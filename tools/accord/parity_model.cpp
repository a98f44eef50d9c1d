// Compares sessions entry by entry.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/parity_model.h"
#include "tools/accord/arguments.h"
#include "tools/accord/golden_session.h"
#include "tools/accord/model_values.h"

namespace accord::cli {
namespace {

using Tokens = std::vector<int32_t>;

/// Logits by entry, in the order of the calls.
struct Answers {
  std::vector<float> prefill, decode, score;
};

void append(std::vector<float> &to, llvm::ArrayRef<float> from) {
  to.insert(to.end(), from.begin(), from.end());
}

Expected<Answers> ask(Session &session, const Tokens &tokens) {
  Answers answers;
  llvm::ArrayRef<int32_t> all(tokens);
  size_t half = tokens.size() / 2;
  auto logits = session.evaluate(all.take_front(half));
  if (!logits)
    return logits.error();
  append(answers.prefill, *logits);
  for (size_t i = half; i < tokens.size(); ++i) {
    logits = session.evaluate(all.slice(i, 1));
    if (!logits)
      return logits.error();
    append(answers.decode, *logits);
  }
  session.reset();
  auto rows = session.score(all);
  if (!rows)
    return rows.error();
  answers.score = std::move(*rows);
  return answers;
}

Bytes bytesOf(const std::vector<float> &values) {
  auto *begin = reinterpret_cast<const uint8_t *>(values.data());
  return Bytes(begin, begin + values.size() * sizeof(float));
}

} // namespace

std::optional<std::string> nativeTarget(const std::string &device) {
  if (device == "native")
    return "host";
  for (const char *target : {"host", "avx2", "portable"})
    if (device == std::string("native:") + target)
      return target;
  return std::nullopt;
}

Expected<Table> compareModel(const ModelParity &parity, bool &agree) {
  Toolchain toolchain;
  ImportOptions import;
  import.context = parity.tokens;
  auto imported = importFile(toolchain, parity.path, parity.open, import);
  if (!imported)
    return imported.error();
  auto golden = openGolden(*imported->file, *imported->module);
  if (!golden)
    return golden.error();
  Tokens tokens = randomTokens(parity.seed, parity.tokens, (*golden)->vocabulary());
  auto expected = ask(**golden, tokens);
  if (!expected)
    return expected.error();

  Table table;
  table.columns = {"file", "execution", "device", "entry", "compared", "mismatches", "first_difference"};
  for (const std::string &device : parity.devices) {
    Session::Options options;
    options.target = nativeTarget(device).value();
    auto session = Session::open(*imported->file, *imported->module, options);
    if (!session)
      return Error{parity.path + ": " + device + ": " + session.error().message};
    auto got = ask(**session, tokens);
    if (!got)
      return Error{parity.path + ": " + device + ": " + got.error().message};
    auto row = [&](const char *entry, const std::vector<float> &right, const std::vector<float> &other) {
      int64_t vocabulary = (*golden)->vocabulary();
      rt::BufferBinding binding{std::string(entry) + " logits",
                                rt::Role::Result,
                                rt::ElementType::F32,
                                {int64_t(right.size()) / vocabulary, vocabulary},
                                {}};
      Comparison c = compare(binding, bytesOf(right), bytesOf(other));
      agree &= c.different == 0 && c.compared != 0;
      table.rows.push_back(
          {parity.path, device, "CPU, " + std::to_string((*session)->costs().threads) + " threads",
           std::string(entry), int64_t(c.compared), int64_t(c.different), c.firstDifference});
    };
    row("prefill", expected->prefill, got->prefill);
    row("decode", expected->decode, got->decode);
    row("score", expected->score, got->score);
  }
  return table;
}

} // namespace accord::cli
