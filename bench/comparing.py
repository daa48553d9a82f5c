"""Comparing 10 000 samples × 6 configurations: the job's part, then the pages through HTTP on both databases."""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.history import _environment, _percentiles, _postgres
from bench.report import Figure
from bench.server import serving

N_SAMPLES = int(os.environ.get("BENCH_SAMPLES", 10_000))
DATABASES = os.environ.get("BENCH_DATABASES", "sqlite postgresql").split()
RIGHT = (0.62, 0.66, 0.7, 0.705, 0.75, 0.76)
"""How often each configuration is right."""
N_GROUPS = 250
N_PAGES = 60
WORDS = "model answer question river capital number seven because however therefore is the of in a"


def measure() -> Iterator[Figure]:
    """Yield p95 of each kind of page and the API's memory, SQLite then PostgreSQL, or of one of them."""
    if "sqlite" in DATABASES:
        yield from _measured("SQLite", "")
    if "postgresql" in DATABASES:
        with _postgres() as url:
            yield from _measured("PostgreSQL", url)


def _measured(database: str, url: str) -> Iterator[Figure]:
    what = f"{database}, {N_SAMPLES:,} samples × {len(RIGHT)}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="modelyard-comparing-")))
        experiment_id = _fill(folder, url)
        told = subprocess.run(
            [sys.executable, "-m", "bench.comparing", str(folder), url], capture_output=True, text=True, check=True
        ).stdout.split()
        cpu, peak, size = float(told[0]), int(told[1]), int(told[2])
        beside = f"peak {peak / 2**20:.0f} MB; {size / 1024:.0f} kB of JSON; 2 scorers, {N_GROUPS} groups"
        yield Figure(f"{what}: comparing, in the run's process (CPU)", f"{cpu:.1f} s", "–", beside)
        stack.enter_context(_environment(url))
        server = stack.enter_context(serving(worker_mode="none", data=folder))
        attempt = f"/api/v1/experiments/{experiment_id}/attempts/1"
        for name, addresses in _asked(attempt):
            p50, p95 = _percentiles(server.client, addresses)
            told_beside = f"p50 {p50 * 1000:.0f} ms, {len(addresses)} requests; API {server.rss_bytes() / 2**20:.0f} MB"
            yield Figure(f"… {name}, p95", f"{p95 * 1000:.0f} ms", "≤ 400 ms", told_beside)
        yield Figure("… memory of the API after all of them", f"{server.rss_bytes() / 2**20:.0f} MB", "≤ 250 MB", "")


def _asked(attempt: str) -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    chance = random.Random(5)
    yield "comparison page", [(f"{attempt}/results", {})] * N_PAGES
    both = {"first": 0, "second": 5}
    cursors = [chance.randrange(1000) for _ in range(N_PAGES)]
    yield (
        "answers that only one has right",
        [(f"{attempt}/answers", {**both, "who": "only_second", "cursor": cursor}) for cursor in cursors],
    )
    yield (
        "answers of a group with an error",
        [(f"{attempt}/answers", {"group": f"g{cursor % N_GROUPS}"}) for cursor in cursors],
    )
    yield "answers with a word", [(f"{attempt}/answers", {**both, "search": "seven because"})] * 20
    places = [chance.randrange(N_SAMPLES) for _ in range(N_PAGES)]
    yield "one sample with six answers", [(f"{attempt}/answers/{place}", {}) for place in places]
    yield "agreement of scorers with people", [(f"{attempt}/agreement", {})] * 20


def _fill(folder: Path, url: str) -> str:
    """Write an experiment with an attempt that is answered and not compared yet; return its id."""
    from modelyard.access.verbs import ensure_local_owner
    from modelyard.experiments.counting import recount
    from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample
    from modelyard.experiments.verbs import create_experiment
    from modelyard.kernel.context import ANONYMOUS
    from modelyard.kernel.ids import new_id
    from modelyard.kernel.migrate import upgrade
    from modelyard.kernel.settings import Settings
    from modelyard.kernel.yard import Yard

    settings = Settings(data=folder, database_url=url)
    upgrade(settings)
    yard = Yard.open(settings)
    with yard.context(ANONYMOUS) as ctx:
        owner = ensure_local_owner(ctx)
    strategies = [{"kind": "naive", "label": f"way {at}"} for at in range(len(RIGHT))]
    scorers = [{"kind": "exact_match"}, {"kind": "token_f1"}]
    samples = {"dataset": "questions"}
    document = {
        "name": "Bench",
        "samples": samples,
        "strategies": strategies,
        "llms": [{"llm": "lm"}],
        "scorers": scorers,
    }
    with yard.context(owner) as ctx:
        experiment = create_experiment(ctx, document)
        attempt = Attempt(
            **{"id": new_id("at"), "experiment_id": experiment.id, "owner_id": experiment.owner_id, "number": 1},
            **{"state": "succeeded", "document": experiment.document, "document_digest": experiment.document_digest},
            **{"code_version": "bench", "dataset_id": "ds", "dataset_name": "questions", "dataset_digest": ""},
            configurations=[_configuration(at) for at in range(len(RIGHT))],
            n_samples=N_SAMPLES,
            n_planned=N_SAMPLES * len(RIGHT),
            created_at=ctx.clock(),
        )
        ctx.session.add(attempt)
        ctx.session.flush()
        chance = random.Random(3)
        for start in range(0, N_SAMPLES, 1000):
            places = range(start, min(start + 1000, N_SAMPLES))
            owned = {"attempt_id": attempt.id}
            ctx.session.execute(
                ExperimentSample.__table__.insert(), [{**owned, **_sample(place, chance)} for place in places]
            )
            owned["owner_id"] = experiment.owner_id
            rows = [{**owned, **_answer(at, place, chance)} for place in places for at in range(len(RIGHT))]
            ctx.session.execute(ExperimentAnswer.__table__.insert(), rows)
        recount(ctx.session, attempt)
        experiment_id = experiment.id
    yard.close()
    return experiment_id


def _configuration(at: int) -> dict[str, Any]:
    llm = {
        **{"id": "lm", "name": "lm", "label": "lm", "provider": "scripted", "model": "scripted", "prices": None},
        **{"is_scripted": True, "takes_seed": True, "identity": "0" * 64},
    }
    rest = {"strategy": {"kind": "naive"}, "llm": llm, "temperature": 0.0, "max_tokens": 512, "seed": 0}
    return {"name": f"way {at}", "label": f"way {at}", **rest}


def _sample(place: int, chance: random.Random) -> dict[str, Any]:
    named = {"place": place, "sample_id": f"q{place}", "question": f"Question {place}: {_text(chance, 30)}?"}
    return {**named, "answer": "seven", "group": f"g{place % N_GROUPS}", "rest": {"context": _text(chance, 100)}}


def _answer(at: int, place: int, chance: random.Random) -> dict[str, Any]:
    is_right = chance.random() < RIGHT[at]
    overlap = 1.0 if is_right else round(chance.random(), 3)
    scores = {"exact_match": {"value": float(is_right), "why": ""}, "token_f1": {"value": overlap, "why": ""}}
    return {
        **{"configuration": at, "place": place, "repeat": 0, "content_digest": None, "reused_from": None},
        **{"text": _text(chance, 60), "parsed": "seven" if is_right else "nine", "ended": "answer"},
        **{"error_kind": None, "error": None, "seconds": chance.lognormvariate(0, 0.5), "n_requests": 1},
        **{"n_input_tokens": 150, "n_output_tokens": 80, "is_estimated": False, "cost_usd": 0.0001 * (at + 1)},
        **{"scores": scores, "details": {"prompt": [{"role": "user", "content": _text(chance, 120)}]}},
        "created_at": datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=place / 10),
    }


def _text(chance: random.Random, n_words: int) -> str:
    return " ".join(chance.choices(WORDS.split(), k=n_words))


def _compare(folder: str, url: str) -> None:
    """Compare as a run's process does; print its CPU seconds, its peak memory and the size of the comparison."""
    from sqlalchemy import select

    from modelyard.experiments.comparing.results import make_results
    from modelyard.experiments.tables import Attempt
    from modelyard.kernel.context import ANONYMOUS
    from modelyard.kernel.settings import Settings
    from modelyard.kernel.yard import Yard

    yard = Yard.open(Settings(data=Path(folder), database_url=url))
    before = time.process_time()
    with yard.context(ANONYMOUS) as ctx:
        attempt = ctx.session.scalars(select(Attempt)).one()
        made = make_results(ctx.session, ctx.artifacts, attempt.id)
        attempt.results_hash, attempt.scores_hash = made
        size = ctx.artifacts.size_bytes(made[0])
    cpu = time.process_time() - before
    yard.close()
    print(cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, size)


if __name__ == "__main__":
    _compare(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
