"""Start of the API process with all rooms, and its memory when idle."""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.report import Figure
from bench.server import free_port, serving

BARE = """
import fastapi, uvicorn
app = fastapi.FastAPI()
app.get('/health')(lambda: {{}})
uvicorn.run(app, port={port}, log_level='error')
"""
REPEATS = 5


def measure() -> Iterator[Figure]:
    """Yield seconds to the first 200 on /health and idle memory; a bare FastAPI application stands beside."""
    with tempfile.TemporaryDirectory() as folder:
        with serving(worker_mode="none", data=Path(folder)):
            pass  # the first start makes the database; the figure is about every later one
        starts, memory = [], 0
        for _ in range(REPEATS):
            with serving(worker_mode="none", data=Path(folder)) as server:
                starts.append(server.start_seconds)
                time.sleep(1)
                memory = max(memory, server.rss_bytes())
    bare = statistics.median(_bare_start() for _ in range(REPEATS))
    seconds = statistics.median(starts)
    beside = f"bare FastAPI {bare:.2f} s, ratio {seconds / bare:.1f}"
    yield Figure("API start to first 200 on /health (migrations checked)", f"{seconds:.2f} s", "≤ 1.0 s", beside)
    yield Figure("API memory idle (RSS)", f"{memory / 1e6:.0f} MB", "≤ 120 MB", f"SQLite {sqlite3.sqlite_version}")


def _bare_start() -> float:
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", BARE.format(port=port)], env=os.environ)
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.005)
            else:
                return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
