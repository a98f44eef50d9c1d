// The cache of Verilated blocks: key, build, and rename into place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/rtl_build.h"
#include "accord/cache_folder.h"
#include "rtl/cosim/process.h"
#include "rtl/cosim/shim_text.h"
#include "sim/files/hold.h"
#include "sim/files/output_file.h"
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace accord;
using namespace accord::rtl;
namespace fs = std::filesystem;

namespace {

struct SourceFile {
  std::string path; // from the RTL root
  std::string text;
};

struct Recipe {
  std::vector<SourceFile> files;
  std::vector<std::string> verilate; // the command, but for its file arguments' text
  std::string make;                  // optimization of the generated code
};

constexpr const char *verilatorPackage = "verilator";
constexpr const char *compilerPackage = "g++";
constexpr const char *makePackage = "make";

} // namespace

static std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

std::string rtl::resolveRtlDir(const RtlOptions &options) {
  if (!options.rtlDir.empty())
    return options.rtlDir;
  if (std::string fromEnvironment = environment("ACCORD_RTL_DIR"); !fromEnvironment.empty())
    return fromEnvironment;
  // As `cmake --install` lays it out, whatever its prefix.
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  const fs::path installed = program.parent_path().parent_path() / "share/accord/rtl";
  return fs::exists(installed, failure) ? installed.string() : ACCORD_RTL_SOURCE_DIR;
}

Expected<std::string> rtl::resolveCacheDir(const RtlOptions &options) {
  if (!options.cacheDir.empty())
    return options.cacheDir;
  return cacheFolder();
}

static Expected<std::string> readFile(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Error{path.string() + ": expected a readable RTL source, got none"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

static Status place(const fs::path &path, const std::string &text) {
  Hold hold; // a folder that goes gets nothing more
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (failed)
    return Error{path.parent_path().string() + ": expected to create the folder, got: " + failed.message()};
  return writeFile(path.string(), text);
}

/// The listed sources, and the shim for the ports that they tell.
static Expected<std::vector<SourceFile>> readSources(const std::string &block, const fs::path &root) {
  const std::string folder = block + "/", listPath = folder + block + ".f",
                    top = folder + "acc_" + block + ".sv";
  Expected<std::string> list = readFile(root / listPath);
  if (!list)
    return list.error();
  std::vector<std::string> paths = {"lint/verilator_waiver.vlt"};
  std::istringstream lines(*list);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty())
      paths.push_back(line);
  std::vector<SourceFile> files;
  std::string shim;
  for (const std::string &path : paths) {
    Expected<std::string> text = readFile(root / path);
    if (!text)
      return text.error();
    if (path == top) {
      Expected<PortList> ports = readPorts(*text, (root / path).string(), block);
      if (!ports)
        return ports.error();
      shim = shimText(block, *ports);
    }
    files.push_back({path, std::move(*text)});
  }
  if (shim.empty())
    return Error{(root / listPath).string() + ": expected " + top + " in it, got other sources"};
  files.push_back({"shim.cpp", std::move(shim)});
  for (const ShimFile &file : shimFiles())
    files.push_back({file.path, file.text});
  return files;
}

static Recipe makeRecipe(const sim::RtlSpec &spec, const RtlOptions &options, std::vector<SourceFile> files) {
  Recipe recipe;
  // Several of these libraries live in one process: nothing but the C interface is visible, nothing is
  // shared.
  std::string cflags =
      "-fPIC -fvisibility=hidden -fno-gnu-unique -ffp-contract=off -DVL_USER_STOP -DVL_USER_FATAL "
      "-DVL_PRINTF=accordRtlPrintf -I../src -include rtl/cosim/rtl_abi.h";
  recipe.verilate = {"verilator", "--cc", "--exe", "--prefix", "Vacc_" + spec.block, "--top-module",
                     "acc_" + spec.block, "-Mdir", "obj", "-O3", "--x-assign", "fast", "--x-initial", "fast",
                     // Lint is its own test; a mutated source must still build.
                     "-Wno-fatal", options.assertions ? "--assert" : "--noassert", "-CFLAGS", cflags,
                     "-LDFLAGS", "-shared -Wl,-Bsymbolic", "-o", "lib" + spec.block + ".so"};
  if (options.trace)
    recipe.verilate.push_back("--trace");
  for (const auto &[name, value] : spec.parameters)
    recipe.verilate.push_back("-G" + name + "=" + std::to_string(value));
  for (const SourceFile &file : files)
    if (fs::path(file.path).extension() != ".h")
      recipe.verilate.push_back("src/" + file.path);
  recipe.make = "-O" + std::to_string(options.optimization);
  recipe.files = std::move(files);
  return recipe;
}

/// All that the library depends on, as text: it is hashed, and kept beside the library to be read by people.
static Expected<std::string> describe(const Recipe &recipe) {
  std::string text;
  const std::pair<std::vector<std::string>, const char *> tools[] = {
      {{"verilator", "--version"}, verilatorPackage}, {{"g++", "--version"}, compilerPackage}};
  for (const auto &[command, package] : tools) {
    Expected<std::string> version = runProgram(command, ".", package);
    if (!version)
      return version.error();
    text += *version;
  }
  for (const std::string &word : recipe.verilate)
    text += word + "\n";
  text += recipe.make + "\n";
  for (const SourceFile &file : recipe.files)
    text += "== " + file.path + " " + std::to_string(file.text.size()) + "\n" + file.text;
  return text;
}

/// FNV-1a in 128 bits (Fowler, Noll, Vo): keeps apart what differs by accident, which is all a cache needs.
static std::string hashName(const std::string &text) {
  using Wide = unsigned __int128;
  Wide hash = (Wide(0x6c62272e07bb0142u) << 64) | 0x62b821756295c58du;
  const Wide prime = (Wide(1) << 88) | 0x13b;
  for (unsigned char byte : text)
    hash = (hash ^ byte) * prime;
  std::string name;
  for (int shift = 124; shift >= 0; shift -= 4)
    name += "0123456789abcdef"[unsigned(hash >> shift) & 15];
  return name;
}

/// Builds in `directory`, which is ours alone.
static Status build(const std::string &block, const Recipe &recipe, const fs::path &directory) {
  for (const SourceFile &file : recipe.files)
    if (Status written = place(directory / "src" / file.path, file.text); !written)
      return written;
  if (Expected<std::string> run = runProgram(recipe.verilate, directory.string(), verilatorPackage); !run)
    return run.error();
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  // Verilator's runtime is the same for every block and parameter: ccache, where it is, compiles it once.
  std::error_code ignored;
  std::string objcache = fs::exists("/usr/bin/ccache", ignored) ? "OBJCACHE=ccache" : "OBJCACHE=";
  Expected<std::string> run =
      runProgram({"make", "-C", "obj", "-f", "Vacc_" + block + ".mk", "-j" + std::to_string(jobs), objcache,
                  "OPT_FAST=" + recipe.make, "OPT_SLOW=-O0", "OPT_GLOBAL=-O1"},
                 directory.string(), makePackage);
  if (!run)
    return run.error();
  return {};
}

/// What is in the cache is code that this process will run: nobody but its user may be able to put it there.
static Status checkOwned(const fs::path &folder) {
  struct stat status;
  if (::stat(folder.c_str(), &status) != 0)
    return Error{folder.string() + ": expected a folder for built RTL, got: " + std::strerror(errno)};
  if ((status.st_mode & 022) == 0 && (status.st_uid == ::geteuid() || status.st_uid == 0))
    return {};
  char mode[8];
  std::snprintf(mode, sizeof mode, "%04o", unsigned(status.st_mode & 07777));
  return Error{folder.string() +
               ": expected a folder that only its user may write to, as code is run from it, got " +
               (status.st_mode & 022 ? "mode " + std::string(mode) + "; chmod go-w it"
                                     : "one of user " + std::to_string(status.st_uid)) +
               ", or set ACCORD_CACHE_DIR to another"};
}

/// Makes what is missing of the cache, and checks both its levels.
static Status openFolder(const fs::path &cache, const fs::path &folder) {
  std::error_code failed, ignored;
  if (!fs::exists(cache, ignored)) {
    fs::create_directories(cache, failed);
    if (!failed)
      fs::permissions(cache, fs::perms::owner_all, failed);
  }
  if (!failed && fs::create_directory(folder, failed))
    fs::permissions(folder, fs::perms::owner_all, failed);
  if (failed)
    return Error{folder.string() + ": expected to create the build directory, got: " + failed.message()};
  if (Status s = checkOwned(cache); !s)
    return s;
  return checkOwned(folder);
}

static const char *const sumFile = "library.hash";

/// Whether an entry is there with the library that was put there.
static bool isWhole(const fs::path &entry, const std::string &library) {
  Expected<std::string> bytes = readFile(entry / library), sum = readFile(entry / sumFile);
  return bytes && sum && *sum == hashName(*bytes) + "\n" && checkOwned(entry);
}

/// From the folder of a build to the cache. A whole entry that another made meanwhile has the same key and is
/// kept; a broken one is put away.
static Status finish(const fs::path &work, const std::string &library, const std::string &key,
                     const fs::path &entry) {
  const fs::path finished = work / "finished";
  if (Status s = place(finished / "key.txt", key); !s)
    return s;
  Expected<std::string> bytes = readFile(work / "obj" / library);
  if (!bytes)
    return bytes.error();
  if (Status s = place(finished / sumFile, hashName(*bytes) + "\n"); !s)
    return s;
  if (Status s = place(finished / library, *bytes); !s)
    return s;
  Hold hold;
  std::error_code failed, ignored;
  fs::permissions(finished, fs::perms::owner_all, failed);
  for (int tries = 0; tries < 2 && !failed; ++tries) {
    fs::rename(finished, entry, failed);
    if (!failed || isWhole(entry, library))
      return {};
    if (!fs::exists(entry, ignored))
      break; // it is not in the way
    // Another's process may put its own there between these two lines, once.
    fs::rename(entry, work / ("broken" + std::to_string(tries)), failed);
  }
  return Error{entry.string() + ": expected to place the library, got: " + failed.message()};
}

Expected<RtlLibrary> rtl::buildRtl(const sim::RtlSpec &spec, const RtlOptions &options) {
  Expected<std::string> cache = resolveCacheDir(options);
  if (!cache)
    return cache.error();
  Expected<std::vector<SourceFile>> files = readSources(spec.block, resolveRtlDir(options));
  if (!files)
    return files.error();
  Recipe recipe = makeRecipe(spec, options, std::move(*files));
  Expected<std::string> key = describe(recipe);
  if (!key)
    return key.error();

  const fs::path folder = fs::path(*cache) / "rtl", entry = folder / (spec.block + "-" + hashName(*key));
  const std::string library = "lib" + spec.block + ".so";
  if (Status s = openFolder(*cache, folder); !s)
    return s.error();
  if (isWhole(entry, library))
    return RtlLibrary{(entry / library).string(), true, 0};

  auto start = std::chrono::steady_clock::now();
  std::random_device random;
  // The whole of it goes with this object, however the build ends.
  const Scratch work(entry.string() + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(random()));
  Status built = build(spec.block, recipe, work.path);
  if (built)
    built = finish(fs::path(work.path), library, *key, entry);
  if (!built)
    return Error{"rtl " + spec.block + ": " + built.error().message};
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return RtlLibrary{(entry / library).string(), false, seconds};
}
