"""Many programs at one endpoint: 32 clients on one API process; and one client beside a worker that is busy."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx

from bench.data import sample
from bench.report import Figure
from bench.server import Server, finished, serving

N_CLIENTS = 32
SECONDS = 15.0
N_WARM = 100
N_SINGLE = 300
LOAD = """
import http.client, json, sys, threading, time
host, port, path, key, body, n, seconds = json.load(sys.stdin)
told = []

def client():
    connection = http.client.HTTPConnection(host, port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    ends_at = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends_at:
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except OSError as error:
            status = type(error).__name__
            connection.close()
        told.append((status, time.perf_counter() - began))

threads = [threading.Thread(target=client) for _ in range(n)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(json.dumps(told))
"""
"""The clients live in a process of their own: their time is not the server's."""


def measure() -> Iterator[Figure]:
    """Yield requests a second, p50, p99 and errors for two kinds of keys; p95 of one client, idle and beside work."""
    with serving() as server:
        endpoint, row = _endpoint(server)
        url = f"/api/v1/endpoints/{endpoint}"
        personal = _created(server, "/api/v1/auth/keys", {"name": "bench", "scopes": ["endpoints:call"]})
        limits = {"calls_per_minute": 10**9, "rows_per_day": 10**9}
        bound = _created(server, f"{url}/keys", {"name": "bench", **limits})
        for what, key in (("a personal key", personal), ("a key of the endpoint with two limits", bound)):
            yield _under_load(server, f"{url}/calls", key, row, what)
        yield _beside_work(server, f"{url}/calls", personal, row)


def _endpoint(server: Server) -> tuple[str, dict[str, Any]]:
    client = server.client
    dataset = sample(client, "credit")
    workflow = client.post("/api/v1/workflows", json={"name": "bench", "dataset": dataset["id"]}).raise_for_status()
    run: Any = finished(client, _run(client, workflow.json()["id"]))
    model = client.get(f"/api/v1/models/{run['result']['model_ids'][0]}").raise_for_status().json()
    return model["endpoint_id"], {item["name"]: item["example"] for item in model["signature"]["inputs"]}


def _run(client: httpx.Client, workflow_id: str) -> str:
    body = {"kind": "workflow", "workflow": workflow_id}
    return str(client.post("/api/v1/runs", json=body).raise_for_status().json()["id"])


def _created(server: Server, path: str, body: dict[str, Any]) -> str:
    return str(server.client.post(path, json=body).raise_for_status().json()["key"])


def _under_load(server: Server, path: str, key: str, row: dict[str, Any], what: str) -> Figure:
    import json

    base = server.client.base_url
    body = json.dumps({"inputs": [row]})
    for _ in range(N_WARM):
        _timed(server, path, key, row)
    stated = json.dumps([base.host, base.port, path, key, body, N_CLIENTS, SECONDS])
    done = subprocess.run([sys.executable, "-c", LOAD], input=stated, capture_output=True, text=True, check=True)
    told: list[tuple[int | str, float]] = json.loads(done.stdout)
    seconds = sorted(time for status, time in told if status == 200)
    errors = Counter(str(status) for status, _ in told if status != 200)
    p50, p99, slowest = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)], seconds[-1]
    value = f"{len(seconds) / SECONDS:.0f}/s, p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, {errors.total()} errors"
    beside = f"slowest {slowest * 1000:.0f} ms; {dict(errors) or 'no error'}; {len(told):,} calls, each kept"
    return Figure(f"{N_CLIENTS} clients, one endpoint, one API process, {what}", value, "0 errors", beside)


def _beside_work(server: Server, path: str, key: str, row: dict[str, Any]) -> Figure:
    idle = _p95(server, path, key, row)
    with _busy(server) as what:
        busy = _p95(server, path, key, row)
    return Figure(
        f"Single prediction, p95, beside {what}",
        f"{busy * 1000:.1f} ms = {busy / idle:.1f} × idle",
        "≤ 3 × idle",
        f"idle {idle * 1000:.1f} ms; {N_SINGLE} calls each, one after the other",
    )


@contextmanager
def _busy(server: Server) -> Iterator[str]:
    """Keep the worker at a batch from before the first call until after the last."""
    client, ending, predicting = server.client, threading.Event(), threading.Event()
    rows = _many_rows(client)
    endpoint = client.get("/api/v1/endpoints").json()["items"][0]["id"]
    path = f"/api/v1/endpoints/{endpoint}/batches?filename=rows.csv&start=true&again=true"

    def keep() -> None:
        with httpx.Client(base_url=client.base_url, headers=client.headers, cookies=client.cookies, timeout=600) as own:
            while not ending.is_set():
                batch = own.post(path, content=rows).raise_for_status().json()
                while batch["state"] in ("reading", "queued", "running") and not ending.is_set():
                    time.sleep(0.5)
                    batch = own.get(f"/api/v1/batches/{batch['id']}").raise_for_status().json()
                    if batch["state"] == "running":
                        predicting.set()

    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(keep)
        assert predicting.wait(300), kept
        yield "a batch of 400 000 rows"
        assert not kept.done(), kept.exception()
        ending.set()


def _many_rows(client: httpx.Client) -> bytes:
    import csv
    import io

    model = client.get("/api/v1/models").json()["items"][0]
    inputs = client.get(f"/api/v1/models/{model['id']}").json()["signature"]["inputs"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([item["name"] for item in inputs])
    head, line = out.getvalue(), io.StringIO()
    csv.writer(line).writerow([item["example"] for item in inputs])
    return (head + line.getvalue() * 400_000).encode()


def _p95(server: Server, path: str, key: str, row: dict[str, Any]) -> float:
    seconds = sorted(_timed(server, path, key, row) for _ in range(N_SINGLE))
    return seconds[int(N_SINGLE * 0.95)]


def _timed(server: Server, path: str, key: str, row: dict[str, Any]) -> float:
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {key}"}
    server.client.post(path, json={"inputs": [row]}, headers=headers).raise_for_status()
    return time.perf_counter() - began
