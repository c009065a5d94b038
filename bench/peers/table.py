#!/usr/bin/env python3
"""Prints one table of what scripts/bench_peers.sh has measured.

    table.py FOLDER PEER ...

FOLDER holds PEER-ROUND.json, written by parley-bench, and PEER.txt, what the
peer guarantees. Figures are medians over the rounds.
"""

import json
import pathlib
import re
import statistics
import sys

COLUMNS = [
    ("messages a second", "acknowledged a second"),
    ("server CPU a message", "server CPU a message"),
    ("messages a CPU second", "messages a server CPU second"),
    ("acknowledged p50", "acknowledged p50"),
    ("p99", "acknowledged p99"),
    ("delivered p50", "delivered p50"),
    ("p99", "delivered p99"),
]
FAULTS = ("lost", "duplicates", "order_errors", "connections_lost")


def load(folder, peer):
    """All runs of a peer by their name, one of each a round."""
    runs = {}
    for path in sorted(folder.glob(f"{peer}-*.json")):
        if not re.fullmatch(r"\d+", path.stem[len(peer) + 1:]):
            continue  # of a peer with a longer name
        for run in json.loads(path.read_text())["runs"]:
            runs.setdefault(run["name"], []).append(run)
    return runs


def median(runs, name):
    values = [one["value"] for run in runs for one in run["metrics"]
              if one["name"] == name]
    return statistics.median(values) if values else None


def shown(name, value):
    if value is None:
        return ""
    if "p50" in name or "p99" in name:
        return f"{value / 1000:.2f} ms"
    return f"{value:.1f} µs" if "CPU a" in name else f"{value:,.0f}"


def faults(runs):
    counted = {}
    for run in runs:
        for name in FAULTS:
            counted[name] = counted.get(name, 0) + run["total"][name]
    said = [f"{n:,} {name.replace('_', ' ')}" for name, n in counted.items() if n]
    return ", ".join(said) or "none"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(name, by_peer):
    heads = ["server"] + [head for head, _ in COLUMNS] + ["faults"]
    lines = [f"## {name}", "", row(heads),
             row(["---"] + ["---:"] * len(COLUMNS) + ["---"])]
    for peer, runs in by_peer.items():
        cells = [shown(metric, median(runs, metric)) for _, metric in COLUMNS]
        lines.append(row([peer, *cells, faults(runs)]))
    return "\n".join(lines) + "\n"


def main():
    folder = pathlib.Path(sys.argv[1])
    peers = {peer: load(folder, peer) for peer in sys.argv[2:]}
    peers = {peer: runs for peer, runs in peers.items() if runs}
    if not peers:
        sys.exit("table: nothing was measured")
    first = next(iter(next(iter(peers.values())).values()))[0]
    rounds = max(len(runs) for of in peers.values() for runs in of.values())
    print("# Parley beside other servers\n")
    print(f"{first['at']}, on {first['host']}, the load on the same cores; "
          f"medians of {rounds} round{'s' if rounds > 1 else ''}. Server CPU is "
          "that of all its processes: databases, brokers.\n")
    names = []
    for runs in peers.values():
        names += [name for name in runs if name not in names]
    for name in names:
        print(table(name, {peer: runs[name] for peer, runs in peers.items()
                           if name in runs}))
    print("## What each guarantees\n")
    for peer in peers:
        print(f"- **{peer}**: {(folder / f'{peer}.txt').read_text().strip()}")


main()
