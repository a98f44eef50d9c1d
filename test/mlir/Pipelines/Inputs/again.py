"""Runs pipelines again as they are printed: the same print, and the same module or the same error.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: again.py ACCORD_OPT FILE PIPELINE...
A pipeline that fails leaves a crash reproducer, which is run in place of the print.
"""
import re
import subprocess
import sys
import tempfile


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def main():
    opt, source, *pipelines = sys.argv[1:]
    done = failed = 0
    with tempfile.NamedTemporaryFile(suffix=".mlir") as reproducer:
        for pipeline in pipelines:
            asked = f"--pass-pipeline=builtin.module({pipeline})"
            first = run(opt, source, asked, f"--mlir-pass-pipeline-crash-reproducer={reproducer.name}")
            printed = re.search(r"^builtin\.module\(.*\)$", run(opt, source, asked, "--dump-pass-pipeline").stderr, re.M)
            if not printed:
                sys.exit(f"{pipeline}: expected a pipeline, got:\n{first.stderr}")
            if first.returncode == 0:
                done += 1
                again = run(opt, source, f"--pass-pipeline={printed[0]}", "--dump-pass-pipeline")
                same = again.stdout == first.stdout and printed[0] in again.stderr.splitlines()
            else:
                failed += 1
                again = run(opt, "--run-reproducer", reproducer.name)
                error = re.search(r"error: .*", first.stderr)[0]
                same = again.returncode == first.returncode and error in again.stderr
            if not same:
                sys.exit(f"{printed[0]}:\nexpected what it gave at first, got:\n{again.stdout[-2000:]}{again.stderr[-2000:]}")
    print(f"{done} pipelines and {failed} reproducers gave the same again")


main()
