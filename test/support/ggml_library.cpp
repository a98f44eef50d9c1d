// Loads ggml's libraries once and finds functions in them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/ggml_library.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>

namespace accord::test {

static std::string directory() {
  if (const char *given = std::getenv("ACCORD_GGML_DIR"))
    return given;
  const char *build = std::getenv("ACCORD_BUILD_DIR");
  return std::string(build ? build : ".") + "/ggml";
}

Expected<void *> ggmlSymbol(const std::string &library, const char *name) {
  static std::map<std::string, void *> loaded;
  void *&handle = loaded[library];
  if (!handle)
    handle = dlopen((directory() + "/" + library).c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!handle)
    return Error{"ggml: expected " + library + ", got: " + dlerror() + "; run tools/dev/fetch_ggml.sh " +
                 directory() + " or set ACCORD_GGML_DIR (ACCORD_OFFLINE=1 skips)"};
  void *symbol = dlsym(handle, name);
  if (!symbol)
    return Error{library + ": expected function " + name + ", got none"};
  return symbol;
}

bool skippedOffline(const char *test) {
  const char *offline = std::getenv("ACCORD_OFFLINE");
  if (!offline || std::strcmp(offline, "1") != 0)
    return false;
  std::printf("skipped: %s (ACCORD_OFFLINE=1)\n", test);
  return true;
}

} // namespace accord::test
