#!/usr/bin/env python3
"""Runs the `accord ...` lines of a page's code blocks, in order and in an empty folder; a page without any fails.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: run_examples.py PAGE SOURCE_DIR ACCORD
The folder has `models` of the source tree and build/models/smollm2.gguf, the file that ACCORD_MODEL names, so that paths
of the page work. A line that fails ends the run.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile


def main():
    page, source, accord = sys.argv[1:4]
    with open(page) as f:
        blocks = re.findall(r"(?ms)^```[^\n]*\n(.*?)^```", f.read())
    lines = [line for block in blocks for line in block.splitlines()]
    examples = [re.sub(r"\s+#.*$", "", line) for line in lines if re.match(r"(\S*/)?accord\s", line)]
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.join(source, "models"), os.path.join(folder, "models"))
        model = os.environ.get("ACCORD_MODEL", "")
        if any("smollm2.gguf" in example for example in examples) and not os.path.exists(model):
            sys.exit(f"{page}: expected ACCORD_MODEL to name smollm2.gguf (tools/dev/fetch_model.sh), got {model!r}")
        os.makedirs(os.path.join(folder, "build/models"))
        os.symlink(os.path.abspath(model), os.path.join(folder, "build/models/smollm2.gguf"))
        for example in examples:
            words = shlex.split(example)
            run = subprocess.run([accord] + words[1:], cwd=folder, capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"{page}: expected exit 0, got {run.returncode} from: {example}\n{run.stdout}{run.stderr}")
            print(f"ran: {example}")
    if not examples:
        sys.exit(f"{page}: expected examples, got none")
    print(f"{len(examples)} examples ran")


main()
