#!/usr/bin/env python3
"""Changes inputs of every kind at random and runs the tool on them.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: mutate_inputs.py BUILD [--count 20000] [--seed N] [--kinds gguf,...] [--every 25] [--limit 20] [--keep FOLDER]
BUILD is a build folder, best of the preset asan. Inputs begin as those of the fuzz corpora, files of models/, and what the tool
makes of a tiny model; a few random changes of bytes, numbers, words and lines each. Where a fuzz target reads the kind, its
corpus program takes them hundreds a process, and one of --every goes through the accord command too, at whose end nothing may be
left: no file, no process. A command ends by itself with 0, 1 or 2, within --limit seconds of processor time, and says why unless
it is 0; any signal and any report of a sanitizer is a crash. One in MLIR's own parser, which we cannot mend, is counted apart
(an operand that is defined in the region of its op: `scf.for ... to %c step %s { %c = ...`), as is the crash of an input after
another one whose region the parser gave up: alone, it ends well. Prints a table by kind; what went
wrong is kept in --keep, and told with what the process said and the command that runs the same inputs again. Fails when
anything did, or when a kind of 500 inputs or more had none that was accepted or none that was refused.
"""
import argparse
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

from check_common import Case

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# An exit code that is a sanitizer's alone; memory of LLVM's, whose library knows nothing of sanitizers, is not ours to judge.
COMMON = "exitcode=99:detect_leaks=0:detect_container_overflow=0:allow_user_poisoning=0:allocator_may_return_null=1"
SANITIZERS = {"ASAN_OPTIONS": COMMON, "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1"}
REPORT = re.compile("ERROR: AddressSanitizer|runtime error:|LLVM ERROR|Assertion .* failed|terminate called")
NUMBERS = [0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 1000, 65535, 65536, (1 << 31) - 1, 1 << 31,
           (1 << 32) - 1, 1 << 32, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1, 1 << 64, -1, -2, -(1 << 31), -(1 << 63)]
WORDS = [b"nan", b"inf", b"-0.0", b"1e308", b"1e-320", b"", b"?", b"\xff", b"\xe2\x96\x81", b"\\x00", b"%", b"[", b"}", b"#", b":"]
BATCH = 400
TOLD = 40  # lines of what a process said


def is_foreign(said):
    """Did MLIR's parser crash: is the innermost frame of ours the one that calls it?"""
    frames = [line for line in said.splitlines() if re.match(r" *#\d+ ", line) and "accord::" in line]
    return bool(frames) and "accord::driver::Toolchain::parse(" in frames[0]


def told(said):
    """What a log shows of it: how it begins (command and exit code), and a sanitizer's report from its first line on, since maps
    of memory stand at its end, or else the last lines."""
    lines = said.splitlines()
    report = next((i for i, line in enumerate(lines) if REPORT.search(line)), len(lines) - TOLD)
    begin = max(2, report)
    shown = lines[:2] + ["..."] * (begin > 2) + lines[begin:begin + TOLD]
    return "".join(f"  | {line}\n" for line in shown)


def rerun(options):
    """The command that draws the same inputs: each kind's depend on the kinds before it."""
    words = ["tools/dev/mutate_inputs.py", options.build, "--seed", str(options.seed), "--count", str(options.count), "--every",
             str(options.every), "--limit", str(options.limit)]
    return "rerun: " + shlex.join(words + (["--kinds", options.kinds] if options.kinds else []))


class Mutator:
    def __init__(self, rng, seeds):
        self.rng, self.seeds = rng, seeds

    def input(self):
        data = self.rng.choice(self.seeds)
        if self.rng.random() < 0.02:
            return data
        text = b"\0" not in data[:4096]
        for _ in range(self.rng.choice([1, 1, 1, 2, 3, 6])):
            data = self.rng.choice([self.bytes, self.number, self.line, self.word] if text else [self.bytes, self.field])(data)
        return data

    def place(self, data):
        """More often where a file begins: what is told there decides the rest."""
        limit = len(data) if self.rng.random() < 0.5 else min(len(data), 512)
        return self.rng.randrange(limit) if limit else 0

    def bytes(self, data):
        at, n = self.place(data), self.rng.choice([1, 1, 2, 4, 8, 32, 256])
        how = self.rng.randrange(7)
        if how == 0 and data:
            return data[:at] + bytes([data[at] ^ (1 << self.rng.randrange(8))]) + data[at + 1:]
        if how == 1:
            return data[:at] + bytes(self.rng.randrange(256) for _ in range(min(n, 8))) + data[at + 1:]
        if how == 2:
            return data[:at] + data[at + n:]
        if how == 3:
            return data[:at] + data[at:at + n] * self.rng.choice([2, 2, 3, 40]) + data[at + n:]
        if how == 4:
            other = self.rng.choice(self.seeds)
            begin = self.place(other)
            return data[:at] + other[begin:begin + n] + data[at:]
        if how == 5:
            return data[:at]
        other = self.place(data)
        return data[:at] + data[other:other + n] + data[at + n:]

    def field(self, data):
        """A little-endian number in the place of another."""
        at, size = self.place(data), self.rng.choice([1, 2, 4, 8])
        value = (self.rng.choice(NUMBERS) + self.rng.choice([0, 0, len(data)])) % (1 << 8 * size)
        return data[:at] + value.to_bytes(size, "little") + data[at + size:]

    def spans(self, data, pattern):
        return list(re.finditer(pattern, data))

    def number(self, data):
        found = self.spans(data, rb"[0-9]+(?:\.[0-9]+)?")
        if not found:
            return self.bytes(data)
        m = self.rng.choice(found)
        was = m.group()
        near = [int(was) + 1, int(was) - 1, int(was) * 2] if was.isdigit() else []
        return data[:m.start()] + str(self.rng.choice(near * 4 + NUMBERS)).encode() + data[m.end():]

    def word(self, data):
        found = self.spans(data, rb"[\w.<>%@]+")
        if not found:
            return self.bytes(data)
        m = self.rng.choice(found)
        others = self.spans(self.rng.choice(self.seeds + [data] * 4), rb"[\w.<>%@]+")
        new = self.rng.choice(others).group() if others and self.rng.random() < 0.8 else self.rng.choice(WORDS)
        return data[:m.start()] + new + data[m.end():]

    def line(self, data):
        lines = data.split(b"\n")
        at, other = self.rng.randrange(len(lines)), self.rng.randrange(len(lines))
        how = self.rng.randrange(4)
        if how == 0:
            del lines[at]
        elif how == 1:
            lines.insert(other, lines[at])
        elif how == 2:
            lines[at], lines[other] = lines[other], lines[at]
        else:
            lines.insert(at, self.rng.choice(self.rng.choice(self.seeds).split(b"\n")))
        return b"\n".join(lines)


class Kind:
    """Inputs of one kind, and what reads them: INPUT is the file in a command."""

    def __init__(self, name, seeds, commands, driver=None, share=1.0):
        self.name, self.seeds, self.commands, self.driver, self.share = name, seeds, commands, driver, share
        self.inputs = self.processes = self.accepted = self.refused = self.crashes = self.hangs = self.left = self.foreign = 0


def read(*parts):
    with open(os.path.join(SOURCE, *parts), "rb") as f:
        return f.read()


class Run:
    def __init__(self, options, root):
        self.o, self.root = options, root
        self.rng = random.Random(options.seed)
        self.accord = os.path.join(os.path.abspath(options.build), "bin", "accord")
        self.environment = dict(os.environ, **SANITIZERS)
        self.given = os.path.join(root, "given")  # right files, for commands that need several
        os.makedirs(self.given)
        for name, parts in [("gemm.mlir", ("models", "networks", "gemm", "q4_1_m1.mlir")),
                            ("quantized.mlir", ("test", "tools", "Inputs", "quantized_model.mlir")),
                            ("hw.yaml", ("models", "hardware", "lut-edge.yaml")),
                            ("energy.yaml", ("models", "energy", "edge-28nm.yaml")),
                            ("mixed.trace", ("models", "traces", "mixed.trace"))]:
            self.give(name, read(*parts))
        self.make([self.program("make-tiny-model"), "--matrices", "Q4_1", "--embedding", "Q8_0", "-o", "m.gguf"])
        self.make([self.accord, "import", "m.gguf", "-o", "m.mlir"])
        for level in ["L1", "L2", "L3"]:
            self.make([self.accord, "compile", "gemm.mlir", "--hardware", "hw.yaml", "--emit", level, "-o", f"gemm.{level}.mlir"])
            self.make([self.accord, "compile", "m.gguf", "--hardware", "hw.yaml", "--entry", "decode", "--context", "16",
                       "--emit", level, "-o", f"m.{level}.mlir"])

    def give(self, name, data):
        with open(os.path.join(self.given, name), "wb") as f:
            f.write(data)

    def made(self, name):
        with open(os.path.join(self.given, name), "rb") as f:
            return f.read()

    def make(self, command):
        subprocess.run(command, check=True, cwd=self.given, env=self.environment, stdout=subprocess.DEVNULL)

    def program(self, name):
        return os.path.join(os.path.abspath(self.o.build), "test-bin", name)

    def corpus(self, name):
        """The inputs of a fuzz corpus, by its program."""
        folder = os.path.join(self.root, "seeds", name)
        subprocess.run([self.program(f"fuzz_{name}_corpus"), os.path.join(SOURCE, "test", "fuzz", name), "--write", folder],
                       check=True, env=self.environment)
        seeds = []
        for each in sorted(os.listdir(folder)):
            with open(os.path.join(folder, each), "rb") as f:
                seeds.append(f.read())
        return seeds

    def kinds(self):
        def text(level):
            return [self.made(f"gemm.{level}.mlir"), self.made(f"m.{level}.mlir")]

        compiles = ["compile", "INPUT", "--hardware", "lut-edge", "--emit"]
        return [
            Kind("gguf", lambda: self.corpus("gguf"), [["info", "INPUT"]], "gguf"),
            Kind("model", lambda: [self.made("m.gguf")], [["info", "INPUT", "--metadata"], ["import", "INPUT", "-o", "a"],
                                                  ["run", "INPUT", "--prompt", "ab", "-n", "2", "-o", "a"]], share=0.03),
            Kind("tokenizer", lambda: self.corpus("tokenizer"), [], "tokenizer"),
            Kind("import", lambda: self.corpus("import"), [], "import"),
            Kind("hardware", lambda: self.corpus("hardware_yaml"), [["info", "INPUT"], ["sim", "gemm.mlir", "--hardware", "INPUT"]],
                 "hardware_yaml", 0.5),
            Kind("energy", lambda: self.corpus("energy_yaml"), [["sim", "gemm.mlir", "--hardware", "lut-edge", "--energy", "INPUT"]],
                 "energy_yaml", 0.5),
            Kind("network", lambda: self.corpus("network_yaml"), [["info", "INPUT"]], "network_yaml", 0.5),
            Kind("L0", lambda: self.corpus("mlir") + [self.made(name) for name in ["gemm.mlir", "quantized.mlir", "m.mlir"]],
                 [compiles + ["L3"], ["run", "INPUT", "--parameters", "m.gguf", "--prompt", "a", "-n", "1", "-o", "a"]], "mlir"),
            Kind("L1", lambda: text("L1"), [compiles + ["L3"]], "mlir", 0.5),
            Kind("L2", lambda: text("L2"), [compiles + ["L3"]], "mlir", 0.5),
            Kind("L3", lambda: self.corpus("mlir") + text("L3"), [compiles + ["L3"], ["sim", "INPUT", "--hardware", "lut-edge"]], "mlir"),
            Kind("program", lambda: self.corpus("program"), [["WORKER", "--program", "INPUT", "--hardware", "hw.yaml"]], "program"),
            Kind("worker", lambda: self.corpus("worker"), [], "worker", 0.5),
            Kind("trace", lambda: [self.made("mixed.trace"), b"LD 0x0\nLD 0x100\nST 0x200\n"],
                 [["dram", "INPUT", "--standard", "DDR4"], ["dram", "INPUT", "--hardware", "hw.yaml", "-o", "a"]], share=0.03),
            Kind("arguments", lambda: [], [], share=0.03),
        ]

    def bad(self, kind, what, data, said):
        """Keeps an input that went wrong, and what was said of it."""
        os.makedirs(self.o.keep, exist_ok=True)
        path = os.path.join(self.o.keep, f"{kind.name}-{what}-{kind.inputs}-{self.rng.getrandbits(32):08x}")
        with open(path, "wb") as f:
            f.write(data)
        with open(path + ".said", "w") as f:
            f.write(said)
        print(f"{kind.name}: {what}: {path}" + (f"\n{told(said)}{rerun(self.o)}" if what != "foreign" else ""), flush=True)

    def run_driver(self, kind, inputs):
        """All of them in as few processes as crashes allow."""
        program = self.program(f"fuzz_{kind.driver}_corpus")
        left = dict(enumerate(inputs))
        while left:
            folder = os.path.join(self.root, "batch")
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            for i, data in left.items():
                with open(os.path.join(folder, f"mutant-{i:06}"), "wb") as f:
                    f.write(data)
            case = Case(program, os.path.join(self.root, "case"), [folder, "--print"], [])
            code = case.start(cpu_seconds=self.o.limit + len(left) // 4, **SANITIZERS).wait()
            said, last = case.said(), None
            for name, outcome in re.findall(r"^mutant-(\d+)(: \S+| \(\d+ bytes\)$)", said, re.M):
                if outcome[0] == ":":
                    kind.accepted += outcome.startswith(": accepted")
                    kind.refused += not outcome.startswith(": accepted")
                    del left[int(name)]
                else:
                    last = int(name)
            if code == 0 and not left:
                return
            if last is None or last not in left:
                sys.exit(f"{program}: expected an outcome for each input, got exit {code}:\n{told(said)}{rerun(self.o)}")
            what = "hang" if code == -24 else "foreign" if is_foreign(said) else "crash"
            if what == "crash" and kind.driver == "mlir" and self.ends_alone(program, left[last]):
                what = "foreign"
            kind.hangs += what == "hang"
            kind.crashes += what == "crash"
            kind.foreign += what == "foreign"
            self.bad(kind, what, left.pop(last), said[-20000:])

    def ends_alone(self, program, data):
        """Has the input an outcome in a process of its own? Then another one before it broke the heap: MLIR's parser does so
        when it gives up a region whose values are still read outside of it, and lives on."""
        folder = os.path.join(self.root, "alone")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        with open(os.path.join(folder, "mutant-000000"), "wb") as f:
            f.write(data)
        case = Case(program, os.path.join(self.root, "case"), [folder, "--print"], [])
        return case.start(cpu_seconds=self.o.limit, **SANITIZERS).wait() == 0 and "mutant-000000: " in case.said()

    def run_command(self, kind, command, data):
        case = Case(self.accord, os.path.join(self.root, "case"), [], [])
        for name in set(command) & set(os.listdir(self.given)):
            shutil.copy(os.path.join(self.given, name), case.folder)
            case.given.add(name)
        with open(os.path.join(case.folder, "INPUT"), "wb") as f:
            f.write(data)
        case.given |= {"INPUT", "a", "b"}
        program = os.path.join(os.path.dirname(self.accord), "accord-sim-worker") if command[:1] == ["WORKER"] else self.accord
        case.command = [program] + command[command[:1] == ["WORKER"]:]
        process = case.start(cpu_seconds=self.o.limit, **SANITIZERS)
        try:
            code = process.wait(timeout=60 * self.o.limit)  # that one waits for ever is found by it alone
        except subprocess.TimeoutExpired:
            code = -24
        kind.processes += 1
        said = f"{case.command}\nexit {code}\n{case.said()}"
        if code == -24 or "got signal 24" in said:
            kind.hangs += 1
            self.bad(kind, "hang", data, said)
        elif is_foreign(said):
            kind.foreign += 1
            self.bad(kind, "foreign", data, said)
        elif code not in (0, 1, 2) or REPORT.search(said) or (code and not case.said().strip()):
            kind.crashes += 1
            self.bad(kind, "crash", data, said)
        else:
            kind.accepted += code == 0
            kind.refused += code != 0
        # What a command was told to write is not left over.
        left = [each for each in case.left() if not any(each in word for word in command)] + case.processes()
        case.kill()
        if left:
            kind.left += 1
            self.bad(kind, "left", data, said + f"\nleft: {left}")

    def arguments(self):
        """A command line out of a right one."""
        lines = [["info", "m.gguf"], ["info", "hw.yaml", "--format", "json"], ["info", "smollm2-135m", "--network", "layers=2"], ["import", "m.gguf", "--context", "16", "-o", "a"],
                 ["run", "m.gguf", "--prompt", "ab", "-n", "3", "--seed", "1", "--temperature", "0.5", "--top-k", "3"],
                 ["run", "m.gguf", "--score-text", "INPUT", "--logits", "b", "-o", "a"],
                 ["compile", "gemm.mlir", "--hardware", "hw.yaml", "--emit", "L3", "-o", "a"],
                 ["compile", "m.gguf", "--entry", "decode", "--context", "16", "--hardware", "lut-edge", "--emit", "L2"],
                 ["sim", "gemm.mlir", "--hardware", "lut-edge,mac-edge", "--report", "totals,ops", "--ops", "3"],
                 ["sim", "m.gguf", "--hardware", "lut-edge", "--phase", "decode", "--context", "16", "--trace", "b"],
                 ["dram", "mixed.trace", "--standard", "DDR5", "--channels", "2", "--queue-depth", "8", "--format", "csv"]]
        words = list(self.rng.choice(lines))
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            at = self.rng.randrange(1, len(words)) if len(words) > 1 else 0
            other = self.rng.choice(self.rng.choice(lines))
            how = self.rng.randrange(5)
            if how == 0:
                del words[at:at + 1]
            elif how == 1:
                words.insert(at, other)
            elif how == 2 and words:
                words[at] = other
            elif how == 3 and words:
                words[at] = str(self.rng.choice(NUMBERS + ["", "nan", "1e9", "\xe9", "%s", "-", "--", "/dev/null", "."]))
            elif words:
                words[at] = Mutator(self.rng, [each.encode() for each in words]).input().replace(b"\0", b"").decode(
                    errors="surrogateescape")
        return [word.replace("/", "_") if "/dev/null" not in word else word for word in words]

    def run(self, kind, count):
        seeds = kind.seeds()
        mutator = Mutator(self.rng, seeds)
        while count > 0:
            batch = [mutator.input() if seeds else b"some text" for _ in range(min(count, BATCH))]
            count -= len(batch)
            kind.inputs += len(batch)
            if kind.driver:
                self.run_driver(kind, batch)
            for i, data in enumerate(batch):
                if kind.name == "arguments":
                    self.run_command(kind, self.arguments(), data)
                elif kind.commands and (not kind.driver or i % self.o.every == 0):
                    self.run_command(kind, self.rng.choice(kind.commands), data)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--kinds")
    parser.add_argument("--every", type=int, default=25)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--keep", default="build/mutants")
    o = parser.parse_args()
    print(f"seed {o.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="accord-mutants-") as root:
        run = Run(o, root)
        kinds = [kind for kind in run.kinds() if not o.kinds or kind.name in o.kinds.split(",")]
        whole = sum(kind.share for kind in kinds)
        columns = ["inputs", "processes", "accepted", "refused", "crashes", "hangs", "left", "foreign"]
        print(f"{'kind':12}" + "".join(f"{each:>10}" for each in columns), flush=True)
        for kind in kinds:
            run.run(kind, -int(-o.count * kind.share // whole))
            print(f"{kind.name:12}" + "".join(f"{getattr(kind, each):10}" for each in columns), flush=True)
    total = {each: sum(getattr(kind, each) for kind in kinds) for each in columns}
    print(f"{total['inputs']} inputs, {total['crashes']} crashes, {total['hangs']} hangs, {total['left']} left something, "
          f"{total['foreign']} crashes in MLIR's parser")
    one_sided = [kind.name for kind in kinds if kind.inputs >= 500 and not (kind.accepted and kind.refused)]
    if one_sided:
        print("expected inputs that are accepted and inputs that are refused, got one of them only of " + ", ".join(one_sided))
        print(rerun(o))
    if total["crashes"] or total["hangs"] or total["left"] or one_sided:
        sys.exit(1)


main()
