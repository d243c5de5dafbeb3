"""Sends damaged requests to runs-page, and checks that it answers good ones afterwards.

usage: python3 Scripts/runs_page_requests.py PROGRAM [COUNT [SEED]]

PROGRAM is the built runs-page. It is started on a directory of runs that this script makes. COUNT requests (1,000,000)
are sent over several connections at once, many in one piece, as valid requests with bytes changed, removed, inserted or
repeated, and as bytes of no form. The files of the runs must not change, the memory must stay below a bound, every
connection that stands still must be closed, and SIGTERM must end the program with the status 0 and no output.
"""

import hashlib
import json
import os
import random
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

MOST_MEMORY = 1 << 30
CONNECTIONS = 8
NAME = "20260131-235959-sample"


def make_runs(root):
    run = os.path.join(root, NAME)
    os.makedirs(os.path.join(run, "checkpoints"))
    files = {
        "config.json": '{"program": "mnist-bilstm", "options": {"epochs": 2}, "command_line": []}',
        "metrics.csv": "epoch,train_loss,train_accuracy,learning_rate,seconds,images_per_second\n0,0.5,81.5,0.1,1,9\n",
        "metrics.jsonl": '{"kind":"step","step":1}\n',
        "train.log": "line\n",
    }
    for name, content in files.items():
        with open(os.path.join(run, name), "w", encoding="utf-8") as file:
            file.write(content)


def digest(root):
    hashed = hashlib.sha256()
    for directory, folders, files in sorted(os.walk(root)):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(directory, name)
            hashed.update(os.path.relpath(path, root).encode() + b"\0")
            with open(path, "rb") as file:
                hashed.update(file.read() + b"\0")
    return hashed.hexdigest()


def good_requests(port):
    host = f"Host: 127.0.0.1:{port}\r\n"
    targets = [
        "/", "/page/app.js", "/api/runs", f"/api/run?id={NAME}", f"/api/records?id={NAME}", "/api/bin",
        f"/api/picture?id={NAME}&name=curves.svg", f"/api/report?id={NAME}", f"/api/events?run={NAME}",
        "/api/run?id=..%2f..", "/%2e%2e/%2e%2e/etc/passwd",
    ]
    requests = [f"GET {target} HTTP/1.1\r\n{host}\r\n" for target in targets if "events" not in target]
    requests += [f"GET {target} HTTP/1.1\r\n{host}Connection: close\r\n\r\n" for target in targets]
    # Without the fields of the page, so that a whole one changes nothing either.
    for target in ("marks", "delete", "restore", "purge", "stop", "resume"):
        body = json.dumps({"id": NAME, "ids": [NAME], "bin_ids": [NAME], "note": "n"})
        requests.append(
            f"POST /api/{target} HTTP/1.1\r\n{host}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        requests.append(
            f"POST /api/{target} HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n"
            f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
        )
    return [request.encode() for request in requests]


def damaged(request, chance):
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.randrange(200))
    bytes_ = bytearray(request)
    for _ in range(chance.choice((0, 1, 1, 2, 8))):
        place = chance.randrange(len(bytes_) + 1)
        edit = chance.randrange(5)
        if edit == 0 and place < len(bytes_):
            bytes_[place] = chance.randrange(256)
        elif edit == 1:
            bytes_[place:place] = chance.randbytes(chance.randrange(1, 20))
        elif edit == 2:
            del bytes_[place:place + chance.randrange(1, 20)]
        elif edit == 3:
            end = place + chance.randrange(1, 40)
            bytes_[place:place] = bytes_[place:end] * chance.randrange(1, 30)
        else:
            bytes_[place:place] = chance.choice(
                (b"\r\n", b"\n", b"\0", b"%2e%2e/", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n",
                 b"Transfer-Encoding: chunked\r\n", b"\xff", b":", b" ", b"HTTP/1.1"))
    return bytes(bytes_)


class Sender(threading.Thread):
    """Sends damaged requests over one connection after another."""

    def __init__(self, port, count, seed):
        super().__init__()
        self.port, self.count, self.chance = port, count, random.Random(seed)
        self.requests = good_requests(port)
        self.sent = self.connections = self.answered = 0

    def run(self):
        while self.sent < self.count:
            try:
                self.connection()
            except OSError:
                time.sleep(0.01)

    def connection(self):
        self.connections += 1
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.setblocking(False)
            for _ in range(self.chance.randrange(1, 20)):
                count = min(self.chance.randrange(1, 30), self.count - self.sent)
                if count <= 0:
                    break
                piece = b"".join(
                    damaged(self.chance.choice(self.requests), self.chance) for _ in range(count))
                self.sent += count
                if not self.send(connection, piece):
                    return
            self.receive(connection, 0.05)

    def send(self, connection, piece):
        end = time.monotonic() + 5
        while piece and time.monotonic() < end:
            readable, writable, _ = select.select([connection], [connection], [], 5)
            if readable and not self.take(connection):
                return False
            if writable:
                piece = piece[connection.send(piece[:65536]):]
        return not piece

    def take(self, connection):
        try:
            found = connection.recv(1 << 16)
        except BlockingIOError:
            return True
        self.answered += found.count(b"HTTP/1.1 ")
        return bool(found)

    def receive(self, connection, seconds):
        while select.select([connection], [], [], seconds)[0]:
            if not self.take(connection):
                return


def exchange(port, request, seconds=30):
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(1 << 16):
            answer += part
        return answer


def resident(process):
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) << 10
    return 0


def check_endless(port, process):
    """Connections that never end a request must be closed, and their bytes must not stay in memory."""
    before = resident(process)
    results = []

    def endless(pieces):
        sent = 0
        start = time.monotonic()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
                while time.monotonic() - start < 60:
                    connection.sendall(next(pieces))
                    sent += 1
        except OSError:
            pass
        results.append(time.monotonic() - start)

    def slow():
        for byte in b"GET /" + b"a" * 1000:
            yield bytes([byte])
            time.sleep(1)

    def repeated(piece):
        while True:
            yield piece

    kinds = [
        repeated(b"a" * 65536), repeated(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10000),
        repeated(b"x%d: y\r\n" * 5000), slow(),
    ]
    threads = [threading.Thread(target=endless, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    most = before
    while any(thread.is_alive() for thread in threads):
        most = max(most, resident(process))
        time.sleep(0.05)
    assert len(results) == len(kinds) and max(results) < 55, f"an endless request was open for {results} s"
    return most


def check_crowd(port):
    """The server must answer while many connections stand still."""
    crowd = []
    for _ in range(2000):
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.send(b"GET ")
            crowd.append(connection)
        except OSError:
            break
    time.sleep(1)
    answer = exchange(port, b"GET /api/runs HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % port)
    assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
    for connection in crowd:
        connection.close()
    return len(crowd)


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with tempfile.TemporaryDirectory() as root:
        make_runs(root)
        before = digest(root)
        process = subprocess.Popen(
            [program, "--runs", root, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        port = int(line.rsplit(":", 1)[1].strip(" /\n"))
        start = time.monotonic()
        senders = [Sender(port, count // CONNECTIONS, seed + index) for index in range(CONNECTIONS)]
        for sender in senders:
            sender.start()
        most = 0
        while any(sender.is_alive() for sender in senders):
            assert process.poll() is None, f"runs-page ended: {process.returncode}\n{process.stderr.read()}"
            most = max(most, resident(process))
            assert most < MOST_MEMORY, f"{most >> 20} MiB of memory"
            time.sleep(0.2)
        good = b"GET /api/run?id=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % (
            NAME.encode(), port)
        answer = exchange(port, good)
        assert answer.startswith(b"HTTP/1.1 200") and NAME.encode() in answer, answer[:200]
        sent = sum(sender.sent for sender in senders)
        print(
            f"{sent:,} damaged requests over {sum(sender.connections for sender in senders):,} connections, "
            f"{sum(sender.answered for sender in senders):,} answers, {time.monotonic() - start:.0f} s, "
            f"at most {most >> 20} MiB")
        most = check_endless(port, process)
        assert most < MOST_MEMORY, f"{most >> 20} MiB of memory"
        print(f"endless requests are closed, at most {most >> 20} MiB")
        print(f"answers beside {check_crowd(port):,} connections that stand still")
        assert exchange(port, good).startswith(b"HTTP/1.1 200")
        assert digest(root) == before, "the files of the runs changed"
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=10)
        rest = process.stdout.read() + process.stderr.read()
        assert status == 0 and not rest, f"SIGTERM: status {status}, {rest!r}"
        print("SIGTERM ends it with the status 0")


if __name__ == "__main__":
    main()
