#!/usr/bin/env python3
"""Finds tests that cannot fail and files that break the house rules.

usage: tools/dev/lint.py [--self-test]

Rules, each with the reason it exists:
  check-without-filecheck  a lit file with CHECK lines that no FileCheck reads, or expected-error lines without
                           -verify-diagnostics: such files pass whatever the tool prints
  unread-prefix            a PREFIX: line for no --check-prefix of the file
  no-run                   a lit file without a RUN line
  no-assertion             a TEST_CASE whose body asserts nothing
  arrow                    a file that includes what lies above its folder, or beside it: see ARROWS
  command-list             four commands of the ISA in one statement outside of sim/isa: a second table of it
  driver                   a file of tools/driver that includes the command's or its options, prints, or ends the process:
                           programs call it that have a terminal and an end of their own
  process-start            a process that is not a Child (sim/files/child.h): signals and the end of ours would miss it
  switch-default           a switch over the ISA's names with a default, which hides the case that a new name needs
  budget                   budgets of suites (test/README.md) that add up to more than a run of all may take, or a label of
                           ctest without one
  unregistered-test        a *_test.cpp that no CMakeLists.txt names: it is never compiled
  spdx                     a source file without the licence line among its first lines
  unfinished               markers of unfinished work
  machine-path             an absolute path of one person's machine
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import subprocess
import sys

LICENCE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
CODE = (".h", ".cpp", ".td", ".py", ".sh", ".sv", ".v", ".cu", ".js")
# A macro that can make a Catch2 test fail; helpers of a file count when they use one.
ASSERTION = re.compile(r"\b(?:CHECK|REQUIRE|FAIL|CHECKED_IF|STATIC_REQUIRE)\w*\s*\(")
# Split so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
MACHINE = re.compile(r"(?<![\w.%$}/-])/(?:ro" r"ot|ho" r"me|wo" r"rk)/\w")


def lint_lit(path, text):
    runs = []
    for match in re.finditer(r"RUN:(.*)", text):
        line = match.group(1).rstrip()
        if runs and runs[-1].endswith("\\"):
            runs[-1] = runs[-1][:-1] + line
        else:
            runs.append(line)
    if not runs:
        yield path, 1, "no-run", "expected a RUN line, got none"
        return
    commands = "\n".join(runs)
    prefixes = set()
    for line in runs:
        if "FileCheck" not in line:
            continue
        given = re.findall(r"--?check-prefix(?:es)?[= ]([\w,.-]+)", line)
        prefixes.update(p for g in given for p in g.split(","))
        if not given:
            prefixes.add("CHECK")
    kinds = r"(?:-NEXT|-SAME|-NOT|-DAG|-LABEL|-EMPTY|-COUNT-\d+)?"
    directive = re.compile(r"(?://|#|;)\s*([A-Z][A-Z0-9_-]*?)" + kinds + r":(?=\s|$)")
    for number, line in enumerate(text.splitlines(), 1):
        match = directive.search(line)
        if match and match.group(1) not in ("RUN", "REQUIRES", "UNSUPPORTED", "XFAIL", "DEFINE", "REDEFINE", "SPDX"):
            if "FileCheck" not in commands and match.group(1).startswith("CHECK"):
                yield path, number, "check-without-filecheck", "expected FileCheck in a RUN line, got none"
                return
            if "FileCheck" in commands and match.group(1) not in prefixes:
                yield path, number, "unread-prefix", f"expected a prefix FileCheck reads ({', '.join(sorted(prefixes))}), got {match.group(1)}"
        if re.search(r"//\s*expected-(?:error|warning|note|remark)", line) and "verify-diagnostics" not in commands:
            yield path, number, "check-without-filecheck", "expected -verify-diagnostics in a RUN line, got none"
            return


def strip_cpp(text):
    """Comments and literals blanked, line numbers kept, so that braces can be counted."""
    token = re.compile(r'R"(\w*)\((?:.|\n)*?\)\1"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'')
    return token.sub(lambda m: '""' + "\n" * m.group(0).count("\n"), text)


def bodies(text, opening):
    """(name, line, body) of each brace block that follows a match of `opening`."""
    for match in opening.finditer(text):
        start = text.find("{", match.end())
        if start < 0:
            continue
        depth, at = 0, start
        while at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if depth == 0:
                break
            at += 1
        yield match.group(1), text.count("\n", 0, match.start()) + 1, text[start:at]


def lint_unit_test(path, text):
    stripped = strip_cpp(text)
    helpers = set()
    function = re.compile(r"^[\w:<>,&*\s\[\]]*?\b(\w+)\([^;{}]*\)\s*(?:const\s*)?(?=\{)", re.M)
    # Helpers of helpers: until nothing new asserts.
    found = list(bodies(stripped, function))
    grew = True
    while grew:
        grew = False
        for name, _, body in found:
            calls = re.findall(r"\b(\w+)\s*(?:<[^<>()]*>)?\s*\(", body)
            if name not in helpers and (ASSERTION.search(body) or helpers.intersection(calls)):
                helpers.add(name)
                grew = True
    cases = 0
    for _, line, body in bodies(stripped, re.compile(r"\b((?:TEMPLATE_)?TEST_CASE|SCENARIO)\s*\([^{]*\)")):
        cases += 1
        calls = set(re.findall(r"\b(\w+)\s*(?:<[^<>()]*>)?\s*\(", body))
        if not ASSERTION.search(body) and not helpers.intersection(calls):
            yield path, line, "no-assertion", "expected an assertion in TEST_CASE, got none"


ISA_NAMES = r"(?:\w+::)*(?:Opcode|Unit|Field|Memory|ElementType)::\w+"


def lint_commands(path, text):
    stripped = strip_cpp(text)
    for _, line, body in bodies(stripped, re.compile(r"\b(switch)\s*\(")):
        if re.search(r"\bcase\s+" + ISA_NAMES, body) and re.search(r"\bdefault\s*:", body):
            yield path, line, "switch-default", "expected every case by its name, got a default"
    if path.startswith(("sim/isa/", "test/")):
        return
    # Labels of cases are no list: the compiler watches them.
    rest = re.sub(r"\bcase\s+(?:\w+::)*\w+\s*:", lambda m: ";", stripped)
    at = 0
    for statement in re.split(r"(?<=;)", rest):
        names = set(re.findall(r"\bOpcode::(\w+)", statement))
        if len(names) >= 4:
            yield path, rest.count("\n", 0, at) + 1, "command-list", f"expected a row's own word, got {', '.join(sorted(names))}"
        at += len(statement)


FOREIGN_TO_DRIVER = re.compile(r'#include\s*[<"]((?:tools/(?:accord|process)/|boost/program_options|iostream)[^>"]*)')
SPEAKS_OR_ENDS = re.compile(r"\b(?:std::)?(cout|cerr|clog|printf|fprintf|puts|fputs|putchar|perror|stdout|stderr|STDOUT_FILENO|"
                            r"STDERR_FILENO|_?exit|_Exit|quick_exit|abort|terminate)\b|\b(errs|outs|dbgs|report_fatal_error)\s*\(")
STARTS = re.compile(r"(?<![\w.>])(?:std::|::)?(v?fork|posix_spawnp?|exec[lv]p?e?|popen|system)\s*\(")


def lint_driver(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if match := FOREIGN_TO_DRIVER.search(line):
            yield path, number, "driver", f"expected nothing of the command, got {match.group(1)}"
    for number, line in enumerate(strip_cpp(text).splitlines(), 1):
        if match := SPEAKS_OR_ENDS.search(line):
            yield path, number, "driver", f"expected results and errors as values, got {match.group(0)}"


def lint_starts(path, text):
    for number, line in enumerate(strip_cpp(text).splitlines(), 1):
        if match := STARTS.search(line):
            yield path, number, "process-start", f"expected a Child, got {match.group(1)}"


# What each folder may include beside itself, from below upwards; of other folders everything. The ISA is a table of
# names that dialects and programs share, so it lies below both; an RTL block and its loader meet in sim/core.
ARROWS = {
    "sim/isa/": (),
    "sim/golden/": ("sim/isa/",),
    "sim/files/": (),
    "sim/hardware/": (),
    "sim/program/": ("sim/isa/",),
    "sim/core/": ("sim/files/",),
    "sim/models/": ("sim/core/", "sim/files/", "sim/golden/", "sim/hardware/", "sim/isa/", "sim/program/"),
    "sim/system/": ("sim/core/", "sim/files/", "sim/hardware/", "sim/isa/", "sim/models/", "sim/program/"),
    "sim/energy/": ("sim/core/", "sim/hardware/", "sim/models/", "sim/system/"),
    "rtl/": ("sim/core/", "sim/files/", "sim/golden/", "sim/hardware/", "sim/models/"),
    "dialects/": ("sim/isa/",),
    "mlir/": ("dialects/", "runtime/model/", "sim/golden/", "sim/hardware/", "sim/isa/", "sim/models/", "sim/program/"),
    "runtime/": ("sim/files/", "sim/golden/", "sim/hardware/", "sim/isa/", "sim/program/", "sim/system/"),
}
OURS = re.compile(r'#include "((?:sim|rtl|dialects|runtime|tools|test|mlir/(?:Import|Interpreter|Pipelines|Transforms|Conversion|Target))/[^"]*)"')


def lint_arrows(path, text):
    folder = next((f for f in ARROWS if path.startswith(f)), None)
    if folder is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = OURS.match(line)
        if match and not match.group(1).startswith((folder,) + ARROWS[folder]):
            yield path, number, "arrow", f"expected what {folder} may know ({', '.join(ARROWS[folder]) or 'itself'}), got {match.group(1)}"


BUDGET_MINUTES = 80
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|.*\| *([0-9.]+) *\|$", re.M)


def lint_budgets(path, text):
    whole = sum(float(minutes) for _, minutes in ROW.findall(text))
    if not 0 < whole <= BUDGET_MINUTES:
        yield path, 1, "budget", f"expected budgets of {BUDGET_MINUTES} minutes together at most, got {whole:g}"


def lint_labels(budgets, cmake):
    rows = {name for name, _ in ROW.findall(budgets)}
    for label in sorted(set(re.findall(r"\bLABELS? \"?([a-z0-9-]+)", cmake))):
        if not rows & {label, "asan-" + label}:  # some are of sanitized builds alone
            yield "test/README.md", 1, "budget", f"expected a row of each ctest label, got none of {label}"


def lint_file(path, text):
    if path == "test/README.md":
        yield from lint_budgets(path, text)
    if path.endswith((".cpp", ".h")):
        yield from lint_commands(path, text)
        yield from lint_arrows(path, text)
        if path.startswith("tools/driver/"):
            yield from lint_driver(path, text)
        if not path.startswith("test/") and path != "sim/files/child.cpp":
            yield from lint_starts(path, text)
    if path.startswith("test/") and path.endswith((".mlir", ".test")) and "/Inputs/" not in path:
        yield from lint_lit(path, text)
    if path.startswith("test/") and path.endswith(".cpp") and "TEST_CASE" in text:
        yield from lint_unit_test(path, text)
    if path.endswith(CODE) or os.path.basename(path) == "run":
        head = "\n".join(text.splitlines()[:30])
        if text.strip() and LICENCE not in head:
            yield path, 1, "spdx", "expected the licence line near the top, got none"
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield path, number, "unfinished", "expected finished work, got a marker"
        if MACHINE.search(line):
            yield path, number, "machine-path", "expected a path inside the checkout, got one of a machine"


def self_test():
    """Each rule finds its own mistake, and lets the repaired text pass."""
    bad_path = "/wo" + "rk/x"
    cases = [
        ("test/a.mlir", "// RUN: accord-opt %s\n// CHECK: x\n", "check-without-filecheck"),
        ("test/a.mlir", "// RUN: accord-opt %s | FileCheck %s\n// CHECK: x\n", None),
        ("test/a.mlir", "// RUN: accord-opt %s\n// expected-error @below {{x}}\n", "check-without-filecheck"),
        ("test/a.mlir", "// RUN: accord-opt %s -verify-diagnostics\n// expected-error @below {{x}}\n", None),
        ("test/a.mlir", "// RUN: t | FileCheck %s --check-prefix=A\n// A: x\n// B: y\n", "unread-prefix"),
        ("test/a.mlir", "// RUN: t | FileCheck %s --check-prefixes=A,B\n// A: x\n// B-NEXT: y\n", None),
        ("test/a.mlir", "func.func @f()\n", "no-run"),
        ("test/a.cpp", f"// {LICENCE}\nTEST_CASE(\"x\") {{ int y = 1; /* CHECK(y) */ }}\n", "no-assertion"),
        ("test/a.cpp", f"// {LICENCE}\nTEST_CASE(\"x\", \"[{{]\") {{ CHECK(1); }}\n", None),
        ("test/a.cpp", f"// {LICENCE}\nstatic void same(int a) {{ REQUIRE(a); }}\nTEST_CASE(\"x\") {{ same(1); }}\n", None),
        ("sim/system/a.cpp", f'// {LICENCE}\n#include "rtl/cosim/cosim.h"\n', "arrow"),
        ("sim/system/a.cpp", f'// {LICENCE}\n#include "sim/models/units.h"\n#include "mlir/IR/Builders.h"\n', None),
        ("sim/a.cpp", f"// {LICENCE}\nint x[] = {{Opcode::A, isa::Opcode::B, Opcode::C, Opcode::D}};\n", "command-list"),
        ("sim/a.cpp", f"// {LICENCE}\nint x[] = {{Opcode::A, isa::Opcode::B, Opcode::C, Opcode::C}};\n", None),
        ("sim/a.cpp", f"// {LICENCE}\nswitch (o) {{ case Opcode::A: case Opcode::B: case Opcode::C: case Opcode::D: f(); }}\n", None),
        ("sim/a.cpp", f"// {LICENCE}\nswitch (o) {{ case isa::Unit::A: f(); default: g(); }}\n", "switch-default"),
        ("sim/a.cpp", f"// {LICENCE}\nswitch (o) {{ case Other::A: f(); default: g(); }}\n", None),
        ("tools/driver/a.cpp", f'// {LICENCE}\n#include "tools/accord/output.h"\n', "driver"),
        ("tools/driver/a.cpp", f"// {LICENCE}\n#include <boost/program_options.hpp>\n", "driver"),
        ("tools/driver/a.cpp", f"// {LICENCE}\nvoid f() {{ std::cerr << 1; }}\n", "driver"),
        ("tools/driver/a.cpp", f"// {LICENCE}\nvoid f() {{ llvm::errs() << 1; }}\n", "driver"),
        ("tools/driver/a.cpp", f"// {LICENCE}\nvoid f() {{ std::printf(\"x\"); }}\n", "driver"),
        ("tools/driver/a.cpp", f"// {LICENCE}\nvoid f() {{ std::exit(1); }}\n", "driver"),
        ("tools/driver/a.cpp", f"// {LICENCE}\nvoid f() {{ std::snprintf(b, 1, \"exit\"); }} // abort\n", None),
        ("tools/accord/a.cpp", f"// {LICENCE}\nvoid f() {{ std::cerr << 1; }}\n", None),
        ("rtl/a.cpp", f"// {LICENCE}\nvoid f() {{ posix_spawn(&p); }}\n", "process-start"),
        ("rtl/a.cpp", f"// {LICENCE}\nvoid f() {{ if (fork() == 0) execvp(a, b); }}\n", "process-start"),
        ("sim/files/child.cpp", f"// {LICENCE}\nvoid f() {{ posix_spawn(&p); }}\n", None),
        ("rtl/a.cpp", f"// {LICENCE}\nvoid f() {{ x.fork(); y->system(); bool isSystem(); }}\n", None),
        ("sim/a.cpp", "int x;\n", "spdx"),
        ("sim/a.cpp", f"// {LICENCE}\nint x;\n", None),
        ("test/README.md", "| `a` | x | 40 |\n| `asan-a` | y | 40.5 |\n", "budget"),
        ("test/README.md", "| `a` | x | 40 |\n| `asan-a` | y | 40 |\n", None),
        ("test/README.md", "no table\n", "budget"),
        ("README.md", "FIX" + "ME later\n", "unfinished"),
        ("README.md", f"see {bad_path}\n", "machine-path"),
        ("README.md", "see ${x}/wo" + "rk/y\n", None),
    ]
    for path, text, expected in cases:
        got = {rule for _, _, rule, _ in lint_file(path, text)}
        if got != ({expected} if expected else set()):
            sys.exit(f"lint self-test: expected {expected}, got {got or None} for {text!r}")
    rows = "| `a` | x | 1 |\n"
    if list(lint_labels(rows, "LABEL a SOURCES LABELS a TIMEOUT")) or not list(lint_labels(rows, "LABELS \"b\"")):
        sys.exit("lint self-test: expected label b without a row, got otherwise")
    print(f"lint self-test: {len(cases) + 1} cases passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:]:
        sys.exit(__doc__)
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    files = subprocess.check_output(["git", "ls-files", "-z"], text=True).split("\0")[:-1]
    files = [f for f in files if os.path.isfile(f)]
    findings, read = [], 0
    cmake = "\n".join(open(f, encoding="utf-8").read() for f in files if f.endswith("CMakeLists.txt"))
    for path in files:
        try:
            with open(path, encoding="utf-8") as f:
                text = f.read()
        except UnicodeDecodeError:
            continue  # Data, such as fuzz inputs.
        if path.startswith("test/fuzz/") and not path.endswith((".cpp", ".txt")):
            continue
        read += 1
        findings += lint_file(path, text)
        if path.startswith("test/") and path.endswith("_test.cpp") and os.path.basename(path) not in cmake:
            findings.append((path, 1, "unregistered-test", "expected its name in a CMakeLists.txt, got none"))
    if "test/README.md" in files:
        with open("test/README.md", encoding="utf-8") as f:
            findings += lint_labels(f.read(), cmake)
    for path, line, rule, what in findings:
        print(f"{path}:{line}: {rule}: {what}")
    print(f"lint: {read} files read, {len(findings)} findings")
    if read == 0 or findings:
        sys.exit(1)


main()
