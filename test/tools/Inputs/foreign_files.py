"""Writes the beginnings of files that are no GGUF. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""
import json
import struct
import sys

header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
files = {
    "m.safetensors": struct.pack("<Q", len(header)) + header + bytes(4),
    "lfs.gguf": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    "page.gguf": b"\n<!DOCTYPE html><html><body>not found</body></html>",
    "ggjt.bin": b"tjgg" + bytes(64),
    "torch.bin": b"PK\3\4" + bytes(40),
}
for name, data in files.items():
    open(f"{sys.argv[1]}/{name}", "wb").write(data)
