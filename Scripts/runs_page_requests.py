"""Sends damaged requests to runs-page, and checks that it answers good ones afterwards.

usage: python3 Scripts/runs_page_requests.py PROGRAM [COUNT [SEED]]

PROGRAM is the built runs-page. It is started on a directory of runs that this script makes. COUNT requests (1,000,000)
are sent over several connections at once, many in one piece: most are requests whose method, target, fields or body are
damaged, the others are bytes that are no request. The files of the runs must not change, the memory must stay below a bound, every
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


TARGETS = [
    "/", "/page/app.js", "/page/page.css", "/api/runs", f"/api/run?id={NAME}", f"/api/records?id={NAME}", "/api/bin",
    f"/api/picture?id={NAME}&name=curves.svg", f"/api/report?id={NAME}", "/api/run?id=..%2f..",
    "/%2e%2e/%2e%2e/etc/passwd", f"/api/at?id={NAME}&step=1&image=0", f"/api/histograms?id={NAME}",
    f"/api/model?id={NAME}", f"/draw?id={NAME}", f"/api/confusion?id={NAME}&label=1&predicted=2",
    f"/api/mistakes?id={NAME}", f"/api/forecast?id={NAME}", "/api/sweep?id=sweeps%2Fa",
]
POSTS = ("marks", "delete", "restore", "purge", "stop", "resume")


def form(method, target, fields, body=b"", is_chunked=False):
    """The bytes of a request whose length is right, whatever its parts are."""
    if is_chunked:
        fields = fields + [b"Transfer-Encoding: chunked"]
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    elif body:
        fields = fields + [b"Content-Length: %d" % len(body)]
    return b"%s %s HTTP/1.1\r\n%s\r\n\r\n%s" % (method, target, b"\r\n".join(fields), body)


def edited(content, chance, allowed=None):
    """Bytes that are changed at a few places; `allowed` are those that may be added."""
    content = bytearray(content)

    def some(most):
        count = chance.randrange(1, most)
        return bytes(chance.choices(allowed, k=count)) if allowed else chance.randbytes(count)

    for _ in range(chance.choice((0, 1, 1, 1, 2, 8))):
        place = chance.randrange(len(content) + 1)
        edit = chance.randrange(5)
        if edit == 0:
            content[place:place + 1] = some(2)
        elif edit == 1:
            content[place:place] = some(20)
        elif edit == 2:
            del content[place:place + chance.randrange(1, 20)]
        elif edit == 3:
            end = place + chance.randrange(1, 40)
            content[place:place] = content[place:end] * chance.randrange(1, 30)
        elif allowed:
            content[place:place] = chance.choice((b"%2e%2e%2f", b"../", b"%00", b"%", b"?", b"&", b"=", b"//", b"%ff"))
        else:
            content[place:place] = chance.choice((
                b"\r\n", b"\n", b"\0", b"%2e%2e/", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n",
                b"Transfer-Encoding: chunked\r\n", b"\xff", b":", b" ", b"HTTP/1.1"))
    return bytes(content)


VISIBLE = bytes(byte for byte in range(0x21, 0x7F))


def framed(port, chance):
    """A damaged request that is one request for every HTTP server, so that the connection goes on."""
    host = b"127.0.0.1:%d" % port
    if chance.random() < 0.1:
        host = edited(host, chance, VISIBLE)
    fields = [b"Host: " + host]
    if chance.random() < 0.2:
        fields.append(chance.choice((b"Origin: ", b"Cookie: ", b"Sec-Fetch-Site: ", b"Range: ", b"Accept: ")) + edited(
            b"http://127.0.0.1:%d" % port, chance, VISIBLE))
    if chance.random() < 0.3:
        body = json.dumps({"id": NAME, "ids": [NAME], "bin_ids": [NAME], "note": "n", "tags": ["a"]}).encode()
        # Without the field X-Runs-Page, so that no request may change a file.
        fields.append(b"Content-Type: application/json")
        target = f"/api/{chance.choice(POSTS)}".encode()
        return form(b"POST", target, fields, edited(body, chance), chance.random() < 0.3)
    method = chance.choices((b"GET", b"HEAD", edited(b"PUT", chance, VISIBLE) or b"X"), (20, 2, 1))[0]
    if method == b"HEAD":
        # The server sends a field with a length of zero.
        fields.append(b"Accept: */*")
    target = edited(chance.choice(TARGETS).encode(), chance, VISIBLE) or b"/"
    return form(method, target, fields)


def raw(port, chance):
    """Damaged bytes, or bytes of no form. The server may close the connection."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(1, 200))
    if chance.random() < 0.1:
        return f"GET /api/events?run={NAME} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    return edited(framed(port, chance), chance)


class Sender(threading.Thread):
    """Sends damaged requests over one connection after another."""

    def __init__(self, port, count, seed):
        super().__init__()
        self.port, self.count, self.chance = port, count, random.Random(seed)
        self.sent = self.connections = self.answered = 0

    def run(self):
        while self.sent < self.count:
            try:
                self.connection()
            except OSError:
                time.sleep(0.01)

    def connection(self):
        """Sends requests that keep the connection, and bytes that may end it at the last."""
        self.connections += 1
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.setblocking(False)
            for _ in range(self.chance.randrange(1, 40)):
                if not self.exchange(connection, framed, self.chance.randrange(1, 30)):
                    return
            self.exchange(connection, raw, self.chance.randrange(1, 10))
            self.receive(connection, 0.02)

    def exchange(self, connection, make, most):
        """Sends several requests at once, and reads their answers or as many as come."""
        count = min(most, self.count - self.sent)
        if count <= 0:
            return False
        wanted = self.answered + count
        if not self.send(connection, b"".join(make(self.port, self.chance) for _ in range(count))):
            return False
        self.sent += count
        if make is framed:
            end = time.monotonic() + 30
            while self.answered < wanted and time.monotonic() < end:
                if select.select([connection], [], [], 1)[0] and not self.take(connection):
                    return False
        return True

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

    def slow_body():
        yield b"POST /api/marks HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 20000\r\n\r\n" % port
        for byte in b"a" * 1000:
            yield bytes([byte])
            time.sleep(1)

    # One connection in a dozen that fills all buffers is not told about the end by the system alone.
    kinds = [slow(), slow_body()]
    for _ in range(16):
        kinds += [
            repeated(b"a" * 65536), repeated(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10000),
            repeated(b"x%d: y\r\n" * 5000),
        ]
    threads = [threading.Thread(target=endless, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    most = before
    while any(thread.is_alive() for thread in threads):
        most = max(most, resident(process))
        time.sleep(0.05)
    assert len(results) == len(kinds) and max(results) < 40, f"an endless request was open for {max(results)} s"
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
        try:
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
        finally:
            process.kill()


if __name__ == "__main__":
    main()
