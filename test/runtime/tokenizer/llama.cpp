// llama.cpp by dlopen. Its parameters are a struct of a size that changes between releases; any block that is
// larger is returned and passed in the same way (by memory), so the struct need not be known.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "llama.h"
#include "test/support/ggml_library.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <dlfcn.h>

namespace accord::tokenizer::test {

namespace {

struct Parameters {
  alignas(16) char bytes[1024];
};

struct Api {
  Parameters (*defaults)();
  void *(*load)(const char *path, Parameters parameters);
  void (*free)(void *model);
  const void *(*vocab)(const void *model);
  int32_t (*tokenize)(const void *vocab, const char *text, int32_t bytes, int32_t *ids, int32_t most,
                      bool addSpecial, bool parseSpecial);
  int32_t (*piece)(const void *vocab, int32_t id, char *text, int32_t most, int32_t strip, bool special);
  int32_t (*count)(const void *vocab);
  int32_t (*bos)(const void *vocab);
  int32_t (*eos)(const void *vocab);
  bool (*isEnd)(const void *vocab, int32_t id);
  bool (*isControl)(const void *vocab, int32_t id);
};

template <typename F> void lookUp(const char *library, const char *name, F &function) {
  const Expected<void *> symbol = accord::test::ggmlSymbol(library, name);
  if (!symbol)
    FAIL(symbol.error().message);
  function = reinterpret_cast<F>(*symbol);
}

void onlyErrors(int level, const char *text, void *) {
  constexpr int error = 4;
  if (level == error)
    std::fputs(text, stderr);
}

const Api &api() {
  static const Api loaded = [] {
    const char *base = "libggml-base.so", *ggml = "libggml.so", *llama = "libllama.so";
    const char *(*version)() = nullptr;
    lookUp(base, "ggml_version", version); // the others find it loaded
    void *(*loadBackend)(const char *) = nullptr;
    lookUp(ggml, "ggml_backend_load", loadBackend);
    Api a{};
    lookUp(llama, "llama_model_default_params", a.defaults);
    lookUp(llama, "llama_model_load_from_file", a.load);
    lookUp(llama, "llama_model_free", a.free);
    lookUp(llama, "llama_model_get_vocab", a.vocab);
    lookUp(llama, "llama_tokenize", a.tokenize);
    lookUp(llama, "llama_token_to_piece", a.piece);
    lookUp(llama, "llama_vocab_n_tokens", a.count);
    lookUp(llama, "llama_vocab_bos", a.bos);
    lookUp(llama, "llama_vocab_eos", a.eos);
    lookUp(llama, "llama_vocab_is_eog", a.isEnd);
    lookUp(llama, "llama_vocab_is_control", a.isControl);
    void (*setLog)(void (*)(int, const char *, void *), void *) = nullptr;
    lookUp(llama, "llama_log_set", setLog);
    setLog(onlyErrors, nullptr);
    // A backend must be loaded by its path; this finds the path of any.
    void (*init)() = nullptr;
    lookUp("libggml-cpu-x64.so", "ggml_cpu_init", init);
    Dl_info where{};
    if (!dladdr(reinterpret_cast<void *>(init), &where) || !loadBackend(where.dli_fname))
      FAIL("llama.cpp: expected to load libggml-cpu-x64.so as a backend, got an error");
    return a;
  }();
  return loaded;
}

} // namespace

Llama::Llama(const std::string &path) {
  model = api().load(path.c_str(), api().defaults());
  if (!model)
    FAIL("llama.cpp: expected to load " << path << ", got an error");
  vocab = api().vocab(model);
}
Llama::~Llama() {
  if (model)
    api().free(model);
}

std::vector<int32_t> Llama::encode(std::string_view text, bool addSpecial, bool parseSpecial) const {
  std::vector<int32_t> ids(3 * text.size() + 8);
  const int32_t count = api().tokenize(vocab, text.data(), static_cast<int32_t>(text.size()), ids.data(),
                                       static_cast<int32_t>(ids.size()), addSpecial, parseSpecial);
  if (count < 0)
    FAIL("llama.cpp: expected at most " << ids.size() << " tokens, got " << -count);
  ids.resize(static_cast<size_t>(count));
  return ids;
}

std::string Llama::decode(int32_t id) const {
  std::string text(256, '\0');
  int32_t bytes = api().piece(vocab, id, text.data(), static_cast<int32_t>(text.size()), 0, true);
  if (bytes < 0) {
    text.resize(static_cast<size_t>(-bytes));
    bytes = api().piece(vocab, id, text.data(), static_cast<int32_t>(text.size()), 0, true);
  }
  text.resize(static_cast<size_t>(bytes));
  return text;
}

int32_t Llama::vocabulary() const { return api().count(vocab); }
int32_t Llama::bos() const { return api().bos(vocab); }
int32_t Llama::eos() const { return api().eos(vocab); }
bool Llama::isEndOfGeneration(int32_t id) const { return api().isEnd(vocab, id); }
bool Llama::isControl(int32_t id) const { return api().isControl(vocab, id); }

} // namespace accord::tokenizer::test
