// A model ready to be continued on the CPU: compiled code, packed weights, caches, position.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinOps.h"
#include "runtime/model/gguf.h"
#include "tools/driver/listener.h"
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace accord::driver {

class Session {
public:
  struct Options {
    unsigned threads = 0;                     ///< 0: one for each processor.
    std::string target = "host";              ///< "host", "avx2" or "portable".
    bool fast = false;                        ///< Contraction and reassociation allowed: no exact mode.
    std::string codeFolder{};                 ///< Compiled code is kept here between runs; empty: nowhere.
    Listener *listener = &Listener::silent(); ///< Hears when LLVM's work begins.
  };
  /// What opening cost and what a session holds.
  struct Costs {
    double compileSeconds = 0, packSeconds = 0;
    bool codeCached = false; ///< Found in the folder, not compiled.
    std::string codeProblem; ///< Why the folder could not be used; empty without one.
    uint64_t weightBytes = 0, cacheBytes = 0, workspaceBytes = 0;
    unsigned threads = 0;
  };

  /// Compiles `l0` (entries @prefill, @decode, and @score where there is one), packs the parameters that it
  /// names out of `file` and makes empty caches. The file and the module may go afterwards. Fails, naming the
  /// op, the tensor or the option, when one of them is not what is expected.
  static Expected<std::unique_ptr<Session>> open(const model::GgufFile &file, mlir::ModuleOp l0,
                                                 const Options &options);
  virtual ~Session() = default;

  /// Tokens so far; the most there may be; logits of a token.
  virtual int64_t position() const = 0;
  virtual int64_t context() const = 0;
  virtual int64_t vocabulary() const = 0;

  /// Appends tokens (at least 1) and gives the logits [vocabulary] of the last, valid until the next call.
  /// Fails when they do not fit the context or are no tokens of the vocabulary; nothing is changed then.
  virtual Expected<llvm::ArrayRef<float>> evaluate(llvm::ArrayRef<int32_t> tokens) = 0;
  /// Appends tokens and gives the logits of every one, [tokens][vocabulary]. Fails as `evaluate` does, and
  /// when the model has no @score.
  virtual Expected<std::vector<float>> score(llvm::ArrayRef<int32_t> tokens) = 0;
  /// Keys and values of all layers as the entries declare them: [layers, context, kv heads, head_dim] each,
  /// of f16 or f32; zeros from position() on.
  struct Caches {
    int64_t layers = 0, positions = 0, heads = 0, headDim = 0, elementBytes = 2;
    std::vector<uint8_t> k, v;
  };
  virtual Caches caches() const = 0;
  /// Forgets all tokens.
  virtual void reset() = 0;
  virtual const Costs &costs() const = 0;
};

} // namespace accord::driver
