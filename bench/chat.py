"""Answers of a collection over HTTP: time to the first event, many streams at once, memory of the API process."""

import asyncio
import io
import random
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import quantiles
from typing import Any

import httpx

from bench.report import Figure
from bench.server import Server, finished, serving

N_SEQUENTIAL = 200
N_STREAMS = 64
N_FEW = 8
N_CHUNKS = 5_000
SECONDS_PER_WORD = 0.1
"""Of an LLM that writes 10 words a second: an answer takes seven seconds."""
SECONDS_APART = 0.1
"""Between the questions of readers; all of them are being answered when the last one asks."""
TOPICS = ("harbour", "lantern", "orchard", "violin", "meadow", "thunder", "saddle", "mirror", "basket", "compass")
FILLING = ("copper", "walks", "slowly", "under", "bright", "morning", "while", "several", "quiet", "birds", "bridges")


@dataclass
class Heard:
    """One stream as it was heard: when each event came, in seconds from the request."""

    at: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def longest_gap(self) -> float:
        """Seconds of the longest silence between two events."""
        return max((after - before for before, after in pairwise(self.at)), default=0.0)


def measure() -> Iterator[Figure]:
    """Yield figures of a small collection with the default embedder, and of one with 5,000 chunks beside it."""
    with serving() as server:
        quick = _llm(server, seconds_per_word=0.0)
        endpoint = _collection(server, "Small", quick, n_documents=4, n_sections=4, embedder=None)
        url = f"/api/v1/endpoints/{endpoint}/calls"
        asyncio.run(_heard_in_turn(server, url, 20))
        heard = asyncio.run(_heard_in_turn(server, url, N_SEQUENTIAL))
        firsts = [each.at[0] for each in heard]
        yield Figure("first event, LLM of 0 ms, default embedder, one reader: p50 / p95", _ms(firsts), "≤ 60 ms p95")
        slow = _llm(server, seconds_per_word=SECONDS_PER_WORD)
        _change_llm(server, "Small", slow)
        yield from _many(server, url, f"LLM of {1 / SECONDS_PER_WORD:.0f} words/s")
        yield from _memory(server, slow)


def _many(server: Server, url: str, what: str) -> Iterator[Figure]:
    heard = asyncio.run(_heard_together(server, url, N_STREAMS, apart=SECONDS_APART))
    done = sum(each.names[-1] == "done" for each in heard)
    firsts = [each.at[0] for each in heard]
    gaps = [each.longest_gap for each in heard]
    yield Figure(
        f"{N_STREAMS} streams open, {what}: first event p50 / p95", _ms(firsts), "≤ 60 ms p95", f"{done} answered"
    )
    middle = sorted(gaps)[len(gaps) // 2]
    told = f"{N_STREAMS} streams open, {what}: longest silence within a stream"
    beside = f"median of streams {middle * 1000:.0f} ms"
    yield Figure(told, f"{max(gaps) * 1000:.0f} ms", "no stream stalls another", beside)


def _memory(server: Server, llm_id: str) -> Iterator[Figure]:
    embedder = _llm(server, seconds_per_word=0.0, size=384)
    n_documents = 100
    endpoint = _collection(
        server, "Large", llm_id, n_documents=n_documents, n_sections=N_CHUNKS // n_documents, embedder=embedder
    )
    url = f"/api/v1/endpoints/{endpoint}/calls"
    asyncio.run(_heard_in_turn(server, url, 3))
    chunks = next(item for item in _items(server) if item["name"] == "Large")["n_chunks"]
    time.sleep(2)
    beside = f"{chunks:,} chunks × 384, and the default embedder loaded"
    yield Figure("API process, collection loaded, idle", _mib(server.rss_bytes()), "≤ 250 MB", beside)
    most = asyncio.run(_watched(server, url))
    yield Figure(f"API process under {N_FEW} streams", _mib(most), "≤ 350 MB", beside)


async def _watched(server: Server, url: str) -> int:
    """Return the most memory that the process had while some streams were told."""
    streams = asyncio.gather(_heard_together(server, url, N_FEW), _heard_together(server, url, N_FEW))
    most = 0
    while not streams.done():
        most = max(most, server.rss_bytes())
        await asyncio.sleep(0.02)
    await streams
    return most


async def _heard_in_turn(server: Server, url: str, n: int) -> list[Heard]:
    async with _client(server) as client:
        return [await _heard(client, url, i) for i in range(n)]


async def _heard_together(server: Server, url: str, n: int, *, apart: float = 0.0) -> list[Heard]:
    """Return streams that began `apart` seconds after each other and are told together."""

    async def later(client: httpx.AsyncClient, number: int) -> Heard:
        await asyncio.sleep(number * apart)
        return await _heard(client, url, number)

    async with _client(server) as client:
        return list(await asyncio.gather(*(later(client, i) for i in range(n))))


async def _heard(client: httpx.AsyncClient, url: str, number: int) -> Heard:
    question = f"Which number does the {TOPICS[number % len(TOPICS)]} of section {number % 4} have?"
    heard, began = Heard(), time.perf_counter()
    body = {"inputs": [{"question": question}]}
    async with client.stream("POST", url, json=body, headers={"Accept": "text/event-stream"}) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                heard.at.append(time.perf_counter() - began)
                heard.names.append(line.removeprefix("event: "))
    return heard


def _client(server: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=server.client.base_url,
        cookies=server.client.cookies,
        headers={"X-CSRF-Token": server.client.headers["X-CSRF-Token"]},
        timeout=120,
        limits=httpx.Limits(max_connections=N_STREAMS * 2),
    )


def _llm(server: Server, *, seconds_per_word: float, size: int = 64) -> str:
    said = "The number of the section is told in it [1]. " + "It says so in many more words than are needed. " * 6
    provider = {"kind": "scripted", "otherwise": said, "seconds_per_word": seconds_per_word, "size": size}
    made = server.client.post("/api/v1/llms", json={"name": f"Script {seconds_per_word} {size}", "provider": provider})
    return str(made.raise_for_status().json()["id"])


def _collection(
    server: Server, name: str, llm_id: str, *, n_documents: int, n_sections: int, embedder: str | None
) -> str:
    body: dict[str, Any] = {"name": name, "llm_id": llm_id, "embedder_id": embedder}
    collection = server.client.post("/api/v1/collections", json=body).raise_for_status().json()
    # The words of these pages share little with the questions: what is measured is the way, not the judgement.
    change = {"answering": {"answer_from": 0.0}}
    server.client.patch(f"/api/v1/collections/{collection['id']}", json=change).raise_for_status()
    address = f"/api/v1/collections/{collection['id']}/documents?filename=manual.zip"
    upload = server.client.post(address, content=_zip(n_documents, n_sections)).raise_for_status()
    assert upload.status_code < 300
    run_id = server.client.get(f"/api/v1/collections/{collection['id']}").json()["run_id"]
    run = finished(server.client, run_id)
    assert run["state"] == "succeeded", run
    return str(collection["endpoint_id"])


def _zip(n_documents: int, n_sections: int) -> bytes:
    source = random.Random(7)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for document in range(n_documents):
            sections = "\n\n".join(_section(source, document, number) for number in range(n_sections))
            file.writestr(f"page-{document:03}.md", f"# Page {document}\n\n{sections}\n")
    return held.getvalue()


def _section(source: random.Random, document: int, number: int) -> str:
    topic = TOPICS[(document + number) % len(TOPICS)]
    words = " ".join(source.choices(FILLING + TOPICS, k=170))
    told = f"The {topic} of section {number} has number {document * 100 + number}."
    return f"## The {topic} of section {number}\n\n{told} {words}."


def _change_llm(server: Server, name: str, llm_id: str) -> None:
    collection = next(item for item in _items(server) if item["name"] == name)
    server.client.patch(f"/api/v1/collections/{collection['id']}", json={"llm_id": llm_id}).raise_for_status()


def _items(server: Server) -> list[dict[str, Any]]:
    return list(server.client.get("/api/v1/collections").raise_for_status().json()["items"])


def _ms(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=20)
    return f"{cuts[9] * 1000:.0f} / {cuts[18] * 1000:.0f} ms"


def _mib(n: int) -> str:
    return f"{n / 1024**2:.0f} MB"
