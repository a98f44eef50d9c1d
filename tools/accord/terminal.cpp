// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/terminal.h"
#include "tools/accord/printable.h"
#include "tools/accord/progress.h"
#include "tools/process/blame.h"
#include <iostream>

namespace accord::cli {
namespace {

class Terminal : public driver::Listener {
public:
  bool diagnostic(const driver::Diagnostic &diagnostic) override {
    endProgress();
    std::cerr << printable(diagnostic.text, "\n\t");
    return true;
  }
  void progress(const std::string &text) override { cli::progress(text); }
  bool seesProgress() const override { return showsProgress(); }
  std::unique_ptr<Work> begin(const std::string &path, const char *step) override {
    struct Blamed : Work {
      Blamed(const std::string &path, const char *step) : blame(path, step) {}
      tools::Blame blame;
    };
    return std::make_unique<Blamed>(path, step);
  }
};

} // namespace

driver::Listener &terminal() {
  static Terminal only;
  return only;
}

} // namespace accord::cli
