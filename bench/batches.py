"""Whole files through an endpoint: rows a second beside the bare pipeline, and the memory of a million rows."""

import csv
import gzip
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.data import write_numbers
from bench.report import Figure
from bench.server import Server, finished, serving

N_TEXTS = 100_000
N_ROWS, N_COLUMNS = 1_000_000, 10
N_ROUNDS = 3
N_PAGES = 20
BARE = """
import csv, json, sys, time
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

learned, asked, text, target, words, inverse_strength = json.load(sys.stdin)
rows = list(csv.DictReader(open(learned, encoding="utf-8", newline="")))
words["ngram_range"] = tuple(words["ngram_range"])
pipeline = make_pipeline(TfidfVectorizer(**words), LogisticRegression(C=inverse_strength, max_iter=1000))
pipeline.fit([row[text] for row in rows], [row[target] for row in rows])
texts = [row[text] for row in csv.DictReader(open(asked, encoding="utf-8", newline=""))]
seconds = []
for _ in range(2):
    began = time.perf_counter()
    pipeline.predict_proba(texts)
    seconds.append(time.perf_counter() - began)
print(min(seconds))
"""
"""What somebody would write, in a process of its own; the file is in memory already when the clock starts."""


def measure() -> Iterator[Figure]:
    """Yield rows a second of short texts and of a table, and the peak memory of the table's batch."""
    with tempfile.TemporaryDirectory(prefix="modelyard-batches-") as folder, serving() as server:
        yield from _texts(server, Path(folder))
    with tempfile.TemporaryDirectory(prefix="modelyard-batches-") as folder, serving() as server:
        yield from _table(server, Path(folder))


def _texts(server: Server, folder: Path) -> Iterator[Figure]:
    client = server.client
    workflow = client.post("/api/v1/workflows/templates/star_rating").raise_for_status().json()
    stated = next(node["parameters"] for node in workflow["graph"]["nodes"] if node["kind"] == "tfidf")
    endpoint = _endpoint(client, workflow)
    asked = _write_texts(folder)
    bare, ours, whole = [], [], []
    for _ in range(N_ROUNDS):  # in turn, so that whatever else the machine does falls on both
        bare.append(_bare(folder, asked, stated))
        run = _predicted(client, endpoint, asked, N_TEXTS)
        ours.append(_seconds_of_rows(run))
        whole.append(run["cost"]["wall_seconds"])
    theirs, mine, all_of_it = (statistics.median(each) for each in (bare, ours, whole))
    yield Figure(
        f"Batch of {N_TEXTS:,} short texts, TF-IDF and logistic regression: rows/s vs the bare pipeline",
        f"{theirs / mine:.0%} ({N_TEXTS / mine:,.0f} rows/s)",
        "≥ 85 %",
        f"bare {N_TEXTS / theirs:,.0f} rows/s in one thread, nothing kept; ours from the first row to results that are "
        f"kept and indexed, {all_of_it:.1f} s with the start of its process; medians of {N_ROUNDS}, in turn",
    )


def _table(server: Server, folder: Path) -> Iterator[Figure]:
    client = server.client
    write_numbers(folder / "train.csv", 20_000, N_COLUMNS)
    dataset = client.post(
        "/api/v1/datasets", params={"filename": "train.csv"}, content=(folder / "train.csv").read_bytes()
    )
    finished(client, dataset.raise_for_status().json()["run_id"])
    client.patch(f"/api/v1/datasets/{dataset.json()['id']}", json={"target": "y"}).raise_for_status()
    made = client.post("/api/v1/workflows", json={"name": "bench", "dataset": dataset.json()["id"]})
    endpoint = _endpoint(client, made.raise_for_status().json())
    write_numbers(folder / "asked.csv", N_ROWS, N_COLUMNS)
    with _watched(server) as peaks:
        run = _predicted(client, endpoint, folder / "asked.csv", N_ROWS)
        slowest = _slowest_page(client, run["subject"]["id"])
    seconds = _seconds_of_rows(run)
    yield Figure(
        f"Batch of {N_ROWS:,} × {N_COLUMNS} numbers: peak memory of the worker and its processes",
        f"{peaks.workers / 1e6:.0f} MB",
        "≤ 600 MB",
        "proportional set size, reading and checking the file included; the run's own process "
        f"{run['cost']['peak_memory_bytes'] / 1e6:.0f} MB resident",
    )
    yield Figure("… of the API", f"{peaks.api / 1e6:.0f} MB", "≤ 150 MB", "resident; upload and pages included")
    yield Figure("… rows/s", f"{N_ROWS / seconds:,.0f}", "stated", f"{seconds:.0f} s from the first row to results")
    yield Figure(
        "… slowest page of its results", f"{slowest * 1000:.0f} ms", "≤ 300 ms", f"{N_PAGES} pages, sorted too"
    )


def _endpoint(client: httpx.Client, workflow: dict[str, Any]) -> str:
    """Run the workflow and return the endpoint of its model."""
    for node in workflow["graph"]["nodes"]:
        if node["kind"] == "dataset":
            _wait_for_rows(client, node["parameters"]["dataset"])
    body = {"kind": "workflow", "workflow": workflow["id"]}
    run: Any = finished(client, client.post("/api/v1/runs", json=body).raise_for_status().json()["id"])
    assert run["state"] == "succeeded", run["error"]
    return str(client.get(f"/api/v1/models/{run['result']['model_ids'][0]}").raise_for_status().json()["endpoint_id"])


def _wait_for_rows(client: httpx.Client, dataset_id: str) -> None:
    while client.get(f"/api/v1/datasets/{dataset_id}").raise_for_status().json()["state"] != "ready":
        time.sleep(0.1)


def _predicted(client: httpx.Client, endpoint: str, path: Path, n_rows: int) -> dict[str, Any]:
    """Give a file to the endpoint, wait until it is predicted, and return the run that did it."""
    options = {"filename": path.name, "start": True, "again": True}
    with path.open("rb") as file:
        answer = client.post(f"/api/v1/endpoints/{endpoint}/batches", params=options, content=file)
    batch = answer.raise_for_status().json()
    while batch["state"] in ("reading", "queued", "running"):
        time.sleep(0.2)
        batch = client.get(f"/api/v1/batches/{batch['id']}").raise_for_status().json()
    assert (batch["state"], batch["n_rows"], batch["n_failed"]) == ("succeeded", n_rows, 0), batch
    run: dict[str, Any] = client.get(f"/api/v1/runs/{batch['run_id']}").raise_for_status().json()
    return run


def _seconds_of_rows(run: dict[str, Any]) -> float:
    """Return the seconds from the first row until the results are kept: without the start of the process."""
    return float(run["steps"][0]["seconds"])


def _slowest_page(client: httpx.Client, batch_id: str) -> float:
    """Return the seconds of the slowest page, the first one excepted, which fetches the results."""
    seconds = []
    for place in range(N_PAGES + 1):
        asked = {
            "offset": place * (N_ROWS // (N_PAGES + 1)),
            "sort": "prediction" if place % 2 else "row",
            "limit": 100,
        }
        began = time.perf_counter()
        client.get(f"/api/v1/batches/{batch_id}/rows", params=asked).raise_for_status()
        seconds.append(time.perf_counter() - began)
    return max(seconds[1:])


def _bare(folder: Path, asked: Path, words: dict[str, Any], strength: float = 0.25) -> float:
    """Return the seconds of the same pipeline without the product, on the same rows."""
    from modelyard.data.catalogue import find_sample

    stated = find_sample("vietnamese_reviews")
    assert stated is not None
    learned = folder / "learned.csv"
    learned.write_bytes(gzip.decompress(stated.path.read_bytes()))
    options = {
        "ngram_range": (1, words["longest"]),
        "max_features": words["max_terms"],
        "min_df": 2,
        "sublinear_tf": words["sublinear"],
    }
    order = json.dumps([str(learned), str(asked), "review", "stars", options, 1 / strength])
    done = subprocess.run([sys.executable, "-c", BARE], input=order, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _write_texts(folder: Path) -> Path:
    """Write short reviews that are put together from halves of the sample's."""
    from modelyard.data.catalogue import find_sample

    stated = find_sample("vietnamese_reviews")
    assert stated is not None
    lines = gzip.decompress(stated.path.read_bytes()).decode().splitlines()
    reviews = [row["review"] for row in csv.DictReader(lines)]
    chance, path = random.Random(3), folder / "texts.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["review"])
        for _ in range(N_TEXTS):
            first, second = chance.choices(reviews, k=2)
            writer.writerow([first[: len(first) // 2] + second[len(second) // 2 :]])
    return path


@dataclass
class _Peaks:
    """The most memory that was seen, in bytes."""

    api: int = 0
    workers: int = 0


@contextmanager
def _watched(server: Server) -> Iterator[_Peaks]:
    """Look at the memory of the API and of everything it started, until the end."""
    peaks, ending = _Peaks(), threading.Event()

    def watch() -> None:
        while not ending.wait(0.1):
            peaks.api = max(peaks.api, server.rss_bytes())
            peaks.workers = max(peaks.workers, _proportional(psutil.Process(server.process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        ending.set()
        watcher.join()


def _proportional(parent: psutil.Process) -> int:
    """Return the memory of all processes below this one: pages that several share are counted once."""
    total = 0
    for process in parent.children(recursive=True):
        with suppress(psutil.Error):  # it ended meanwhile
            total += process.memory_full_info().pss
    return total
