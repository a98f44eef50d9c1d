// The driver's steps, each required to succeed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/e2e/end_to_end.h"

#include "mlir/Parser/Parser.h"
#include "test/mlir/support/schedule_variants.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace accord::test {

namespace {

std::string sourceDir() {
  const char *given = std::getenv("ACCORD_SOURCE_DIR");
  return given ? given : ".";
}

} // namespace

std::vector<std::string> modelFiles(const std::string &folder) {
  std::vector<std::string> files;
  for (const auto &entry : std::filesystem::directory_iterator(sourceDir() + "/models/" + folder))
    if (entry.path().extension() == ".mlir")
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  REQUIRE(!files.empty());
  return files;
}

Hardware edgeMachine() { return must(loadHardware(sourceDir() + "/models/hardware/lut-edge.yaml")); }

Hardware macMachine() { return must(loadHardware(sourceDir() + "/models/hardware/mac-edge.yaml")); }

Hardware roomyMachine(const Hardware &machine) {
  Hardware hardware = machine;
  hardware.scratchpad.capacityBytes = 4 << 20;
  hardware.accumulator.capacityBytes = 4 << 20;
  return hardware;
}

std::string gemmText(bool q4, int64_t M, int64_t N, int64_t K) {
  auto tensor = [](int64_t rows, int64_t columns, const char *type) {
    return "tensor<" + std::to_string(rows) + "x" + std::to_string(columns) + "x" + type + ">";
  };
  const std::string x = tensor(M, K, "f32"), q = tensor(M, K, "i8"), s = tensor(M, K / 32, "f32"),
                    w = tensor(N, K, "!w"), y = tensor(M, N, "f32");
  return std::string("!w = !lut.weight<") +
         (q4 ? "u4, group = 32, zero = 0, min, storage = gguf_q4_1"
             : "u8, group = 32, zero = 128, storage = gguf_q8_0") +
         ">\n" + "func.func @gemm(%x: " + x + ", %w: " + w + ") -> " + y + " {\n" +
         "  %q0 = tensor.empty() : " + q + "\n  %s0 = tensor.empty() : " + s +
         "\n  %q, %s = lut.quantize_act {group = 32} ins(%x : " + x + ") outs(%q0, %s0 : " + q + ", " + s +
         ") -> " + q + ", " + s + "\n  %y0 = tensor.empty() : " + y +
         "\n  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : " + q + ", " + s + ", " + w +
         ") outs(%y0 : " + y + ") -> " + y + "\n  return %y : " + y + "\n}\n";
}

Module parse(driver::Toolchain &toolchain, const std::string &text) {
  INFO(text);
  Module module = mlir::parseSourceString<mlir::ModuleOp>(text, &toolchain.context());
  REQUIRE(module);
  return module;
}

Problem makeProblem(driver::Toolchain &toolchain, Module source, uint64_t seed, bool special) {
  mlir::func::FuncOp function = must(toolchain.entry(*source, "", "source"));
  auto arguments = must(driver::randomArguments(function, seed, special));
  auto expected = must(driver::goldenResults(toolchain, function, arguments));
  return {std::move(source), function, std::move(arguments), std::move(expected)};
}

std::string payloadOf(driver::Toolchain &toolchain, const Problem &problem, const Hardware &hardware) {
  Module module(mlir::cast<mlir::ModuleOp>((*problem.source)->clone()));
  must(toolchain.raise(*module, Level::L2, hardware, "payload"));
  return withoutSchedule(driver::print(*module));
}

Compiled compile(driver::Toolchain &toolchain, Module module, const Hardware &hardware) {
  must(toolchain.raise(*module, Level::L3, hardware, "module"));
  return adopt(toolchain, std::move(module), hardware);
}

Compiled adopt(driver::Toolchain &toolchain, Module module, const Hardware &hardware) {
  REQUIRE(detectLevel(*module) == Level::L3);
  driver::CompiledProgram program = must(driver::programOf(toolchain, *module, "", {}, hardware, "module"));
  return {std::move(module), std::move(program)};
}

std::vector<driver::Bytes> bind(const Problem &problem, const Compiled &compiled) {
  return must(driver::bindArguments(problem.function, problem.arguments, compiled.program.signature.buffers));
}

Run runOn(driver::Executor &executor, const std::string &device, const Problem &problem,
          const Compiled &compiled) {
  INFO("execution " << device);
  driver::Execution execution = must(executor.run(device, compiled.program, bind(problem, compiled)));
  driver::Comparison compared = must(driver::compareResults(compiled.program, problem.expected, execution));
  return {std::move(execution), std::move(compared)};
}

} // namespace accord::test
