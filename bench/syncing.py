"""Collections: a manual of 500 pages indexed with the embedder that comes with the package, then synced again."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

from bench.report import Figure
from bench.server import Server, finished, serving

N_PAGES = 500
WORDS_A_PAGE = 400
WORDS_A_PARAGRAPH = 80


def write_manual(folder: Path, n_pages: int) -> None:
    """Write pages of 400 words each, in two sections, from the reference of Python: real text that is always there."""
    words = " ".join(str(text) for text in topics.values()).split()
    for number in range(n_pages):
        first = number * WORDS_A_PAGE % (len(words) - WORDS_A_PAGE)
        text = words[first : first + WORDS_A_PAGE]
        paragraphs = [" ".join(text[i : i + WORDS_A_PARAGRAPH]) for i in range(0, len(text), WORDS_A_PARAGRAPH)]
        paragraphs.insert(len(paragraphs) // 2, f"## More of page {number}")
        (folder / f"page{number:03}.md").write_text(f"# Page {number}\n\n" + "\n\n".join(paragraphs))


def sync(server: Server, collection_id: str) -> tuple[float, dict[str, Any]]:
    """Sync; return how long it took from the request to the end of its run, and the run."""
    began = time.perf_counter()
    run_id = server.client.post(f"/api/v1/collections/{collection_id}/sync").raise_for_status().json()["run_id"]
    run: dict[str, Any] = finished(server.client, run_id)
    assert run["state"] == "succeeded", run["error"]
    return time.perf_counter() - began, run


def measure() -> Iterator[Figure]:
    """Index the manual, sync it unchanged, then with one page changed."""
    with tempfile.TemporaryDirectory(prefix="modelyard-manual-") as name, serving() as server:
        folder = Path(name)
        write_manual(folder, N_PAGES)
        collection_id = server.client.post("/api/v1/collections", json={"name": "Manual"}).json()["id"]
        path = f"/api/v1/collections/{collection_id}"
        server.client.post(
            f"{path}/origins", params={"sync": False}, json={"kind": "folder", "path": str(folder)}
        ).raise_for_status()
        seconds, run = sync(server, collection_id)
        row = server.client.get(path).json()
        peak = run["cost"]["peak_memory_bytes"] / 1024**2
        yield Figure(
            f"Index a manual of {N_PAGES} pages ({row['n_words']:,} words, {row['n_chunks']:,} chunks)",
            f"{seconds:.0f} s, {row['n_chunks'] / seconds:.1f} chunks/s, {peak:.0f} MB",
            "stated",
            f"{row['n_words_indexed'] / row['n_words']:.1%} of the words indexed",
        )
        seconds, run = sync(server, collection_id)
        yield Figure("Sync it with nothing changed", f"{seconds:.2f} s", "≤ 3 s", _counts(run))
        changed = folder / f"page{N_PAGES // 2:03}.md"
        changed.write_text(changed.read_text().replace("## More", "A paragraph that was not there before.\n\n## More"))
        seconds, run = sync(server, collection_id)
        yield Figure("Sync it with one page changed", f"{seconds:.2f} s", "≤ 3 s", _counts(run))


def _counts(run: dict[str, Any]) -> str:
    result = run["result"]
    return f"{result['n_changed']} changed, {result['n_unchanged']} unchanged"
