"""Pieces of a step's work: kept as they are finished, so that a run that was killed goes on where it was."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.kernel.clock import utc_now
from modelyard.runs.job import JobContext
from modelyard.workflows.keeping import read_json, write_json
from modelyard.workflows.tables import StepCache


@dataclass(frozen=True)
class Pieces:
    """The pieces of one step; they live in the step cache beside whole steps, under a key of their own."""

    ctx: JobContext
    step_key: str

    def keep(self, name: str, document: Mapping[str, Any], files: Mapping[str, Path]) -> None:
        """Keep the document and the files under the name; what was kept under it before is replaced."""
        hashes = {file: self.ctx.artifacts.put_file(path).hash for file, path in files.items()}
        row = StepCache(
            owner_id=self.ctx.owner_id,
            key=self._key(name),
            outputs={"piece": {"shape": "piece", **hashes}},
            result_hash=write_json(self.ctx.artifacts, dict(document)),
            n_rows=None,
            n_columns=None,
            seconds=0.0,
            run_id=self.ctx.run_id,
            model_id=None,
            created_at=utc_now(),
        )
        with self.ctx.session() as session:
            session.merge(row)

    def recall(self, name: str) -> dict[str, Any] | None:
        """Return the document, with the hashes of its files under `files`; None when not all of it is there."""
        with self.ctx.session() as session:
            row = session.get(StepCache, (self.ctx.owner_id, self._key(name)))
        if row is None:
            return None
        files = {file: digest for file, digest in row.outputs["piece"].items() if file != "shape"}
        if not all(map(self.ctx.artifacts.exists, (row.result_hash, *files.values()))):
            return None
        document: dict[str, Any] = read_json(self.ctx.artifacts, row.result_hash)
        return {**document, "files": files}

    def _key(self, name: str) -> str:
        return hashlib.sha256(f"{self.step_key} {name}".encode()).hexdigest()
