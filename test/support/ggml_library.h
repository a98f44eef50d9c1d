// ggml's prebuilt libraries as an outside judge: fetched by tools/dev/fetch_ggml.sh, loaded at run time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"

namespace accord::test {

/// The address of a function of `library` (`libggml-base.so`), from $ACCORD_GGML_DIR, else from ggml/ below
/// $ACCORD_BUILD_DIR. Error: says what is missing and how to fetch it.
Expected<void *> ggmlSymbol(const std::string &library, const char *name);

/// True, with a line saying so, when ACCORD_OFFLINE=1 says that there is no network to fetch ggml from.
bool skippedOffline(const char *test);

} // namespace accord::test
