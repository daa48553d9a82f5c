"""One prediction through HTTP beside the model's own predict on one row."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.data import sample
from bench.report import Figure
from bench.server import finished, serving

N_CALLS = 400
N_WARM = 30


def measure() -> Iterator[Figure]:
    """Yield p50 and p99 of both, and their difference."""
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        client = server.client
        dataset = sample(client, "credit")
        workflow = (
            client.post("/api/v1/workflows", json={"name": "bench", "dataset": dataset["id"]}).raise_for_status().json()
        )
        run: Any = finished(
            client, client.post("/api/v1/runs", json={"kind": "workflow", "workflow": workflow["id"]}).json()["id"]
        )
        model = client.get(f"/api/v1/models/{run['result']['model_ids'][0]}").raise_for_status().json()
        row = {item["name"]: item["example"] for item in model["signature"]["inputs"]}
        path = Path(folder) / "model.zip"
        path.write_bytes(client.get(f"/api/v1/models/{model['id']}/download").raise_for_status().content)

        from modelyard.models.chain import load

        chain = load(path)
        url, body = f"/api/v1/endpoints/{model['endpoint_id']}/calls", {"inputs": [row]}
        bare = _percentiles(lambda: chain.predict([row]))
        engine = _engine_alone(chain, row)
        http = _percentiles(lambda: client.post(url, json=body).raise_for_status())
    beside = f"HTTP {_told(http)}; chain.predict {_told(bare)}; engine alone {_told(engine)}"
    yield Figure(
        "One prediction through HTTP: overhead over the model's predict, p50",
        f"{(http[0] - bare[0]) * 1000:.1f} ms",
        "≤ 5 ms",
        beside,
    )
    yield Figure(
        "… p99",
        f"{(http[1] - bare[1]) * 1000:.1f} ms",
        "–",
        f"{N_CALLS} calls, one after the other, each kept in the history",
    )


def _engine_alone(chain: Any, row: dict[str, Any]) -> tuple[float, float]:
    import polars as pl

    features = pl.DataFrame([row])
    if chain.nodes:
        return float("nan"), float("nan")
    return _percentiles(lambda: chain.engine.predict(chain.fitted, features))


def _percentiles(call: Callable[[], object]) -> tuple[float, float]:
    seconds = []
    for i in range(N_WARM + N_CALLS):
        began = time.perf_counter()
        call()
        if i >= N_WARM:
            seconds.append(time.perf_counter() - began)
    seconds.sort()
    return seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]


def _told(pair: tuple[float, float]) -> str:
    return "–" if pair[0] != pair[0] else f"{pair[0] * 1000:.1f} / {pair[1] * 1000:.1f} ms"
