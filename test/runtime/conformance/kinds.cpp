// Do the commands of attention and embedding give golden's bits on every backend, and would a wrong constant
// of their loops show?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "test/runtime/conformance/kind_case.h"
#include "test/runtime/devices.h"
#include <map>
#include <sstream>

using namespace accord;
using namespace accord::test;

namespace {

/// The kind a case is of: its name's first word.
std::string kindOf(const KindCase &c) { return c.name.substr(0, c.name.find(' ')); }

/// Result of `image`; failures fail the test.
Bytes resultOf(rt::Device &device, const Expected<rt::Image> &image, const KindCase &c) {
  if (!image)
    FAIL(image.error().message);
  auto after = runImage(device, *image, c.arguments, c.scalars);
  if (!after)
    FAIL(after.error().message << "\n" << c.l3.text());
  return std::move(after->back());
}

/// Changes one op of the loops form so that no access leaves its buffer: a constant that is no index, or the
/// order of a comparison of them. Returns what was changed, nothing when `op` is not such an op.
std::string mutate(mlir::Operation *op) {
  mlir::OpBuilder b(op);
  if (auto constant = mlir::dyn_cast<mlir::arith::ConstantOp>(op)) {
    if (auto value = mlir::dyn_cast<mlir::FloatAttr>(constant.getValue())) {
      llvm::APInt bits = value.getValue().bitcastToAPInt();
      bits ^= value.getValue().isZero() ? 0x3f800000 : 0x00800000; // 1 for 0; else doubled or halved
      constant.setValueAttr(b.getF32FloatAttr(llvm::bit_cast<float>(uint32_t(bits.getZExtValue()))));
      std::ostringstream text;
      text << "constant " << value.getValueAsDouble();
      return text.str();
    }
    auto value = mlir::dyn_cast<mlir::IntegerAttr>(constant.getValue());
    if (!value || !value.getType().isInteger() || value.getType().isInteger(1))
      return "";
    constant.setValueAttr(b.getIntegerAttr(value.getType(), value.getValue() ^ 1));
    return "constant " + std::to_string(value.getValue().getSExtValue());
  }
  if (auto compare = mlir::dyn_cast<mlir::arith::CmpIOp>(op)) {
    if (compare.getPredicate() != mlir::arith::CmpIPredicate::slt || !compare.getLhs().getType().isIndex())
      return "";
    compare.setPredicate(mlir::arith::CmpIPredicate::sle);
    return "slt";
  }
  if (auto compare = mlir::dyn_cast<mlir::arith::CmpFOp>(op)) {
    if (compare.getPredicate() != mlir::arith::CmpFPredicate::OGT)
      return "";
    compare.setPredicate(mlir::arith::CmpFPredicate::OLT);
    return "ogt";
  }
  return "";
}

} // namespace

TEST_CASE("the commands of attention and embedding give golden's bits on every device", "[conformance]") {
  Random random(testSeed("kinds"));
  auto devices = openComputingDevices();
  const std::vector<KindCase> cases = kindCases(random);
  for (const auto &device : devices) {
    std::map<std::string, std::pair<uint64_t, uint64_t>> counts;
    for (const KindCase &c : cases) {
      INFO(device->name() << ": " << c.name);
      uint64_t differ = 0;
      auto &[programs, compared] = counts[kindOf(c)];
      compared += c.compare(resultOf(*device, buildFor(*device, c.l3.text()), c), differ);
      ++programs;
      REQUIRE(differ == 0);
    }
    for (const auto &[kind, count] : counts)
      std::cout << device->name() << ": " << kind << ": " << count.first << " programs, " << count.second
                << " values compared" << std::endl;
  }
}

TEST_CASE("a wrong constant in the loops of a command is caught", "[conformance]") {
  Random random(testSeed("wrong constants"));
  auto device = rt::openDevice("cpu");
  REQUIRE(device);
  // By kind, what was changed, and the how manieth of its like in the loops: whether a case caught it.
  std::map<std::string, std::map<std::string, bool>> mutants;
  std::map<std::string, int> used;
  for (const KindCase &c : kindCases(random)) {
    const std::string kind = kindOf(c);
    // A gather has no constant but its bounds. Small results tell little, and a few cases enough.
    if (kind == "gather" || c.want.size() < 100 || ++used[kind] > 2)
      continue;
    INFO(c.name);
    auto context = makeContext();
    auto module = parseProgram(*context, c.l3.text());
    REQUIRE(module);
    mlir::PassManager pm(context.get());
    pm.addNestedPass<mlir::func::FuncOp>(createAccelToLoopsPass());
    REQUIRE(mlir::succeeded(pm.run(**module)));
    size_t ops = 0;
    (*module)->walk([&](mlir::Operation *) { ++ops; });
    std::map<std::string, int> likes;
    for (size_t i = 0; i < ops; ++i) {
      mlir::OwningOpRef<mlir::ModuleOp> mutant(mlir::cast<mlir::ModuleOp>((**module)->clone()));
      size_t at = 0;
      std::string change;
      mutant->walk([&](mlir::Operation *op) {
        if (at++ == i)
          change = mutate(op);
      });
      if (change.empty())
        continue;
      change += " #" + std::to_string(++likes[change]);
      bool &caught = mutants[kind][change];
      if (caught)
        continue;
      uint64_t differ = 0;
      c.compare(resultOf(**device, buildCpuImage(*mutant, "program"), c), differ);
      caught = differ > 0;
    }
  }
  for (const auto &[kind, changes] : mutants) {
    size_t caught = 0;
    std::string rest;
    for (const auto &[change, seen] : changes) {
      caught += seen;
      rest += seen ? "" : "; not " + change;
    }
    std::cout << "mutants of " << kind << ": " << caught << " of " << changes.size() << " caught" << rest
              << std::endl;
    CHECK(caught * 3 >= changes.size()); // the rest mostly changes nothing: both sides of a threshold agree
  }
  CHECK(mutants.size() == 12);
}
