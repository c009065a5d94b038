#!/usr/bin/env python3
"""Waits until a cluster's shards are spread over all its nodes, and at rest.

    settled.py ADDRESS ...

ADDRESS is where a node listens for operators. Ends with 1 after a minute.
"""

import json
import sys
import time
import urllib.request


def ask(address, method):
    body = json.dumps({"method": method, "params": {}}).encode()
    request = urllib.request.Request(f"http://{address}/v1/admin", body,
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)["result"]


def is_settled(address, count):
    status = ask(address, "cluster.status")
    nodes = ask(address, "node.list")["nodes"]
    return (status["nodes_up"] == count
            and not any(status[name] for name in
                        ("without_owner", "moving", "under_replicated"))
            and all(node["leads"] > 0 for node in nodes))


def main():
    addresses = sys.argv[1:]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if all(is_settled(one, len(addresses)) for one in addresses):
                return 0
        except (OSError, KeyError, ValueError):
            pass  # It is not there yet.
        time.sleep(0.2)
    return 1


sys.exit(main())
