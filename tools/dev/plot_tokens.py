#!/usr/bin/env python3
"""Cycles a token of prefills, long and short, on several machines: a CSV file and an SVG picture.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: plot_tokens.py ACCORD MODEL.gguf [--machines LIST...] [--tokens N...] [--csv FILE] [--svg FILE] [--jobs N]
  --machines   names or files as --hardware takes them (default: lut-edge mac-edge)
  --tokens     lengths of the prefills (default: 1 to 256, powers of two and what stands beside them)
  --csv, --svg where they go (default: tokens.csv, tokens.svg)
  --jobs       simulations at once (default: one a core)

Simulates each prefill on each machine and writes cycles and floor (the least cycles of these shapes) a token over tokens.
Prints where more tokens take over 1 % fewer cycles than less: of each length and the next one of the list. Needs nothing but
Python; exit 1 when a simulation fails.
"""
import argparse
import concurrent.futures
import csv
import itertools
import json
import math
import os
import subprocess
import sys
from xml.sax.saxutils import escape

TOKENS = [1, 2, 3, 4, 6, 8, 9, 12, 16, 17, 24, 32, 33, 48, 64, 65, 96, 128, 160, 192, 224, 256]
# Okabe and Ito: told apart by all eyes, and in grey.
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 780, 460, 104, 20, 40, 56


def simulate(accord, model, machine, tokens):
    """One row: what the machine is called, and cycles, floor and the floor's resource of the prefill."""
    done = subprocess.run([accord, "sim", model, "--hardware", machine, "--phase", "prefill", "--context", str(tokens),
                           "--report", "totals", "--format", "json"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{machine}, {tokens} tokens: expected a simulation, got: {done.stderr.strip()[-300:]}")
    run = json.loads(done.stdout)["runs"][0]
    totals = {(row["quantity"], row["unit"]): row for row in run["totals"]}
    floor = totals["floor", "cycles"]
    return {"machine": run["hardware"], "tokens": tokens, "cycles": totals["cycles", "cycles"]["value"],
            "floor_cycles": floor["value"], "floor_resource": floor.get("resource", "")}


def dips(rows):
    """(n, more, share): where `more`, the next length, takes over 1 % fewer cycles than n."""
    rows = sorted(rows, key=lambda row: row["tokens"])
    for less, more in zip(rows, rows[1:]):
        share = 1 - more["cycles"] / less["cycles"]
        if share > 0.01:
            yield less["tokens"], more["tokens"], share


def ticks(largest):
    """Round numbers from 0 to at least `largest`, five to ten of them."""
    step = 10 ** math.floor(math.log10(largest / 5))
    step = next(step * m for m in (1, 2, 5, 10) if step * m * 10 >= largest)
    return [step * i for i in range(math.ceil(largest / step) + 1)]


def picture(by_machine, model):
    """The text of an SVG file: a solid line a machine for its cycles, a dashed one for its floor."""
    lines = [(f"{name}{', floor' if key != 'cycles' else ''}", COLOURS[i % len(COLOURS)], key != "cycles",
              [(row["tokens"], row[key] / row["tokens"]) for row in rows])
             for i, (name, rows) in enumerate(by_machine.items()) for key in ("cycles", "floor_cycles")]
    lengths = sorted({tokens for line in lines for tokens, _ in line[3]})
    heights = ticks(max(value for line in lines for _, value in line[3]))
    span = math.log(lengths[-1] / lengths[0]) or 1

    def x(tokens):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log(tokens / lengths[0]) / span

    def y(value):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / heights[-1]

    def text(at_x, at_y, what, anchor="middle", more=""):
        return f'<text x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}"{more}>{escape(what)}</text>'

    def rule(x1, y1, x2, y2, colour, more=""):
        return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           text(WIDTH / 2, 22, f"Prefill of {model}", more=' font-size="14"')]
    for value in heights:
        out.append(rule(LEFT, y(value), WIDTH - RIGHT, y(value), "#ddd"))
        out.append(text(LEFT - 8, y(value) + 4, f"{value:,.10g}", "end"))
    # Powers of two, and the ends.
    marks = sorted({lengths[0], lengths[-1]} | {1 << i for i in range(31) if lengths[0] <= 1 << i <= lengths[-1]})
    for tokens in marks:
        out.append(rule(x(tokens), HEIGHT - BOTTOM, x(tokens), HEIGHT - BOTTOM + 5, "black"))
        out.append(text(x(tokens), HEIGHT - BOTTOM + 19, str(tokens)))
    out.append(rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "black"))
    out.append(rule(LEFT, TOP, LEFT, HEIGHT - BOTTOM, "black"))
    out.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "prompt length (tokens, logarithmic)"))
    out.append(text(0, 0, "time per token (cycles)",
                    more=f' transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:.1f}) rotate(-90)"'))
    longest = max(len(name) for name, *_ in lines)
    for i, (name, colour, dashed, points) in enumerate(lines):
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        places = " ".join(f"{x(tokens):.1f},{y(value):.1f}" for tokens, value in points)
        out.append(f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="1.8"{dash}/>')
        if not dashed:
            out += [f'<circle cx="{x(tokens):.1f}" cy="{y(value):.1f}" r="2.6" fill="{colour}"/>' for tokens, value in points]
        # Curves fall to the right: the corner above them is free.
        at_x, at_y = WIDTH - RIGHT - 48 - 7 * longest, TOP + 14 + 18 * i
        out.append(rule(at_x, at_y, at_x + 28, at_y, colour, f' stroke-width="1.8"{dash}'))
        out.append(text(at_x + 34, at_y + 4, name, "start"))
    return "\n".join(out + ["</svg>", ""])


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("accord")
    parser.add_argument("model")
    parser.add_argument("--machines", nargs="+", default=["lut-edge", "mac-edge"])
    parser.add_argument("--tokens", nargs="+", type=int, default=TOKENS)
    parser.add_argument("--csv", default="tokens.csv")
    parser.add_argument("--svg", default="tokens.svg")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    tokens = sorted(set(options.tokens))
    if tokens[0] < 1:
        parser.error(f"--tokens: expected 1 and more, got {tokens[0]}")
    points = list(itertools.product(options.machines, tokens))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        try:
            rows = list(pool.map(lambda point: simulate(options.accord, options.model, *point), points))
        except RuntimeError as error:
            pool.shutdown(cancel_futures=True)
            sys.exit(f"plot_tokens.py: {error}")
    by_machine = {}
    for (given, _), row in zip(points, rows):
        by_machine.setdefault(given, []).append(row)
    # Two files may hold machines of one name.
    names = [of[0]["machine"] for of in by_machine.values()]
    by_machine = {(of[0]["machine"] if names.count(of[0]["machine"]) == 1 else given): of for given, of in by_machine.items()}

    with open(options.csv, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["machine", "tokens", "cycles", "floor_cycles", "floor_resource", "cycles_per_token", "floor_cycles_per_token"])
        for name, of in by_machine.items():
            out.writerows([name, row["tokens"], row["cycles"], row["floor_cycles"], row["floor_resource"],
                           row["cycles"] / row["tokens"], row["floor_cycles"] / row["tokens"]] for row in of)
    with open(options.svg, "w") as file:
        file.write(picture(by_machine, os.path.basename(options.model)))
    found = 0
    for name, of in by_machine.items():
        for less, more, share in dips(of):
            print(f"{name}: {more} tokens take {100 * share:.1f} % fewer cycles than {less}")
            found += 1
    print(f"{len(rows)} prefills on {len(by_machine)} machines, {found} take over 1 % fewer cycles than a shorter one; "
          f"{options.csv}, {options.svg}")


if __name__ == "__main__":
    main()
