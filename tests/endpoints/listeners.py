"""Small servers that stand in the place of a yard: one that keeps what it hears, one that is busy the first time."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def echoing() -> Iterator[tuple[str, list[bytes]]]:
    """Yield the address of a server that refuses everything, and the bodies that it was sent."""
    heard: list[bytes] = []

    class Handler(_Quiet):
        def do_POST(self) -> None:
            heard.append(self.body())
            self.answer(400, {"error": "heard", "detail": "Heard.", "hint": None})

    with _listening(Handler) as address:
        yield address, heard


@contextmanager
def once_limited() -> Iterator[str]:
    """Yield the address of a server that answers 429 once, with one second to wait, and then as an endpoint."""
    waiting = [True]

    class Handler(_Quiet):
        def do_POST(self) -> None:
            self.body()
            if waiting:
                waiting.clear()
                told = {"error": "limit_reached", "detail": "Too many.", "hint": "Wait."}
                self.answer(429, told, {"Retry-After": "1"})
            else:
                self.answer(200, {"outputs": [{"prediction": "yes"}]})

    with _listening(Handler) as address:
        yield address


class _Quiet(BaseHTTPRequestHandler):
    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, document: object, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
