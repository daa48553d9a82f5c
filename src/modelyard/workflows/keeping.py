"""Tables, models and results as artifacts: written once, read back when they are not in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from modelyard.data import table_files
from modelyard.data.frames import Table
from modelyard.kernel.artifacts import ArtifactStore, storage_errors
from modelyard.kernel.errors import StorageFull
from modelyard.workflows.values import Finding, Held, ModelValue, Step, TableValue, Value

PREVIEW_ROWS = 100
PREVIEW_COLUMNS = 200
PREVIEW_CHARACTERS = 300
"""Longest text of a cell; what is shown is looked at, not computed with."""


class KeptTable:
    """A table in memory, in the artifact store, or both; `Held` for nodes."""

    def __init__(
        self, artifacts: ArtifactStore, scratch: Path, *, table: Table | None = None, digest: str | None = None
    ):
        self._artifacts = artifacts
        self._scratch = scratch
        self._table = table
        self._digest = digest

    def get(self) -> Table:
        """Return the table, reading it once."""
        if self._table is None:
            assert self._digest is not None
            self._table = read_table(self._artifacts, self._digest, self._scratch)
        return self._table

    def digest(self) -> str:
        """Return the artifact's hash, writing it once."""
        if self._digest is None:
            assert self._table is not None
            self._digest = write_table(self._artifacts, self._table)
        return self._digest


class Keeper:
    """Turns what is at a port into a reference that outlives the process, and back."""

    def __init__(self, artifacts: ArtifactStore, scratch: Path) -> None:
        self.artifacts = artifacts
        self.scratch = scratch

    def hold(self, table: Table) -> KeptTable:
        """Take a new table into keeping; it is written when it is first referred to."""
        return KeptTable(self.artifacts, self.scratch, table=table)

    def refer(self, value: Value) -> dict[str, Any]:
        """Return the value's reference, its artifacts written: shape and hashes, nothing else."""
        if isinstance(value, TableValue):
            steps = [{"node": step.node, "learned": step.learned} for step in value.steps]
            return {
                "shape": "table",
                "table": _digest(value.table),
                "raw": _digest(value.raw),
                "steps": write_json(self.artifacts, steps),
                "findings": write_json(self.artifacts, [asdict(finding) for finding in value.findings]),
            }
        draft = write_json(self.artifacts, value.draft)
        model = value.draft["artifact_hash"]
        raw = {"raw": _digest(value.raw)} if value.raw is not None else {}
        return {"shape": "model", "draft": draft, "model": model, "prepared": _digest(value.prepared), **raw}

    def recall(self, reference: dict[str, Any]) -> Value:
        """Return the value that a reference stands for; tables are read when they are first used."""
        if reference["shape"] == "table":
            table = KeptTable(self.artifacts, self.scratch, digest=reference["table"])
            is_raw = reference["raw"] == reference["table"]
            raw = table if is_raw else KeptTable(self.artifacts, self.scratch, digest=reference["raw"])
            steps = read_json(self.artifacts, reference["steps"])
            found = read_json(self.artifacts, reference["findings"]) if "findings" in reference else []
            return TableValue(table, raw, tuple(Step(step["node"], step["learned"]) for step in steps), findings(found))
        from modelyard.models.chain import load

        prepared = KeptTable(self.artifacts, self.scratch, digest=reference["prepared"])
        source = KeptTable(self.artifacts, self.scratch, digest=reference["raw"]) if "raw" in reference else None
        chain = load(self.artifacts.fetch(reference["model"], self.scratch), is_ours=True)
        return ModelValue(read_json(self.artifacts, reference["draft"]), prepared, chain, source)

    def is_whole(self, reference: dict[str, Any]) -> bool:
        """Say whether all artifacts of a reference are still there."""
        return all(self.artifacts.exists(digest) for name, digest in reference.items() if name != "shape")


def write_table(artifacts: ArtifactStore, table: Table) -> str:
    """Store the rows, their split and their schema as one file; return its hash."""
    with full_disk_errors(), artifacts.scratch_file(".parquet") as path:
        table_files.write_table(table, path)
        return artifacts.put_file(path).hash


def read_table(artifacts: ArtifactStore, digest: str, scratch: Path) -> Table:
    """Return the table that `write_table` stored."""
    return table_files.read_table(artifacts.fetch(digest, scratch))


def findings(documents: list[dict[str, Any]]) -> tuple[Finding, ...]:
    """Return findings from their documents."""
    return tuple(Finding(**{**document, "columns": tuple(document["columns"])}) for document in documents)


def write_json(artifacts: ArtifactStore, document: Any) -> str:
    """Store a document; return its hash."""
    return artifacts.put_bytes(json.dumps(document, sort_keys=True).encode()).hash


def read_json(artifacts: ArtifactStore, digest: str) -> Any:
    """Return the document that `write_json` stored."""
    return json.loads(artifacts.read_bytes(digest))


def preview(table: Table) -> dict[str, Any]:
    """Return the first rows as a JSON-able document: columns, rows, total."""
    head = table.frame[:PREVIEW_ROWS, :PREVIEW_COLUMNS]
    rows = [[_told(value) for value in row] for row in head.iter_rows()]
    return {"columns": head.columns, "rows": rows, "total": table.n_rows}


def _told(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if value is None or isinstance(value, bool | int):
        return value
    text = str(value)
    return text if len(text) <= PREVIEW_CHARACTERS else f"{text[:PREVIEW_CHARACTERS]}…"


@contextmanager
def full_disk_errors() -> Iterator[None]:
    """Turn "no space left" into StorageFull, also where Polars wraps it in an error of its own."""
    import polars as pl

    try:
        with storage_errors():
            yield
    except pl.exceptions.ComputeError as error:
        if "No space left" in str(error):
            raise StorageFull("The disk is full.") from error
        raise


def _digest(held: Held) -> str:
    if not isinstance(held, KeptTable):
        raise TypeError(f"a table must be held by the run, not by {type(held).__name__}")
    return held.digest()
