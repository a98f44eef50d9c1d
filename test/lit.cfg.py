# lit: *.mlir and *.test files below test/, run with the tools of one build.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os

import lit.formats

config.name = "Accord"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
# Inputs of other tests, and projects that are built by ctest.
config.excludes = ["Inputs", "CMakeLists.txt", "consumer", "fuzz"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.accord_build, "test")

# Tools are found by name (`accord-opt %s | FileCheck %s`), this build's before any installed ones; %accord-opt is
# the same by path, for arguments of other programs.
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.accord_build, "bin"), config.llvm_tools, config.environment["PATH"]])
# Longest first: %accord-opt must not be read as %accord followed by -opt.
for tool in ["accord-lsp-server", "accord-opt", "accord"]:
    config.substitutions.append(("%" + tool + r"(?![\w-])", os.path.join(config.accord_build, "bin", tool)))
config.substitutions.append(("%make-tiny-model", os.path.join(config.accord_build, "test-bin", "make-tiny-model")))
config.substitutions.append(("%source", config.accord_source))
config.substitutions.append(("%python", config.python))

# REQUIRES: mlir, or the name of an optional tool.
if config.accord_mlir:
    config.available_features.add("mlir")
for feature, program in [("verilator", "verilator"), ("ptxas", os.environ.get("ACCORD_PTXAS", ""))]:
    if program and (os.path.isabs(program) and os.path.exists(program) or lit.util.which(program)):
        config.available_features.add(feature)
if os.path.exists(os.environ.get("ACCORD_MODEL", "")):
    config.available_features.add("smollm2")
    config.substitutions.append(("%smollm2", os.environ["ACCORD_MODEL"]))
config.environment["ACCORD_SOURCE_DIR"] = config.accord_source
for name in ["ACCORD_MODEL", "ACCORD_PTXAS", "VK_ICD_FILENAMES"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
