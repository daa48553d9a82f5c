"""Experiments: what the runner costs beside the LLM, how near it comes to the ideal, and what being killed costs."""

import asyncio
import contextlib
import io
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select

from bench.report import Figure
from modelyard.access.verbs import ensure_local_owner
from modelyard.data.tables import Dataset
from modelyard.experiments import starting, verbs
from modelyard.experiments.tables import Attempt, ExperimentAnswer
from modelyard.kernel.context import ANONYMOUS, Actor
from modelyard.kernel.ids import new_id
from modelyard.kernel.migrate import upgrade
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import create_llm
from modelyard.runs.drive import drive
from modelyard.runs.tables import Run

N = 2000
N_LARGE = 100_000
"""The most samples that an experiment takes."""
LIMIT = 200
CONCURRENCY = 64
SECONDS, SPREAD = 0.2, 0.05
N_KILLS = 3


class Bench:
    """A yard of its own with questions whose answers an LLM of a script knows."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(data=folder)
        upgrade(settings)
        self.yard = Yard.open(settings)
        with self.yard.context(ANONYMOUS) as ctx:
            self.owner: Actor = ensure_local_owner(ctx)

    def llm(self, provider: dict[str, Any]) -> str:
        """Add an LLM and return its id."""
        with self.yard.context(self.owner) as ctx:
            return create_llm(ctx, "LLM", provider).id

    def start(self, llm: str, n: int, *, limit: int | None = None, **more: Any) -> Attempt:
        """Start an attempt on `n` samples, or on so many of them."""
        with self.yard.context(self.owner) as ctx:
            dataset = self._dataset(ctx.artifacts, ctx.session, n)
            document = {
                "name": "Bench",
                "samples": {"dataset": dataset, "limit": limit},
                "strategies": [{"kind": "naive"}],
                "llms": [{"llm": llm}],
                "pace": {"concurrency": CONCURRENCY},
                "reuse": False,
                **more,
            }
            return starting.start_attempt(ctx, verbs.create_experiment(ctx, document).id)

    def run(self, attempt: Attempt) -> Run:
        """Execute an attempt to its end."""
        run = drive(self.yard, attempt.run_id or "")
        assert run.state == "succeeded", run.error
        return run

    def counts(self, attempt: Attempt) -> tuple[int, int]:
        """Return how many answers are kept, and how many of them failed."""
        with self.yard.readers() as session:
            rows = select(ExperimentAnswer.ended, func.count()).where(ExperimentAnswer.attempt_id == attempt.id)
            found = {ended: n for ended, n in session.execute(rows.group_by(ExperimentAnswer.ended))}  # noqa: C416
        return sum(found.values()), found.get("error", 0)

    def _dataset(self, artifacts: Any, session: Any, n: int) -> str:
        import pyarrow as pa
        import pyarrow.parquet as pq

        questions = [f"Question {place}: how much is {place} and 1?" for place in range(n)]
        written = io.BytesIO()
        pq.write_table(pa.table({"question": questions, "answer": [str(place + 1) for place in range(n)]}), written)
        row = Dataset(
            id=new_id("ds"),
            owner_id=self.owner.id,
            name="Bench",
            state="ready",
            filename="bench.csv",
            format="csv",
            size_bytes=1,
            upload_hash="0" * 64,
            content_hash=artifacts.put_bytes(written.getvalue()).hash,
            n_rows=n,
            n_columns=2,
            created_at=self.yard.clock(),
        )
        session.add(row)
        session.flush()
        return row.id


def measure() -> Iterator[Figure]:
    """Run the same questions without a wait, with one, and killed in the middle."""
    with tempfile.TemporaryDirectory(prefix="modelyard-experiments-") as folder:
        bench = Bench(Path(folder))
        yield _overhead(bench)
        yield _beside_the_ideal(bench)
        yield _killed(bench)
        yield from _large(bench)
        bench.yard.close()


def _overhead(bench: Bench) -> Figure:
    scripted = bench.llm({"kind": "scripted", "otherwise": "1"})
    few = bench.run(bench.start(scripted, 1))
    many = bench.run(bench.start(scripted, N))
    each = ((many.cost or {})["cpu_seconds"] - (few.cost or {})["cpu_seconds"]) / (N - 1)
    beside = f"the process and one sample take {(few.cost or {})['cpu_seconds']:.1f} s; "
    beside += f"peak {(many.cost or {})['peak_memory_bytes'] / 2**20:.0f} MB"
    what = f"Runner overhead per sample at concurrency {CONCURRENCY}, scripted provider of 0 ms (CPU, user + system)"
    return Figure(what, f"{1000 * each:.2f} ms", "≤ 3 ms", f"Inspect's published 17 ms, not measured here; {beside}")


def _beside_the_ideal(bench: Bench) -> Figure:
    slow = bench.llm({"kind": "scripted", "otherwise": "1", "seconds_to_first": SECONDS, "seconds_spread": SPREAD})
    run = bench.run(bench.start(slow, N))
    asking = next(step["seconds"] for step in run.steps if step["id"] == "asking")
    whole = (run.cost or {})["wall_seconds"]
    ideal = N * SECONDS / CONCURRENCY
    what = f"{N:,} samples at {SECONDS * 1000:.0f} ms ± {SPREAD * 1000:.0f}, concurrency {CONCURRENCY}: wall, to ideal"
    bare = asyncio.run(_bare())
    beside = f"ideal {ideal:.2f} s; asyncio alone, asking nobody and keeping nothing, took {bare:.2f} s right after; "
    beside += f"the whole run, with its process, its samples and the comparison, {whole:.2f} s and "
    beside += f"{(run.cost or {})['cpu_seconds']:.1f} s of the processor; load {os.getloadavg()[0]:.1f}"
    return Figure(what, f"{asking:.2f} s, {asking / ideal:.2f}", "≤ 1.15", beside)


def _large(bench: Bench) -> Iterator[Figure]:
    """Ask a few of very many samples, then all: what grows with their number is the time, and not the memory."""
    scripted = bench.llm({"kind": "scripted", "otherwise": "1"})
    few = bench.run(bench.start(scripted, N_LARGE, limit=LIMIT))
    yield _sized(f"{LIMIT} of {N_LARGE:,} samples, scripted provider of 0 ms: CPU / peak memory", few)
    attempt = bench.start(scripted, N_LARGE)
    run = bench.run(attempt)
    n_kept, n_failed = bench.counts(attempt)
    each = 1000 * (run.cost or {})["cpu_seconds"] / N_LARGE
    beside = f"{each:.2f} ms a sample, importing, asking, keeping and comparing; {n_kept:,} answers, {n_failed} failed"
    yield _sized(f"All {N_LARGE:,} samples: CPU / peak memory", run, beside)


def _sized(what: str, run: Run, beside: str = "") -> Figure:
    cost = run.cost or {}
    told = f"{cost['cpu_seconds']:.1f} s / {cost['peak_memory_bytes'] / 2**20:.0f} MB"
    return Figure(what, told, "memory flat", beside)


async def _bare() -> float:
    """Return how long as many sleeps take with a semaphore alone: what the load of this machine makes of the ideal."""
    turns = asyncio.Semaphore(CONCURRENCY)

    async def one() -> None:
        async with turns:
            await asyncio.sleep(random.uniform(SECONDS - SPREAD, SECONDS + SPREAD))

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(N)))
    return time.perf_counter() - begun


def _killed(bench: Bench) -> Figure:
    with _counting_server() as (address, calls):
        llm = bench.llm({"kind": "openai", "base_url": address, "model": "counted", "usd_per_million_in": 0.0})
        attempt = bench.start(llm, N)
        stop = threading.Event()
        killer = threading.Thread(target=_kill, args=(bench, attempt, stop))
        killer.start()
        bench.run(attempt)
        stop.set()
        killer.join()
        n_kept, n_failed = bench.counts(attempt)
        n_twice = sum(n - 1 for n in calls.values())
    what = f"The same, killed {N_KILLS} times at random and taken up again: calls made twice / results lost"
    beside = f"{sum(calls.values()):,} calls over HTTP for {N:,} answers, {n_failed} failed"
    return Figure(what, f"{n_twice} / {N - n_kept}", f"≤ {N_KILLS * CONCURRENCY} / 0", beside)


def _kill(bench: Bench, attempt: Attempt, stop: threading.Event) -> None:
    """Kill the child three times, each when some hundred answers more are kept."""
    for number in range(N_KILLS):
        wanted = (number + random.uniform(0.3, 0.9)) * N / (N_KILLS + 1)
        while bench.counts(attempt)[0] < wanted:
            if stop.wait(0.1):
                return
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess):
                os.kill(child.pid, signal.SIGKILL)


@contextmanager
def _counting_server() -> Iterator[tuple[str, Counter[str]]]:
    """Yield the address of a server that speaks like OpenAI, and how often each question was asked."""
    calls: Counter[str] = Counter()
    lock = threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][-1]["content"]
            with lock:
                calls[asked] += 1
            time.sleep(SECONDS)
            piece = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "counted"}
            delta = {**piece, "choices": [{"index": 0, "delta": {"role": "assistant", "content": "1"}}]}
            end = {**piece, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
            body = "".join(f"data: {json.dumps(each)}\n\n" for each in (delta, end)) + "data: [DONE]\n\n"
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # whoever asked was killed
                self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        request_queue_size = 4 * CONCURRENCY
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            return  # connections of a process that was killed

    server = Server(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", calls
    finally:
        server.shutdown()
