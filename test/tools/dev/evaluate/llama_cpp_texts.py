#!/usr/bin/env python3
"""What users see, beside llama.cpp: ids of prompts and chats, and the texts that follow, on tiny models of four kinds.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: llama_cpp_texts.py

Weights are float32, so that llama.cpp's 16-bit keys and values are the only difference of numbers, and fixed: a greedy
choice between two tokens that are nearly as likely is the same each time.
"""
import os
import subprocess
import sys
import tempfile

BUILD, SOURCE = os.environ["ACCORD_BUILD_DIR"], os.environ["ACCORD_SOURCE_DIR"]
LIBRARIES = os.environ.get("ACCORD_GGML_DIR", os.path.join(BUILD, "ggml"))
COUNT = 12
PLAIN = ["The rest of it", "  two  spaces\n\n and naïve lines 日 \t"]
# Kind, arguments of make-tiny-model, prompts with marks, and what the template makes of a message where llama.cpp does not
# know it as it is published. A greedy run that ends early is one, too.
MODELS = [
    ("ChatML", ["--chat", "chatml"], ["<|im_start|>user\nHi <|im_end|>\n", "a <|im_end|>  b"], None),
    ("Zephyr", ["--chat", "zephyr"], ["<|user|>\n Hi<|endoftext|>\n<|assistant|>\n"],
     lambda text: f"<|user|>\n{text}<|endoftext|>\n<|assistant|>\n"),
    ("BitNet", ["--architecture", "bitnet", "--chat", "bitnet", "--add-bos"], ["User: Hi<|eot_id|>Assistant: "],
     lambda text: f"User: {text.strip()}<|eot_id|>Assistant: "),
    ("Phi-3", ["--name", "Tiny Phi-3 mini", "--chat", "phi3"],
     ["<|assistant|>\n Hi<|end|> \n\t<|assistant|>\n", "x<|end|>  ", "<|endoftext|>  y <|end|>y  <|end|>\r\n\f"], None),
]
MESSAGES = ["Name three colours.", " Hi\n"]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


def ours(model, prompt, chat, folder):
    ids, text = os.path.join(folder, "ids"), os.path.join(folder, "text")
    run(f"{BUILD}/bin/accord", "run", model, f"--prompt={prompt}", "-n", str(COUNT), "--tokens-out", ids, "-o", text,
        *["--chat"] * chat)
    with open(ids, encoding="utf-8") as f, open(text, "rb") as g:
        return [int(word) for word in f.read().split()], g.read().decode(errors="replace")


def theirs(model, prompt, chat):
    lines = run(f"{SOURCE}/tools/dev/llama_oracle.py", "--libs", LIBRARIES, "--threads", "1", "generate", model, f"--prompt={prompt}",
                "-n", str(COUNT), *["--chat"] * chat).decode().split("\n", 2)
    return [[int(word) for word in line.split()] for line in lines[:2]], lines[2]


def main():
    if os.environ.get("ACCORD_OFFLINE") == "1":
        print("skipped: llama_cpp_texts (ACCORD_OFFLINE=1)")
        return 0
    run(f"{SOURCE}/tools/dev/fetch_ggml.sh", LIBRARIES)
    compared = failures = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ACCORD_CACHE_DIR"] = os.path.join(folder, "cache")  # a model is compiled once
        model = os.path.join(folder, "model.gguf")
        for kind, arguments, marked, template in MODELS:
            run(f"{BUILD}/test-bin/make-tiny-model", "--matrices", "F32", "--embedding", "F32", "--layers", "1", *arguments, "-o", model)
            cases = [(prompt, False) for prompt in PLAIN + marked] + [(m, True) for m in MESSAGES if kind != "Phi-3"]
            prompts = made = wrong = 0
            for text, chat in cases:
                got, answer = ours(model, text, chat, folder)
                written = template(text) if chat and template else text
                (prompt, continuation), wanted = theirs(model, written, chat and not template)
                prompts, made = prompts + len(prompt), made + len(continuation)
                if got != prompt + continuation or answer != wanted:
                    wrong += 1
                    print(f"FAIL {kind}, {'chat' if chat else 'prompt'} {text!r}:\n  llama.cpp {prompt} {continuation} "
                          f"{wanted!r}\n  accord    {got} {answer!r}")
            print(f"{kind}: {len(cases)} texts, {prompts} ids of prompts and {made} of continuations, {wrong} differ")
            compared += (prompts > 0 and made > 0) and prompts + made
            failures += wrong
    print(f"{compared} ids compared, {failures} failures")
    return 1 if failures or not compared else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd))}: exit code {error.returncode}\n{error.stdout}{error.stderr}")
        sys.exit(1)
