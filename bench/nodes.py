"""What the engine of workflows costs per node, and what a second run executes."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from bench.data import graph, write_numbers
from bench.report import Figure
from bench.server import finished, serving

N_LIGHT = 20


def measure() -> Iterator[Figure]:
    """Yield seconds per light node beside bare scikit-learn, and the nodes that run again after a late change."""
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        path = Path(folder) / "numbers.csv"
        write_numbers(path, 5000, 12)
        dataset = _upload(server.client, path)
        _run(server.client, dataset, 1)  # the first child of a machine reads its libraries from disk
        short = _run(server.client, dataset, 0)
        long = _run(server.client, dataset, N_LIGHT)
        per_node = (_seconds(long) - _seconds(short)) / N_LIGHT
        bare = _bare(path)
        beside = f"bare MinMaxScaler on the same rows {bare * 1000:.1f} ms"
        yield Figure(
            "Workflow of 20 light nodes (5 000 × 13): per node, kept and reported",
            f"{per_node * 1000:.0f} ms",
            "≤ 100 ms",
            beside,
        )
        again = _run(server.client, dataset, N_LIGHT, last="max_abs", name="light 20")
        executed = [step["id"] for step in again["steps"] if step["state"] == "succeeded"]
        yield Figure(
            "Second run with the last node changed: nodes executed",
            f"{len(executed)} of {len(again['steps'])}",
            "1",
            ", ".join(executed),
        )


def _upload(client: httpx.Client, path: Path) -> str:
    answer = client.post("/api/v1/datasets", params={"filename": path.name, "target": "y"}, content=path.read_bytes())
    dataset = answer.raise_for_status().json()
    finished(client, dataset["run_id"])
    return str(dataset["id"])


def _run(client: httpx.Client, dataset: str, n_light: int, *, last: str = "min_max", name: str = "") -> dict[str, Any]:
    light: list[tuple[str, dict[str, Any]]] = [
        ("scale", {"method": "min_max" if i % 2 else "standard"}) for i in range(n_light)
    ]
    if light:
        light[-1] = ("scale", {"method": last})
    nodes = graph([("dataset", {"dataset": dataset, "target": "y"}), ("split", {"seed": n_light}), *light])
    workflow = (
        client.post("/api/v1/workflows", json={"name": name or f"light {n_light}", "graph": nodes})
        .raise_for_status()
        .json()
    )
    run = client.post("/api/v1/runs", json={"kind": "workflow", "workflow": workflow["id"]}).raise_for_status().json()
    return finished(client, run["id"])  # type: ignore[return-value]


def _seconds(run: dict[str, Any]) -> float:
    assert run["state"] == "succeeded", run["error"]
    return float(run["cost"]["wall_seconds"])


def _bare(path: Path) -> float:
    import polars as pl
    from sklearn.preprocessing import MinMaxScaler

    values = pl.read_csv(path).to_numpy()
    began = time.perf_counter()
    for _ in range(N_LIGHT):
        values = MinMaxScaler().fit(values[:4000]).transform(values)
    return (time.perf_counter() - began) / N_LIGHT
