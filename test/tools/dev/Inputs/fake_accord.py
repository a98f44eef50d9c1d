#!/usr/bin/env -S python3 -SE
# An accord that says what FAKE, a Python expression, makes of the hardware file's text (`machine`) and of the words of the
# command (`words`): a dictionary is the run of its result, a text its error.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import sys

words = sys.argv[1:]
path = words[words.index("--hardware") + 1]
machine = open(path).read() if os.path.exists(path) else path
run = eval(os.environ["FAKE"])
if isinstance(run, str):
    sys.exit("accord: error: " + run)
print(json.dumps({"runs": [run]}))
