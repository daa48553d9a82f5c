"""Models and batches in a yard, made without a browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from modelyard.kernel.context import Actor
from modelyard.kernel.kinds import family
from modelyard.kernel.yard import Yard
from modelyard.models.tables import Model
from modelyard.predictions.batches.filters import RowFilters
from modelyard.predictions.batches.results import ResultRow, open_results
from modelyard.predictions.batches.tables import Batch
from modelyard.predictions.batches.verbs import create_batch, get_batch
from modelyard.runs.tables import Run
from tests.models.rows import Table, schema_of
from tests.models.yard import draft_of, register
from tests.predictions.batches.inline import drive_here

GOOD = ("great phone works well", "I love it, great", "very good quality", "works great, good", "love the quality")
BAD = ("terrible, broke at once", "bad quality, broke", "awful and bad", "terrible, I hate it", "hate the bad screen")


def text_model(yard: Yard, owner: Actor, *, node_id: str | None = None) -> Model:
    frame = pl.DataFrame({"review": [*GOOD, *BAD] * 6, "stars": (["good"] * 5 + ["bad"] * 5) * 6})
    table = Table(frame, schema_of(frame, "stars", "classification", review="text"))
    words = family("node").parse({"kind": "tfidf", "reduce_to": None, "min_rows": 1})
    engine = family("engine").parse({"kind": "logistic_regression"})
    _, draft = draft_of(yard, table, engine, [words], name="Stars")
    return register(yard, owner, draft, node_id=node_id)


def table_model(yard: Yard, owner: Actor) -> Model:
    rng = np.random.default_rng(1)
    n_rows = 120
    size, rooms = rng.uniform(30, 200, n_rows).round(2), rng.integers(1, 7, n_rows)
    town = rng.choice(["Hanoi", "Hue", "Saigon"], n_rows)
    frame = pl.DataFrame(
        {
            "size": size,
            "rooms": rooms,
            "town": town,
            "garden": rng.random(n_rows) > 0.5,
            "built": [date(2000, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 8000, n_rows)],
            "price": size * 3 + rooms * 10 + (town == "Saigon") * 50,
        }
    )
    table = Table(frame, schema_of(frame, "price", "regression"))
    dates = family("node").parse({"kind": "date_features"})
    codes = family("node").parse({"kind": "encode_categories"})
    engine = family("engine").parse({"kind": "linear_regression"})
    _, draft = draft_of(yard, table, engine, [dates, codes], name="Houses")
    return register(yard, owner, draft)


@dataclass
class Batches:
    yard: Yard
    owner: Actor
    folder: Path
    driver: Callable[[Yard, str], Run] = drive_here
    """What executes runs: this process, unless a test is about processes."""

    def given(self, model: Model, content: bytes | str, filename: str = "rows.csv", **options: Any) -> Batch:
        """Give a file to the model's endpoint; nothing is read yet."""
        path = self.folder / "given"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with self.yard.context(self.owner) as ctx:
            batch, self.was_there = create_batch(ctx, model.endpoint_id or "", path, filename=filename, **options)
        return batch

    def done(self, batch: Batch) -> Batch:
        """Drive the batch's runs until nothing works on it."""
        found = self.now(batch)
        while found.is_live:
            self.run = self.drive(found)
            found = self.now(batch)
        return found

    def drive(self, batch: Batch) -> Run:
        assert batch.run_id
        return self.driver(self.yard, batch.run_id)

    def checked(self, model: Model, content: bytes | str, filename: str = "rows.csv", **options: Any) -> Batch:
        return self.done(self.given(model, content, filename, **options))

    def predicted(self, model: Model, content: bytes | str, filename: str = "rows.csv", **options: Any) -> Batch:
        return self.done(self.given(model, content, filename, start=True, **options))

    def now(self, batch: Batch) -> Batch:
        with self.yard.context(self.owner, writes=False) as ctx:
            return get_batch(ctx, batch.id)

    def verb(self, verb: Callable[..., Any], batch: Batch, *values: Any, **options: Any) -> Any:
        with self.yard.context(self.owner) as ctx:
            return verb(ctx, batch.id, *values, **options)

    def rows(self, batch: Batch, offset: int = 0, limit: int = 100, **filters: Any) -> list[ResultRow]:
        return self.page(batch, offset, limit, **filters)[1]

    def page(self, batch: Batch, offset: int = 0, limit: int = 100, **filters: Any) -> tuple[int, list[ResultRow]]:
        with self.yard.context(self.owner, writes=False) as ctx, open_results(ctx, batch.id) as results:
            return results.rows(RowFilters(**filters), offset, limit)

    def frame(self, batch: Batch, **filters: Any) -> pl.DataFrame:
        with self.yard.context(self.owner, writes=False) as ctx, open_results(ctx, batch.id) as results:
            return pl.concat(results.stream(RowFilters(**filters), chunk=7))
