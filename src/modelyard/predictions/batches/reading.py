"""A file of rows as it is taken in: read once, texts as they are written, and described for the mapping."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.data.columns import Dtype
from modelyard.data.reading.csv import RaggedRow
from modelyard.data.reading.dialects import has_header
from modelyard.data.reading.read import AsWritten, Surroundings, read_file
from modelyard.models.signature import Signature
from modelyard.predictions.batches.mapping import is_known
from modelyard.predictions.batches.rows import FileRows
from modelyard.predictions.batches.tables import HeaderChoice

if TYPE_CHECKING:
    import polars as pl

N_EXAMPLES = 3
EXAMPLE_LENGTH = 200
NAME_WORDS = 3
"""A cell of more words than this, above a single column of texts, is a text and no name."""


@dataclass(frozen=True)
class Taken:
    """What came of reading a file: sentences worth knowing, and the rows that did not fit into the table."""

    notes: list[str]
    ragged: list[RaggedRow]


@dataclass(frozen=True)
class _Header:
    """Decides whether the first row holds names, and remembers why."""

    signature: Signature
    choice: HeaderChoice

    def __call__(self, rows: Sequence[Sequence[str]]) -> bool:
        if self.choice != "auto":
            return self.choice == "yes"
        first = [cell.strip() for cell in rows[0]]
        if any(is_known(cell, self.signature) for cell in first):
            return True
        is_one_text = len(first) == 1 and (len(first[0].split()) > NAME_WORDS or first[0][-1:] in ".!?…。！？")
        return not is_one_text and has_header(rows)


def take_in(
    source: Path,
    target: Path,
    *,
    filename: str,
    signature: Signature,
    header: HeaderChoice,
    ctx: Surroundings,
    batch: str,
) -> Taken:
    """Read a file of any format to Parquet; raise UnreadableFile or DatasetTooLarge for what no row can be had of."""
    manner = AsWritten(is_header=_Header(signature, header), metadata={"modelyard.batch": batch})
    reading = read_file(source, target, filename=filename, ctx=ctx, as_written=manner)
    return Taken([f"{note.message} {note.hint or ''}".strip() for note in reading.notes], reading.ragged)


def described(rows: FileRows) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Return name, dtype and examples of each column, and the mean length of its texts, from the first rows."""
    head = next((frame for _, frame in rows.groups()), None)
    if head is None:
        return [{"name": name, "dtype": "string", "examples": []} for name in rows.columns], {}
    documents = [_document(head.get_column(name)) for name in rows.columns]
    return documents, {name: _mean_length(head.get_column(name)) for name in rows.columns}


def _document(column: "pl.Series") -> dict[str, Any]:
    import polars as pl

    first = column.drop_nulls().head(N_EXAMPLES).cast(pl.String, strict=False).to_list()
    return {
        "name": column.name,
        "dtype": _dtype(column.dtype),
        "examples": [str(value)[:EXAMPLE_LENGTH].replace("\0", "�") for value in first],
    }


def _dtype(dtype: Any) -> Dtype:
    import polars as pl

    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "float"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype == pl.Date:
        return "date"
    return "datetime" if isinstance(dtype, pl.Datetime) else "string"


def _mean_length(column: "pl.Series") -> float:
    import polars as pl

    if column.dtype != pl.String:
        return 0.0
    length = column.str.len_chars().mean()
    return float(length) if isinstance(length, int | float) else 0.0
