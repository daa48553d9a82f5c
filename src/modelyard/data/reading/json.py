"""JSON and JSON Lines as frames of texts, with the JSON types that each column had."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from modelyard.data.columns import Dtype
from modelyard.data.errors import DatasetTooLarge, UnreadableFile
from modelyard.data.reading.infer import DATE_DTYPES
from modelyard.data.reading.notes import Note

if TYPE_CHECKING:
    import polars as pl

_CHUNK_CHARACTERS = 1024**2
_FRAME_CELLS = 200_000
_FRAME_RECORDS = 10_000
_MAX_RECORD_CHARACTERS = 64 * 1024**2
_MAX_OBJECT_BYTES = 256 * 1024**2
_NUMBERS: frozenset[Dtype] = frozenset({"integer", "float"})
_WHITESPACE = " \t\r\n"
Record = dict[str, Any]


class JsonReader:
    """Records of a JSON file; `batches` can be called again, and knows all columns from the second time on."""

    def __init__(self, path: Path, *, is_lines: bool, max_columns: int, report: Callable[[float], None]) -> None:
        self._path = path
        self._is_lines = is_lines
        self._max_columns = max_columns
        self._report = report
        self._types: dict[str, set[str]] = {}

    @property
    def keys(self) -> list[str]:
        """The keys found so far, in the order of their first appearance."""
        return list(self._types)

    def batches(self) -> "Iterator[pl.DataFrame]":
        """Yield all records as texts, columns `c0`, `c1` … in the order of `keys`; a missing key is null."""
        waiting: list[Record] = []
        for record in self._records():
            for key, value in record.items():
                self._types.setdefault(key, set()).add(_type(value))
            if len(self._types) > self._max_columns:
                raise DatasetTooLarge(f"The records have more than {self._max_columns:,} keys (MODELYARD_MAX_COLUMNS).")
            waiting.append(record)
            if len(waiting) >= _FRAME_RECORDS or len(waiting) * len(self._types) >= _FRAME_CELLS:
                yield self._frame(waiting)
                waiting = []
        if waiting:
            yield self._frame(waiting)

    def _frame(self, records: list[Record]) -> "pl.DataFrame":
        import polars as pl

        try:
            return pl.DataFrame(
                {
                    f"c{i}": pl.Series([_text(record.get(key)) for record in records], dtype=pl.String)
                    for i, key in enumerate(self._types)
                }
            )
        except UnicodeEncodeError as error:
            half = error.object[error.start : error.end]
            raise UnreadableFile(f"A text holds half a character ({half!r}), which no encoding can store.") from None

    def allowed(self) -> Mapping[str, frozenset[Dtype]]:
        """Return which types the texts of each column may have, from their JSON types."""
        return {f"c{i}": _allowed(types - {"null"}) for i, types in enumerate(self._types.values())}

    def notes(self, names: Mapping[str, str]) -> list[Note]:
        """Return what a user should know about columns of several types and nested values."""
        notes = []
        for i, types in enumerate(self._types.values()):
            name, kinds = names[f"c{i}"], types - {"null"}
            if "nested" in kinds:
                message = f"{name!r} holds lists or objects; they are kept as JSON text."
                notes.append(Note(kind="nested_values", column=name, message=message, hint="Flatten them to use them."))
            elif len(kinds) > 1 and kinds != {"integer", "decimal"}:
                message = f"{name!r} holds {' and '.join(sorted(kinds))} values; it was kept as text."
                notes.append(Note(kind="mixed_types", severity="warning", column=name, message=message))
        return notes

    def _records(self) -> Iterator[Record]:
        size = max(self._path.stat().st_size, 1)
        with self._path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig") as file:
            for number, item in enumerate(_lines(file) if self._is_lines else _items(file, self._path), start=1):
                if not isinstance(item, dict):
                    raise UnreadableFile(
                        f"Record {number:,} is not an object but {json.dumps(item)[:60]}.",
                        hint="Expected is a list of objects (one per row), or one object per line.",
                    )
                if number % 1000 == 0:
                    self._report(min(raw.tell() / size, 1.0))
                yield item


def _type(value: Any) -> str:
    if value is None or value != value:  # NaN is the one value that differs from itself
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, dict | list):
        return "nested"
    return "integer" if isinstance(value, int) else "decimal" if isinstance(value, float) else "text"


def _allowed(types: set[str]) -> frozenset[Dtype]:
    if types and types <= {"integer", "decimal"}:
        return _NUMBERS
    if types == {"boolean"}:
        return frozenset({"boolean"})
    return DATE_DTYPES if types == {"text"} else frozenset()


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return None
    return json.dumps(value, ensure_ascii=False)


def _lines(file: IO[str]) -> Iterator[Any]:
    for number, line in enumerate(file, start=1):
        if not line.strip(_WHITESPACE):
            continue
        try:
            yield json.loads(line)
        except ValueError as error:
            hint = "Every line must be one complete JSON object."
            raise UnreadableFile(f"Line {number:,} is not JSON: {error}.", hint=hint) from None


def _items(file: IO[str], path: Path) -> Iterator[Any]:
    start = file.read(_CHUNK_CHARACTERS)
    if start.lstrip(_WHITESPACE).startswith("["):
        yield from _array_items(start, file)
        return
    if path.stat().st_size > _MAX_OBJECT_BYTES:
        raise DatasetTooLarge("A JSON object of more than 256 MB is not read.", hint="Save it as JSON Lines.")
    try:
        document = json.loads(start + file.read())
    except ValueError as error:
        raise _not_json(error) from None
    yield from _object_items(document)


def _array_items(buffer: str, file: IO[str]) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    position, is_first = buffer.index("[") + 1, True
    while True:
        buffer, position = _skip_whitespace(buffer, position, file)
        following = buffer[position : position + 1]
        if following == "]":
            _check_rest(chain([buffer[position + 1 :]], iter(lambda: file.read(_CHUNK_CHARACTERS), "")))
            return
        if not is_first:
            if following != ",":
                raise UnreadableFile("The JSON list is cut off or lacks a comma between two records.")
            buffer, position = _skip_whitespace(buffer, position + 1, file)
        item, position, buffer = _decode(decoder, buffer, position, file)
        is_first = False
        yield item


def _decode(decoder: json.JSONDecoder, buffer: str, position: int, file: IO[str]) -> tuple[Any, int, str]:
    while True:
        try:
            item, end = decoder.raw_decode(buffer, position)
            if end < len(buffer):
                return item, end, buffer
        except ValueError as error:
            if len(buffer) - position > _MAX_RECORD_CHARACTERS:
                raise _not_json(error) from None
            more = file.read(max(_CHUNK_CHARACTERS, len(buffer) - position))
            if not more:
                raise _not_json(error) from None
        else:
            # A number may go on in the next chunk; a list that ends here lacks its bracket.
            more = file.read(_CHUNK_CHARACTERS)
            if not more:
                raise UnreadableFile("The JSON list is cut off: its closing bracket is missing.")
        buffer, position = buffer[position:] + more, 0


def _skip_whitespace(buffer: str, position: int, file: IO[str]) -> tuple[str, int]:
    while True:
        while position < len(buffer) and buffer[position] in _WHITESPACE:
            position += 1
        if position < len(buffer):
            return buffer, position
        buffer, position = file.read(_CHUNK_CHARACTERS), 0
        if not buffer:
            raise UnreadableFile("The JSON list is cut off: its closing bracket is missing.")


def _check_rest(chunks: Iterator[str]) -> None:
    if any(chunk.strip(_WHITESPACE) for chunk in chunks):
        raise UnreadableFile("There is something after the end of the JSON list.", hint="Keep one list per file.")


def _object_items(document: Any) -> Iterator[Any]:
    values = list(document.values()) if isinstance(document, dict) else []
    lists = [value for value in values if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(lists) == 1:
        yield from lists[0]
    elif values and all(isinstance(value, list) for value in values):
        if len({len(value) for value in values}) > 1:
            widths = ", ".join(f"{key!r} {len(value):,}" for key, value in list(document.items())[:5])
            raise UnreadableFile(f"The columns have different lengths: {widths}.")
        yield from (dict(zip(document, row, strict=True)) for row in zip(*values, strict=True))
    elif values and all(isinstance(value, dict) for value in values):
        rows = dict.fromkeys(chain.from_iterable(values))
        yield from ({key: column.get(row) for key, column in document.items()} for row in rows)
    else:
        yield document


def _not_json(error: ValueError) -> UnreadableFile:
    return UnreadableFile(f"The file is not valid JSON: {error}.", hint="Is it cut off? Export it again.")
