// The graph builders, a file each, and the table row of each name they go by.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Import/Decoder.h"

namespace accord::importer {

/// A value of `general.architecture`. `describe` reads the keys and tells tensors and layer; failures stay in
/// the reader.
struct Architecture {
  llvm::StringLiteral name;
  Decoder (*describe)(ModelReader &reader);
};

Decoder describeLlama(ModelReader &reader);
Decoder describeBitNet(ModelReader &reader);

} // namespace accord::importer
