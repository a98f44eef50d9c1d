// What a sequence adds to its programs: windows, and the checks of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/sequence.h"
#include "sim/program/verify.h"

#include <algorithm>
#include <numeric>

namespace accord::program {
namespace {

/// No burst and no dram page is longer, so timing in the scratch region is that at the program's own address.
constexpr int64_t scratchAlign = 4096;

std::string text(int64_t v) { return std::to_string(v); }

bool isParameter(const Buffer &b) { return b.memory == isa::Memory::Dram && b.role != Role::Internal; }

/// One body with what every call of it has to ask.
struct Body {
  std::vector<uint32_t> parameters;
  std::vector<bool> written;
};

class CallChecker {
public:
  CallChecker(const Sequence &s, const Call &call, const Program &program, const Body &body)
      : s(s), call(call), program(program), body(body) {}

  Status run() {
    if (call.bindings.size() != body.parameters.size())
      return Error{"expected a binding for each of the " + text(int64_t(body.parameters.size())) +
                   " parameters of " + program.name + ", got " + text(int64_t(call.bindings.size()))};
    for (size_t i = 0; i < call.bindings.size(); ++i)
      if (std::string problem = check(i); !problem.empty())
        return Error{"parameter " + parameter(i).name + ": " + problem};
    return checkOverlaps();
  }

private:
  const Sequence &s;
  const Call &call;
  const Program &program;
  const Body &body;

  const Buffer &parameter(size_t i) const { return program.buffers[body.parameters[i]]; }
  const Buffer &bound(size_t i) const { return s.buffers[call.bindings[i].buffer]; }
  int64_t begin(size_t i) const { return bound(i).address + call.bindings[i].byteOffset; }
  int64_t end(size_t i) const { return begin(i) + parameter(i).bytes(); }
  bool written(size_t i) const { return body.written[body.parameters[i]]; }

  std::string check(size_t i) const {
    const Binding &b = call.bindings[i];
    if (b.buffer >= s.buffers.size())
      return "expected a buffer below " + text(int64_t(s.buffers.size())) + ", got " + text(b.buffer);
    const int64_t width = isa::elementBytes(parameter(i).type);
    if (width != isa::elementBytes(bound(i).type))
      return "expected a buffer of elements of " + text(width) + " bytes, got " + bound(i).name + " of " +
             isa::name(bound(i).type);
    if (b.byteOffset < 0 || b.byteOffset % width)
      return "expected an offset that is a multiple of " + text(width) + " bytes, got " + text(b.byteOffset);
    if (parameter(i).bytes() > bound(i).bytes() || b.byteOffset > bound(i).bytes() - parameter(i).bytes())
      return "expected a window of " + text(parameter(i).bytes()) + " bytes inside the " +
             text(bound(i).bytes()) + " of " + bound(i).name + ", got offset " + text(b.byteOffset);
    if (written(i) && bound(i).role == Role::Argument)
      return "expected a buffer that may be written, got argument " + bound(i).name;
    return "";
  }

  /// Swept by address: a window meets one of those before it when it begins before the furthest end of them.
  Status checkOverlaps() const {
    std::vector<size_t> order(call.bindings.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return begin(a) < begin(b); });
    const size_t none = order.size();
    size_t furthest = none, furthestWritten = none; // that end last
    for (size_t i : order) {
      const size_t other = written(i) ? furthest : furthestWritten;
      if (other != none && begin(i) < end(other))
        return Error{"parameter " + parameter(i).name + ": expected a window apart from that of " +
                     parameter(other).name + ", as " + (written(i) ? parameter(i) : parameter(other)).name +
                     " is written, got an overlap in " + bound(i).name + " at byte " +
                     text(call.bindings[i].byteOffset)};
      if (furthest == none || end(i) > end(furthest))
        furthest = i;
      if (written(i) && (furthestWritten == none || end(i) > end(furthestWritten)))
        furthestWritten = i;
    }
    return {};
  }
};

/// The sequence's buffers obey the rules of a program's.
Status verifyBuffers(const Sequence &s) {
  for (size_t i = 0; i < s.buffers.size(); ++i)
    if (s.buffers[i].memory != isa::Memory::Dram)
      return Error{"buffer " + text(int64_t(i)) + " (" + s.buffers[i].name +
                   "): expected a buffer in dram, got " + isa::name(s.buffers[i].memory)};
  Program buffersOnly;
  buffersOnly.buffers = s.buffers;
  buffersOnly.locations = {"unknown"};
  return verify(buffersOnly);
}

std::string place(const char *what, size_t index, const std::string &name) {
  return std::string(what) + " " + std::to_string(index) + " (" + name + "): ";
}

} // namespace

std::vector<uint32_t> parametersOf(const Program &program) {
  std::vector<uint32_t> indices;
  for (uint32_t i = 0; i < program.buffers.size(); ++i)
    if (isParameter(program.buffers[i]))
      indices.push_back(i);
  return indices;
}

std::vector<bool> writtenBuffers(const Program &program) {
  std::vector<bool> written;
  for (const Buffer &b : program.buffers)
    written.push_back(b.role == Role::Result || b.role == Role::InOut);
  for (const Command &c : program.commands)
    for (const View &v : c.writes)
      written[v.buffer] = true;
  return written;
}

Sequence sequenceOf(Program program) {
  Sequence s;
  s.name = program.name;
  s.hardwareHash = program.hardwareHash;
  Call call{0, program.name, {}};
  for (uint32_t i : parametersOf(program)) {
    call.bindings.push_back({static_cast<uint32_t>(s.buffers.size()), 0});
    s.buffers.push_back(program.buffers[i]);
  }
  s.calls.push_back(std::move(call));
  s.bodies.push_back(std::move(program));
  return s;
}

std::vector<int64_t> addressesIn(const Sequence &s, const Call &call) {
  const Program &body = s.bodies[call.body];
  std::vector<int64_t> addresses;
  std::vector<uint32_t> scratch;
  size_t parameter = 0;
  for (uint32_t i = 0; i < body.buffers.size(); ++i) {
    const Buffer &b = body.buffers[i];
    addresses.push_back(b.address);
    if (isParameter(b)) {
      const Binding &binding = call.bindings[parameter++];
      addresses[i] = s.buffers[binding.buffer].address + binding.byteOffset;
    } else if (b.memory == isa::Memory::Dram) {
      scratch.push_back(i);
    }
  }
  int64_t at = 0;
  for (const Buffer &b : s.buffers)
    at = std::max(at, b.address + b.bytes());
  std::sort(scratch.begin(), scratch.end(),
            [&](uint32_t a, uint32_t b) { return body.buffers[a].address < body.buffers[b].address; });
  for (uint32_t i : scratch) {
    const int64_t own = body.buffers[i].address % scratchAlign;
    at += ((own - at) % scratchAlign + scratchAlign) % scratchAlign;
    addresses[i] = at;
    at += body.buffers[i].bytes();
  }
  return addresses;
}

Status verify(const Sequence &s) {
  std::vector<Body> bodies;
  for (size_t i = 0; i < s.bodies.size(); ++i) {
    const Program &program = s.bodies[i];
    if (Status status = verify(program); !status)
      return Error{place("body", i, program.name) + status.error().message};
    bodies.push_back({parametersOf(program), writtenBuffers(program)});
    for (uint32_t p : bodies.back().parameters)
      if (program.buffers[p].role == Role::Argument && bodies.back().written[p])
        return Error{place("body", i, program.name) +
                     "expected an argument that is only read, got a write of " + program.buffers[p].name};
  }
  if (Status status = verifyBuffers(s); !status)
    return status;
  for (size_t i = 0; i < s.calls.size(); ++i) {
    const Call &call = s.calls[i];
    if (call.body >= s.bodies.size())
      return Error{place("call", i, call.name) + "expected a body below " + text(int64_t(s.bodies.size())) +
                   ", got " + text(call.body)};
    if (Status status = CallChecker(s, call, s.bodies[call.body], bodies[call.body]).run(); !status)
      return Error{place("call", i, call.name) + status.error().message};
  }
  return {};
}

} // namespace accord::program
