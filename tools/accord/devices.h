// The devices of this machine, as `accord info --devices` shows them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/output.h"

namespace accord::cli {

/// One row a device of rt::listDevices, opened and self-tested: `device, description, status, primitives,
/// compared, different, detail`. Status: `exact` (every value golden's), `inexact` (detail names the first
/// primitive that differs or cannot run), `broken` (does not open). A backend without a device here is a row
/// too, `absent`, with what it lacks.
Table tabulateDevices();

} // namespace accord::cli
