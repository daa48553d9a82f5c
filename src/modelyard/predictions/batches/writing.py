"""The file of results while it is made: a SQLite database that takes parts and is indexed at the end."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

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
_OF_CLASSES = (
    "CREATE INDEX rows_class ON rows (class)",
    "CREATE INDEX rows_class_confidence ON rows (class, confidence)",
    "CREATE INDEX rows_confidence ON rows (confidence)",
)
_OF_NUMBERS = ("CREATE INDEX rows_number ON rows (number)",)
_ALWAYS = (
    "CREATE INDEX rows_label ON rows (label) WHERE label IS NOT NULL",
    "CREATE INDEX rows_unsure ON rows (row) WHERE is_sure = 0",
    "CREATE INDEX rows_failed ON rows (row) WHERE is_failed = 1",
)

# The file is thrown away when anything goes wrong, so nothing of it need survive a crash.
_PRAGMAS = ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA temp_store=FILE")
_TO_APPEND, _TO_SORT = "PRAGMA cache_size=-4000", "PRAGMA cache_size=-32000"
_FULL = ("database or disk is full", "disk I/O error")
"""What SQLite says for SQLITE_FULL, and for SQLITE_IOERR_WRITE: of a quota, or a limit to the size of files."""


class ResultsWriter:
    """Takes parts in any order of rows; `finish` indexes them and returns the summary.

    Rows go in through ADBC, which takes them as Arrow and gives up Python's lock, so that the next part is predicted
    meanwhile.
    """

    def __init__(
        self, path: Path, signature: Signature, *, batch: str, file_columns: Sequence[str], decimals: Sequence[str] = ()
    ) -> None:
        from adbc_driver_sqlite import dbapi

        self._path = path
        with _full_disk(), closing(sqlite3.connect(path)) as db:
            db.executescript(_TABLES)
        self._rows_in = dbapi.connect(str(path), autocommit=True)
        self._cursor = self._rows_in.cursor()
        for pragma in (*_PRAGMAS, _TO_APPEND):
            self._cursor.execute(pragma)
        self._rows_in.adbc_connection.set_autocommit(False)
        self._signature = signature
        self._facts = {"batch": batch, "file_columns": list(file_columns)}
        classes = signature.output.classes
        # Codes in the order of the names, so that sorting by code sorts by name.
        self._classes = {name: code for code, name in enumerate(sorted(classes or ()))}
        self._labels: dict[str, int] = {}
        self._has_texts = self._has_probabilities = False
        self._decimals = set(decimals)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows_in.close()

    def add(self, frame: "pl.DataFrame") -> None:
        """Take the rows of a part (parts.joined)."""
        import polars as pl

        is_failed = pl.col("errors").is_not_null()
        classes = _coded(frame.get_column("class"), self._classes)
        labels = _coded(frame.get_column("label"), self._labels)
        told = _told(frame.get_column("errors"))
        rows = frame.select("row", classes, "number", "confidence", "is_sure", is_failed=is_failed, label=labels)
        self._has_probabilities |= frame.get_column("probabilities").null_count() < frame.height
        with _full_disk():
            self._insert("rows", rows)
            self._insert("cells", frame.select("row", "inputs", "probabilities", error=told))
            if frame.get_column("folded").null_count() < frame.height:
                self._has_texts = True
                self._insert("texts", frame.select("row", "folded"))
            if told.null_count() < frame.height:
                self._insert("errors", frame.filter(is_failed).select("row", "file_values", reasons="errors"))

    def finish(self) -> dict[str, Any]:
        """Index the rows, end the file, and return `n_rows`, `n_failed`, `counts`, `numbers` and `n_unsure`."""
        has_classes = self._signature.output.classes is not None or bool(self._classes)
        indexes = _OF_CLASSES if has_classes else _OF_NUMBERS
        with _full_disk():
            self._rows_in.adbc_connection.commit()  # `dbapi` does nothing: it began with autocommit
            self._rows_in.close()
            with closing(sqlite3.connect(self._path, isolation_level=None)) as db:
                for statement in (*_PRAGMAS, _TO_SORT, "BEGIN", *indexes, *_ALWAYS):
                    db.execute(statement)
                summary = self._summary(db, has_classes)
                self._write_facts(db, summary["n_rows"])
                db.execute("COMMIT")
        return summary

    def _insert(self, table: str, frame: "pl.DataFrame") -> None:
        self._cursor.adbc_ingest(table, frame, mode="append")

    def _write_facts(self, db: sqlite3.Connection, n_rows: int) -> None:
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
        db.executemany("INSERT INTO facts VALUES (?, ?)", [(name, json.dumps(value)) for name, value in facts.items()])
        db.executemany("INSERT INTO classes (name, code) VALUES (?, ?)", self._classes.items())
        db.executemany("INSERT INTO labels (name, code) VALUES (?, ?)", self._labels.items())

    def _summary(self, db: sqlite3.Connection, has_classes: bool) -> dict[str, Any]:
        n_rows, n_failed, n_unsure, n_told = db.execute(
            "SELECT count(*), coalesce(sum(is_failed), 0), coalesce(sum(is_sure = 0), 0), count(is_sure) FROM rows"
        ).fetchone()
        return {
            "n_rows": n_rows,
            "n_failed": n_failed,
            "counts": self._counts(db) if has_classes else None,
            "numbers": None if has_classes else _numbers(db),
            "n_unsure": n_unsure if n_told else None,
        }

    def _counts(self, db: sqlite3.Connection) -> dict[str, int]:
        found = dict(db.execute("SELECT class, count(*) FROM rows WHERE class IS NOT NULL GROUP BY class"))
        return {name: found.get(code, 0) for name, code in sorted(self._classes.items())}


def _numbers(db: sqlite3.Connection) -> dict[str, Any] | None:
    asked = "SELECT count(number), avg(number), min(number), max(number) FROM rows"
    n, mean, low, high = db.execute(asked).fetchone()
    if not n:
        return None
    width = (high - low) / N_BINS
    place = "min(CAST((number - ?) / ? AS INTEGER), ?)" if width > 0 else "0"
    query = f"SELECT {place} AS bin, count(*) FROM rows WHERE number IS NOT NULL GROUP BY bin"  # noqa: S608
    found = dict(db.execute(query, (low, width, N_BINS - 1) if width > 0 else ()))
    n_bins = N_BINS if width > 0 else 1
    edges = [low + width * place for place in range(N_BINS)] + [high] if width > 0 else [low, high]
    histogram = {"edges": edges, "counts": [found.get(place, 0) for place in range(n_bins)]}
    return {"mean": mean, "min": low, "max": high, "histogram": histogram}


def _coded(names: "pl.Series", codes: dict[str, int]) -> "pl.Series":
    """Return the code of each name; names that have none yet are given the next ones, in their order."""
    import polars as pl

    met = names.drop_nulls().unique(maintain_order=True)
    taken = [codes.setdefault(name, len(codes)) for name in met]
    return names.replace_strict(met, taken, default=None, return_dtype=pl.Int64)


def _told(errors: "pl.Series") -> "pl.Series":
    """Return the reasons of each row as one sentence."""
    import polars as pl

    met = errors.drop_nulls().unique()
    return errors.replace_strict(met, [_sentence(each) for each in met], default=None, return_dtype=pl.String)


def _sentence(errors: str) -> str:
    """Return the reasons of a row as one sentence."""
    told = [f"{column!r} {reason}" if column is not None else reason for column, reason in json.loads(errors)]
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}."


@contextmanager
def _full_disk() -> Iterator[None]:
    """Turn SQLite's word for a full disk into StorageFull."""
    from adbc_driver_manager import Error

    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
            raise StorageFull("The disk is full.") from error
        raise
    except Error as error:  # ADBC passes on SQLite's words, no code
        if any(words in str(error) for words in _FULL):
            raise StorageFull("The disk is full.") from error
        raise
