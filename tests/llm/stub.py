"""A real HTTP server on loopback that speaks as OpenAI, Cohere, Anthropic and Hugging Face do, and fails as they do."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Stub:
    """What the server does next, and what it was asked. A behaviour is used once; the last one stays."""

    url: str = ""
    behaviours: list[str] = field(default_factory=lambda: ["fine"])
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=lambda: ["The", " sky", " is", " blue."])
    size: int = 4
    retry_after: str = "0"
    error: dict[str, Any] | None = None
    n_at_once: int = 0
    most_at_once: int = 0
    hold_seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> str:
        with self.lock:
            return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


@contextmanager
def serving() -> Iterator[Stub]:
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.asked.append(body)
            stub.headers.append({name.lower(): value for name, value in self.headers.items()})
            stub.paths.append(self.path)
            with stub.lock:
                stub.n_at_once += 1
                stub.most_at_once = max(stub.most_at_once, stub.n_at_once)
            try:
                self.answer(body, stub.next())
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with stub.lock:
                    stub.n_at_once -= 1

        def answer(self, body: dict[str, Any], behaviour: str) -> None:
            time.sleep(stub.hold_seconds)
            if behaviour.isdigit():
                return self.fail(int(behaviour))
            if behaviour == "slow":
                time.sleep(1.5)
            if behaviour == "drop":
                self.close_connection = True
                return self.connection.close()
            if behaviour == "garbage":
                return self.send(200, b"<html>It works!</html>", "text/html")
            if behaviour == "redirect":
                self.send_response(307)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                return self.end_headers()
            if "feature-extraction" in self.path:
                return self.send_json([vector(stub, text, behaviour) for text in body["inputs"]])
            if self.path.endswith("/embeddings"):
                return self.openai_embeddings(body, behaviour)
            if self.path.endswith("/v2/embed"):
                return self.cohere_embeddings(body, behaviour)
            if self.path.endswith("/v2/rerank"):
                order = sorted(range(len(body["documents"])), key=lambda i: -len(body["documents"][i]))
                results = [{"index": i, "relevance_score": 1 / (place + 1)} for place, i in enumerate(order)]
                return self.send_json({"id": "r", "results": results, "meta": {}})
            events = {
                "/v2/chat": cohere_events,
                "/v1/messages": anthropic_events,
            }.get(self.path, openai_events)
            self.stream(list(events(stub, body, behaviour)), behaviour)

        def openai_embeddings(self, body: dict[str, Any], behaviour: str) -> None:
            texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
            data = [
                {"object": "embedding", "index": i, "embedding": vector(stub, text, behaviour)}
                for i, text in enumerate(texts)
            ]
            data = data[:-1] if behaviour == "one missing" else data
            usage = {"prompt_tokens": 7 * len(texts), "total_tokens": 7 * len(texts)}
            self.send_json({"object": "list", "data": data, "model": body["model"], "usage": usage})

        def cohere_embeddings(self, body: dict[str, Any], behaviour: str) -> None:
            rows = [vector(stub, text, behaviour) for text in body["texts"]]
            meta = {"billed_units": {"input_tokens": 5 * len(rows)}}
            self.send_json(
                {"id": "e", "embeddings": {"float": rows}, "texts": body["texts"], "meta": meta,
                 "response_type": "embeddings_by_type"}
            )  # fmt: skip

        def stream(self, events: list[bytes], behaviour: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            kept = events[: len(events) // 2] if behaviour in ("half", "half and end") else events
            for event in kept:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
                self.wfile.flush()
                if behaviour == "pause" and event is kept[2]:
                    time.sleep(1.5)
            if behaviour == "half":
                self.close_connection = True
                self.connection.shutdown(2)
                return
            self.wfile.write(b"0\r\n\r\n")

        def fail(self, status: int) -> None:
            secret = self.headers.get("Authorization", "") + self.headers.get("x-api-key", "")
            error = stub.error or {"message": f"no: {secret}", "type": "error", "code": None}
            self.send(status, json.dumps({"error": error, "message": f"no: {secret}"}).encode())

        def send_json(self, body: Any) -> None:
            self.send(200, json.dumps(body).encode())

        def send(self, status: int, body: bytes, media_type: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", stub.retry_after)
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # whoever hangs up is part of the tests
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


def vector(stub: Stub, text: str, behaviour: str) -> list[float]:
    size = stub.size + 1 if behaviour == "wrong size" else stub.size
    if behaviour == "zeros":
        return [0.0] * size
    return [float(len(text) + 1)] + [3.0] * (size - 1)


def sse(document: Any, event: str | None = None) -> bytes:
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {document if isinstance(document, str) else json.dumps(document)}\n\n".encode()


def openai_events(stub: Stub, body: dict[str, Any], behaviour: str) -> Iterator[bytes]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return sse(
            {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": body["model"], "choices": [choice]}
        )

    yield chunk({"role": "assistant", "content": ""})
    if behaviour == "broken event":
        yield b"data: {not json\n\n"
    if behaviour == "tool":
        function = {"name": "search", "arguments": '{"query": '}
        yield chunk({"tool_calls": [{"index": 0, "id": "t1", "type": "function", "function": function}]})
        yield chunk({"tool_calls": [{"index": 0, "function": {"arguments": '"sky"}'}}]})
        yield chunk({}, "tool_calls")
    else:
        for word in stub.words:
            yield chunk({"content": word})
        yield chunk({}, "length" if behaviour == "cut" else "stop")
    if behaviour != "no usage":
        usage = {"prompt_tokens": 11, "completion_tokens": 5, "total_tokens": 16}
        yield sse({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": body["model"], "choices": [],
                   "usage": usage})  # fmt: skip
    yield sse("[DONE]")


def cohere_events(stub: Stub, body: dict[str, Any], behaviour: str) -> Iterator[bytes]:
    yield sse({"type": "message-start", "id": "m", "delta": {"message": {"role": "assistant", "content": []}}},
              "message-start")  # fmt: skip
    yield sse({"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
              "content-start")  # fmt: skip
    for word in stub.words:
        yield sse({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": word}}}},
                  "content-delta")  # fmt: skip
    yield sse({"type": "content-end", "index": 0}, "content-end")
    usage = {
        "billed_units": {"input_tokens": 11, "output_tokens": 5},
        "tokens": {"input_tokens": 60, "output_tokens": 5},
    }
    yield sse({"type": "message-end", "id": "m", "delta": {"finish_reason": "COMPLETE", "usage": usage}}, "message-end")


def anthropic_events(stub: Stub, body: dict[str, Any], behaviour: str) -> Iterator[bytes]:
    usage = {"input_tokens": 11, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": body["model"], "content": [],
               "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
    yield sse({"type": "message_start", "message": message}, "message_start")
    yield sse({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
              "content_block_start")  # fmt: skip
    for word in stub.words:
        yield sse({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}},
                  "content_block_delta")  # fmt: skip
    yield sse({"type": "content_block_stop", "index": 0}, "content_block_stop")
    yield sse({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None},
               "usage": {"output_tokens": 5}}, "message_delta")  # fmt: skip
    yield sse({"type": "message_stop"}, "message_stop")
