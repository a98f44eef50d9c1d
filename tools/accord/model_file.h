// Models as the subcommands take them: telling them from other files, and how they are opened.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/gguf.h"
#include "runtime/model/network.h"
#include "tools/accord/command.h"

namespace accord::cli {

/// Whether `path` is to be read as a GGUF model: its first bytes say so or, for a file without them, its name
/// ends in .gguf. A file that cannot be read is judged by its name alone.
bool isModelFile(const std::string &path);

/// What the file at `path` is, for a message, when it is known and is neither a GGUF file nor text; else
/// empty.
std::string describeForeignFile(const std::string &path);

/// Whether `given` names a model of either kind: a GGUF file, or a network of sizes (model_files.h).
bool isModel(const std::string &given);

/// Adds `--network`, which changes what a network of sizes says.
void addNetworkOption(po::options_description &options);
/// The changes. Error: a word that is no KEY=VALUE; a model that is no network; a network with --i2s-layout.
Expected<model::NetworkChanges> networkChangesOf(const po::variables_map &values, const std::string &given);

/// Adds `--i2s-layout`, which files with I2_S tensors (BitNet) need: they do not say it themselves.
void addLayoutOption(po::options_description &options);

/// The value of `--i2s-layout`. Error: expected x86 or arm, got ...
Expected<model::OpenOptions> openOptionsOf(const po::variables_map &values);

} // namespace accord::cli
