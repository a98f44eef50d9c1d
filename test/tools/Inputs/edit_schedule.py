# edit_schedule.py FROM TO [drop|more|operand|epsilon|name]: a copy of a model's schedule with other buffer counts of weights;
# or without one of the model's ops, with one of them twice, with two operands swapped, with another epsilon, with a schedule
# that names another op.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import sys

source, target, how = (sys.argv + [""])[1:4]
text = open(source).read()


def once(pattern, replacement, count=1):
    changed, times = re.subn(pattern, replacement, text, count=count, flags=re.M)
    if not times:
        sys.exit(f"{source}: expected {pattern!r} in it, got none")
    return changed


if how == "drop":
    add = re.search(r'^ *(%\d+) = nn\.add ins\((%\w+), .*cust\.name = "ffn_down\.add".*\n', text, re.M)
    if not add:
        sys.exit(f"{source}: expected ffn_down.add in it, got none")
    end = text.index("\n  }", add.end())
    rest = re.sub(rf"{add[1]}\b", add[2], text[add.end():end])
    text = text[:add.start()] + rest + text[end:]
elif how == "more":
    text = once(r"^( *)(%\d+)( = nn\.add ins\(.*\n)", r"\1\2\3\1%more\3")
elif how == "operand":
    text = once(r"nn\.add ins\((%\w+), (%\w+) :", r"nn.add ins(\2, \1 :")
elif how == "epsilon":
    text = once(r"eps = [0-9.eE-]+", "eps = 1.0e-3")
elif how == "name":
    text = once(r'(structured\.match attributes \{cust\.name = ")attn_q"', r'\1attn_z"')
else:
    text = once(r'operand "w" in +spm count (\d)', lambda m: m[0][:-1] + ("1" if m[1] != "1" else "2"), 0)
open(target, "w").write(text)
