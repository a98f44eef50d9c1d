// The device interface: buffers, executables and a queue, the same for every backend that can run a program.
//
// A program is compiled for a *format* (by libraries that know MLIR) into an Image; a device loads an Image
// and runs it. Nothing here knows a compiler, so the runtime links without one. Each call returns an error
// instead of crashing; every message names the device.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace accord::rt {

/// What the bytes of an Image are.
enum class ImageFormat { LlvmBitcode, Spirv, Ptx, AccelProgram };
std::string_view toString(ImageFormat format);

/// Element type of a buffer. `bytesOf` is its size.
enum class ElementType { I8, I16, I32, F16, F32 };
std::string_view toString(ElementType type);
uint64_t bytesOf(ElementType type);

/// Who writes a buffer: the caller (Argument), the program (Result), or both (InOut).
enum class Role { Argument, Result, InOut };

/// A tensor of a model's parameter file, in the layout that the program's target packs it into.
struct ParameterSource {
  std::string name;
  std::string storage;        ///< as the IR calls it: `gguf_q4_1`, `f32`, ..
  std::vector<int64_t> shape; ///< of the tensor; the buffer's own shape is bytes
  bool f32Scales = false;     ///< scales and minima are f32, not f16
};

/// Cosines or sines of rotary angles [positions][headDim / 2] f32, each row padded to 64 bytes.
struct RopeSource {
  int64_t positions = 0, headDim = 0;
  double theta = 1, scale = 1;
  std::string factors; ///< a tensor of the parameter file, or empty
  bool sine = false;
};

/// The first extent of a buffer that has a row for each of a program's rows, a number known at submit.
constexpr int64_t dynamicRows = -1;

/// A buffer of a program that lies in a binding together with others.
struct BindingPart {
  uint32_t buffer = 0; ///< its number among the program's buffers
  uint64_t first = 0;  ///< its first element in the binding
};

/// One buffer that the caller hands over: a dense row-major array. `name` is for messages and may be empty.
struct BufferBinding {
  std::string name;
  Role role = Role::Argument;
  ElementType type = ElementType::I8;
  std::vector<int64_t> shape;
  /// What fills the buffer when a model is loaded; nothing: the caller's data.
  std::variant<std::monostate, ParameterSource, RopeSource> source = {};
  /// The program's buffers in it, where a device binds fewer than the program has; empty: it is one of them.
  std::vector<BindingPart> parts = {};

  /// Dynamic rows count as one.
  uint64_t elements() const;
  uint64_t bytes() const { return elements() * bytesOf(type); }
};

/// Memory of the program's own (on-chip buffers of an element type), allocated by the executable when it is
/// loaded. Bound after the scalars, in order. Its content is undefined at every launch and kept between the
/// steps of one.
struct ScratchBinding {
  ElementType type = ElementType::I8;
  uint64_t bytes = 0;
};

/// A program that a team of threads runs together, each thread all of it (LlvmBitcode only). Behind the
/// image's buffers its entry takes a workspace of `workspaceBytes`, 64-byte aligned; behind the scalars the
/// thread's number, the number of threads and the address of the rt::Team.
struct TeamProgram {
  bool enabled = false;
  /// The last scalar is the number of rows.
  bool dynamicRows = false;
  int64_t sharedBytes = 0, bytesPerRow = 0, bytesPerThread = 0;

  uint64_t workspaceBytes(int64_t rows, int64_t threads) const {
    return uint64_t(sharedBytes) + uint64_t(bytesPerRow) * uint64_t(rows) +
           uint64_t(bytesPerThread) * uint64_t(threads) + 64; // vectors are read past the last column
  }
};

/// A compiled program and how it is called.
///
/// Order of what an entry point takes: the buffers, the scalars, the scratch memories.
/// - LlvmBitcode: `void entry(void **buffers, int64_t *scalars)`; it allocates and frees its own scratch.
/// - Spirv: descriptor set 0; one storage buffer a binding, numbered in that order; all scalars in one
/// storage
///   buffer of i32 (absent without scalars). With several steps, the number of the step follows them there.
/// - Ptx: one pointer parameter for each binding of the SPIR-V form.
/// - AccelProgram: the commands of one set of scalar arguments; buffers by index.
struct Image {
  ImageFormat format = ImageFormat::LlvmBitcode;
  std::vector<uint8_t> bytes;
  std::string entry;
  std::vector<BufferBinding> buffers;
  uint32_t scalars = 0;
  std::vector<ScratchBinding> scratch;
  /// Invocations of the one workgroup that runs a program on a GPU.
  uint32_t workgroupSize = 1;
  /// Dispatches of one submit (Spirv and Ptx): 0, 1, .. steps-1 in order, each after all that the one before
  /// wrote. Devices limit how long a dispatch may run.
  uint32_t steps = 1;
  TeamProgram team;
};

/// Device memory. Outlives no device: destroy buffers, executables and queues before their device.
class Buffer {
public:
  virtual ~Buffer() = default;
  virtual uint64_t size() const = 0; ///< Bytes.
  /// Copies `bytes` into the buffer at `offset`; fails when they do not fit.
  virtual Status upload(const void *data, uint64_t bytes, uint64_t offset = 0) = 0;
  /// Copies `bytes` out of the buffer from `offset`; fails when they are not there.
  virtual Status download(void *data, uint64_t bytes, uint64_t offset = 0) const = 0;
};

/// An Image made ready to run on one device.
class Executable {
public:
  virtual ~Executable() = default;
  /// The image as it was loaded, without its bytes.
  virtual const Image &image() const = 0;
};

/// Runs executables in the order in which they were submitted.
class Queue {
public:
  virtual ~Queue() = default;
  /// Starts `executable` on one buffer for each of its `image().buffers` and one value for each of its
  /// scalars. Fails when the counts differ, a buffer is smaller than its binding, or two bindings with a
  /// writer share a buffer.
  virtual Status submit(Executable &executable, const std::vector<Buffer *> &buffers,
                        const std::vector<int64_t> &scalars = {}) = 0;
  /// Returns when all that was submitted is complete and visible to `download`.
  virtual Status wait() = 0;
};

/// One numerics primitive with breaking inputs: the program, what goes in, and the only right answer. The
/// result is the last buffer of the image; it is f32 when `image.buffers.back().type` says so (all NaNs then
/// count as one).
struct SelfTestCase {
  std::string primitive;
  Image image;
  std::vector<std::vector<uint8_t>> inputs; ///< One for each buffer but the last.
  std::vector<uint8_t> expected;
};

/// The cases for a format, or why there are none.
using SelfTestSource = std::function<Expected<std::vector<SelfTestCase>>(ImageFormat)>;

/// What the self-test found for one primitive. `firstDifference` is empty when it passed.
struct PrimitiveResult {
  std::string primitive;
  uint64_t compared = 0;
  uint64_t different = 0;
  std::string firstDifference;
};

/// All primitives in the order of the test.
struct SelfTestReport {
  std::vector<PrimitiveResult> results;
  uint64_t compared() const;
  uint64_t different() const;
};

enum class DeviceKind { Null, Cpu, Vulkan, Cuda, Simulator };
std::string_view toString(DeviceKind kind);

class Device {
public:
  virtual ~Device() = default;
  /// As its maker calls it, e.g. "llvmpipe (LLVM 15.0.6, 256 bits)".
  virtual std::string name() const = 0;
  virtual DeviceKind kind() const = 0;
  /// The format that `load` takes.
  virtual ImageFormat format() const = 0;
  virtual Expected<std::unique_ptr<Buffer>> allocate(uint64_t bytes) = 0;
  virtual Expected<std::unique_ptr<Executable>> load(const Image &image) = 0;
  virtual Expected<std::unique_ptr<Queue>> createQueue() = 0;

  /// Runs the cases on this device and keeps the report. Fails when a case cannot be run (then there is no
  /// exact mode either); a wrong answer is no failure of the call but is in the report.
  Status runSelfTest(const std::vector<SelfTestCase> &cases);
  const SelfTestReport &selfTest() const { return report; }
  /// Success only after a self-test in which every primitive gave golden's bits; otherwise the error names
  /// the first primitive that did not, or says that no self-test ran. Exact results (numerics contract,
  /// sim/golden/README.md) may be claimed only for a device that has it.
  Status exactMode() const;

private:
  SelfTestReport report;
  std::string selfTestError = "no self-test was run";
};

struct OpenOptions {
  /// Where the self-test comes from; without one the device opens with no exact mode.
  SelfTestSource selfTest;
};

/// A device that this machine has: `name` is what openDevice takes, `description` what its maker calls it.
struct DeviceInfo {
  std::string name;
  std::string description;
};

/// Every device that can be opened here, in the order null, cpu, vulkan:0.., cuda:0... A backend whose loader
/// or driver is missing lists nothing.
std::vector<DeviceInfo> listDevices();

/// Opens "null", "cpu", "vulkan[:index|:part of its name]", "cuda[:index]" and runs its self-test. An index
/// out of range, an unknown name, a missing driver or a missing feature is an error that names it. A device
/// that fails its self-test opens without exact mode.
Expected<std::unique_ptr<Device>> openDevice(std::string_view name, const OpenOptions &options = {});

/// The checks that every backend makes before a submit (see Queue::submit); shared so that the messages are.
Status checkSubmit(std::string_view device, const Image &image, const std::vector<Buffer *> &buffers,
                   const std::vector<int64_t> &scalars);
/// The check that every backend makes before a load: format, entry name, bytes, positive shapes.
Status checkImage(std::string_view device, const Image &image, ImageFormat format);
/// The check before an upload or a download.
Status checkRange(std::string_view device, uint64_t size, uint64_t bytes, uint64_t offset);

} // namespace accord::rt
