// The ends of a process that are not its own choice: signals, files that shrink under it, memory that is not
// there.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <atomic>
#include <cstddef>
#include <sys/types.h>

namespace accord::tools {

/// To be called first in main, before there are other threads. From then on
/// - SIGINT, SIGTERM and SIGHUP, where they were not ignored, end the process by that signal after its
/// programs are
///   killed and its unfinished files and folders are gone (sim/files/hold.h);
/// - a closed pipe is an error of the write, no signal;
/// - a read of a mapped file behind an end that moved is an error that names the file, with exit code 1;
/// - so is memory that there is none of, with the bytes that were asked for.
/// `name` begins messages: a literal.
void guard(const char *name);

/// Whether SIGINT has come to a process that asked: from the first call on, the first SIGINT leaves it half a
/// second to end by itself.
const std::atomic<bool> &interrupted();

/// The process ends with SIGTERM when `parent`, which started it, does; at once if it is gone.
void endWith(pid_t parent);

/// Ends the process with the message that `bytes` of memory were not to be had. With it in a tool's main, the
/// tool has the allocation functions of memory.cpp, which call it.
[[noreturn]] void reportNoMemory(size_t bytes);

/// `NAME: error: TEXT` in pieces on stderr, and exit code 1. May be called in a handler.
[[noreturn]] void dieSaying(const char *first, const char *second, const char *third);

} // namespace accord::tools
