# sim_result.py RESULT MODEL HARDWARE: the JSON of accord sim --values --check of a program has stable keys, every value a
# number, sums that hold, the hashes of its inputs, and compared something.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import hashlib
import json
import re
import sys

result, model, hardware = sys.argv[1:]
read = json.load(open(result))
about, run = read["about"], read["runs"][0]
for what, path in (("model", model), ("hardware", hardware)):
    assert about[what] == path and about[what + "_sha256"] == hashlib.sha256(open(path, "rb").read()).hexdigest(), about
assert about["accord"] and about["seed"] == "7" and about["hardware_clock_mhz"] == "500", about
assert set(run) == {"hardware", "hardware_file", "totals", "energy", "resources", "ops", "bodies", "layers", "units"}, run
rows = {row["quantity"]: row["value"] for row in run["totals"]}
assert all(re.fullmatch("[a-z][a-z0-9_]*", key) for key in rows), sorted(rows)
assert len(rows) == len(run["totals"]), "expected each quantity once"
assert all(type(row["value"]) in (int, float) and type(row["unit"]) is str for row in run["totals"]), run["totals"]
units = {row["unit"]: row for row in run["units"]}
for unit in ("load", "store", "table", "lut", "vector", "processor"):
    assert sum(units[unit][state + "_cycles"] for state in ("busy", "stall", "idle")) == rows["cycles"], unit
    assert abs(units[unit]["utilization_percent"] - 100 * units[unit]["busy_cycles"] / rows["cycles"]) < 0.01, unit
floors = {row["resource"]: row for row in run["resources"]}
bound = next(row["resource"] for row in run["totals"] if row["quantity"] == "floor")
assert floors[bound]["floor_cycles"] == max(row["floor_cycles"] for row in floors.values()) == rows["floor"], floors
assert all(row["floor_peak_cycles"] <= row["floor_cycles"] <= rows["cycles"] for row in floors.values()), floors
parts = 0
for kind in ("ops", "layers", "bodies"):
    for row in run[kind]:
        most = row["active_cycles"] if kind == "ops" else row["cycles"]
        assert row["floor_peak_cycles"] <= row["floor_cycles"] <= most, row
        assert row["bound"] in set(floors) | {"dependency"} and (row["bound"] == "dependency") == (row["gain_percent"] < 5), row
        parts += 1
assert parts >= 5, parts
assert rows["values_compared"] == 192 and rows["mismatches"] == 0, rows
