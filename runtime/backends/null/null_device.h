// The null device: validates every call and computes nothing. The skeleton to copy for a new backend.
//
// A backend is four small classes (Buffer, Executable, Queue, Device) and two functions (list and open) that
// runtime/backends/registry.cpp names. What a real one adds is marked "A real backend" in null_device.cpp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"

namespace accord::rt {

/// Never fails. Images of any format are accepted; buffers hold what was uploaded, and a submit changes
/// nothing, so the null device never passes a self-test.
Expected<std::unique_ptr<Device>> openNullDevice();

} // namespace accord::rt
