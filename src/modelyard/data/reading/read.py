"""A file of any supported format to one typed Parquet file: looked at whole, then written."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, assert_never

from modelyard.data.columns import Dtype
from modelyard.data.encodings import Encoding, as_utf8
from modelyard.data.errors import DatasetTooLarge, UnreadableFile
from modelyard.data.formats import BOMB_FLOOR_BYTES, Detected, contradicts, detect
from modelyard.data.reading.csv import CsvReader, RaggedRow
from modelyard.data.reading.dialects import IsHeader, has_header, sniff
from modelyard.data.reading.excel import ExcelReader
from modelyard.data.reading.infer import TypeFinder
from modelyard.data.reading.json import JsonReader
from modelyard.data.reading.names import unique_names
from modelyard.data.reading.notes import Note
from modelyard.data.reading.parquet import ParquetReader
from modelyard.data.reading.writer import RowsWriter
from modelyard.kernel.artifacts import storage_errors
from modelyard.kernel.settings import Settings

if TYPE_CHECKING:
    import polars as pl

_CHUNK_BYTES = 1024**2
_LOOKED_AT = 0.4
_WRITTEN = 0.75
_NO_DELIMITER = "\x1f"
"""A control character that no text has."""
_ENCODING_NAMES: dict[Encoding, str] = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}


class Reader(Protocol):
    """A file as frames whose columns are called `c0`, `c1` …; read twice."""

    def batches(self) -> "Iterator[pl.DataFrame]":
        """Yield all rows."""


class Surroundings(Protocol):
    """What reading needs of where it happens; a job's context has all of it."""

    @property
    def settings(self) -> Settings:
        """Limits."""

    @property
    def scratch(self) -> Path:
        """A folder for files in between."""

    def step(self, message: str, fraction: float) -> None:
        """Say how far it is (0-1)."""


@dataclass(frozen=True)
class Reading:
    """What came of reading a file; `ragged` are rows that were left out, when that was asked for."""

    n_rows: int
    notes: list[Note]
    ragged: list[RaggedRow] = field(default_factory=list)


@dataclass(frozen=True)
class AsWritten:
    """Reading for somebody who knows what the columns should be: texts stay as they are written.

    Rows of another width are left out and told instead of the file being refused. `is_header` decides whether the first
    row holds names. `metadata` goes into the Parquet file.
    """

    is_header: IsHeader = has_header
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Opened:
    """A reader with what is known of its columns; functions, because some of it is known after the first pass only."""

    reader: Reader
    header: Callable[[], Sequence[str]]
    first_row: int = 1
    knows_missing_words: bool = True
    allowed: Callable[[], Mapping[str, frozenset[Dtype]] | None] = lambda: None
    notes: Callable[[Mapping[str, str]], list[Note]] = lambda names: []
    early_notes: list[Note] = field(default_factory=list)
    ragged: Callable[[], list[RaggedRow]] = lambda: []


def read_file(
    source: Path,
    target: Path,
    *,
    filename: str,
    ctx: Surroundings,
    dtypes: Mapping[str, Dtype] | None = None,
    as_written: AsWritten | None = None,
) -> Reading:
    """Read `source` and write its rows to `target`; raise UnreadableFile or DatasetTooLarge, naming the place.

    `dtypes`: what texts of these columns are to be read as where they can be; they stay text otherwise. `as_written`:
    no text is read as anything, and rows of another width do not stop the others.

    Memory does not grow with the file for CSV, JSON lists, JSON Lines and Parquet.
    """
    detected = detect(source, ctx.settings)
    ctx.step("Looking at every row", 0.02)
    opened = _open(_unpacked(source, detected, ctx), detected, ctx, as_written)
    finder = TypeFinder(
        max_cell_bytes=ctx.settings.max_cell_bytes,
        knows_missing_words=opened.knows_missing_words,
        allowed=opened.allowed(),
        first_row=opened.first_row,
        as_text=as_written is not None,
    )
    for frame in opened.reader.batches():
        finder.look(frame)
    finder.restrict(opened.allowed())
    header = opened.header()
    if not (finder.n_rows or opened.ragged()) or not header:
        raise UnreadableFile("There are no rows in the file.", hint="Check that the export finished.")
    if finder.n_rows and finder.found_nothing(len(header)):
        raise UnreadableFile("There are no values in the file: every cell is empty.", hint="Check the export.")
    names, renamed = unique_names(header)
    shown = {f"c{i}": name for i, name in enumerate(names)}
    if dtypes:
        wanted = {key: frozenset({dtypes[name]}) for key, name in shown.items() if name in dtypes}
        finder.restrict({**(opened.allowed() or {}), **wanted})
    ctx.step("Writing the rows", _LOOKED_AT)
    with RowsWriter(target, metadata=as_written.metadata if as_written else {}) as writer:
        for frame in opened.reader.batches():
            writer.write(finder.convert(frame).rename(shown))
    notes = [*opened.early_notes, *renamed, *opened.notes(shown), *finder.notes(shown)]
    if contradicts(filename, detected.format):
        message = f"{filename!r} is {detected.format.upper()} inside, whatever its name says; it was read as that."
        notes.insert(0, Note(kind="wrong_extension", message=message))
    return Reading(writer.n_rows, notes, opened.ragged())


def _unpacked(source: Path, detected: Detected, ctx: Surroundings) -> Path:
    if not detected.is_gzip:
        return source
    target = ctx.scratch / "unpacked"
    limit = max(BOMB_FLOOR_BYTES, ctx.settings.max_expansion * source.stat().st_size)
    unpacker = zlib.decompressobj(wbits=31)
    size = 0
    with source.open("rb") as file, target.open("wb") as output, storage_errors():
        content = file.read(_CHUNK_BYTES)
        while content:
            try:
                piece = unpacker.decompress(content, _CHUNK_BYTES)
            except zlib.error as error:
                raise UnreadableFile(f"The gzip file is damaged ({error}).", hint="Pack it again.") from None
            size += len(piece)
            if size > limit:
                raise UnreadableFile(
                    f"The file would grow more than {ctx.settings.max_expansion}-fold when unpacked.",
                    hint="Upload it unpacked, or raise MODELYARD_MAX_EXPANSION if you trust the file.",
                )
            output.write(piece)
            content = unpacker.unconsumed_tail or (unpacker.unused_data if unpacker.eof else b"") + file.read(
                _CHUNK_BYTES
            )
            if unpacker.eof and content:
                unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise UnreadableFile("The gzip file is cut off.", hint="Pack or copy it again.")
    return target


def _open(path: Path, detected: Detected, ctx: Surroundings, as_written: AsWritten | None) -> _Opened:
    settings, report = ctx.settings, _reporter(ctx)
    match detected.format:
        case "csv":
            return _open_csv(path, ctx, as_written)
        case "json" | "jsonl":
            text = as_utf8(path, ctx.scratch)
            reader = JsonReader(
                text.path, is_lines=detected.format == "jsonl", max_columns=settings.max_columns, report=report
            )
            return _Opened(
                reader, lambda: reader.keys, knows_missing_words=False, allowed=reader.allowed, notes=reader.notes,
                early_notes=_encoding_notes(text.encoding),
            )  # fmt: skip
        case "parquet":
            rows = ParquetReader(
                path, max_columns=settings.max_columns, max_expansion=settings.max_expansion, report=report
            )
            return _Opened(rows, lambda: rows.header, knows_missing_words=False, allowed=rows.allowed, notes=rows.notes)
        case "xlsx":
            sheet = ExcelReader(path, is_header=as_written.is_header if as_written else None)
            _check_width(sheet.n_columns, settings)
            return _Opened(
                sheet, lambda: _header(sheet.header, sheet.n_columns), first_row=1 + (sheet.header is not None),
                early_notes=[*sheet.notes(), *_header_notes(sheet.header)],
            )  # fmt: skip
        case _:
            assert_never(detected.format)


def _open_csv(path: Path, ctx: Surroundings, as_written: AsWritten | None) -> _Opened:
    text = as_utf8(path, ctx.scratch)
    dialect = sniff(text.path, is_header=as_written.is_header if as_written else None)
    _check_width(dialect.n_columns, ctx.settings)
    if as_written is not None and dialect.n_columns == 1:
        dialect = replace(dialect, delimiter=_NO_DELIMITER)  # a text to a line: none of its marks parts it
    reader = CsvReader(
        text.path, dialect, max_cell_bytes=ctx.settings.max_cell_bytes, report=_reporter(ctx),
        tolerant=as_written is not None,
    )  # fmt: skip
    return _Opened(
        reader,
        lambda: _header(dialect.header, dialect.n_columns),
        first_row=1 + (dialect.header is not None),
        early_notes=[*_encoding_notes(text.encoding), *_header_notes(dialect.header)],
        ragged=lambda: reader.ragged,
    )


def _check_width(n_columns: int, settings: Settings) -> None:
    if n_columns > settings.max_columns:
        raise DatasetTooLarge(
            f"The file has {n_columns:,} columns; the limit is {settings.max_columns:,} (MODELYARD_MAX_COLUMNS)."
        )


def _header(header: Sequence[str] | None, n_columns: int) -> Sequence[str]:
    return header if header is not None else [f"column_{i}" for i in range(1, n_columns + 1)]


def _header_notes(header: Sequence[str] | None) -> list[Note]:
    if header is not None:
        return []
    message = "The first row holds values, not names; the columns are called 'column_1', 'column_2' and so on."
    return [Note(kind="no_header", message=message, hint="Add a row of names at the top to choose your own.")]


def _encoding_notes(encoding: Encoding) -> list[Note]:
    if encoding == "utf-8":
        return []
    return [Note(kind="encoding", message=f"The text was read as {_ENCODING_NAMES[encoding]}.")]


def _reporter(ctx: Surroundings) -> Callable[[float], None]:
    """Return a function that turns the fraction of a pass into progress, at most a hundred times a pass."""
    state = {"start": 0.02, "end": _LOOKED_AT, "last": 0.0}

    def report(fraction: float) -> None:
        if fraction < state["last"]:
            state.update(start=_LOOKED_AT, end=_WRITTEN, last=0.0)
        if fraction - state["last"] >= 0.01:
            state["last"] = fraction
            message = "Looking at every row" if state["end"] == _LOOKED_AT else "Writing the rows"
            ctx.step(message, state["start"] + (state["end"] - state["start"]) * fraction)

    return report
