# pty_run.py COMMAND...: runs it with stderr on a terminal of 100 columns; its stdout goes to ours, what the terminal got to
# our stderr, control characters as \r and \e.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

master, terminal = pty.openpty()
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
run = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stderr=terminal)
os.close(terminal)
got = b""
while True:
    try:
        piece = os.read(master, 4096)
    except OSError:  # the other side is closed
        break
    if not piece:
        break
    got += piece
text = got.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\\r").replace("\x1b", "\\e")
sys.stderr.write(text + "\n")
sys.exit(run.wait())
