"""The run of a batch: what is predicted already is taken from its parts, the rest is predicted and kept in more."""

import io
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from modelyard.kernel.artifacts import storage_errors
from modelyard.predictions.batches.progress import STEP
from modelyard.predictions.batches.rows import FileRows
from modelyard.predictions.batches.steps import fetch_rows, find_row
from modelyard.predictions.batches.tables import Batch, BatchPart
from modelyard.runs.job import JobContext

if TYPE_CHECKING:
    import polars as pl

    from modelyard.models.chain import Chain
    from modelyard.predictions.batches.jobs.predict import Predict
    from modelyard.predictions.batches.writing import ResultsWriter

PART_ROWS = 20_000
PART_BYTES = 32 * 1024**2
PART_SECONDS = 20.0
"""The most work of a slow model that is lost when its process is killed."""
SAY_SECONDS = 0.5


class Walk:
    """One attempt at a batch."""

    def __init__(self, ctx: JobContext, spec: "Predict", model_file: Path) -> None:
        self._ctx, self._spec, self._model_file = ctx, spec, model_file
        self._plan = spec.fingerprint
        self._n_done = self._n_failed = self._n_before = 0
        self._began_at = self._said_at = time.monotonic()
        self._warnings: dict[str, None] = {}
        self._number = 0

    def walk(self) -> dict[str, Any]:
        """Return what the batch's row takes over when all rows are through."""
        from modelyard.models.chain import load
        from modelyard.models.serving import use_one_thread

        use_one_thread()
        find_row(self._ctx, self._spec.batch)
        self._ctx.step("Loading the model", 0.0)
        chain = load(self._model_file, is_ours=True, memory_bytes=int(self._ctx.settings.run_memory_bytes))
        with fetch_rows(self._ctx, self._spec.rows_hash, self._spec.ragged_hash) as rows:
            target = self._ctx.scratch / "results.sqlite"
            with self._writer(target, chain, rows) as writer:
                self._take_parts(writer)
                self._begin(rows.n_rows)
                self._predict(chain, rows, writer)
                self._ctx.step("Putting the results together", 0.97)
                summary = writer.finish()
        blob = self._ctx.artifacts.put_file(target)
        seconds, n_rows = round(time.monotonic() - self._began_at, 3), summary["n_rows"]
        self._ctx.node(STEP, state="succeeded", seconds=seconds, n_rows=n_rows, n_done=n_rows)
        return {"results_hash": blob.hash, **summary, "warnings": list(self._warnings)}

    def _writer(self, target: Path, chain: "Chain", rows: FileRows) -> "ResultsWriter":
        from modelyard.predictions.batches.writing import ResultsWriter

        return ResultsWriter(
            target,
            chain.signature,
            batch=self._spec.batch,
            file_columns=rows.columns,
            decimals=self._spec.decimals,
        )

    def _take_parts(self, writer: "ResultsWriter") -> None:
        """Take what other attempts have done, in order, up to the first part that is not there."""
        import polars as pl

        with self._ctx.session() as session:
            chosen = select(BatchPart).where(BatchPart.batch_id == self._spec.batch, BatchPart.plan == self._plan)
            parts = list(session.scalars(chosen.order_by(BatchPart.number)))
        for part in parts:
            if part.number != self._number or not self._ctx.artifacts.exists(part.hash):
                break
            path = self._ctx.artifacts.fetch(part.hash, self._ctx.scratch)
            writer.add(pl.read_parquet(path))
            path.unlink()
            self._count(part.n_rows, part.n_failed)
            self._warnings.update(dict.fromkeys(part.warnings))
            self._number += 1
        if self._number:
            self._ctx.log(f"{self._n_done:,} rows are done already.")

    def _begin(self, n_rows: int) -> None:
        with self._ctx.session() as session:
            batch = session.get(Batch, self._spec.batch, with_for_update=True)
            if batch is not None:
                batch.state, batch.run_id = "running", self._ctx.run_id
                batch.n_done, batch.n_failed = self._n_done, self._n_failed
        self._n_before, self._began_at = self._n_done, time.monotonic()
        self._ctx.node(STEP, title="Predict", state="running", n_rows=n_rows, n_done=self._n_done)

    def _predict(self, chain: "Chain", rows: FileRows, writer: "ResultsWriter") -> None:
        """Predict all rows that are left; one part is kept while the next one is predicted."""
        with ThreadPoolExecutor(1, thread_name_prefix="keep") as keeper:
            kept: Future[None] | None = None
            for frames in self._parts(chain, rows):
                if kept is not None:
                    kept.result()
                kept = keeper.submit(self._keep, frames, writer, n_done=self._n_done, n_failed=self._n_failed)
                self._say(rows.n_rows)
            if kept is not None:
                kept.result()

    def _parts(self, chain: "Chain", rows: FileRows) -> "Iterator[list[pl.DataFrame]]":
        """Yield the frames of one part after the other, as they are predicted."""
        from modelyard.predictions.batches.checking import Plan
        from modelyard.predictions.batches.parts import part_frame
        from modelyard.predictions.batches.predicting import Predictor

        plan = Plan(chain.signature, self._spec.mapping, self._spec.forms, self._spec.decimals)
        predictor = Predictor(chain, plan, self._spec.label_column, self._warnings)
        waiting: list[pl.DataFrame] = []
        began = time.monotonic()
        for found in predictor.predict(rows, self._n_done):
            frame = part_frame(found, not_sure_below=self._spec.not_sure_below)
            waiting.append(frame)
            self._count(found.n_rows, found.n_failed)
            self._say(rows.n_rows, at_least=SAY_SECONDS)
            n_rows = sum(each.height for each in waiting)
            n_bytes = sum(each.estimated_size() for each in waiting)
            if n_rows >= PART_ROWS or n_bytes >= PART_BYTES or time.monotonic() - began >= PART_SECONDS:
                yield waiting
                waiting, began = [], time.monotonic()
        if waiting:
            yield waiting

    def _keep(self, frames: "list[pl.DataFrame]", writer: "ResultsWriter", *, n_done: int, n_failed: int) -> None:
        """Keep a part; `n_done` and `n_failed` count its rows and those before it."""
        from modelyard.predictions.batches.parts import joined

        part = joined(frames)
        path = self._ctx.scratch / "part.parquet"
        content = io.BytesIO()  # Polars has errors of its own for a full disk
        part.write_parquet(content, compression="zstd", compression_level=1, metadata={"batch": self._spec.batch})
        with storage_errors():
            path.write_bytes(content.getbuffer())
        blob = self._ctx.artifacts.put_file(path)
        path.unlink()
        row = BatchPart(
            batch_id=self._spec.batch,
            number=self._number,
            plan=self._plan,
            n_rows=part.height,
            n_failed=part.height - part.get_column("errors").null_count(),
            hash=blob.hash,
            size_bytes=blob.size_bytes,
            warnings=list(self._warnings),
        )
        with self._ctx.session() as session:
            session.merge(row)
            batch = session.get(Batch, self._spec.batch)
            if batch is not None:
                batch.n_done, batch.n_failed = n_done, n_failed
        self._number += 1
        writer.add(part)

    def _count(self, n_rows: int, n_failed: int) -> None:
        self._n_done += n_rows
        self._n_failed += n_failed

    def _say(self, n_rows: int, *, at_least: float = 0.0) -> None:
        """Say how far it is, how fast, and how long the rest takes."""
        now = time.monotonic()
        if now - self._said_at < at_least:
            return
        self._said_at = now
        rate = (self._n_done - self._n_before) / max(now - self._began_at, 1e-3)
        left = (n_rows - self._n_done) / rate if rate > 0 else None
        self._ctx.node(
            STEP,
            title="Predict",
            state="running",
            n_rows=n_rows,
            n_done=self._n_done,
            n_failed=self._n_failed,
            rows_per_second=round(rate, 1),
            seconds_left=None if left is None else round(left, 1),
        )
        self._ctx.step(f"{self._n_done:,} of {n_rows:,} rows", 0.95 * self._n_done / max(n_rows, 1))
