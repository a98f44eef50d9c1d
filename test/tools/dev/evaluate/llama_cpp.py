#!/usr/bin/env python3
"""The float32 forward pass against llama.cpp, on tiny random models of each architecture and storage.

usage: llama_cpp.py [--accord]     --accord: Accord's own logits too, by `accord run --score`, within the same bounds;
                                   scales beside the weights (other than 1) it has to refuse, by name

Bounds on the mean KL, each 2.5 times or more the largest of fourteen seeds. Matrices in F32: 3e-6 (seen 9e-7; llama.cpp
keeps K and V in f16). F16: 5e-6 (1.4e-6; it rounds activations to f16 too). Blocks of 32 weights, where llama.cpp takes
activations in 8 bits by groups of 32: 3e-3 (1.0e-3). Blocks of 256, and activations so too: 1.2e-2 (2.0e-3; with scales
beside the weights 4.5e-3). A wrong activation function gives 0.10 at least.

llama.cpp gates "bitnet" with SiLU. BitNet of 2025 gates with a squared ReLU, which no release has: there a copy of
libllama runs in which that one constant is changed, as llama.cpp's pull request 26751 does in its source.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import random
import subprocess
import sys
import tempfile

BUILD, SOURCE = os.environ["ACCORD_BUILD_DIR"], os.environ["ACCORD_SOURCE_DIR"]
LIBRARIES = os.environ.get("ACCORD_GGML_DIR", os.path.join(BUILD, "ggml"))
VOCABULARY = 320  # test/support/tiny_model.h
EXACT, HALF, BY_32, BY_256, WRONG = 3e-6, 5e-6, 3e-3, 1.2e-2, 3e-2
# Architecture, storage, further arguments, bound.
CASES = [
    ("llama", "F32", [], EXACT),
    ("llama", "F16", ["--head", "--rope-factors"], HALF),
    ("llama", "Q8_0", ["--rope-factors", "--scales"], BY_32),
    ("bitnet", "F32", ["--scales"], EXACT),
    ("bitnet", "TQ2_0", [], BY_256),
    ("bitnet", "TQ2_0", ["--embedding", "Q6_K", "--scales"], BY_256),
    ("bitnet", "TQ1_0", [], BY_256),
    *(("llama", weights, ["--embedding", "Q8_0"], BY_32) for weights in ("Q4_0", "Q4_1", "Q5_0", "Q5_1")),
    *(("llama", weights, [], BY_256) for weights in ("Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K")),
    ("bitnet-b1.58", "F32", [], EXACT),
    ("bitnet-b1.58", "TQ2_0", ["--scales"], BY_256),
]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def squared_relu(folder):
    """A folder of libraries whose bitnet graph calls build_ffn(..., LLM_FFN_RELU_SQR, LLM_FFN_PAR, ...)."""
    os.mkdir(folder)
    for name in os.listdir(LIBRARIES):
        os.symlink(os.path.join(os.path.abspath(LIBRARIES), name), os.path.join(folder, name))
    path = os.path.join(folder, "libllama.so")
    with open(path, "rb") as file:
        code = file.read()
    # push 1 (parallel gate); push 1 (SiLU); four null pointers. The constant of the squared ReLU is 4.
    call = bytes.fromhex("6a01 6a01 6a00 6a00 6a00 6a00")
    if code.count(call) != 1:
        raise SystemExit(f"libllama.so: expected one call of this form, got {code.count(call)}: another release?")
    at = code.index(call) + 3
    os.remove(path)
    with open(path, "wb") as file:
        file.write(code[:at] + b"\4" + code[at + 1 :])
    return folder


def mean_kl(tokens, reference, candidate):
    table = run(f"{BUILD}/bin/compare-logits", "--tokens", tokens, f"reference={reference}", f"candidate={candidate}")
    columns = table.splitlines()[-1].split()
    if columns[0] != "candidate":
        raise SystemExit(f"compare-logits: expected a row of the candidate, got {table}")
    return int(columns[1]), float(columns[4]), columns[2]


class Report:
    def __init__(self):
        self.compared = self.failures = 0

    def row(self, name, comparison, bound, above=False):
        positions, kl, agreement = comparison
        good = kl > bound if above else kl <= bound
        self.compared += positions
        self.failures += not good
        verdict, sign = "ok  " if good else "FAIL", ">" if above else "<="
        print(f"{verdict} {name}: {positions} positions, top-1 {agreement} %, mean KL {kl:.2e} {sign} {bound:.1e}")

    def refusal(self, name, command, word):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        good = result.returncode == 1 and word in result.stderr
        self.failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {name}: refused: {result.stderr.strip() or 'no'}")


def main():
    if os.environ.get("ACCORD_OFFLINE") == "1":
        print("skipped: evaluate_llama_cpp (ACCORD_OFFLINE=1)")
        return 0
    seed = int(os.environ.get("ACCORD_TEST_SEED", random.randrange(1 << 31)))
    print(f"ACCORD_TEST_SEED={seed}")
    run(f"{SOURCE}/tools/dev/fetch_ggml.sh", LIBRARIES)
    generator = random.Random(seed)
    report = Report()
    with tempfile.TemporaryDirectory() as work:
        tokens, model, twin, float32, other = (
            os.path.join(work, name) for name in ("tokens", "model.gguf", "twin.gguf", "float32", "other")
        )
        with open(tokens, "w", encoding="utf-8") as file:
            print(*(generator.randrange(VOCABULARY) for _ in range(129)), file=file)
        patched = squared_relu(os.path.join(work, "relu2"))

        def oracle(libraries):
            run(f"{SOURCE}/tools/dev/llama_oracle.py", "--libs", libraries, "logits", twin, "--tokens", tokens, "-o", other)
            return mean_kl(tokens, float32, other)

        for architecture, weights, more, bound in CASES:
            make = [f"{BUILD}/test-bin/make-tiny-model", "--matrices", weights, "--seed", str(seed), *more]
            run(*make, "--architecture", architecture, "-o", model)
            run(*make, "--architecture", "bitnet" if "bitnet" in architecture else "llama", "-o", twin)
            run(f"{BUILD}/bin/float-reference", model, "--tokens", tokens, "-o", float32)
            name = " ".join([architecture, weights, *more])
            report.row(f"llama.cpp {name}", oracle(patched if architecture == "bitnet-b1.58" else LIBRARIES), bound)
            if "--accord" in sys.argv[1:] and "--scales" in more:
                report.refusal(f"accord    {name}", [f"{BUILD}/bin/accord", "run", model, "--score", tokens], ".scale'")
            elif "--accord" in sys.argv[1:]:
                run(f"{BUILD}/bin/accord", "run", model, "--score", tokens, "--logits", other)
                report.row(f"accord    {name}", mean_kl(tokens, float32, other), bound)
        # The last model was of the squared ReLU: the release's SiLU must not pass for it.
        report.row("llama.cpp with SiLU for a squared ReLU is told", oracle(LIBRARIES), WRONG, above=True)
    print(f"{report.compared} positions compared, {report.failures} failures")
    return 1 if report.failures or not report.compared else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd))}: exit code {error.returncode}\n{error.stdout}{error.stderr}")
        sys.exit(1)
