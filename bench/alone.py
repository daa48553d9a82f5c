"""One model as a service of its own: what it installs, the memory it takes, how soon it answers; by engine."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.data import graph, sample
from bench.report import Figure
from bench.server import finished, free_port, serving
from modelyard.deploy.bundling.image import LIGHTEN

PREPARED = (("fill_missing", {}), ("encode_categories", {}), ("scale", {}))
ENGINES: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "lightgbm": (),
    "xgboost": (),
    "logistic_regression": PREPARED,
    "random_forest": PREPARED,
    "hist_gradient_boosting": (),
}
"""With the nodes that each needs before it on the penguins: 7 columns with gaps and categories."""
N_STARTS = 3
N_CALLS = 100


def measure() -> Iterator[Figure]:
    """Yield size, memory and start of each engine's service, installed as its Dockerfile installs it."""
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as folder:
        place = Path(folder)
        for engine, endpoint in _endpoints(place / "yard").items():
            bundle, libraries = place / engine, place / f"{engine}-venv"
            _bundle(place / "yard", endpoint, bundle)
            _install(bundle, libraries)
            size = f"{_bytes(bundle) / 1e6:.1f} + {_bytes(libraries) / 1e6:.0f} MB"
            yield Figure(f"{engine}: bundle and installed libraries", size, "≤ 350 MB", "bytes of all files")
            yield from _served(engine, bundle / "service" / "serve.py", libraries / "bin" / "python")


def _endpoints(data: Path) -> dict[str, str]:
    """Train each engine; return the ids of the endpoints."""
    found = {}
    data.mkdir()
    with serving(data=data) as server:
        client = server.client
        dataset = sample(client, "penguins")
        for engine, nodes in ENGINES.items():
            made = graph(
                [
                    ("dataset", {"dataset": dataset["id"], "target": "species"}),
                    ("split", {"method": "stratified", "test_fraction": 0.2, "seed": 0}),
                    *nodes,
                    ("train", {"engine": {"kind": engine}, "seed": 0}),
                ]
            )
            body = {"name": engine, "graph": made}
            workflow = client.post("/api/v1/workflows", json=body).raise_for_status().json()
            run = client.post("/api/v1/runs", json={"kind": "workflow", "workflow": workflow["id"]}).raise_for_status()
            result: Any = finished(client, run.json()["id"])["result"]
            model = client.get(f"/api/v1/models/{result['model_ids'][0]}").raise_for_status().json()
            found[engine] = model["endpoint_id"]
    return found


def _bundle(data: Path, endpoint: str, out: Path) -> None:
    command = [str(Path(sys.executable).parent / "modelyard"), "bundle", str(out), "--endpoint", endpoint]
    subprocess.run(command, env={**os.environ, "MODELYARD_DATA": str(data)}, check=True, stdout=subprocess.DEVNULL)


def _install(bundle: Path, libraries: Path) -> None:
    """Do what the build stage of the bundle's Dockerfile does."""
    subprocess.run([sys.executable, "-m", "venv", str(libraries)], check=True)
    pip = [str(libraries / "bin" / "python"), "-m", "pip", "-qq", "--disable-pip-version-check"]
    wanted = ["--only-binary", ":all:", "--no-deps", "-r", str(bundle / "requirements.txt")]
    subprocess.run([*pip, "install", *wanted], check=True)
    subprocess.run([*pip, "uninstall", "--yes", "setuptools", "pip"], check=True)
    subprocess.run(["sh", "-c", LIGHTEN.replace("/opt/venv", str(libraries))], check=True)


def _bytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def _served(engine: str, program: Path, python: Path) -> Iterator[Figure]:
    """Start it several times; call the last one and look at its memory."""
    clock, processor = [], []
    for number in range(N_STARTS):
        port = free_port()
        environment = {**os.environ, "PORT": str(port), "OMP_NUM_THREADS": "1", "CALLS_PER_MINUTE": "100000"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        began = time.perf_counter()
        process = psutil.Popen(
            [str(python), str(program)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait(client)
                clock.append(time.perf_counter() - began)
                processor.append(sum(process.cpu_times()[:2]))
                calls = _called(client) if number == N_STARTS - 1 else []
                memory = process.memory_info().rss
        finally:
            process.terminate()
            process.wait(30)
    seconds = f"{min(processor[1:]):.1f} s of processor, {min(clock[1:]):.1f} s by the clock"
    cold = f"Python files not yet compiled: {processor[0]:.1f} s of processor"
    yield Figure(f"{engine}: start to first 200 on /health", seconds, "≤ 3 s", cold)
    beside = f"first call {calls[0] * 1000:.0f} ms, median {sorted(calls)[len(calls) // 2] * 1000:.1f} ms"
    told = f"{N_CALLS} calls of one row, half of them with reasons; {beside}"
    yield Figure(f"{engine}: memory after the calls (RSS)", f"{memory / 1e6:.0f} MB", "≤ 180 MB", told)


def _wait(client: httpx.Client) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _called(client: httpx.Client) -> list[float]:
    """Call with the example of each column; return the seconds of each call."""
    about = client.get("/api/v1/about").raise_for_status().json()
    row = {item["name"]: item["example"] for item in about["signature"]["inputs"]}
    seconds = []
    for number in range(N_CALLS):
        began = time.perf_counter()
        client.post("/api/v1/calls", json={"inputs": [row], "explain": number % 2 == 1}).raise_for_status()
        seconds.append(time.perf_counter() - began)
    return seconds
