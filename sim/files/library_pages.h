// Memory of libraries that have done their work.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace accord {

/// Gives the memory of code and constants back of the shared libraries whose file names begin with `name`:
/// they stay, and are read from their files again where they are run again. Their data is kept.
void releaseLibrary(const char *name);

} // namespace accord
