#!/usr/bin/env python3
# A simulator's worker that turns one bit of its results around: FAULT names where, in what comes back. `last`: of the last
# value; of a tiny model's decode step behind 9 tokens that is a logit, and there are the first rows of its caches, which
# come back first, `appended` and `kept` of the keys, `values` of the appended values. With ONCE=FILE, only when there is no
# such file, which is then made.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import struct
import subprocess
import sys

arguments = sys.argv[1:]
arguments[arguments.index("--parent") + 1] = str(os.getpid())
done = subprocess.run(["accord-sim-worker"] + arguments, close_fds=False)  # the files between both have no names
once = os.environ.get("ONCE")
if done.returncode == 0 and not (once and os.path.exists(once)):
    if once:
        open(once, "w").close()
    path = sys.argv[sys.argv.index("--output") + 1]
    contents = bytearray(open(path, "rb").read())
    count = int.from_bytes(contents[12:16], "little")
    lines = lambda bytes: -(-bytes // 64) * 64
    keys = lines(16 + 12 * count)
    values = keys + lines(struct.unpack_from("<IQ", contents, 16)[1])
    row = 2 * 2 * 64  # of f16: two heads of 64
    contents[{"last": len(contents) - 4, "appended": keys + 9 * row, "kept": keys, "values": values + 9 * row}[os.environ["FAULT"]]] ^= 1
    open(path, "wb").write(contents)
sys.exit(done.returncode)
