#!/usr/bin/env python3
"""Plants one-line faults, one at a time, and asks the tests that ought to notice.

usage: tools/dev/plant_faults.py [--check] [--build DIR] [--sample N [--seed S]] [--jobs N] [--only TEXT] [LIST...]
  LIST        lists of faults (default: every faults*.txt below test/)
  --check     only reads the lists, without a build: their form, and that each text is there once
  --build     a finished dev build (default build/dev): faults are planted into what it was built from; both stay as they are
  --sample    plants N, chosen with the seed, of those that are said to be caught
  --only      plants those whose name, file or tests contain TEXT
  --jobs      faults at a time (default 2)

A list has lines of fields between bars (`\\|` is a bar of a field itself):
  tests: A B ...                              who ought to notice: for all lines up to the next such line. CTest's
                                              names, lit:REGEX for lit files by path, cmd:COMMAND (spaces as %20)
  name | file | text | replacement            the text occurs once in the file
  name | file | text | replacement | equivalent: why nobody could see it
  name | file | text | replacement | survives: what would see it
Prints who caught each, and the survivors. Fails after an undeclared survivor, a declared one that is caught now, a fault
that does not build, a test that fails without one, and when nothing was planted.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import collections
import concurrent.futures
import glob
import os
import queue
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from faulty_build import Build, BuildError, Faulty  # noqa: E402

Fault = collections.namedtuple("Fault", "place name file text replacement declared tests")


def read_list(root, path):
    """The faults of a list; SystemExit with the place of what is wrong."""
    tests, found = [], []
    with open(path) as f:
        lines = f.read().splitlines()
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("tests:"):
            tests = [word.replace("%20", " ") for word in line[6:].split()]
            continue
        fields = [field.strip().replace("\\|", "|") for field in re.split(r"(?<!\\)\|", line)]
        if len(fields) not in (4, 5):
            sys.exit(f"{place}: expected 4 or 5 fields, got {len(fields)}")
        name, file, text, replacement = fields[:4]
        declared = fields[4] if len(fields) == 5 else ""
        if declared and not re.match(r"(equivalent|survives): \S", declared):
            sys.exit(f"{place}: expected 'equivalent: why' or 'survives: what would see it', got '{declared}'")
        if not tests:
            sys.exit(f"{place}: expected a line 'tests:' before it, got none")
        if file.endswith((".h", ".td")) or not os.path.isfile(os.path.join(root, file)):
            sys.exit(f"{place}: expected a file that is compiled by itself or read by tests, got '{file}'")
        with open(os.path.join(root, file)) as f:
            count = f.read().count(text) if text else 0
        if count != 1:
            sys.exit(f"{place}: expected text that occurs once in {file}, got {count} times: {text}")
        found.append(Fault(place, name, file, text, replacement, declared, tuple(tests)))
    return found


def noticed(words, environment, folder, limit):
    """None when the test passes, else what it told first."""
    process = subprocess.Popen(words, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"no end within {limit:.0f} s"
    if process.returncode == 0:
        return None
    test = re.search(r"^FAIL: \S+ :: (\S+)", said, re.M) or re.search(r"^-{70,}\n(.+)\n(?:  .*\n)*-{70,}$", said, re.M)
    return test.group(1) if test else f"exit code {process.returncode}"


def compiled(root, file, text):
    """What is compiled of a file: itself; of an .inc, the source beside it that includes it, with this text in its place."""
    if not file.endswith(".inc"):
        return file, text
    line = f'#include "{file}"\n'
    for source in sorted(glob.glob(os.path.join(root, os.path.dirname(file), "*.cpp"))):
        with open(source) as f:
            whole = f.read()
        if line in whole:
            return os.path.relpath(source, root), whole.replace(line, text + "\n")
    raise BuildError(f"expected a source beside {file} that includes it, got none")


class Planter:
    def __init__(self, build, jobs):
        self.build, self.limits = build, {}
        base = os.path.join(os.path.dirname(build.folder), "faults")
        shutil.rmtree(base, ignore_errors=True)
        self.free = queue.Queue()
        for number in range(jobs):
            self.free.put(Faulty(build, os.path.join(base, str(number))))
        self.base = base

    def sound(self, test):
        """A test without a fault: it passes, and its time bounds that with one."""
        kind, _, rest = test.partition(":")
        if kind not in ("lit", "cmd") and test not in self.build.tests:
            return f"expected a test of {self.build.folder}, got '{test}'"
        faulty = self.free.get()
        try:
            faulty.plant("README.md", "", [])
            faulty.mirrored = False
            begin = time.monotonic()
            words, environment, folder = faulty.command(test)
            told = noticed(words, environment, folder, 900)
            self.limits[test] = 20 + 5 * (time.monotonic() - begin)
            return told and f"expected {test} to pass without a fault, got: {told}"
        finally:
            self.free.put(faulty)

    def plant(self, fault):
        """(caught by whom or None, what could not be built or None, seconds)"""
        faulty, begin = self.free.get(), time.monotonic()
        try:
            with open(os.path.join(self.build.root, fault.file)) as f:
                text = f.read().replace(fault.text, fault.replacement)
            try:
                faulty.plant(*compiled(self.build.root, fault.file, text), fault.tests)
            except BuildError as error:
                return fault, None, str(error), time.monotonic() - begin
            for test in fault.tests:
                words, environment, folder = faulty.command(test)
                told = noticed(words, environment, folder, self.limits[test])
                if told:
                    return fault, f"{test}: {told}", None, time.monotonic() - begin
            return fault, None, None, time.monotonic() - begin
        finally:
            self.free.put(faulty)


def main():
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n", 1)[1].replace("%", "%%"), add_help=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", default=os.path.join(root, "build/dev"))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("lists", nargs="*")
    given = parser.parse_args()
    build = None if given.check else Build(given.build)
    lists = given.lists or sorted(glob.glob(os.path.join(root, "test/**/faults*.txt"), recursive=True))
    faults = [fault for path in lists for fault in read_list(build.root if build else root, path)]
    faults = [f for f in faults if given.only in " ".join((f.name, f.file, *f.tests))]
    if given.sample is not None:
        sound = [f for f in faults if not f.declared]
        faults = random.Random(given.seed).sample(sound, min(given.sample, len(sound)))
        print(f"a sample of {len(faults)} of {len(sound)} faults, seed {given.seed}")
    if not faults:
        sys.exit("expected faults to plant, got none")
    if given.check:
        print(f"{len(faults)} faults in {len(lists)} lists, {sum(bool(f.declared) for f in faults)} of them declared")
        return 0

    planter = Planter(build, given.jobs)
    begin, wrong = time.monotonic(), 0
    counts = collections.defaultdict(collections.Counter)
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        for told in pool.map(planter.sound, dict.fromkeys(test for f in faults for test in f.tests)):
            if told:
                sys.exit(told)
        print(f"{len(planter.limits)} tests pass without a fault, {time.monotonic() - begin:.0f} s", flush=True)
        for job in concurrent.futures.as_completed([pool.submit(planter.plant, f) for f in faults]):
            fault, caught, unbuilt, seconds = job.result()
            folder = "/".join(fault.file.split("/")[:2])
            kind = "unbuilt" if unbuilt else "caught" if caught else (fault.declared.partition(":")[0] or "SURVIVED")
            counts[folder][kind] += 1
            stale = bool(caught and fault.declared)
            bad = stale or kind in ("unbuilt", "SURVIVED")
            wrong += bad
            detail = unbuilt or caught or fault.declared.partition(": ")[2] or f"{fault.place}, unnoticed by {' '.join(fault.tests)}"
            print(f"{kind:10} {fault.file}: {fault.name}: {detail}{' (declared: ' + fault.declared + ')' if stale else ''}"
                  f" ({seconds:.1f} s)", flush=True)
            if bad:
                own = shlex.join([os.path.relpath(fault.place.rpartition(":")[0], root), "--only", fault.name])
                print(f"           rerun: tools/dev/plant_faults.py {own}", flush=True)
    shutil.rmtree(planter.base, ignore_errors=True)

    kinds = ["caught", "equivalent", "survives", "SURVIVED", "unbuilt"]
    total = sum(counts.values(), collections.Counter())
    print(f"\n{'folder':24} planted " + " ".join(f"{k:>10}" for k in kinds))
    for folder, found in [*sorted(counts.items()), ("all", total)]:
        print(f"{folder:24} {sum(found.values()):7} " + " ".join(f"{found[k]:10}" for k in kinds))
    share = (total["caught"] + total["equivalent"]) / sum(total.values())
    print(f"caught or equivalent {100 * share:.1f} % of {sum(total.values())}; {(time.monotonic() - begin) / 60:.1f} minutes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
