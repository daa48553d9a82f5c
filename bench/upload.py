"""Upload of a 1 GB CSV: peak memory of the API and of the intake."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.report import Figure
from bench.server import finished, serving

SIZE_BYTES = 1_000_000_000
ROW = "{i},{a:.6f},{b:.6f},category-{c},2024-{m:02d}-{d:02d},a sentence of some words that makes the row longer {i}\n"


def write_csv(path: Path, size_bytes: int) -> int:
    """Write a CSV of about `size_bytes`; return its rows."""
    rows = 0
    with path.open("w") as file:
        file.write("number,a,b,category,day,words\n")
        while file.tell() < size_bytes:
            numbers = range(rows, rows + 20_000)
            file.writelines(
                ROW.format(i=i, a=(i * 37 % 1009) / 7, b=(i * 91 % 997) / 3, c=i % 40, m=i % 12 + 1, d=i % 28 + 1)
                for i in numbers
            )
            rows += 20_000
    return rows


def measure() -> Iterator[Figure]:
    """Yield the API's peak memory while the file streams in, and the intake's."""
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        path = Path(folder) / "large.csv"
        rows = write_csv(path, SIZE_BYTES)
        peak, stop = [0], threading.Event()

        def watch() -> None:
            while not stop.wait(0.02):
                peak[0] = max(peak[0], int(psutil.Process(server.process.pid).memory_info().rss))

        watcher = threading.Thread(target=watch)
        watcher.start()
        began = time.perf_counter()
        with path.open("rb") as file:
            answer = server.client.post(
                "/api/v1/datasets", params={"name": "large", "filename": "large.csv"}, content=file
            )
        dataset = answer.raise_for_status().json()
        uploaded = time.perf_counter() - began
        run = finished(server.client, dataset["run_id"])
        stop.set()
        watcher.join()
        cost = run["cost"]
        assert isinstance(cost, dict), run["error"]
    yield Figure(
        "Upload of a 1 GB CSV: peak memory of the API",
        f"{peak[0] / 1e6:.0f} MB",
        "≤ 300 MB",
        f"{rows:,} rows in {uploaded:.0f} s",
    )
    yield Figure(
        "… and of the intake's child process",
        f"{cost['peak_memory_bytes'] / 1e6:.0f} MB",
        "–",
        f"{cost['wall_seconds']:.0f} s to Parquet and profile",
    )
