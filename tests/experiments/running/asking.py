"""An experiment over questions of this test, run to its end by a real worker."""

import io
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select

from modelyard.data.tables import Dataset
from modelyard.experiments import starting, verbs
from modelyard.experiments.tables import Attempt, ExperimentAnswer, ExperimentSample
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.ids import new_id
from modelyard.kernel.yard import Yard
from modelyard.llm.verbs import create_llm
from modelyard.runs.drive import drive

CAPITALS = [("France", "Paris"), ("Italy", "Rome"), ("Spain", "Madrid"), ("Peru", "Lima")]
LINES = [{"when": f"capital of {country}", "say": f"{city}."} for country, city in CAPITALS[:3]]
"""The scripted LLM does not know the last one."""


@dataclass
class Asking:
    """A yard in which experiments are made and run."""

    yard: Yard
    owner: Actor
    question: str = "What is the capital of {}?"
    """What is asked of each sample's first part."""

    def llm(self, name: str = "Scripted", **provider: Any) -> str:
        """Add an LLM; scripted, with the capitals, unless said otherwise."""
        with self.yard.context(self.owner) as ctx:
            stated = {"kind": "scripted", "lines": LINES, **provider}
            return create_llm(ctx, name, {key: value for key, value in stated.items() if value is not None}).id

    def start(self, document: dict[str, Any], samples: Sequence[tuple[str, str]] = CAPITALS) -> Attempt:
        """Start an attempt on samples (country, capital)."""
        with self.yard.context(self.owner) as ctx:
            dataset = self.dataset_in(ctx, samples)
            stated = {
                "name": "Capitals",
                "samples": {"dataset": dataset},
                "strategies": [{"kind": "naive"}],
                **document,
            }
            return starting.start_attempt(ctx, verbs.create_experiment(ctx, stated).id)

    def run(self, document: dict[str, Any], samples: Sequence[tuple[str, str]] = CAPITALS) -> Attempt:
        """Start an attempt and return it as it ended."""
        return self.ended(self.start(document, samples))

    def ended(self, attempt: Attempt) -> Attempt:
        """Execute the attempt's run and return the attempt."""
        assert attempt.run_id is not None
        run = drive(self.yard, attempt.run_id)
        assert run.state == "succeeded", run.error
        return self.attempt(attempt.id)

    def resumed(self, attempt: Attempt, **changes: Any) -> Attempt:
        """Resume an attempt and return it as it ended."""
        with self.yard.context(self.owner) as ctx:
            row = starting.resume_attempt(ctx, attempt.experiment_id, attempt.number, **changes)
        return self.ended(row)

    def interrupted(self, attempt: Attempt, act: Callable[[], Any], *, after: int) -> Attempt:
        """Execute the attempt's run, act once so many answers are kept, and return the attempt as it ended."""
        worker = threading.Thread(target=drive, args=(self.yard, attempt.run_id))
        worker.start()
        deadline = time.monotonic() + 60
        while worker.is_alive() and len(self.answers(attempt)) < after:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        act()
        worker.join()
        return self.attempt(attempt.id)

    def attempt(self, attempt_id: str) -> Attempt:
        """Return the attempt as it stands."""
        with self.yard.readers() as session:
            return session.get_one(Attempt, attempt_id)

    def answers(self, attempt: Attempt) -> list[ExperimentAnswer]:
        """Return the answers by question, configuration and repeat."""
        rows, samples = ExperimentAnswer, ExperimentSample
        of = (samples.attempt_id == rows.attempt_id) & (samples.place == rows.place)
        order = (samples.sample_id, rows.configuration, rows.repeat)
        mine = select(rows).join(samples, of).where(rows.attempt_id == attempt.id)
        with self.yard.readers() as session:
            return list(session.scalars(mine.order_by(*order)))

    def dataset(self, samples: Sequence[tuple[str, str]]) -> str:
        """Add a dataset of samples and return its id."""
        with self.yard.context(self.owner) as ctx:
            return self.dataset_in(ctx, samples)

    def dataset_in(self, ctx: Context, samples: Sequence[tuple[str, str]]) -> str:
        """Add a dataset as the intake leaves one."""
        rows = {
            "id": [country for country, _ in samples],
            "question": [self.question.format(country) for country, _ in samples],
            "answer": [city for _, city in samples],
        }
        written = io.BytesIO()
        pq.write_table(pa.table(rows), written)
        row = Dataset(
            id=new_id("ds"),
            owner_id=self.owner.id,
            name="Capitals",
            state="ready",
            filename="capitals.csv",
            format="csv",
            size_bytes=1,
            upload_hash="0" * 64,
            content_hash=ctx.artifacts.put_bytes(written.getvalue()).hash,
            n_rows=len(samples),
            n_columns=3,
            created_at=ctx.clock(),
        )
        ctx.session.add(row)
        ctx.session.flush()
        return row.id
