// A trace as a file that Perfetto and chrome://tracing open.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/core/time_base.h"
#include "sim/core/trace.h"
#include "sim/files/output_file.h"

#include <memory>
#include <string>

namespace accord::sim {

/// Writes each slice as it comes: memory does not grow with the run. One process (the machine), one thread a
/// track, a begin and an end event a slice. Times are nanoseconds (the form's unit is the microsecond, with
/// three decimals), `args` hold the kind, the number, and both cycles. The form: "Trace Event Format",
/// JSON object format.
class ChromeTrace final : public TraceSink {
public:
  /// The file is there when `finish` succeeds, and nothing is left when it is not called (OutputFile).
  static Expected<std::unique_ptr<ChromeTrace>> open(const std::string &path, std::string_view machine,
                                                     const ClockDomain &clock);
  void track(uint32_t track, std::string_view name) override;
  void begin(uint32_t track, std::string_view kind, std::string_view name, uint64_t number,
             uint64_t cycle) override;
  void end(uint32_t track, uint64_t cycle) override;
  /// Ends the file; the first failure of all writes.
  Status finish();

private:
  const ClockDomain clock;
  OutputFile file;
  std::string event; ///< under construction; keeps its memory
  bool first = true;

  ChromeTrace(const ClockDomain &clock, OutputFile file);
  void metadata(const char *what, uint32_t track, std::string_view name);
  void open(char phase, uint32_t track);
  void text(std::string_view value);
  void put();
};

} // namespace accord::sim
