// accord: the command. Finds the subcommand in the table below and runs it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/command.h"
#include "tools/accord/progress.h"
#include "tools/process/guard.h"
#include "tools/version.h"
#include <iomanip>
#include <iostream>

using namespace accord::cli;

/// In the order of a user's work. A new subcommand: a file with its run function, a row here.
static const Command Commands[] = {
    {"info", "print what model and hardware files say, side by side", runInfo},
#ifdef ACCORD_HAVE_MLIR
    {"import", "write a model as MLIR at L0", runImport},
    {"run", "continue a text with a model on the CPU, or score a text with it", runRun},
    {"compile", "bring a model up the IR ladder, or to a target's code", runCompile},
    {"sim", "simulate a model's program on a machine", runSim},
    {"parity", "run a program on several executions and compare each with golden", runParity},
    {"bench", "measure the tool itself on this machine", runBench},
#endif
    {"dram", "replay a trace of memory requests on the model of a dram", runDram},
    {"cosim", "compare a block's RTL with its golden function and its cycle model", runCosim},
};

static void printHelp() {
  std::cout << "accord: hardware simulator and compiler stack for accelerator co-design\n\n"
               "usage: accord COMMAND [options]\n\ncommands:\n";
  for (const Command &command : Commands)
    std::cout << "  " << std::left << std::setw(14) << command.name << command.summary << "\n";
  std::cout << "\n  accord COMMAND --help   options of a command, with an example\n"
               "  accord --version        version, commit, LLVM\n\n"
               "example:\n  accord info models/hardware/lut-edge.yaml\n";
}

static int dispatch(const std::vector<std::string> &arguments) {
  if (arguments.empty())
    return misuse("expected a command, got none; try 'accord --help'");
  const std::string &word = arguments[0];
  if (word == "--help" || word == "-h" || word == "help") {
    printHelp();
    return Done;
  }
  if (word == "--version") {
    std::cout << "accord " ACCORD_VERSION " (" ACCORD_COMMIT "), LLVM " ACCORD_LLVM_VERSION "\n";
    return Done;
  }
  std::vector<std::string> names = {"--help", "--version"};
  for (const Command &command : Commands) {
    if (word == command.name)
      return command.run({arguments.begin() + 1, arguments.end()});
    names.push_back(command.name);
  }
  return misuse((word[0] == '-' ? "unknown option '" : "unknown command '") + word + "'" +
                didYouMean(word, names));
}

int main(int argc, char **argv) {
  accord::tools::guard("accord");
  int exit = Failed;
  try {
    exit = dispatch({argv + 1, argv + argc});
  } catch (const std::exception &e) {
    exit = fail(std::string("internal: ") + e.what());
  }
  endProgress();
  // A result that did not reach its reader is no result.
  std::cout.flush();
  if (!std::cout)
    return fail("stdout: expected to write the result, got a write error");
  return exit;
}
