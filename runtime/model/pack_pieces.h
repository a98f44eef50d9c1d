// What packers of model files share: finding a tensor that is as a program expects it, and packing in pieces
// on several threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "runtime/model/gguf.h"

#include <functional>

namespace accord::model {

/// `<path>: tensor '<name>': `, the begin of messages.
std::string placeOf(const GgufFile &file, const std::string &tensor);

/// `576x1536`, for messages.
std::string shapeText(const std::vector<int64_t> &shape);

/// The tensor of this name. Error: it is not there, or has another storage or shape.
Expected<const TensorInfo *> findTensor(const GgufFile &file, const rt::ParameterSource &source);

/// Pieces of work of one parameter, any of which may run at the same time: tiles, or the one piece that a
/// vector is.
struct Pieces {
  int64_t count;
  std::function<Status(int64_t)> run;
  /// What they read, when nobody needs it afterwards: its memory is given back behind the last piece, else
  /// packed weights and the file would lie in memory side by side. May be null.
  const TensorInfo *read = nullptr;
};

/// Runs all pieces on `threads` threads (0: one for each processor, which is also the most). Error: the first
/// of a thread's, with the file's path before it; other pieces may not have run then.
Status runPieces(const GgufFile &file, const std::vector<Pieces> &all, unsigned threads);

/// Cosines or sines [positions][headDim / 2] by golden. Error: the file has no such rotary factors.
Expected<std::vector<float>> ropeAngles(const GgufFile &file, const rt::RopeSource &source);

} // namespace accord::model
