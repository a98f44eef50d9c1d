// What GGUF files say of their models, as tables. Reads metadata and the list of tensors, never their values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/gguf.h"
#include "tools/accord/output.h"
#include <memory>

namespace accord::cli {

using ModelFiles = std::vector<std::unique_ptr<model::GgufFile>>;

/// One row a quantity (snake_case words that stay), one column a model.
Table compareModels(const ModelFiles &models);

/// One row a tensor, in the order of the files.
Table listTensors(const ModelFiles &models);

/// One row a key of the metadata, in the order of the files; long values are cut.
Table listMetadata(const ModelFiles &models);

} // namespace accord::cli
