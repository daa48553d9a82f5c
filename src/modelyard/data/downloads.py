"""A dataset's rows as a file to take away: the Parquet as it is kept, or CSV written while it is sent."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

FileFormat = Literal["parquet", "csv"]
MEDIA_TYPES: dict[FileFormat, str] = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv; charset=utf-8"}
BATCH_ROWS = 10_000


def csv_lines(path: Path) -> Iterator[bytes]:
    """Yield a Parquet file as CSV (UTF-8, a header, a missing cell is empty), a batch of rows at a time."""
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        buffer = io.BytesIO()
        # Floats are written with all their digits, so that reading them again gives the same numbers.
        with pacsv.CSVWriter(buffer, file.schema_arrow) as writer:
            for batch in file.iter_batches(batch_size=BATCH_ROWS):
                writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=file.schema_arrow))
                yield _taken(buffer)
        yield _taken(buffer)


def _taken(buffer: io.BytesIO) -> bytes:
    content = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return content
