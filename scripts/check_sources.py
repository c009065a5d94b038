#!/usr/bin/env python3
"""Checks what no compiler does: who includes whom, sizes, leftovers.

Prints one line a fault, FILE:LINE: what, and exits 1 if there is any. Run from
the root; reads the files that git knows or would add.
"""
import re
import subprocess
import sys

# Each folder may include itself and what is named here.
LAYERS = ["base", "auth", "match", "storage", "cluster", "actors", "net", "conf", "node"]
MAY_INCLUDE = {
    "base": set(),
    "auth": {"base"},
    "match": {"base"},
    "storage": {"base"},
    "cluster": {"base", "auth", "storage"},
    "actors": {"base", "auth", "match", "storage", "cluster"},
    "net": {"base", "auth", "match", "storage", "cluster", "actors", "web"},
    "conf": {"base", "auth", "match", "storage", "cluster", "actors", "net"},
    "node": set(LAYERS) | {"web"},
    # A client like any other: it talks to a node over its ports, and checks
    # configuration files and tries queues' policies itself.
    "cli": {"base", "conf", "match"},
    "web": {"base"},
}
# Libraries that one folder hides from the others.
HIDDEN = {
    "rocksdb/": {"storage"},
    "sodium": {"auth"},
    "jwt.h": {"auth"},
    "yaml-cpp/": {"conf", "bench"},
    "caf/io/": {"cluster"},
    "hiredis": {"cluster"},
    "boost/beast": {"net", "cli", "bench"},
    "boost/asio/ip/": {"base", "cluster", "net", "node", "cli", "bench"},
    "boost/asio": {"cluster", "net", "node", "cli", "bench"},
    "caf/": {"cluster", "actors", "net", "node"},
}

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
CODE = (".cpp", ".hpp")
TEXT = CODE + (".py", ".sh", ".js", ".mjs", ".css", ".html", ".md", ".txt",
               ".cmake", ".yaml", ".yml", ".json")
# Spelled apart, so that this file does not find itself.
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
# Places on the machine of whoever wrote it.
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(home|work|Users|root)/\w")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')

faults = []


def fault(path, line, what):
    faults.append(f"{path}:{line}: {what}")


def check_include(path, folder, number, quote, target):
    top = target.split("/")[0]
    if quote == '"':
        if "/" not in target:
            fault(path, number, f'include "{folder}/{target}" from the root')
        elif folder in MAY_INCLUDE and top != folder:
            if top not in MAY_INCLUDE[folder]:
                fault(path, number, f"{folder}/ may not include {top}/")
        # The load generator is a client like any other, too.
        elif path.startswith("bench/load/") and top not in {"bench", "base"}:
            fault(path, number, f"bench/load/ may not include {top}/")
        return
    if folder == "tests":
        return
    for prefix, folders in HIDDEN.items():
        if target.startswith(prefix):
            if folder not in folders:
                fault(path, number, f"{folder}/ may not include <{target}>")
            return


def check_code(path, lines):
    folder = path.split("/")[0]
    if path.endswith(".hpp") and "#pragma once" not in lines[:40]:
        fault(path, 1, "has no #pragma once")
    if path.endswith(".cpp") and folder in MAY_INCLUDE:
        own = path[:-4] + ".hpp"
        first = next((m for m in map(INCLUDE.match, lines) if m), None)
        if own in known and first and first.group(2) != own:
            fault(path, 1, f'includes "{own}" not first')
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if match:
            check_include(path, folder, number, *match.groups())
    check_functions(path, lines)


def check_functions(path, lines):
    """A body that starts with its brace in the text's column and ends alone in
    that of its first line: what clang-format makes of every function."""
    start, indent = 0, ""
    for number, line in enumerate(lines, 1):
        opens = re.match(r"^(|  )[A-Za-z_~].*\)[^;]*\{$", line)
        if opens and not start and "namespace" not in line:
            start, indent = number, opens.group(1)
        elif start and re.match(rf"^(?:|{indent})\}}[;,)]*", line):
            if number - start + 1 > FUNCTION_LINES_MAX:
                fault(path, start, f"a function of {number - start + 1} lines;"
                                   f" at most {FUNCTION_LINES_MAX}")
            start = 0


def check_text(path, lines):
    if len(lines) > FILE_LINES_MAX and path.endswith(CODE):
        fault(path, 1, f"{len(lines)} lines; at most {FILE_LINES_MAX}")
    for number, line in enumerate(lines, 1):
        if LEFTOVER.search(line):
            fault(path, number, "is left to do")
        if MACHINE_PATH.search(line):
            fault(path, number, "names a place on one machine")
        if line != line.rstrip():
            fault(path, number, "ends in blanks")


listed = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    check=True, capture_output=True, text=True).stdout.split("\n")
known = {path for path in listed if path}
for name in sorted(known):
    if not name.endswith(TEXT) or "/corpus/" in name or "/vendor/" in name:
        continue
    try:
        with open(name, encoding="utf-8") as file:
            content = file.read().split("\n")
    except FileNotFoundError:
        continue
    except UnicodeDecodeError:
        fault(name, 1, "is not UTF-8")
        continue
    if content[-1] == "":
        content.pop()
    check_text(name, content)
    if name.endswith(CODE):
        check_code(name, content)

print("\n".join(faults), end="\n" if faults else "")
sys.exit(1 if faults else 0)
