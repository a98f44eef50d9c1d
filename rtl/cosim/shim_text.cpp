// Pin by pin: who sets it before the clock settles, and who reads it then.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/shim_text.h"

using namespace accord;
using namespace accord::rtl;

/// A table of AccordRtlPort; an empty row ends it, as C++ has no table of none.
static std::string table(const char *name, const std::vector<std::string> &rows) {
  std::string text = std::string("  static const AccordRtlPort ") + name + "[] = {";
  for (const std::string &row : rows)
    text += "\n      {" + row + "},";
  return text + "\n      {nullptr, 0, false}};\n";
}

static std::string info(const PortList &ports) {
  auto row = [](const std::string &name, const std::string &pin, bool output) {
    return "\"" + name + "\", wordsOf(sizeof(Top::" + pin + ")), " + (output ? "true" : "false");
  };
  std::vector<std::string> fields, streams;
  for (const std::string &field : ports.fields)
    fields.push_back(row(field, "cmd_" + field + "_i", false));
  for (const PortStream &s : ports.streams)
    streams.push_back(row(s.name, s.name + (s.output ? "_data_o" : "_data_i"), s.output));
  return "ACCORD_EXPORT void accordRtlInfo(AccordRtlInfo *info) {\n" + table("fields", fields) +
         table("streams", streams) + "  *info = {fields, streams, " + std::to_string(fields.size()) + ", " +
         std::to_string(streams.size()) + "};\n}\n";
}

static std::string reset(const PortList &ports) {
  std::string text = "ACCORD_EXPORT void accordRtlReset(AccordRtl block) {\n"
                     "  Instance &instance = *static_cast<Instance *>(block);\n"
                     "  Top &top = *instance.top;\n"
                     "  top.cmd_valid_i = 0;\n";
  for (const PortStream &s : ports.streams)
    text += "  top." + s.name + (s.output ? "_ready_i" : "_valid_i") + " = 0;\n";
  return text + "  instance.reset();\n}\n";
}

static std::string step(const PortList &ports) {
  std::string before, after;
  for (size_t f = 0; f < ports.fields.size(); ++f)
    before += "    load(top.cmd_" + ports.fields[f] + "_i, pins->fields + " + std::to_string(f) + ");\n";
  before += "  }\n";
  for (size_t i = 0; i < ports.streams.size(); ++i) {
    const std::string pin = "top." + ports.streams[i].name, beat = "beats[" + std::to_string(i) + "]";
    if (ports.streams[i].output) {
      before += "  " + pin + "_ready_i = " + beat + ".ready;\n";
      after += "  " + beat + ".valid = " + pin + "_valid_o;\n  " + beat + ".last = " + pin + "_last_o;\n";
      after += "  if (" + beat + ".valid)\n    store(" + pin + "_data_o, " + beat + ".words);\n";
    } else {
      // Data stay as they were while nothing is offered: what does not change costs no evaluation.
      before += "  " + pin + "_valid_i = " + beat + ".valid;\n";
      before += "  if (" + beat + ".valid)\n    load(" + pin + "_data_i, " + beat + ".words);\n";
      after += "  " + beat + ".ready = " + pin + "_ready_o;\n";
    }
  }
  return "ACCORD_EXPORT void accordRtlStep(AccordRtl block, accord::sim::RtlPins *pins) {\n"
         "  Instance &instance = *static_cast<Instance *>(block);\n"
         "  Top &top = *instance.top;\n"
         "  accord::sim::RtlBeat *const beats = pins->streams;\n"
         "  top.cmd_valid_i = pins->cmdValid;\n"
         "  if (pins->cmdValid) {\n" +
         before + "  instance.settle();\n  pins->cmdReady = top.cmd_ready_o;\n" + after +
         "  instance.edge();\n}\n";
}

std::string rtl::shimText(const std::string &block, const PortList &ports) {
  const std::string top = "Vacc_" + block;
  return "// The C interface of acc_" + block + ", written from its ports (rtl/cosim/shim_text.cpp).\n" +
         "#include \"" + top + ".h\"\nusing Top = " + top + ";\n" +
         "static const char *const blockName = \"" + block + "\";\n" +
         "#include \"rtl/cosim/shim_frame.h\"\n\n" + info(ports) + "\n" + reset(ports) + "\n" + step(ports);
}

const std::vector<ShimFile> &rtl::shimFiles() {
  static const std::vector<ShimFile> files = {
#include "rtl/shim_files.inc" // written by CMakeLists.txt
  };
  return files;
}
