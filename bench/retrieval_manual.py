"""A manual from end to end, through HTTP: the Debian Administrator's Handbook, about 500 pages in print."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.report import Figure
from bench.retrieval_sets import unpacked
from bench.server import Server, finished, serving

N_FILES = int(os.environ.get("BENCH_MANUAL_FILES", 1_000))
"""Of the handbook's 128; fewer for a quick round."""


def manual() -> Iterator[Figure]:
    """Yield how long indexing takes with the default embedder, and syncing again when one page has changed."""
    with tempfile.TemporaryDirectory(prefix="modelyard-bench-") as scratch:
        folder = Path(scratch)
        pages = sorted((unpacked("debian-handbook") / "usr/share/doc/debian-handbook/html/en-US").glob("*.html"))
        for page in pages[:N_FILES]:
            shutil.copy(page, folder)
        with serving() as server:
            collection, whole = _indexed(server, folder)
            changed = sorted(folder.glob("*.html"))[N_FILES // 2 if len(pages) > N_FILES else len(pages) // 2]
            changed.write_text(changed.read_text().replace("</p>", " It was changed since.</p>", 1))
            again = _synced(server, collection["id"])
            after = server.client.get(f"/api/v1/collections/{collection['id']}").json()
            memory = server.rss_bytes() / 2**20
    n_chunks, n_pages = collection["n_chunks"], collection["n_words"] / 300
    share = collection["n_words_indexed"] / collection["n_words"]
    yield Figure(
        f"A manual of {n_pages:.0f} pages ({collection['n_documents']} files) indexed with the default embedder",
        f"{whole:.0f} s",
        "stated",
        f"{n_chunks:,} chunks, {n_chunks / whole:.1f} a second; words indexed {share:.1%}; API {memory:.0f} MB",
    )
    yield Figure(
        "… synced again, one page changed",
        f"{again:.1f} s",
        "≤ 3 s",
        f"version {collection['version']} → {after['version']}",
    )


def _indexed(server: Server, folder: Path) -> tuple[dict[str, Any], float]:
    made = server.client.post("/api/v1/collections", json={"name": "Handbook"}).raise_for_status().json()
    address = f"/api/v1/collections/{made['id']}"
    body = {"kind": "folder", "path": str(folder)}
    server.client.post(f"{address}/origins", json=body, params={"sync": False}).raise_for_status()
    seconds = _synced(server, made["id"])
    return server.client.get(address).raise_for_status().json(), seconds


def _synced(server: Server, collection_id: str) -> float:
    began = time.perf_counter()
    run_id = server.client.post(f"/api/v1/collections/{collection_id}/sync").raise_for_status().json()["run_id"]
    run = finished(server.client, run_id)
    if run["state"] != "succeeded":
        raise RuntimeError(f"the sync {run['state']}: {run.get('error')}")
    return time.perf_counter() - began
