// The device self-test for every format that is compiled here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"

namespace accord {

/// What `rt::OpenOptions::selfTest` takes: the primitives of the numerics contract compiled for the device's
/// format (LLVM bitcode, SPIR-V or PTX); an error for another.
rt::SelfTestSource selfTestSource();

} // namespace accord
