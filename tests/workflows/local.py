"""A JobContext in this process, and datasets without a file: for tests that look at single steps."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from modelyard.data.columns import Schema
from modelyard.data.suggestions import task_for
from modelyard.data.tables import Dataset
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.context import Actor, Context
from modelyard.kernel.ids import new_id
from modelyard.kernel.settings import Settings
from modelyard.kernel.yard import Yard
from tests.workflows.tables import schema_of


@dataclass
class LocalJob:
    """What a job sees, and what it said."""

    yard: Yard
    owner_id: str
    scratch: Path
    run_id: str = "rn_local"
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    trials: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """The leaderboard of each node, by row."""
    finishes_after: int | None = None
    """Trials after which somebody asks to stop with the best so far."""

    @property
    def settings(self) -> Settings:
        return self.yard.settings

    @property
    def artifacts(self) -> ArtifactStore:
        return self.yard.artifacts

    def step(self, message: str, fraction: float) -> None:
        assert 0 <= fraction <= 1

    def node(self, node_id: str, **state: Any) -> None:
        json.dumps(state)
        self.told.append((node_id, state))

    def trial(self, node_id: str, row: dict[str, Any]) -> None:
        json.dumps(row)
        self.trials.setdefault(node_id, {})[row["id"]] = row

    def is_finishing(self) -> bool:
        return self.finishes_after is not None and len(self.ended_trials()) >= self.finishes_after

    def ended_trials(self) -> list[dict[str, Any]]:
        """Return the rows of leaderboards that are not running any more."""
        return [row for rows in self.trials.values() for row in rows.values() if row["state"] != "running"]

    def log(self, message: str, *, level: str = "info") -> None:
        self.logged.append(message)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.yard.sessions.begin() as session:
            yield session

    def states(self) -> dict[str, str]:
        """Return the last state of each node."""
        return {node_id: state["state"] for node_id, state in self.told}


def add_dataset(
    ctx: Context, frame: pl.DataFrame, *, name: str = "mixed", target: str | None = None, schema: Schema | None = None
) -> Dataset:
    """Store a frame as a dataset that is ready, as intake would."""
    assert ctx.actor.id is not None
    schema = schema or schema_of(frame)
    column = schema.get(target) if target else None
    with ctx.artifacts.scratch_file(".parquet") as path:
        frame.write_parquet(path)
        blob = ctx.artifacts.put_file(path)
    row = Dataset(
        id=new_id("ds"),
        owner_id=ctx.actor.id,
        name=name,
        state="ready",
        filename=f"{name}.parquet",
        format="parquet",
        size_bytes=blob.size_bytes,
        upload_hash=blob.hash,
        content_hash=blob.hash,
        n_rows=frame.height,
        n_columns=frame.width,
        columns=[item.model_dump(mode="json") for item in schema.columns],
        target=target,
        task=task_for(column) if column else None,
        suggested_targets=[],
        created_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def local_job(yard: Yard, owner: Actor, tmp_path: Path) -> LocalJob:
    """Return a job context of the owner."""
    assert owner.id is not None
    scratch = tmp_path / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    return LocalJob(yard, owner.id, scratch)
