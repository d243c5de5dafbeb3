#!/usr/bin/env python3
"""Measures training by mnist-bilstm-mpi with one process and with two, on one machine and over a network of 1 Gbit/s, and
prints a table in Markdown. Then a model, no measurement: the speed of up to 64 machines.

usage: processes.py PROGRAM [--hidden 12,64,128,256]

PROGRAM is the path that `make mpi` prints, built with Open MPI. Each process has one thread, so two cores or more are needed.
The network is one of namespaces (Scripts/mpi/network.py), which needs root; without root its column is empty. Nothing else
should run.
"""

import argparse
import gzip
import json
import math
import os
import re
import struct
import subprocess
import sys
import tempfile

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BATCH = 128
SHARD = 32


def write_data(directory, hidden):
    """Writes the first images of MNIST, fewer for a larger model."""
    images = max(1024, 16384 * 12 // hidden // BATCH * BATCH)
    for name, count in (("train", images), ("t10k", BATCH)):
        for kind, header, size in (("images-idx3", 16, 784), ("labels-idx1", 8, 1)):
            with gzip.open(f"{REPOSITORY}/datasets/mnist/{name}-{kind}-ubyte.gz") as file:
                content = file.read(header + count * size)
            with open(f"{directory}/{name}-{kind}-ubyte", "wb") as file:
                file.write(content[:4] + struct.pack(">I", count) + content[8:])


def launch(program, processes, directory, hidden, network=False):
    """Trains and returns the images per second of the last epoch, the milliseconds that the program measured, and the number
    of parameters."""
    options = ["--dataset", "idx", "--data", directory, "--runs", f"{directory}/runs", "--hidden-size", str(hidden),
               "--batch-size", str(BATCH), "--epochs", "3", "--threads", "1", "--no-test",
               "--checkpoint-every", "100"]
    words = ["mpirun", "--allow-run-as-root", "--bind-to", "none", "-np", str(processes)]
    if network:
        words = [f"{REPOSITORY}/Scripts/mpi/network.py", "--rate", "1000", str(processes)] + words + [
            "--mca", "plm_rsh_agent", f"{REPOSITORY}/Scripts/mpi/agent.sh", "--mca", "btl", "tcp,self",
            "--mca", "btl_tcp_if_include", "mpi0", "--mca", "oob_tcp_if_include", "mpi0",
            "--host", ",".join(f"10.77.0.{node + 1}" for node in range(processes))]
    result = subprocess.run(words + [program] + options, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"processes: {' '.join(words)} failed:\n{result.stdout}{result.stderr}")
    with open(f"{directory}/runs/latest/summary.json") as file:
        speed = json.load(file)["images_per_second"]
    parameters = int(re.search(r"Parameters: ([\d,]+)", result.stdout)[1].replace(",", ""))
    measured = re.search(r"take ([\d.]+) ms, ([\d.]+) ms of them between.* takes ([\d.]+) ms", result.stdout)
    return speed, [float(value) for value in measured.groups()] if measured else None, parameters


def measure(program, sizes):
    """Prints the table of measurements and returns the seconds of a shard and the number of parameters for each size."""
    facts = {}
    print(f"Batches of {BATCH}, one thread a process, images/s; in parentheses, times one process.\n")
    print("| hidden size | parameters | 1 process | 2 processes, one machine | 2 machines, 1 Gbit/s | of a step, between machines |")
    print("|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as directory:
        for hidden in sizes:
            write_data(directory, hidden)
            one, _, parameters = max(launch(program, 1, directory, hidden) for _ in range(2))
            two = max(launch(program, 2, directory, hidden) for _ in range(2))[0]
            cells = [f"{two:,.0f} ({two / one:.2f})"]
            if os.geteuid() == 0:
                speed, times, _ = max(launch(program, 2, directory, hidden, network=True) for _ in range(2))
                cells += [f"{speed:,.0f} ({speed / one:.2f})", f"{times[1]:.2f} of {times[0]:.2f} ms"]
            else:
                cells += ["", ""]
            print(f"| {hidden} | {parameters:,} | {one:,.0f} | " + " | ".join(cells) + " |", flush=True)
            facts[hidden] = (SHARD / one, parameters)
    return facts


# Gbit/s and microseconds until a message arrives: assumptions about usual networks.
NETWORKS = ((1, 50), (10, 20), (100, 3))


def step(seconds, parameters, machines, threads, batch, network):
    """Returns the seconds of a step by the model: the shards of the busiest machine, and what it sends or receives."""
    shards = min(batch // SHARD, 64)
    own = math.ceil(shards / machines)
    computing = math.ceil(own / threads) * seconds * (batch / SHARD / shards)
    if machines == 1:
        return computing
    speed, latency = network
    size = 4 * parameters
    # Slices of the gradients of all shards to their process, then the sums to all.
    volume = max(own, shards / machines) * size * (machines - 1) / machines + size * (machines - 1) / machines
    # Scores, gradients, sums, and the agreement to go on.
    return computing + volume * 8 / (speed * 1e9) + 4 * math.ceil(math.log2(machines)) * latency * 1e-6


def model(facts):
    """Prints how many times as fast as one machine several are."""
    for batch, counts in ((128, (2, 4)), (2048, (2, 4, 8, 16, 32, 64))):
        print(f"\nModel: machines of 4 cores, batches of {batch}; times one machine at 1, 10 and 100 Gbit/s.\n")
        print("| hidden size | " + " | ".join(f"{count} machines" for count in counts) + " |")
        print("|--:|" + "--:|" * len(counts))
        for hidden, (seconds, parameters) in facts.items():
            alone = step(seconds, parameters, 1, 4, batch, None)
            cells = [" / ".join(f"{alone / step(seconds, parameters, count, 4, batch, network):.2g}" for network in NETWORKS)
                     for count in counts]
            print(f"| {hidden} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--hidden", default="12,64,128,256")
    options = parser.parse_args()
    model(measure(options.program, [int(size) for size in options.hidden.split(",")]))


if __name__ == "__main__":
    main()
