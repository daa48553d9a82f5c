"""What the jobs of batches have in common while they run."""

from collections.abc import Iterator
from contextlib import contextmanager

from modelyard.kernel.errors import NotFound
from modelyard.predictions.batches.rows import FileRows, loaded_ragged
from modelyard.predictions.batches.tables import Batch
from modelyard.runs.job import JobContext


def find_row(ctx: JobContext, batch_id: str) -> Batch:
    """Return the batch as it is now; raise NotFound when it was deleted meanwhile."""
    with ctx.session() as session:
        batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound("The batch was deleted.", hint="Upload the file again.")
    return batch


@contextmanager
def fetch_rows(ctx: JobContext, rows_hash: str, ragged_hash: str | None) -> Iterator[FileRows]:
    """Yield the rows of a batch from the artifact store."""
    path = ctx.artifacts.fetch(rows_hash, ctx.scratch)
    ragged = loaded_ragged(ctx.artifacts.read_bytes(ragged_hash)) if ragged_hash else []
    with FileRows(path, ragged) as rows:
        yield rows
    path.unlink()
