// Models as modules at L0: the options that `import`, `run`, `compile` and `parity` share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/model_file.h"
#include "tools/driver/imported_model.h"

namespace accord::cli {

/// Adds `--cache`, the number format of keys and values.
void addCacheOption(po::options_description &options);

/// Whether `--cache` is f32; nothing where it was not given: the model decides. Error: expected f16 or f32,
/// got
/// ...
Expected<std::optional<bool>> f32CacheOf(const po::variables_map &values);

/// Adds `--context`, `--prompt-tokens`, `--cache` and `--i2s-layout`.
void addModelOptions(po::options_description &options);
/// Error: `--name: expected ..., got ...`.
Expected<ModelOptions> modelOptionsOf(const po::variables_map &values);
/// The same where `--network` was added too, for the model `given`.
Expected<ModelOptions> modelOptionsOf(const po::variables_map &values, const std::string &given);
/// The names of those that were given, for subcommands that take other files too.
std::vector<std::string> givenModelOptions(const po::variables_map &values);

} // namespace accord::cli
