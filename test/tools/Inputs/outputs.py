# Helpers of the tests of what commands write, and of how they end.
# `pipe PATH COMMAND...`: a pipe at PATH gets something and stays one.
# `shrunk MODEL COMMAND...`: the model loses its end while it is mapped: the prompt comes from a pipe, after that.
# `memory ACCORD ARGUMENTS...`: under limits of memory from the least that the program begins with on, it works or says what
# it could not get; some of both.
# `ended COMMAND...`: waiting for its input, it ends by SIGINT, SIGTERM and SIGHUP, and goes on where they are ignored.
# `unfinished CACHE COMMAND...`: while it builds in the folder for its cache, each of them leaves nothing unfinished there.
# `hostile IN OUT`: a GGUF file with control characters in the names and texts of IN.
# `visible COMMAND...`: what it prints, also as an error, has no control characters but line ends.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import re
import resource
import signal
import stat
import subprocess
import sys
import threading
import time


def pipe(path, *command):
    os.mkfifo(path)
    got = []
    reader = threading.Thread(target=lambda: got.append(open(path, "rb").read()))
    reader.start()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    reader.join(20)
    if not got or not got[0] or not stat.S_ISFIFO(os.lstat(path).st_mode):
        sys.exit(f"expected something from a pipe that stays one, got {got!r:.200}")


def shrunk(model, *command):
    prompt = model + ".prompt"
    os.mkfifo(prompt)
    run = subprocess.Popen([*command, "--prompt-file", prompt], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    with open(prompt, "w") as f:  # opens when the reader does, who has the model then
        os.truncate(model, 4096)
        f.write("the rest")
    _, err = run.communicate()
    want = f"accord: error: {model}: expected the file to stay as long as it was, got one that was shortened"
    if run.returncode != 1 or want not in err:
        sys.exit(f"expected exit 1 and {want!r}, got {run.returncode}, stderr:\n{err}")


def memory(accord, *arguments):
    def under(limit, *arguments):
        return subprocess.run([accord, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit << 20, limit << 20)))

    least, enough = 1, 1 << 12  # for the program to begin
    while least + 1 < enough:
        middle = (least + enough) // 2
        least, enough = (least, middle) if under(middle, "--version").returncode == 0 else (middle, enough)
    done = refused = 0
    for more in [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 256]:
        limit = enough + more
        run = under(limit, *arguments)
        error = re.search(r"accord: error: .*\d+ bytes|accord: error: .*(expected more|thread).*", run.stderr)
        done += run.returncode == 0
        refused += run.returncode == 1 and error is not None
        if run.returncode not in (0, 1) or (run.returncode == 1 and not error):
            sys.exit(f"{limit} MiB: expected an error with a size, got exit {run.returncode}:\n{run.stderr}")
    print(f"{done} limits sufficed, {refused} were told")
    if not done or not refused:
        sys.exit("expected some of both")


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def given(how):
    """Signals in a child as `how`: SIG_DFL or SIG_IGN."""
    def give():
        for each in SIGNALS:
            signal.signal(each, how)
    return give


def ended(*command):
    for how in (signal.SIG_DFL, signal.SIG_IGN):
        for which in SIGNALS:
            run = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=given(how))
            time.sleep(0.3)  # it waits for its input
            run.send_signal(which)
            if how == signal.SIG_IGN:
                time.sleep(0.1)
                run.communicate(b"LD 0x0\n")
            wanted = 0 if how == signal.SIG_IGN else -which
            if run.wait(60) != wanted:
                sys.exit(f"expected exit {wanted} after {which.name} ({how.name}), got {run.returncode}")


def unfinished(cache, *command):
    for which in SIGNALS:
        def made():
            return [name for _, folders, _ in os.walk(cache) for name in folders if ".tmp-" in name]
        run = subprocess.Popen(command, env=dict(os.environ, ACCORD_CACHE_DIR=cache), preexec_fn=given(signal.SIG_DFL))
        while not made() and run.poll() is None:
            time.sleep(0.001)
        begun = made()
        run.send_signal(which)
        if run.wait(60) != -which or not begun or made():
            sys.exit(f"expected an end by {which.name} that leaves nothing of {begun}, got {run.returncode} and {made()}")


def hostile(source, target):
    data = open(source, "rb").read()
    for old, new in [(b"general.name", b"general.\x1b[2J"), (b"token_embd.weight", b"token\x1b]0;x\x07\x7f\xc2\x9bmb")]:
        new = new.ljust(len(old), b"\n")[:len(old)]
        if old not in data:
            sys.exit(f"{source}: expected {old!r} in it, got none")
        data = data.replace(old, new)
    open(target, "wb").write(data)


def visible(*command):
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    printed = run.stdout + run.stderr
    bad = re.search(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", printed)
    if bad or rb"\x1b" not in printed.replace(rb"\u001b", rb"\x1b"):
        sys.exit(f"expected escapes and no control character, got {bad}, {printed!r:.2000}")


{"pipe": pipe, "shrunk": shrunk, "memory": memory, "ended": ended, "unfinished": unfinished, "hostile": hostile, "visible": visible}[sys.argv[1]](*sys.argv[2:])
