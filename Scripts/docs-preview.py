"""Serves the built documentation, .build/docs/site, on this machine alone, until Ctrl-C.

usage: python3 Scripts/docs-preview.py [PORT]    by default the first free port from 8000
"""

import functools
import http.server
import pathlib
import sys

ADDRESS = "127.0.0.1"
PORTS = range(8000, 8100)
SITE = pathlib.Path(__file__).resolve().parent.parent / ".build/docs/site"


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        """Prints nothing: the address stays in sight."""


class Server(http.server.ThreadingHTTPServer):
    # Without this, a second server could take over the address of a first one on some systems.
    allow_reuse_address = sys.platform.startswith("linux")


def listen(ports):
    for port in ports:
        try:
            return Server((ADDRESS, port), functools.partial(Handler, directory=SITE))
        except OSError as error:
            reason = error.strerror
    wanted = f"port {ports[0]}" if len(ports) == 1 else f"a port from {ports[0]} to {ports[-1]}"
    sys.exit(f"docs-preview: cannot listen on {wanted} of {ADDRESS}: {reason}; choose another: make docs-preview PORT=9000")


def main():
    text = sys.argv[1] if len(sys.argv) > 1 else ""
    if text and not (text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"docs-preview: expected a port from 1 to 65535, found {text!r}")
    if not (SITE / "index.html").is_file():
        sys.exit(f"docs-preview: no documentation in {SITE}; build it: make docs")
    server = listen([int(text)] if text else PORTS)
    print(f"Documentation: http://{ADDRESS}:{server.server_port}/ (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


main()
