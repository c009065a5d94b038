#!/usr/bin/env python3
"""Prints what micro benchmarks took before and after, and the ratios.

    diff.py FOLDER

FOLDER holds before-N.json and after-N.json, written by Google Benchmark. Of all
rounds the least time counts: what disturbs a benchmark only makes it longer.
CPU time is compared, or real time where that is what the benchmark reports.
"""

import json
import pathlib
import sys

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
# What differs less is not worth a word.
NOISE = 1.05


def load(folder, which):
    best = {}
    for path in sorted(folder.glob(f"{which}-*.json")):
        for run in json.loads(path.read_text())["benchmarks"]:
            if run.get("run_type") == "aggregate" or run.get("error_occurred"):
                continue
            kind = ("real_time" if run["name"].endswith("/real_time")
                    and "/process_time" not in run["name"] else "cpu_time")
            value = run[kind] * NANOSECONDS[run["time_unit"]]
            best[run["name"]] = min(value, best.get(run["name"], value))
    return best


def shown(nanoseconds):
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.2f} {unit}"
    return f"{nanoseconds:.1f} ns"


def main():
    folder = pathlib.Path(sys.argv[1])
    before, after = load(folder, "before"), load(folder, "after")
    names = list(before) + [name for name in after if name not in before]
    for name in names:
        if name not in before or name not in after:
            where = "before" if name in before else "after"
            print(f"{name:<44} only {where}")
            continue
        ratio = after[name] / before[name]
        word = ("" if 1 / NOISE < ratio < NOISE
                else "slower" if ratio > 1 else "faster")
        print(f"{name:<44} {shown(before[name]):>12} {shown(after[name]):>12} "
              f"{ratio:>7.2f}  {word}".rstrip())
    if not names:
        sys.exit("diff: nothing was measured")


main()
