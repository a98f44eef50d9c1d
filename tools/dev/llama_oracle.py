#!/usr/bin/env python3
"""Drives a prebuilt libllama (llama.cpp) as an outside judge: logits, token ids, text and speed.

usage: tools/dev/llama_oracle.py [--libs FOLDER] [--cpu NAME] [--threads N] [--verbose] COMMAND ...

  logits MODEL --tokens FILE -o OUT    teacher-forced: FILE holds ids as text, OUT gets little-endian f32
                                       [ids][vocabulary], row i being the prediction after ids 0..i
  tokenize MODEL [FILE] [--nul]        ids of a text (standard input without FILE), on one line; --nul: of each of
                                       the texts that NUL bytes end, a line each
  generate MODEL --prompt TEXT -n N    greedy continuation: ids of the prompt and of the continuation, a line each, then
                                       the text; --chat: the prompt is a user's message
  bench MODEL                          JSON: tokens/s of prefill and decode, medians of --repeat runs

FOLDER is what tools/dev/fetch_ggml.sh fills (default: $ACCORD_GGML_DIR or build/ggml), or the lib folder of an installed Python package
llama-cpp-python. NAME chooses the CPU variant of the former (haswell, zen4, x64, ...; default haswell, whose results
are the same on every machine with AVX2); "best" lets ggml choose.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import ctypes
import json
import os
import statistics
import sys
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Opaque(ctypes.Structure):
    """A parameter struct whose fields differ between releases. Larger than a register pair, it is passed and returned
    in memory on x86-64, so that one which is larger than the library's own serves as well."""

    _fields_ = [("bytes", ctypes.c_uint8 * 1024)]


class Batch(ctypes.Structure):
    """llama_batch (include/llama.h): the same in every release since 2023."""

    _fields_ = [
        ("n_tokens", ctypes.c_int32),
        ("token", ctypes.POINTER(ctypes.c_int32)),
        ("embd", ctypes.POINTER(ctypes.c_float)),
        ("pos", ctypes.POINTER(ctypes.c_int32)),
        ("n_seq_id", ctypes.POINTER(ctypes.c_int32)),
        ("seq_id", ctypes.POINTER(ctypes.POINTER(ctypes.c_int32))),
        ("logits", ctypes.POINTER(ctypes.c_int8)),
    ]


class Message(ctypes.Structure):
    """llama_chat_message"""

    _fields_ = [("role", ctypes.c_char_p), ("content", ctypes.c_char_p)]


class OracleError(Exception):
    pass


LOG = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
# Functions used, with result and argument types.
POINTER = ctypes.c_void_p
SIGNATURES = {
    "llama_backend_init": (None, []),
    "llama_log_set": (None, [LOG, POINTER]),
    "llama_model_default_params": (Opaque, []),
    "llama_context_default_params": (Opaque, []),
    "llama_model_load_from_file": (POINTER, [ctypes.c_char_p, Opaque]),
    "llama_model_free": (None, [POINTER]),
    "llama_model_chat_template": (ctypes.c_char_p, [POINTER, ctypes.c_char_p]),
    "llama_chat_apply_template": (
        ctypes.c_int32,
        [ctypes.c_char_p, ctypes.POINTER(Message), ctypes.c_size_t, ctypes.c_bool, ctypes.c_char_p, ctypes.c_int32],
    ),
    "llama_model_get_vocab": (POINTER, [POINTER]),
    "llama_vocab_n_tokens": (ctypes.c_int32, [POINTER]),
    "llama_vocab_is_eog": (ctypes.c_bool, [POINTER, ctypes.c_int32]),
    "llama_init_from_model": (POINTER, [POINTER, Opaque]),
    "llama_free": (None, [POINTER]),
    "llama_set_n_threads": (None, [POINTER, ctypes.c_int32, ctypes.c_int32]),
    "llama_decode": (ctypes.c_int32, [POINTER, Batch]),
    "llama_get_logits": (ctypes.POINTER(ctypes.c_float), [POINTER]),
    "llama_get_memory": (POINTER, [POINTER]),
    "llama_memory_clear": (None, [POINTER, ctypes.c_bool]),
    "llama_tokenize": (
        ctypes.c_int32,
        [POINTER, ctypes.c_char_p, ctypes.c_int32, ctypes.POINTER(ctypes.c_int32), ctypes.c_int32, ctypes.c_bool, ctypes.c_bool],
    ),
    "llama_token_to_piece": (
        ctypes.c_int32,
        [POINTER, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32, ctypes.c_bool],
    ),
}


def load_library(folder, cpu):
    """libllama with its CPU backend. ggml takes the backend from a library beside it, or holds it already."""
    path = os.path.join(folder, "libllama.so")
    if not os.path.exists(path):
        raise OracleError(f"{folder}: expected libllama.so (tools/dev/fetch_ggml.sh {folder}), got none")
    library = ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
    for name, (result, arguments) in SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.llama_log_set(quiet, None)
    ggml = ctypes.CDLL(os.path.join(folder, "libggml.so"), mode=ctypes.RTLD_GLOBAL)
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    if ggml.ggml_backend_dev_count() == 0 and cpu == "best":
        ggml.ggml_backend_load_all_from_path(folder.encode())
    elif ggml.ggml_backend_dev_count() == 0:
        ggml.ggml_backend_load.restype = POINTER
        backend = os.path.join(folder, f"libggml-cpu-{cpu}.so")
        if not ggml.ggml_backend_load(backend.encode()):
            raise OracleError(f"{backend}: expected a ggml CPU backend that this CPU can run, got none")
    if ggml.ggml_backend_dev_count() == 0:
        raise OracleError(f"{folder}: expected a ggml CPU backend, got none")
    library.llama_backend_init()
    return library


@LOG
def quiet(level, text, _):
    # ggml's levels: 1 debug, 2 information, 3 warning, 4 error, 5 the line before continued.
    if VERBOSE or level == 4:
        sys.stderr.write(text.decode(errors="replace"))


VERBOSE = False


class Model:
    def __init__(self, library, path):
        if not os.path.exists(path):
            raise OracleError(f"{path}: expected a GGUF file, got none")
        self.library = library
        self.handle = library.llama_model_load_from_file(path.encode(), library.llama_model_default_params())
        if not self.handle:
            raise OracleError(f"{path}: llama.cpp refuses it")
        self.vocabulary = library.llama_model_get_vocab(self.handle)
        self.size = library.llama_vocab_n_tokens(self.vocabulary)

    def tokenize(self, text, special=True):
        """Ids of a text (bytes). special: the model's own wish for a first token, and `<|...|>` read as one."""
        room = len(text) + 16
        ids = (ctypes.c_int32 * room)()
        count = self.library.llama_tokenize(self.vocabulary, text, len(text), ids, room, special, special)
        if count < 0:
            raise OracleError(f"tokenize: expected at most {room} ids, got {-count}")
        return list(ids[:count])

    def piece(self, token):
        buffer = ctypes.create_string_buffer(512)
        count = self.library.llama_token_to_piece(self.vocabulary, token, buffer, 512, 0, True)
        return buffer.raw[:count] if count > 0 else b""

    def chat(self, text):
        """A user's message as the model's own template has it, with the start of an answer."""
        template = self.library.llama_model_chat_template(self.handle, None)
        message = (Message * 1)(Message(b"user", text.encode()))
        room = len(text.encode()) + 512
        buffer = ctypes.create_string_buffer(room)
        count = self.library.llama_chat_apply_template(template, message, 1, True, buffer, room)
        if not 0 <= count <= room:
            raise OracleError("chat: expected a template that llama.cpp knows, got another")
        return buffer.raw[:count]

    def ends(self, token):
        return self.library.llama_vocab_is_eog(self.vocabulary, token)


class Context:
    CHUNK = 512

    def __init__(self, model, positions, threads):
        library, self.model = model.library, model
        parameters = library.llama_context_default_params()
        # u32 n_ctx, n_batch, n_ubatch head the struct in every release; the defaults tell whether they still do.
        head = ctypes.cast(ctypes.pointer(parameters), ctypes.POINTER(ctypes.c_uint32))
        if (head[1], head[2]) != (2048, 512):
            raise OracleError(f"llama_context_params: expected n_batch 2048, n_ubatch 512, got {head[1]}, {head[2]}")
        head[0], head[1], head[2] = max(positions, 64), self.CHUNK, self.CHUNK
        self.handle = library.llama_init_from_model(model.handle, parameters)
        if not self.handle:
            raise OracleError(f"expected a context of {positions} positions, got none")
        library.llama_set_n_threads(self.handle, threads, threads)
        self.position = 0

    def clear(self):
        self.model.library.llama_memory_clear(self.model.library.llama_get_memory(self.handle), True)
        self.position = 0

    def decode(self, ids, every):
        """Feeds ids, at most CHUNK, and returns a pointer to the logits: of each, or of the last alone."""
        count = len(ids)
        sequence = (ctypes.c_int32 * 1)(0)
        batch = Batch(
            count,
            (ctypes.c_int32 * count)(*ids),
            None,
            (ctypes.c_int32 * count)(*range(self.position, self.position + count)),
            (ctypes.c_int32 * count)(*([1] * count)),
            (ctypes.POINTER(ctypes.c_int32) * count)(*([sequence] * count)),
            (ctypes.c_int8 * count)(*([int(every)] * (count - 1) + [1])),
        )
        status = self.model.library.llama_decode(self.handle, batch)
        if status != 0:
            raise OracleError(f"llama_decode: expected 0, got {status}")
        self.position += count
        return self.model.library.llama_get_logits(self.handle)

    def greedy(self, logits):
        values = logits[: self.model.size]
        return max(range(len(values)), key=values.__getitem__)


def read_ids(path, size):
    with open(path, encoding="utf-8") as file:
        words = file.read().split()
    try:
        ids = [int(word) for word in words]
    except ValueError as error:
        raise OracleError(f"{path}: expected token ids as decimal numbers, got {error}") from error
    if not ids or not all(0 <= i < size for i in ids):
        raise OracleError(f"{path}: expected ids below {size}, at least one, got {len(ids)} of them")
    return ids


def run_logits(model, options):
    ids = read_ids(options.tokens, model.size)
    context = Context(model, len(ids), options.threads)
    with open(options.output, "wb") as out:
        for start in range(0, len(ids), Context.CHUNK):
            part = ids[start : start + Context.CHUNK]
            logits = context.decode(part, True)
            out.write(ctypes.string_at(logits, 4 * len(part) * model.size))
    print(f"llama_oracle: {len(ids)} positions of {model.size} logits", file=sys.stderr)


def run_tokenize(model, options):
    text = open(options.file, "rb").read() if options.file else sys.stdin.buffer.read()
    texts = text.split(b"\0")[:-1] if options.nul else [text]
    for each in texts:
        print(*model.tokenize(each, not options.plain))


def run_generate(model, options):
    ids = model.tokenize(model.chat(options.prompt) if options.chat else options.prompt.encode())
    context = Context(model, len(ids) + options.count, options.threads)
    made = []
    logits = context.decode(ids, False)
    while len(made) < options.count:
        token = context.greedy(logits)
        if model.ends(token):
            break
        made.append(token)
        logits = context.decode([token], False)
    print(*ids)
    print(*made)
    sys.stdout.write(b"".join(model.piece(t) for t in made).decode(errors="replace") + "\n")


def run_bench(model, options):
    context = Context(model, options.prompt + options.count, options.threads)
    ids = [(31 * i + 7) % model.size for i in range(options.prompt)]
    prefill, decode, prefill_cpu, decode_cpu = [], [], [], []
    for run in range(options.repeat + 1):  # the first warms caches and threads, and is not counted
        context.clear()
        start, used = time.perf_counter(), time.process_time()
        context.decode(ids, options.every)[0]  # reading a logit waits for the end of the work
        middle, used_middle = time.perf_counter(), time.process_time()
        for i in range(options.count):
            context.decode([ids[i % len(ids)]], False)[0]
        end = time.perf_counter()
        prefill_cpu.append(1e3 * (used_middle - used) / options.prompt)
        decode_cpu.append(1e3 * (time.process_time() - used_middle) / options.count)
        if run:
            prefill.append(options.prompt / (middle - start))
            decode.append(options.count / (end - middle))
    print(
        json.dumps(
            {
                "decode_tokens_per_s": round(statistics.median(decode), 2),
                "prefill_tokens_per_s": round(statistics.median(prefill), 2),
                "decode_cpu_ms": min(decode_cpu),
                "prefill_cpu_ms": min(prefill_cpu),
                "threads": options.threads,
                "prefill_tokens": options.prompt,
                "decode_tokens": options.count,
                "runs": options.repeat,
                "decode_range": [round(min(decode), 2), round(max(decode), 2)],
                "prefill_range": [round(min(prefill), 2), round(max(prefill), 2)],
            }
        )
    )


def main():
    global VERBOSE
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--libs", default=os.environ.get("ACCORD_GGML_DIR", os.path.join(REPOSITORY, "build", "ggml")))
    parser.add_argument("--cpu", default="haswell")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="llama.cpp's own messages")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("logits")
    one.add_argument("model")
    one.add_argument("--tokens", required=True)
    one.add_argument("-o", dest="output", required=True)
    one = commands.add_parser("tokenize")
    one.add_argument("model")
    one.add_argument("file", nargs="?")
    one.add_argument("--nul", action="store_true")
    one.add_argument("--plain", action="store_true", help="no first token, `<|...|>` as text")
    one = commands.add_parser("generate")
    one.add_argument("model")
    one.add_argument("--prompt", required=True)
    one.add_argument("--chat", action="store_true")
    one.add_argument("-n", dest="count", type=int, default=16)
    one = commands.add_parser("bench")
    one.add_argument("model")
    one.add_argument("--prompt", type=int, default=128)
    one.add_argument("-n", dest="count", type=int, default=64)
    one.add_argument("--repeat", type=int, default=5)
    one.add_argument("--every", action="store_true", help="all logits of the prefill: else most of the last layer is skipped")
    options = parser.parse_args()
    VERBOSE = options.verbose
    run = {"logits": run_logits, "tokenize": run_tokenize, "generate": run_generate, "bench": run_bench}
    try:
        run[options.command](Model(load_library(options.libs, options.cpu), options.model), options)
    except (OracleError, OSError) as error:
        print(f"llama_oracle: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
