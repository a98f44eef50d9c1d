"""What check_memory.py, check_signals.py, check_writes.py and mutate_inputs.py share: the commands that they run, and what
is left of one.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""
import os
import resource
import shutil
import signal
import subprocess
import time

MARK = "ACCORD_CHECK_MARK"
OLD = b"an earlier result\n"
# Small arrays take as long to build as large ones; little is simulated.
COSIM = ["cosim", "lut_array", "--m", "2", "--n", "65", "--k", "36", "--planes", "2", "--format", "csv"]


def commands(model):
    """Command lines by name: OUTPUTS in them are names in the folder of a case, and are listed behind."""
    sim = ["sim", model, "--hardware", "lut-edge", "--phase", "decode", "--context", "16"]
    return {
        "run": (["run", model, "--prompt", "the rest", "-n", "8", "--ignore-eos", "-o", "a", "--tokens-out", "b"], ["a", "b"]),
        "score": (["run", model, "--score-text", "text", "-o", "a", "--tokens-out", "b", "--logits", "c"], ["a", "b", "c"]),
        "sim": (sim + ["-o", "a"], ["a"]),
        "values": (sim + ["--values", "-o", "a", "--trace", "b", "--dram-trace", "c"], ["a", "b", "c"]),
        "import": (["import", model, "-o", "a"], ["a"]),
        "compile": (["compile", model, "--hardware", "lut-edge", "--entry", "decode", "--context", "16", "--emit", "L1",
                     "-o", "a"], ["a"]),
        "info": (["info", model, "--metadata", "-o", "a"], ["a"]),
        "cosim": (COSIM + ["-o", "a"], ["a"]),
        "parity": (["parity", model, "--devices", "cpu,sim", "--layers", "1", "-o", "a"], ["a"]),
    }


class Case:
    """A folder with old results in it, in which a command runs."""

    def __init__(self, accord, folder, command, outputs, keep_cache=None):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(os.path.join(folder, "tmp"))
        self.cache = keep_cache or os.path.join(folder, "cache")
        self.folder, self.command, self.outputs = folder, [accord, *command], outputs
        self.mark = f"{os.getpid()}-{time.monotonic_ns()}"
        self.given = {"tmp", "text", "log"} | set(outputs) | ({"cache"} if not keep_cache else set())
        with open(os.path.join(folder, "text"), "w") as f:
            f.write("He said that the other one is in the list. " * 2)
        for name in outputs:
            with open(os.path.join(folder, name), "wb") as f:
                f.write(OLD)

    def start(self, *, limit=None, cpu_seconds=None, **more):
        """`limit`: of its address space, in bytes. A process that takes more time than `cpu_seconds` gets SIGXCPU. `more`:
        environment variables by name."""
        environment = dict(os.environ, TMPDIR=os.path.join(self.folder, "tmp"), ACCORD_CACHE_DIR=self.cache, **more)
        environment[MARK] = self.mark

        def prepare():
            # A shell's background job, which this may be, begins with SIGINT ignored.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if limit:
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            if cpu_seconds:
                resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))

        with open(os.path.join(self.folder, "log"), "wb") as log:
            return subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                    env=environment, start_new_session=True, preexec_fn=prepare)

    def said(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as f:
            return f.read()

    def contents(self):
        found = {}
        for name in self.outputs:
            try:
                with open(os.path.join(self.folder, name), "rb") as f:
                    found[name] = f.read()
            except OSError:
                found[name] = None
        return found

    def processes(self):
        """Of this case, those that still run."""
        wanted, found = f"{MARK}={self.mark}".encode(), []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    if wanted not in f.read().split(b"\0"):
                        continue
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    found.append(pid + " " + f.read().replace(b"\0", b" ")[:80].decode(errors="replace"))
            except OSError:
                pass  # ended meanwhile
        return [each for each in found if not each.endswith(" ")]  # those without arguments are dead

    def left(self):
        """Files and folders that nobody asked for."""
        found = [name for name in os.listdir(self.folder) if name not in self.given]
        found += ["tmp/" + name for name in os.listdir(os.path.join(self.folder, "tmp"))]
        rtl = os.path.join(self.cache, "rtl")
        if os.path.isdir(rtl):
            found += ["rtl/" + name for name in os.listdir(rtl) if ".tmp-" in name]
        return found

    def kill(self):
        for each in self.processes():
            try:
                os.kill(int(each.split()[0]), signal.SIGKILL)
            except OSError:
                pass
