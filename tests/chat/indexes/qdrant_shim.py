"""Qdrant's REST over loopback, answered by the engine that its client carries; faults are injected on request."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qdrant_client import QdrantClient, models

KEY = "a key of Qdrant"


class Shim(ThreadingHTTPServer):
    """A server; `faults` are answered first, one a request: a status, or a status with its Retry-After."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.engine = QdrantClient(":memory:")
        self.alone = threading.Lock()
        self.faults: deque[int | tuple[int, str]] = deque()
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Shim
    protocol_version = "HTTP/1.1"

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.server.asked.append(f"{self.command} {path}")
        if self.server.faults:
            fault = self.server.faults.popleft()
            status, wait = fault if isinstance(fault, tuple) else (fault, None)
            return self.answer(status, {"status": {"error": "injected"}}, {"Retry-After": wait} if wait else {})
        if self.headers.get("api-key") != KEY:
            return self.answer(401, {"status": {"error": "unauthorized"}}, {})
        with self.server.alone:
            try:
                result = self.result(path.strip("/").split("/"), json.loads(body or b"null"))
            except ValueError as error:
                known = "not found" in str(error)
                return self.answer(404 if known else 400, {"status": {"error": str(error)}}, {})
        return self.answer(200, {"result": result, "status": "ok", "time": 0.0}, {})

    do_GET = do_PUT = do_POST = do_DELETE = do_any  # noqa: N815

    def result(self, path: list[str], body: Any) -> Any:
        engine, (_, name, *rest) = self.server.engine, path
        match self.command, rest:
            case "GET", ["exists"]:
                return {"exists": engine.collection_exists(name)}
            case "GET", []:
                return engine.get_collection(name).model_dump(mode="json")
            case "PUT", []:
                return engine.create_collection(name, vectors_config=models.VectorParams(**body["vectors"]))
            case "DELETE", []:
                return engine.delete_collection(name)
            case "PUT", ["index"]:
                return engine.create_payload_index(name, body["field_name"], body["field_schema"]).model_dump(
                    mode="json"
                )
            case "PUT", ["points"]:
                points = [models.PointStruct(**point) for point in body["points"]]
                return engine.upsert(name, points).model_dump(mode="json")
            case "POST", ["points", "count"]:
                return engine.count(name, exact=body["exact"]).model_dump(mode="json")
            case "POST", ["points", "delete"]:
                return engine.delete(name, models.PointIdsList(**body)).model_dump(mode="json")
            case "POST", ["points", "query"]:
                asked = models.QueryRequest(**body)
                assert asked.limit is not None
                found = engine.query_points(name, query=asked.query, limit=asked.limit, query_filter=asked.filter)
                return found.model_dump(mode="json")
        raise ValueError(f"{self.command} {rest} is not answered here")

    def answer(self, status: int, body: Any, headers: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 — the base's name
        """Say nothing."""


@contextmanager
def qdrant() -> Iterator[Shim]:
    """A server for a while."""
    server = Shim()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
