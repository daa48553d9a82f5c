"""The file of results while it is made: a SQLite database that takes parts and is indexed at the end."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import StorageFull
from modelyard.models.signature import Signature

if TYPE_CHECKING:
    import polars as pl

N_BINS = 20
_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE classes (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE labels (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, class INTEGER, number REAL, confidence REAL, is_sure INTEGER, is_failed INTEGER NOT NULL,
    label INTEGER
);
CREATE TABLE cells (row INTEGER PRIMARY KEY, inputs TEXT NOT NULL, probabilities BLOB, error TEXT);
CREATE TABLE texts (row INTEGER PRIMARY KEY, folded TEXT);
CREATE TABLE errors (row INTEGER PRIMARY KEY, reasons TEXT NOT NULL, file_values TEXT NOT NULL);
"""
_INDEXES = (
    ("CREATE INDEX rows_class ON rows (class)", True),
    ("CREATE INDEX rows_class_confidence ON rows (class, confidence)", True),
    ("CREATE INDEX rows_confidence ON rows (confidence)", True),
    ("CREATE INDEX rows_number ON rows (number)", False),
)
_ALWAYS = (
    "CREATE INDEX rows_label ON rows (label) WHERE label IS NOT NULL",
    "CREATE INDEX rows_unsure ON rows (row) WHERE is_sure = 0",
    "CREATE INDEX rows_failed ON rows (row) WHERE is_failed = 1",
)


class ResultsWriter:
    """Takes parts in any order of rows; `finish` indexes them and returns the summary."""

    def __init__(
        self, path: Path, signature: Signature, *, batch: str, file_columns: Sequence[str], decimals: Sequence[str] = ()
    ) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)  # one thread at a time
        # The file is thrown away when anything goes wrong, so nothing of it need survive a crash.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32000", "temp_store=FILE"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._signature = signature
        self._facts = {"batch": batch, "file_columns": list(file_columns)}
        classes = signature.output.classes
        # Codes in the order of the names, so that sorting by code sorts by name.
        self._classes = {name: code for code, name in enumerate(sorted(classes or ()))}
        self._labels: dict[str, int] = {}
        self._has_texts = self._has_probabilities = False
        self._decimals = set(decimals)
        self._db.execute("BEGIN")

    def add(self, frame: "pl.DataFrame") -> None:
        """Take the rows of a part (parts.part_frame)."""
        rows = frame.get_column("row").to_list()
        errors = frame.get_column("errors").to_list()
        failed = [error is not None for error in errors]
        with _full_disk():
            self._rows(frame, rows, failed)
            self._cells(frame, rows, errors)
            folded = frame.get_column("folded")
            if folded.null_count() < len(folded):
                self._has_texts = True
                self._insert("texts", zip(rows, folded.to_list(), strict=True), 2)
            if any(failed):
                values = frame.get_column("file_values").to_list()
                wrong = [(row, error, value) for row, error, value in zip(rows, errors, values, strict=True) if error]
                self._insert("errors", wrong, 3)

    def finish(self) -> dict[str, Any]:
        """Index the rows, end the file, and return `n_rows`, `n_failed`, `counts`, `numbers` and `n_unsure`."""
        has_classes = self._signature.output.classes is not None or bool(self._classes)
        with _full_disk():
            for statement, is_of_classes in _INDEXES:
                if is_of_classes == has_classes:
                    self._db.execute(statement)
            for statement in _ALWAYS:
                self._db.execute(statement)
            summary = self._summary(has_classes)
            self._write_facts(summary["n_rows"])
            self._db.execute("COMMIT")
            self._db.close()
        return summary

    def _rows(self, frame: "pl.DataFrame", rows: list[int], failed: list[bool]) -> None:
        classes = [None if name is None else self._class(name) for name in frame.get_column("class").to_list()]
        labels = [None if name is None else self._label(name) for name in frame.get_column("label").to_list()]
        columns = [frame.get_column(name).to_list() for name in ("number", "confidence", "is_sure")]
        self._insert("rows", zip(rows, classes, *columns, failed, labels, strict=True), 7)

    def _cells(self, frame: "pl.DataFrame", rows: list[int], errors: list[str | None]) -> None:
        told = [None if error is None else _sentence(error) for error in errors]
        inputs, packed = frame.get_column("inputs").to_list(), frame.get_column("probabilities").to_list()
        self._has_probabilities |= frame.get_column("probabilities").null_count() < frame.height
        self._insert("cells", zip(rows, inputs, packed, told, strict=True), 4)

    def _insert(self, table: str, rows: Any, width: int) -> None:
        self._db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)  # noqa: S608 — our names

    def _class(self, name: str) -> int:
        return self._classes.setdefault(name, len(self._classes))

    def _label(self, name: str) -> int:
        return self._labels.setdefault(name, len(self._labels))

    def _write_facts(self, n_rows: int) -> None:
        classes = self._signature.output.classes or tuple(sorted(self._classes)) or None
        columns = [
            {"name": item.name, "dtype": "float" if item.name in self._decimals else item.dtype, "kind": item.kind}
            for item in self._signature.inputs
        ]
        facts = {
            **self._facts,
            "columns": columns,
            "classes": None if classes is None else list(classes),
            "n_rows": n_rows,
            "has_probabilities": self._has_probabilities,
            "has_texts": self._has_texts,
        }
        self._insert("facts", [(name, json.dumps(value)) for name, value in facts.items()], 2)
        self._insert("classes", [(code, name) for name, code in self._classes.items()], 2)
        self._insert("labels", [(code, name) for name, code in self._labels.items()], 2)

    def _summary(self, has_classes: bool) -> dict[str, Any]:
        n_rows, n_failed, n_unsure, n_told = self._db.execute(
            "SELECT count(*), coalesce(sum(is_failed), 0), coalesce(sum(is_sure = 0), 0), count(is_sure) FROM rows"
        ).fetchone()
        return {
            "n_rows": n_rows,
            "n_failed": n_failed,
            "counts": self._counts() if has_classes else None,
            "numbers": None if has_classes else self._numbers(),
            "n_unsure": n_unsure if n_told else None,
        }

    def _counts(self) -> dict[str, int]:
        found = dict(self._db.execute("SELECT class, count(*) FROM rows WHERE class IS NOT NULL GROUP BY class"))
        return {name: found.get(code, 0) for name, code in sorted(self._classes.items())}

    def _numbers(self) -> dict[str, Any] | None:
        asked = "SELECT count(number), avg(number), min(number), max(number) FROM rows"
        n, mean, low, high = self._db.execute(asked).fetchone()
        if not n:
            return None
        width = (high - low) / N_BINS
        place = "min(CAST((number - ?) / ? AS INTEGER), ?)" if width > 0 else "0"
        query = f"SELECT {place} AS bin, count(*) FROM rows WHERE number IS NOT NULL GROUP BY bin"  # noqa: S608
        found = dict(self._db.execute(query, (low, width, N_BINS - 1) if width > 0 else ()))
        n_bins = N_BINS if width > 0 else 1
        edges = [low + width * place for place in range(N_BINS)] + [high] if width > 0 else [low, high]
        histogram = {"edges": edges, "counts": [found.get(place, 0) for place in range(n_bins)]}
        return {"mean": mean, "min": low, "max": high, "histogram": histogram}


def _sentence(errors: str) -> str:
    """Return the reasons of a row as one sentence."""
    told = [f"{column!r} {reason}" if column is not None else reason for column, reason in json.loads(errors)]
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}."


@contextmanager
def _full_disk() -> Iterator[None]:
    """Turn SQLite's word for a full disk into StorageFull."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
            raise StorageFull("The disk is full.") from error
        raise
