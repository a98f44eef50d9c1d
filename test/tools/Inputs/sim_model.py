# sim_model.py RESULT LAYERS MODEL TABLE: the JSON of `accord sim MODEL` on two machines holds every report, with sums
# that hold; the CSV says the same of layers; TABLE, of the first machine with values, has the same cycles.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import csv
import hashlib
import json
import re
import sys

result, layers, model, table = sys.argv[1:]
read = json.load(open(result))
about, runs = read["about"], read["runs"]
assert about["accord"] and about["model_sha256"] == hashlib.sha256(open(model, "rb").read()).hexdigest(), about
for key in ("hardware", "hardware2", "energy", "energy2"):
    assert about[key + "_sha256"] == hashlib.sha256(open(about[key], "rb").read()).hexdigest(), about
assert [run["hardware"] for run in runs] == ["lut-edge", "mac-edge"], runs
rows = list(csv.DictReader(open(layers)))
compared = 0
for run in runs:
    totals = {row["quantity"]: row["value"] for row in run["totals"]}
    cycles = totals["cycles"]
    assert sum(row["cycles"] for row in run["layers"]) == cycles == sum(row["cycles"] for row in run["bodies"])
    assert len(rows) == len(run["layers"]) == sum(row["calls"] for row in run["bodies"])
    for row, line in zip(run["layers"], rows):
        assert row["layer"] == line["layer"] and str(row["cycles"]) == line[run["hardware"] + " cycles"], (row, line)
        compared += 1
    for kind in ("ops", "layers", "bodies"):
        moved = sum(row["dram_bytes"] for row in run[kind])
        assert moved == totals["dram_read"] + totals["dram_written"], (kind, moved, totals)
    energy = run["energy"]
    dynamic, leakage, idle = (next(r["energy_uj"] for r in energy if (r["component"], r["action"]) == ("all", what))
                              for what in ("dynamic", "leakage", "idle"))
    rest = [r for r in energy if r["component"] != "all" and r["action"] != "total"]
    sums = [r["energy_uj"] for r in energy if r["component"] != "all" and r["action"] == "total"]
    close = lambda a, b: abs(a - b) <= 1e-9 * max(abs(a), abs(b))
    assert close(sum(r["energy_uj"] for r in rest if r["action"] != "leakage"), dynamic), energy
    assert close(sum(r["energy_uj"] for r in rest if r["action"] == "leakage"), leakage), energy
    assert close(sum(sums), dynamic + leakage), energy
    assert close((dynamic + leakage) * 1e-3, totals["energy"]), (dynamic, leakage, totals)
    assert close(sum(r["count"] * r["pj_each"] for r in rest if r["count"]) * 1e-6, dynamic), energy
    for kind in ("ops", "layers", "bodies"):
        assert close(sum(row["dynamic_uj"] for row in run[kind]) + idle, dynamic), kind
    bounded = {row["resource"] for row in run["resources"]} | {"dependency"}
    for kind in ("ops", "layers", "bodies"):
        for row in run[kind]:
            most = row["active_cycles"] if kind == "ops" else row["cycles"]
            assert row["floor_peak_cycles"] <= row["floor_cycles"] <= most, row
            assert row["bound"] in bounded and (row["bound"] == "dependency") == (row["gain_percent"] < 5), row
    for row in run["ops"]:
        assert row["cycles"] <= row["active_cycles"], row
        assert abs(row["share_percent"] - 100 * row["cycles"] / cycles) < 0.0051, row
    for row in run["units"]:
        assert row["busy_cycles"] + row["stall_cycles"] + row["idle_cycles"] == cycles, row
    assert 0 < totals["energy_assumed"] < 100 and totals["clock"] == 500, totals
    assert all(type(row["value"]) in (int, float) for row in run["totals"]), run["totals"]
assert int(re.search(r"^cycles +cycles +(\d+)$", open(table).read(), re.M).group(1)) == \
    next(row["value"] for row in runs[0]["totals"] if row["quantity"] == "cycles")
assert compared, "expected layers to compare, got none"
