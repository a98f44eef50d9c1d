# sim_sides.py THREE RESOURCES OPS: machines side by side: heads of a CSV differ, a machine of twice the clock has the same
# cycles where no dram is in it and half of the time, ratios are of times, and no column of a JSON holds words and numbers.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import csv
import json
import sys

three, resources, ops = sys.argv[1:]
runs = json.load(open(three))["runs"]
assert len(runs) == 3 and len({run["hardware"] for run in runs}) == 3, [run["hardware"] for run in runs]
columns = 0
for run in runs:
    for kind, rows in run.items():
        if isinstance(rows, str):
            continue
        for key in rows[0] if rows else ():
            types = {float if type(row[key]) is int else type(row[key]) for row in rows} - {type(None)}
            assert len(types) <= 1, (kind, key, types)
            columns += 1
assert columns > 100, columns
compared = 0
for path in (resources, ops):
    lines = list(csv.reader(open(path)))
    heads = lines[0]
    assert len(set(heads)) == len(heads), heads
    assert all(len(line) == len(heads) for line in lines), path
    for line in csv.DictReader(open(path)):
        assert line["hardware_clock_mhz"] == "500" and line["hardware2_clock_mhz"] == "1000", line
        if path == ops and line["resource time_us"] and float(line["lut-edge time_us"]):
            ratio = float(line["resource time_us"]) / float(line["lut-edge time_us"])
            assert abs(float(line["ratio"]) - ratio) < 1e-9, line
            compared += 1
assert compared >= 3, compared
vector = [next(row for row in run["resources"] if row["resource"] == "vector") for run in runs]
assert vector[0]["floor_cycles"] == vector[1]["floor_cycles"] > 0, vector
assert abs(vector[0]["floor_us"] - 2 * vector[1]["floor_us"]) < 1e-9, vector
