// Where an output goes, and how it gets there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/output_file.h"
#include "sim/files/unnamed_file.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace accord {
namespace {

constexpr size_t bufferBytes = 1 << 16;
const std::string standardOutput = "-";

std::string folderOf(const std::string &path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// What the link `path` says; nothing when it is none.
std::optional<std::string> nextOfLink(const std::string &path) {
  char text[PATH_MAX];
  const ssize_t n = ::readlink(path.c_str(), text, sizeof text);
  if (n < 0)
    return std::nullopt;
  const std::string next(text, size_t(n));
  return next[0] == '/' ? next : folderOf(path) + "/" + next;
}

constexpr int mostLinks = 40;

/// The name at the end of a chain of links, whether there is a file of it or not. Empty with errno for a
/// ring.
std::string endOfLinks(std::string path) {
  for (int links = 0; links < mostLinks; ++links) {
    std::optional<std::string> next = nextOfLink(path);
    if (!next)
      return path;
    path = *next;
  }
  errno = ELOOP;
  return "";
}

/// The open file of this process that a name stands for (/dev/stdout, /dev/fd/3), or -1. Whoever opened it
/// said how it is written, behind other output of theirs: the file's own name says nothing of that. A file
/// without a name is not one of them: nobody could have opened it for us, and it is written from its start.
int descriptorOf(std::string path) {
  const std::string own = "/proc/" + std::to_string(::getpid()) + "/fd";
  for (int links = 0; links < mostLinks; ++links) {
    const std::string number = path.substr(path.rfind('/') + 1);
    if (!number.empty() && number.size() < 8 && number.find_first_not_of("0123456789") == std::string::npos)
      if (char *real = ::realpath(folderOf(path).c_str(), nullptr)) {
        const bool ours = real == own;
        std::free(real);
        struct stat status = {};
        if (ours)
          return ::stat(path.c_str(), &status) == 0 && status.st_nlink == 0 ? -1 : std::stoi(number);
      }
    std::optional<std::string> next = nextOfLink(path);
    if (!next)
      return -1;
    path = *next;
  }
  return -1;
}

/// Whether `descriptor` is open for writing; 0 or errno.
int writable(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags < 0 ? errno : (flags & O_ACCMODE) == O_RDONLY ? EBADF : 0;
}

/// A name in `folder` that nobody has.
std::string freshName(const std::string &folder) {
  static std::atomic<unsigned> number{0};
  return folder + "/.accord-" + std::to_string(::getpid()) + "-" + std::to_string(number++) + ".part";
}

/// Calls `make` with fresh names until one was really free; the name, or nothing with errno.
template <typename Make> std::unique_ptr<Scratch> makeNamed(const std::string &folder, Make make) {
  for (int tries = 0; tries < 100; ++tries) {
    Hold hold;
    const std::string name = freshName(folder);
    if (make(name.c_str()))
      return std::make_unique<Scratch>(name);
    if (errno != EEXIST)
      break;
  }
  return nullptr;
}

bool linkTo(int file, const char *name) {
  const std::string self = "/proc/self/fd/" + std::to_string(file);
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/// The mode that the process gives new files.
mode_t modeOfNewFiles() {
  // umask() tells by setting, and other threads make files too; the kernel shows it since 4.7.
  mode_t mask = 022;
  if (std::FILE *status = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, status))
      if (std::sscanf(line, "Umask: %o", &mask) == 1)
        break;
    std::fclose(status);
  }
  return 0666 & ~mask;
}

/// All bytes of `from` over those of `to`; 0 or errno.
int copyOver(int from, int to) {
  struct stat status;
  if (::fstat(from, &status) != 0)
    return errno;
  // Room first: a full disk is told before a byte has changed.
  if (status.st_size > 0)
    if (const int none = ::posix_fallocate(to, 0, status.st_size))
      return none;
  std::string piece(bufferBytes, '\0');
  for (off_t at = 0; at < status.st_size;) {
    const ssize_t got = ::pread(from, piece.data(), piece.size(), at);
    if (got <= 0)
      return got < 0 ? errno : EIO;
    for (ssize_t done = 0; done < got;) {
      const ssize_t n = ::pwrite(to, piece.data() + done, size_t(got - done), at + done);
      if (n < 0 && errno != EINTR)
        return errno;
      done += std::max<ssize_t>(n, 0);
    }
    at += got;
  }
  return ::ftruncate(to, status.st_size) == 0 && ::fsync(to) == 0 ? 0 : errno;
}

Error failure(const std::string &path, const std::string &what, int reason) {
  return Error{(path == standardOutput ? "stdout" : path) + ": expected to write " + what +
               ", got: " + std::strerror(reason ? reason : EIO)};
}

} // namespace

/// Where an output goes.
struct OutputFile::Place {
  bool exists = false, inPlace = false; ///< inPlace: is opened itself
  std::string target;
  struct stat status = {};
};

Expected<OutputFile::Place> OutputFile::find(const std::string &path) {
  Place place;
  place.exists = ::stat(path.c_str(), &place.status) == 0;
  if (!place.exists && errno != ENOENT)
    return failure(path, "to it", errno);
  if (!place.exists) {
    place.target = endOfLinks(path);
    if (place.target.empty())
      return failure(path, "to it", errno);
    return place;
  }
  if (S_ISDIR(place.status.st_mode))
    return failure(path, "to it", EISDIR);
  place.inPlace = !S_ISREG(place.status.st_mode) || place.status.st_nlink == 0;
  // The superuser may write to a file that nobody may, but who made it so did not mean it.
  const bool closed = S_ISREG(place.status.st_mode) && (place.status.st_mode & 0222) == 0;
  if (closed || ::access(path.c_str(), W_OK) != 0)
    return failure(path, "to it", closed ? EACCES : errno);
  if (place.inPlace)
    return place;
  char *real = ::realpath(path.c_str(), nullptr);
  if (!real)
    return failure(path, "to it", errno);
  place.target = real;
  std::free(real);
  return place;
}

Status OutputFile::begin(const Place &place) {
  const std::string folder = folderOf(place.target);
  target = place.target;
  linked = place.exists && place.status.st_nlink > 1;
  file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0 && knowsNoUnnamed(errno))
    partial = makeNamed(folder, [&](const char *name) {
      return (file = ::open(name, O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0600)) >= 0;
    });
  if (file < 0)
    return failure(path, "to it", errno);
  if (::fchmod(file, place.exists ? place.status.st_mode & 07777 : modeOfNewFiles()) != 0)
    return failure(path, "to it", errno);
  // Another's file stays another's where we may say so.
  if (place.exists && (place.status.st_uid != ::geteuid() || place.status.st_gid != ::getegid()))
    if (::fchown(file, place.status.st_uid, place.status.st_gid) == 0)
      ::fchmod(file, place.status.st_mode & 07777); // a new owner takes some bits away
  return {};
}

Status OutputFile::check(const std::string &path) {
  if (path == standardOutput)
    return {};
  if (const int descriptor = descriptorOf(path); descriptor >= 0) {
    const int reason = writable(descriptor);
    return reason ? Status(failure(path, "to it", reason)) : Status();
  }
  Expected<Place> place = find(path);
  if (!place)
    return place.error();
  return place->inPlace ? Status() : OutputFile(path).begin(*place);
}

Expected<OutputFile> OutputFile::open(const std::string &path) {
  OutputFile output(path);
  const int descriptor = path == standardOutput ? STDOUT_FILENO : descriptorOf(path);
  if (descriptor == STDOUT_FILENO) {
    output.file = STDOUT_FILENO;
    return output;
  }
  if (descriptor >= 0) {
    const int reason = writable(descriptor);
    output.file = reason ? -1 : ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (output.file < 0)
      return failure(path, "to it", reason ? reason : errno);
    return output;
  }
  Expected<Place> place = find(path);
  if (!place)
    return place.error();
  if (!place->inPlace) {
    if (Status s = output.begin(*place); !s)
      return s.error();
    return output;
  }
  // No O_CREAT: what went away meanwhile is not made anew.
  output.file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | (S_ISREG(place->status.st_mode) ? O_TRUNC : 0));
  if (output.file < 0)
    return failure(path, "to it", errno);
  return output;
}

OutputFile::OutputFile(OutputFile &&o) noexcept
    : path(std::move(o.path)), target(std::move(o.target)), partial(std::move(o.partial)),
      file(std::exchange(o.file, -1)), linked(o.linked), waiting(std::move(o.waiting)),
      bytesAsked(o.bytesAsked), reason(o.reason) {}

OutputFile::~OutputFile() { close(); }

void OutputFile::close() {
  if (file > STDERR_FILENO && ::close(file) != 0 && !reason)
    reason = errno;
  file = -1;
}

Status OutputFile::state() const {
  return reason ? Status(failure(path, std::to_string(bytesAsked) + " bytes", reason)) : Status();
}

void OutputFile::put(int to, const char *bytes, size_t count) {
  while (count && !reason) {
    const ssize_t n = ::write(to, bytes, count);
    if (n < 0 && errno != EINTR)
      reason = errno;
    else if (n == 0)
      reason = EIO;
    bytes += std::max<ssize_t>(n, 0);
    count -= size_t(std::max<ssize_t>(n, 0));
  }
}

Status OutputFile::write(std::string_view bytes) {
  bytesAsked += bytes.size();
  if (waiting.size() + bytes.size() > bufferBytes)
    if (Status s = flush(); !s)
      return s;
  if (bytes.size() > bufferBytes)
    put(file, bytes.data(), bytes.size());
  else
    waiting += bytes;
  return state();
}

Status OutputFile::flush() {
  // What others printed before comes before.
  if (file == STDOUT_FILENO && std::fflush(stdout) != 0 && !reason)
    reason = errno;
  put(file, waiting.data(), waiting.size());
  waiting.clear();
  return state();
}

void OutputFile::giveName() {
  if (linked)
    return writeOver();
  if (!partial) {
    // Nobody's name needs no second one.
    Hold hold;
    if (linkTo(file, target.c_str()))
      return;
    if (errno == EEXIST)
      partial = makeNamed(folderOf(target), [&](const char *name) { return linkTo(file, name); });
  }
  if (!partial || std::rename(partial->path.c_str(), target.c_str()) != 0)
    reason = errno;
}

/// The target's own bytes change; the old ones are put back when that fails.
void OutputFile::writeOver() {
  const int over = ::open(target.c_str(), O_RDWR | O_CLOEXEC), old = openUnnamed(folderOf(target));
  if (over < 0 || old < 0)
    reason = errno;
  else if (!(reason = copyOver(over, old)))
    if ((reason = copyOver(file, over)))
      copyOver(old, over);
  for (int each : {over, old})
    if (each >= 0)
      ::close(each);
}

Status OutputFile::commit() {
  Status flushed = flush();
  if (flushed && !target.empty()) {
    if (::fsync(file) != 0)
      reason = errno;
    else
      giveName();
  }
  close(); // of a file in place, a failure may show only here
  partial.reset();
  return state();
}

Status writeFile(const std::string &path, std::string_view text) {
  Expected<OutputFile> output = OutputFile::open(path);
  if (!output)
    return output.error();
  if (Status s = output->write(text); !s)
    return s;
  return output->commit();
}

namespace {

/// What two names of one file have in common: the file, or where it will be.
struct Identity {
  bool shared = false; ///< a device: may be given twice
  std::string name;
};

Identity identityOf(const std::string &path) {
  if (path == standardOutput || descriptorOf(path) == STDOUT_FILENO)
    return {false, standardOutput};
  struct stat status;
  auto numbers = [&] { return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino); };
  if (::stat(path.c_str(), &status) == 0)
    return {S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode), numbers()};
  const std::string end = endOfLinks(path), folder = folderOf(end);
  return {false,
          (::stat(folder.c_str(), &status) == 0 ? numbers() : folder) + "/" + end.substr(end.rfind('/') + 1)};
}

} // namespace

Status checkDistinct(const std::vector<NamedFile> &inputs, const std::vector<NamedFile> &outputs) {
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Identity mine = identityOf(outputs[i].path);
    if (mine.shared)
      continue;
    for (const NamedFile &input : inputs)
      if (mine.name != standardOutput && identityOf(input.path).name == mine.name)
        return Error{outputs[i].option + ": expected another file than the input " + input.path + ", got " +
                     outputs[i].path};
    for (size_t j = 0; j < i; ++j)
      if (identityOf(outputs[j].path).name == mine.name)
        return Error{outputs[i].option + ": expected another file than that of " + outputs[j].option +
                     ", got " + (mine.name == standardOutput ? "stdout twice" : outputs[i].path)};
  }
  return {};
}

} // namespace accord
