#!/usr/bin/env python3
"""Holds each packet of a netfilter queue for a fixed time: delay.py QUEUE MS

Speaks nfnetlink_queue (linux/netfilter/nfnetlink_queue.h) over a netlink
socket. Says "ready" once bound. What it holds when it ends is dropped by the
kernel, as on a line that is cut.
"""
import collections
import select
import socket
import struct
import sys
import time

NETLINK_NETFILTER = 12
SUBSYSTEM = 3 << 8
PACKET, VERDICT, CONFIG = SUBSYSTEM | 0, SUBSYSTEM | 1, SUBSYSTEM | 2
REQUEST = 1
CFG_CMD, CFG_PARAMS, CFG_QUEUE_MAXLEN = 1, 2, 3
BIND, COPY_META = 1, 1
PACKET_HDR, VERDICT_HDR = 1, 2
ACCEPT = 1
HELD_MAX = 65536
SO_RCVBUFFORCE = 33

queue = int(sys.argv[1])
delay_s = int(sys.argv[2]) / 1000


def message(kind, attribute, payload):
    body = struct.pack("!BBH", socket.AF_UNSPEC, 0, queue)
    body += struct.pack("=HH", 4 + len(payload), attribute) + payload
    body += b"\0" * (-len(body) % 4)
    return struct.pack("=IHHII", 16 + len(body), kind, REQUEST, 0, 0) + body


def packet_ids(data):
    at = 0
    while at + 16 <= len(data):
        size, kind = struct.unpack_from("=IH", data, at)
        if size < 16:
            return
        if kind == PACKET:
            # Behind both headers the packet's own comes first.
            yield struct.unpack_from("!I", data, at + 24)[0]
        at += (size + 3) & ~3


line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
line.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 * 1024 * 1024)
line.bind((0, 0))
line.send(message(CONFIG, CFG_CMD, struct.pack("!BBH", BIND, 0, 0)))
line.send(message(CONFIG, CFG_PARAMS, struct.pack("!IB", 0, COPY_META)))
line.send(message(CONFIG, CFG_QUEUE_MAXLEN, struct.pack("!I", HELD_MAX)))
line.setblocking(False)
print("ready", flush=True)

held = collections.deque()
while True:
    wait = max(0, held[0][0] - time.monotonic()) if held else None
    readable, _, _ = select.select([line], [], [], wait)
    now = time.monotonic()
    if readable:
        try:
            data = line.recv(1 << 20)
            held.extend((now + delay_s, each) for each in packet_ids(data))
        except OSError:
            # The kernel had more than fits, and dropped it.
            pass
    while held and held[0][0] <= now:
        _, packet = held.popleft()
        line.send(message(VERDICT, VERDICT_HDR,
                          struct.pack("!II", ACCEPT, packet)))
