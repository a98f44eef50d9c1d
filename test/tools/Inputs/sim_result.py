# sim_result.py RESULT MODEL HARDWARE: the JSON of accord sim --values --check has stable keys, sums that hold, the hashes
# of its inputs, and compared something.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import hashlib
import json
import re
import sys

result, model, hardware = sys.argv[1:]
read = json.load(open(result))
about, rows = read["about"], {row["quantity"]: row["value"] for row in read["rows"]}
for what, path in (("model", model), ("hardware", hardware)):
    assert about[what] == path and about[what + "_sha256"] == hashlib.sha256(open(path, "rb").read()).hexdigest(), about
assert about["accord"] and about["seed"] == "7", about
assert all(re.fullmatch("[a-z][a-z0-9_]*", key) for key in rows), sorted(rows)
assert len(rows) == len(read["rows"]), "expected each quantity once"
for unit in ("load", "store", "table", "lut", "vector", "processor"):
    assert sum(rows[f"{unit}_{state}"] for state in ("busy", "stall", "idle")) == rows["cycles"], unit
    assert abs(rows[unit + "_utilization"] - 100 * rows[unit + "_busy"] / rows["cycles"]) < 0.01, unit
floors = {key: value for key, value in rows.items() if re.fullmatch("floor_.*_(peak|bandwidth)|floor_issue", key)}
assert rows["floor_" + rows["bound"]] == max(floors.values()) == rows["floor"], floors
assert rows["values_compared"] == 192 and rows["mismatches"] == 0, rows
