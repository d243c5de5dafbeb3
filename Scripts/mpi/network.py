#!/usr/bin/env python3
"""Runs a command in a network of several machines that do not exist: network namespaces of Linux, between which this program
carries the packets, with a delay, a loss and a speed. Root is needed.

usage: network.py [--delay MS] [--loss PERCENT] [--rate MBIT] NODES COMMAND...

Node i, from 1, has the address 10.77.0.i and the name node<i>. The command runs on node 1. `agent.sh ADDRESS COMMAND` runs a
command on another node, as ssh does. The kernel's own netem is missing in many kernels; this needs only TUN.
"""

import argparse
import ctypes
import fcntl
import heapq
import os
import random
import selectors
import shlex
import signal
import struct
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
LARGEST_PACKET = 9000
# The time for which a node's packets may wait for their turn; those that would wait longer are lost, as in a switch.
LONGEST_QUEUE = 0.05


def namespace(node):
    return f"mpi-{os.getpid()}-node{node}"


def tunnel(node):
    """Returns the descriptor of a network device in a new namespace."""
    name, address = namespace(node), f"10.77.0.{node}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{name}", os.O_RDONLY)
    if LIBC.setns(other, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), f"cannot enter the namespace {name}")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"mpi0", IFF_TUN | IFF_NO_PI))
    LIBC.setns(own, CLONE_NEWNET)
    os.close(own)
    os.close(other)
    for words in (
        "link set lo up", f"addr add {address}/24 dev mpi0", f"link set mpi0 mtu {LARGEST_PACKET} txqueuelen 10000 up",
    ):
        subprocess.run(["ip", "-n", name, *words.split()], check=True)
    return device


class Switch:
    """Carries packets between nodes."""

    def __init__(self, devices, options):
        self.devices, self.options = devices, options
        self.random = random.Random(1)
        self.waiting = []
        self.free = [0.0] * len(devices)
        self.carried = self.lost = self.number = 0

    def receive(self, node):
        for _ in range(64):
            try:
                packet = os.read(self.devices[node], 65536)
            except BlockingIOError:
                return
            target = packet[19] - 1 if len(packet) >= 20 and packet[16:19] == bytes([10, 77, 0]) else -1
            if packet[0] >> 4 != 4 or not 0 <= target < len(self.devices):
                continue
            now = time.monotonic()
            sent = max(now, self.free[node])
            if self.random.random() * 100 < self.options.loss or sent - now > LONGEST_QUEUE:
                self.lost += 1
                continue
            if self.options.rate:
                sent += 8 * len(packet) / (self.options.rate * 1e6)
            self.free[node] = sent
            self.number += 1
            heapq.heappush(self.waiting, (sent + self.options.delay / 1000, self.number, target, packet))

    def deliver(self):
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= now:
            _, _, target, packet = heapq.heappop(self.waiting)
            try:
                os.write(self.devices[target], packet)
                self.carried += 1
            except OSError:
                self.lost += 1

    def run(self, process):
        selector = selectors.DefaultSelector()
        for node, device in enumerate(self.devices):
            selector.register(device, selectors.EVENT_READ, node)
        while process.poll() is None:
            wait = self.waiting[0][0] - time.monotonic() if self.waiting else 0.1
            for key, _ in selector.select(max(0, min(wait, 0.1))):
                self.receive(key.data)
            self.deliver()


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("nodes", type=int)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--loss", type=float, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    # A signal ends the command; then the namespaces are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    nodes = range(1, options.nodes + 1)
    process = None
    try:
        switch = Switch([tunnel(node) for node in nodes], options)
        environment = os.environ | {"MPI_NODES": f"mpi-{os.getpid()}-"}
        agent = os.path.join(os.path.dirname(os.path.abspath(__file__)), "agent.sh")
        process = subprocess.Popen([agent, "10.77.0.1", "exec " + shlex.join(options.command)], env=environment)
        switch.run(process)
        print(f"network: {switch.carried} packets carried, {switch.lost} lost", file=sys.stderr)
        status = process.returncode
        return status if status >= 0 else 128 - status
    finally:
        if process and process.poll() is None:
            process.terminate()
            process.wait()
        for node in nodes:
            subprocess.run(["ip", "netns", "del", namespace(node)], stderr=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    sys.exit(main())
