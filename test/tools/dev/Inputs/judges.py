# judges.py SOURCE FOLDER ACCORD: runs each judge of tools/dev on what it must refuse, and on what it must let pass.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import shutil
import struct
import subprocess
import sys

source, folder, accord = map(os.path.abspath, sys.argv[1:])
fake = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_accord.py")
dev = os.path.join(source, "tools/dev")
judges = []


def write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w" if isinstance(text, str) else "wb") as f:
        f.write(text)
    return path


def judge(code, what, *command, **environment):
    """What a judge says; it has to end with `code`."""
    done = subprocess.run(command, env=dict(os.environ, **environment), cwd=folder, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != code:
        sys.exit(f"{what}: expected exit {code}, got {done.returncode}:\n{done.stdout}")
    return done.stdout


def bounds():
    """Of 25 ops in two phases, `wrong` have a bound that takes nothing off."""
    run = ("{{'hardware': 'fake', 'resources': [{{'resource': 'dram'}}, {{'resource': 'lut'}}], 'ops': [{{'op': str(i), 'bound': 'dram', "
           "'gain_percent': 50, 'active_cycles': 50 if 'dram' in words and i >= {} else 100}} for i in range({})]}}")
    for code, wrong, ops in ((0, 0, 25), (0, 2, 25), (1, 3, 25), (1, 25, 25), (1, 0, 24)):
        judge(code, f"check_bounds, {wrong} of {ops} wrong", sys.executable, os.path.join(dev, "check_bounds.py"), fake, "model", "9",
              "machine", FAKE=run.format(wrong, ops))


def baselines():
    tree = os.path.join(folder, "pinned")
    script = write("pinned/tools/dev/baselines.py", open(os.path.join(dev, "baselines.py")).read())
    write("pinned/models/hardware/one.yaml", "")
    write("pinned/models/networks/n/net.mlir", "")
    pinned = write("pinned/test/baselines/one.json", "{}")

    def check(code, what, cycles=100, action="check"):
        return judge(code, f"baselines, {what}", sys.executable, script, action, fake, "true",
                     FAKE=f"{{'totals': [{{'quantity': 'cycles', 'value': {cycles}}}]}}")

    check(1, "nothing pinned")
    check(0, "recording", action="record")
    runs = json.load(open(pinned))
    assert len(runs) > 5, runs
    assert f"{len(runs)} runs compared, 0 different" in check(0, "the same")
    assert f"{len(runs)} different" in check(1, "another cycle", 101)
    write("pinned/test/baselines/one.json", json.dumps({key: value for key, value in list(runs.items())[1:]}))
    assert ", 1 different" in check(1, "a run that nobody recorded")
    write("pinned/test/baselines/one.json", json.dumps(dict(runs, gone=1)))
    assert ", 1 different" in check(1, "a run that is gone")
    os.remove(os.path.join(tree, "models/hardware/one.yaml"))
    check(1, "no machine")


def more_is_faster():
    """A queue of twice the depth makes it slower by `percent`; the limit is 1."""
    machine = write("deep.yaml", "scratchpad:\n  capacity_kib: 256\nqueues:\n  depth: 4\n")
    slower = ("{{'totals': [{{'quantity': 'cycles', 'value': 100000 * (2 + int(words[words.index('--context') + 1])) + "
              "(300000 * {} // 100 if 'depth: 8' in machine else 0)}}]}}")

    def check(code, what, how):
        return judge(code, f"more_is_faster, {what}", sys.executable, os.path.join(dev, "more_is_faster.py"), fake, "model",
                     "--machines", machine, "--tokens", "1", FAKE=how)

    assert ", 0 slower than allowed" in check(0, "as fast", slower.format(0))
    check(0, "slower by 0.9 percent", slower.format(0.9))
    assert ", 1 slower than allowed" in check(1, "slower by 1.5 percent", slower.format(1.5))
    check(1, "does not run", "'broken'")
    assert "0 pairs compared" in check(1, "all refused", "'depth must be 1'")


def lint():
    tree = os.path.join(folder, "linted")
    licence = "// SPDX-License-" + "Identifier: Apache-2.0 WITH LLVM-exception\n"
    script = write("linted/tools/dev/lint.py", open(os.path.join(dev, "lint.py")).read())
    shutil.copymode(os.path.join(dev, "lint.py"), script)
    write("linted/test/a_test.cpp", licence + "#include <catch2/catch.hpp>\nTEST_CASE(\"a\") { CHECK(1); }\n")

    def check(code, what, cmake, page):
        write("linted/test/CMakeLists.txt", cmake)
        write("linted/README.md", page)
        subprocess.run(["git", "add", "-A"], cwd=tree, check=True)
        return judge(code, f"lint, {what}", sys.executable, script)

    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    check(0, "nothing wrong", "add_executable(a a_test.cpp)\n", "A page of /usr/lib.\n")
    assert "a_test.cpp:1: unregistered-test" in check(1, "a test that is not compiled", "", "")
    for place in ("ro" + "ot", "ho" + "me", "wo" + "rk"):
        assert "README.md:1: machine-path" in check(1, f"a path below /{place}", "add_executable(a a_test.cpp)\n", f"See /{place}/x.\n")


def count_tests():
    results = os.path.join(folder, "counted/results")

    def check(code, first, second):
        write("counted/CTestTestfile.cmake", f'add_test(a "{first}")\nset_tests_properties(a PROPERTIES LABELS one)\n'
              f'add_test(b "{second}")\nset_tests_properties(b PROPERTIES LABELS two)\n')
        if os.path.exists(results):
            os.remove(results)
        judge(code, f"count_tests, {first} and {second}", sys.executable, os.path.join(dev, "count_tests.py"),
              os.path.join(folder, "counted"), results)
        return [line.split()[:4] for line in open(results)]

    good, bad = shutil.which("true"), shutil.which("false")
    assert check(0, good, good) == [["one", "1", "0", "0"], ["two", "1", "0", "0"]]
    assert check(1, good, bad) == [["one", "1", "0", "0"], ["two", "0", "1", "0"]]
    assert check(1, bad, good) == [["one", "0", "1", "0"], ["two", "1", "0", "0"]]


def unicode_ranges():
    ranges = os.path.join(source, "runtime/tokenizer/unicode_ranges.inc")
    script = os.path.join(dev, "unicode_ranges.py")
    other = write("ranges.inc", open(ranges).read().replace("{0x41, 0x5A, 'L'}", "{0x41, 0x5B, 'L'}"))
    judge(0, "unicode_ranges, the file", sys.executable, script, "--check", ranges)
    judge(1, "unicode_ranges, another end", sys.executable, script, "--check", other)


def compare_logits():
    """A candidate twice as far from the reference as its peer: more than 1.5 times."""
    rows = lambda shift: struct.pack("<6f", 1 + shift, 0, 0, 0, 1 + shift, 0)
    files = [f"{name}={write(name + '.f32', rows(shift))}" for name, shift in (("right", 0), ("near", 0.1), ("nearer", 0.05))]
    ids = write("ids", "0 1\n")
    tool = [os.path.join(os.path.dirname(accord), "compare-logits"), "--tokens", ids]
    judge(0, "compare-logits, a nearer candidate", *tool, *files, "--subject", "nearer", "--peer", "near", "--perplexity-part", "1")
    judge(1, "compare-logits, a farther candidate", *tool, *files, "--subject", "near", "--peer", "nearer", "--perplexity-part", "1")
    judge(1, "compare-logits, another perplexity", *tool, *files, "--subject", "nearer", "--peer", "near", "--perplexity-part", "1e-6")


for each in (bounds, baselines, more_is_faster, lint, count_tests, unicode_ranges, compare_logits):
    each()
    judges.append(each.__name__)
print(f"{len(judges)} judges said no where they must, and yes where they may")
