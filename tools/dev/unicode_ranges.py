#!/usr/bin/env python3
"""Writes runtime/tokenizer/unicode_ranges.inc: the code points that \\p{L}, \\p{N} and \\s match, of Unicode 15.1.

usage: tools/dev/unicode_ranges.py            prints the file
       tools/dev/unicode_ranges.py --check F  fails unless F is that file

15.1 because llama.cpp's tables are of that version, and token ids are to be equal. Python's unicodedata may be older
(Debian 12: 14.0); the letters and numbers that came later are listed here, and a newer Python checks the list.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import sys
import unicodedata

VERSION = "15.1.0"
# Letters and numbers by the version that added them (DerivedAge.txt). No older code point changed its class.
ADDED = {
    "15.0.0": [(0x1123F, 0x11240, "L"), (0x11F02, 0x11F02, "L"), (0x11F04, 0x11F10, "L"), (0x11F12, 0x11F33, "L"),
               (0x11F50, 0x11F59, "N"), (0x1342F, 0x1342F, "L"), (0x13441, 0x13446, "L"), (0x1B132, 0x1B132, "L"),
               (0x1B155, 0x1B155, "L"), (0x1D2C0, 0x1D2D3, "N"), (0x1DF25, 0x1DF2A, "L"), (0x1E030, 0x1E06D, "L"),
               (0x1E4D0, 0x1E4EB, "L"), (0x1E4F0, 0x1E4F9, "N"), (0x2B739, 0x2B739, "L"), (0x31350, 0x323AF, "L")],
    "15.1.0": [(0x2EBF0, 0x2EE5D, "L")],
}
KNOWN = ("14.0.0", "15.0.0", "15.1.0")


def class_of(code_point):
    """L, N, S or None. White space is the property White_Space; Python's isspace() adds four separators to it."""
    character = chr(code_point)
    if character.isspace() and not 0x1C <= code_point <= 0x1F:
        return "S"
    category = unicodedata.category(character)[0]
    return category if category in "LN" else None


def ranges():
    here = unicodedata.unidata_version
    if here not in KNOWN:
        sys.exit(f"unicode_ranges: expected a Python with Unicode {', '.join(KNOWN)}, got {here}")
    classes = [class_of(c) for c in range(0x110000)]
    for version, added in ADDED.items():
        for first, last, name in added:
            for c in range(first, last + 1):
                old = None if KNOWN.index(version) > KNOWN.index(here) else name
                if classes[c] != old:
                    sys.exit(f"unicode_ranges: U+{c:04X}: expected class {old} in Unicode {here}, got {classes[c]}")
                classes[c] = name
    first = 0
    for c in range(1, 0x110001):
        if c == 0x110000 or classes[c] != classes[first]:
            if classes[first]:
                yield first, c - 1, classes[first]
            first = c


def text():
    items = [f"{{0x{a:X}, 0x{b:X}, '{name}'}}," for a, b, name in ranges()]
    lines = []
    for item in items:
        if lines and len(lines[-1]) + 1 + len(item) <= 118:
            lines[-1] += " " + item
        else:
            lines.append(item)
    head = (f"// Letters (L), numbers (N) and white space (S) of Unicode {VERSION}: {len(items)} ranges, both ends included.\n"
            "// Written by tools/dev/unicode_ranges.py. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n")
    return head + "\n".join(lines) + "\n"


def main():
    if len(sys.argv) == 1:
        sys.stdout.write(text())
    elif len(sys.argv) == 3 and sys.argv[1] == "--check":
        wanted = text()
        with open(sys.argv[2], encoding="ascii") as file:
            got = file.read()
        if got != wanted:
            sys.exit(f"{sys.argv[2]}: expected the output of tools/dev/unicode_ranges.py, got another text")
        print(f"{len(wanted.splitlines())} lines compared with Unicode {unicodedata.unidata_version} of this Python")
    else:
        sys.exit(__doc__.split("\n\n")[1])


if __name__ == "__main__":
    main()
