"""A finished build folder with one fault in it: what contains the faulty file is compiled and linked again, beside it.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

A C++ file is compiled by its own command and takes its object's place in copies of the archives and programs that hold
it. Any other file stands in a folder that mirrors the sources, which tests are given instead. The build folder and the
sources are read only.
"""
import json
import os
import re
import shlex
import shutil
import subprocess

# What tests of other programs start: linked again whatever the test.
TOOLS = ["bin/accord", "bin/accord-opt", "bin/accord-sim-worker", "bin/compare-logits", "bin/float-reference",
         "test-bin/make-tiny-model"]


class BuildError(Exception):
    pass


def run(command, cwd, shell=False):
    done = subprocess.run(command, cwd=cwd, shell=shell, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        raise BuildError(done.stdout.strip()[-2000:] or f"{command}: exit code {done.returncode}")
    return done.stdout


class Build:
    """What ninja and CTest know of a finished build folder."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        with open(os.path.join(self.folder, "CMakeCache.txt")) as f:
            self.root = re.search(r"^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$", f.read(), re.M).group(1)
        with open(os.path.join(self.folder, "compile_commands.json")) as f:
            self.compile = {os.path.relpath(e["file"], self.root): shlex.split(e["command"]) for e in json.load(f)}
        listed = json.loads(run(["ctest", "--test-dir", self.folder, "--show-only=json-v1"], self.root))
        self.tests = {test["name"]: test for test in listed["tests"] if test.get("command")}
        self.links, self.makes = {}, {}

    def link(self, target):
        """The command that makes a target out of its objects, or None of a target that is not linked."""
        if target not in self.links:
            lines = run(["ninja", "-t", "commands", "-s", target], self.folder).splitlines()
            self.links[target] = lines[-1] if lines and f" {target}" in lines[-1] else None
        return self.links[target]

    def outputs(self, made):
        """Files that are made out of this one."""
        if made not in self.makes:
            listed = run(["ninja", "-t", "query", made], self.folder).partition("outputs:")[2]
            self.makes[made] = sorted({line.strip() for line in listed.splitlines() if line.strip()})
        return self.makes[made]

    def objects(self, file):
        """The object of a source, and the archive that holds it (or itself, of a source of a program)."""
        command = self.compile[file]
        made = command[command.index("-o") + 1]
        archives = [out for out in self.outputs(made) if out.endswith(".a")]
        return made, (archives or [made])


class Faulty:
    """A folder that stands for the build folder while a fault is planted; the next fault takes its place."""

    def __init__(self, build, folder):
        self.build, self.folder = build, os.path.abspath(folder)
        self.source = os.path.join(self.folder, "source")
        shutil.rmtree(self.folder, ignore_errors=True)
        for made in ("bin", "test-bin"):
            os.makedirs(os.path.join(self.folder, made))
            for name in os.listdir(os.path.join(build.folder, made)):
                self.restore(f"{made}/{name}")
        os.makedirs(os.path.join(self.folder, "test"))
        self.changed, self.mirrored = [], False

    def configure_lit(self):
        """What lit is told of the build: it is this folder, and the sources are the mirror where there is one."""
        with open(os.path.join(self.build.folder, "test/lit.site.cfg.py")) as f:
            site = self.placed(f.read())
        if self.mirrored:
            site = site.replace(f'"{self.build.root}"', f'"{self.source}"')
        with open(os.path.join(self.folder, "test/lit.site.cfg.py"), "w") as f:
            f.write(f'{site}\nimport os\nfor name in {sorted(self.caches())}:\n'
                    f'    config.environment[name] = os.environ[name]\n'
                    f'if "ACCORD_MODELS" in os.environ:\n'
                    f'    config.environment["ACCORD_MODELS"] = os.environ["ACCORD_MODELS"]\n')

    def restore(self, target):
        """The sound file, by a hard link: a program finds what stands beside it by its own path."""
        ours, sound = os.path.join(self.folder, target), os.path.join(self.build.folder, target)
        if os.path.exists(ours):
            os.remove(ours)
        if os.path.isfile(sound):
            os.link(sound, ours)

    def caches(self):
        """Results that outlive a process: none of another fault's."""
        return {name: os.path.join(self.folder, "cache", name) for name in ("ACCORD_CACHE_DIR", "XDG_CACHE_HOME", "TMPDIR")}

    def placed(self, text):
        """Paths of the build folder and, for a fault outside C++, of the sources, as they are here."""
        text = text.replace(self.build.folder, "\0")
        if self.mirrored:
            text = text.replace(self.build.root + "/", self.source + "/")
            text = self.source if text == self.build.root else text
        return text.replace("\0", self.folder)

    def plant(self, file, text, tests):
        """Puts the text in the place of a source, for the programs of the tests."""
        for target in self.changed:
            self.restore(target)
        self.changed = []
        shutil.rmtree(os.path.join(self.folder, "cache"), ignore_errors=True)
        for name, path in self.caches().items():
            os.makedirs(path)
        sound = os.path.join(self.build.folder, "cache")
        if os.path.isdir(sound):
            shutil.copytree(sound, self.caches()["ACCORD_CACHE_DIR"], dirs_exist_ok=True)
        self.mirrored = file not in self.build.compile
        if self.mirrored:
            return self.mirror(file, text)
        self.compiled(file, text)
        programs = [os.path.relpath(self.build.tests[t]["command"][0], self.build.folder) for t in tests if t in self.build.tests]
        made, holders = self.build.objects(file)
        linked = 0
        for target in dict.fromkeys([p for p in programs if p.startswith("test-bin/")] + TOOLS):
            command = self.build.link(target)
            words = command.split() if command else []
            if not any(holder in words for holder in holders):
                continue
            for holder in holders:
                command = command.replace(f" {holder} ", f" {os.path.join(self.folder, 'made', holder)} ")
            os.remove(os.path.join(self.folder, target))
            self.changed.append(target)
            run(command.replace(f"-o {target} ", f"-o {os.path.join(self.folder, target)} "), self.build.folder, shell=True)
            linked += 1
        if not linked:
            raise BuildError(f"expected {file} in a program of {', '.join(tests)}, got none that links it")

    def compiled(self, file, text):
        shutil.rmtree(os.path.join(self.folder, "made"), ignore_errors=True)
        made, holders = self.build.objects(file)
        source = os.path.join(self.folder, "made", file)
        ours = os.path.join(self.folder, "made", made)
        for path in (source, ours):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(source, "w") as f:
            f.write(text)
        command = list(self.build.compile[file])
        command[command.index("-o") + 1] = ours
        place = command.index("-c") + 1
        command[place] = source
        # What it includes by a bare name stands beside the sound file.
        run(command[:place - 1] + ["-w", "-iquote", os.path.join(self.build.root, os.path.dirname(file))] + command[place - 1:],
            self.build.folder)
        for holder in holders:
            if holder != made:
                archive = os.path.join(self.folder, "made", holder)
                os.makedirs(os.path.dirname(archive), exist_ok=True)
                shutil.copyfile(os.path.join(self.build.folder, holder), archive)
                run(["ar", "r", archive, ours], self.build.folder)

    def mirror(self, file, text):
        """The sources by links, but for the folders on the way to the file, and the file."""
        shutil.rmtree(self.source, ignore_errors=True)
        parts = file.split("/")
        for depth in range(len(parts)):
            folder = "/".join(parts[:depth])
            os.makedirs(os.path.join(self.source, folder))
            for name in os.listdir(os.path.join(self.build.root, folder)):
                if name != parts[depth] and not (depth == 0 and name in ("build", ".git")):
                    os.symlink(os.path.join(self.build.root, folder, name), os.path.join(self.source, folder, name))
        place = os.path.join(self.source, file)
        with open(place, "w") as f:
            f.write(text)
        shutil.copymode(os.path.join(self.build.root, file), place)

    def environment(self, test=None):
        found = dict(os.environ, **self.caches())
        for entry in next((p["value"] for p in (test or {}).get("properties", []) if p["name"] == "ENVIRONMENT"), []):
            name, _, value = entry.partition("=")
            if name not in self.caches():
                found[name] = self.placed(value)
        if self.mirrored:
            found["ACCORD_MODELS"] = os.path.join(self.source, "models")
            found["ACCORD_RTL_DIR"] = os.path.join(self.source, "rtl")
        return found

    def command(self, name):
        """Command, environment and folder of a test: of CTest's name, lit:PART of a path, or cmd:WORDS."""
        kind, _, rest = name.partition(":")
        if kind == "lit":
            self.configure_lit()
            lit = self.build.tests["lit"]["command"]
            words = lit[:2] + ["-v", "--max-failures=1", "-j1", "--filter", rest, os.path.join(self.folder, "test")]
            return words, self.environment(), self.folder
        if kind == "cmd":
            return shlex.split(rest), self.environment(), self.source if self.mirrored else self.build.root
        test = self.build.tests[name]
        words = [self.placed(word) for word in test["command"]]
        if len(words) == 1 and "/test-bin/" in words[0]:
            words.append("--abort")
        return words, self.environment(test), self.folder
