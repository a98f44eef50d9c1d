# dram_figures.py ACCORD FIGURES FOLDER: every figure that `accord dram` makes of a trace, worked out again from the trace, the
# counts of commands and the FIGURES of energy, on each standard's usual channel and on four of them.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import re
import subprocess
import sys

accord, figures, folder = sys.argv[1:]
# MT/s, wires and bytes of a burst of one channel: JESD79-4 (a DIMM's 64, 8 transfers), JESD79-5 (half a DIMM's, 16), JESD209-5 (16),
# JESD235 and JESD238 (a pseudo channel's; 4 and 8).
USUAL = {"DDR4": (3200, 64, 64), "DDR5": (4800, 32, 64), "LPDDR5": (6400, 16, 32), "HBM2": (2000, 64, 32), "HBM3": (6400, 32, 32)}
text = open(figures).read()


def figure(action, variant):
    found = re.search(rf"component: dram\n +action: {action}\n +variant: {variant}\n +(?:energy_pj|leakage_mw): ([\d.]+)", text)
    return float(found[1])


def replay(lines, *options):
    path = os.path.join(folder, "trace")
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")
    out = json.loads(subprocess.run([accord, "dram", path, "--format", "json", *options], check=True, capture_output=True).stdout)
    return {row["figure"]: row["value"] for row in out["rows"]}, out["about"]["dram"]


# 60 reads and 20 writes of 32 bytes, all over the device.
mixed = [f"0x{(i * 0x1234560) % (1 << 28) & ~31:x} {'WRITE' if i % 4 == 3 else 'READ'} {3 * i}" for i in range(80)]
compared = 0
for standard, (rate, wires, burst) in USUAL.items():
    for channels in (1, 4):
        v, dram = replay(mixed, "--standard", standard, "--channels", str(channels), "--request-bytes", "32")
        reads, writes = v["commands_read"], v["commands_write"]
        peak = channels * rate * wires / 8 / 1e3  # GB/s
        wanted = {
            "reads": 60, "writes": 20, "bytes_useful": 80 * 32, "bytes_moved": (reads + writes) * burst,
            "bandwidth_useful": 80 * 32 / v["time"], "bandwidth_moved": v["bytes_moved"] / v["time"],
            "bandwidth_useful_of_peak": 80 * 32 / v["time"] / peak, "bandwidth_moved_of_peak": v["bytes_moved"] / v["time"] / peak,
            "row_hits": reads + writes - v["row_misses"] - v["row_conflicts"],
            "energy_read_bit": reads * burst * 8 * figure("read_bit", standard) / 1e3,
            "energy_write_bit": writes * burst * 8 * figure("write_bit", standard) / 1e3,
            "energy_activate": v["commands_activate"] * figure("activate", standard) / 1e3,
            "energy_standby": channels * figure("leakage", standard) * v["time"] / 1e3,
        }
        assert f"{channels} x {wires} bits at {rate} MT/s" in dram, (standard, dram)
        for name, value in wanted.items():
            assert abs(v[name] - value) <= 1e-5 * abs(value), (standard, channels, name, v[name], value)
            compared += 1

# 95 reads of an open row and 5 that close another, far from each other: p90 is of the former, p99 of the latter.
apart = [f"0x{0x10000000 * (i % 2) if i > 94 else 0:x} READ {1000 * i}" for i in range(100)]
v, _ = replay(apart, "--standard", "DDR4", "--refresh", "none")
assert (v["row_hits"], v["row_misses"], v["row_conflicts"]) == (94, 1, 5), v
clock = 2000 / 3200
hit, conflict = (22 + 4) * clock, (22 + 22 + 22 + 4) * clock  # CL, tRCD and tRP of 22 clocks, a burst of 4
assert (v["latency_read_p50"], v["latency_read_p90"]) == (hit, hit) and v["latency_read_p99"] == v["latency_read_max"] == conflict, v
print(f"{compared} figures worked out again")
