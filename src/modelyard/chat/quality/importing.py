"""A file of test questions: CSV, TSV, JSON or JSON Lines, read as the intake reads them."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from modelyard.chat.quality.questions import MAX_QUESTIONS, KnownQuestion
from modelyard.data.encodings import as_utf8
from modelyard.data.errors import UnreadableFile
from modelyard.data.formats import detect
from modelyard.data.reading.dialects import sniff
from modelyard.kernel.errors import TooLarge
from modelyard.kernel.kinds import field_errors
from modelyard.kernel.settings import Settings

MAX_BYTES = 32 * 1024**2
MOST_PROBLEMS = 100
_HINT = "Name one column `question`; `answer`, `document_key`, `quote` and `is_answerable` are optional."
_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "query", "user_input"),
    "answer": ("answer", "expected_answer", "reference", "ground_truth"),
    "document_key": ("document_key", "document", "file", "path"),
    "quote": ("quote", "evidence"),
    "is_answerable": ("is_answerable", "answerable"),
}
"""Names of columns that are understood; the first one is ours."""
_TRUE = frozenset({"true", "yes", "1", "y", ""})
_FALSE = frozenset({"false", "no", "0", "n"})


@dataclass(frozen=True)
class Problem:
    """A row that was left out, counted from 1 without the header, and why."""

    row: int
    message: str


@dataclass(frozen=True)
class ReadQuestions:
    """What a file holds: questions, and rows that are none."""

    questions: list[KnownQuestion]
    problems: list[Problem]
    """The first MOST_PROBLEMS."""
    n_problems: int


def read_questions(path: Path, settings: Settings, scratch: Path) -> ReadQuestions:
    """Return the questions of a file; raise UnreadableFile when it is no table of questions, TooLarge over a limit."""
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(f"The file is larger than {MAX_BYTES // 1024**2} MB.", hint="Import a part of it.")
    questions: list[KnownQuestion] = []
    problems: list[Problem] = []
    n_rows = 0
    for n_rows, row in enumerate(_rows(path, settings, scratch), 1):
        if n_rows > MAX_QUESTIONS:
            message = f"The file has more than {MAX_QUESTIONS:,} questions."
            raise TooLarge(message, hint="Import the most telling ones: every sync asks all of them.")
        found = _question(n_rows, row)
        if isinstance(found, KnownQuestion):
            questions.append(found)
        else:
            problems.append(found)
    if not n_rows:
        raise UnreadableFile("There are no questions in the file.", hint=_HINT)
    return ReadQuestions(questions, problems[:MOST_PROBLEMS], len(problems))


def _question(number: int, row: Mapping[str, Any]) -> KnownQuestion | Problem:
    """Return the question of a row by the names of its columns, whatever their case."""
    known = {str(name).strip().lower(): value for name, value in row.items() if name is not None}
    given = {ours: next((known[name] for name in names if name in known), None) for ours, names in _NAMES.items()}
    if isinstance(given["answer"], list):
        given["answer"] = next(iter(given["answer"]), None)
    answerable = str("" if given["is_answerable"] is None else given["is_answerable"]).strip().lower()
    if answerable not in _TRUE | _FALSE:
        return Problem(number, f"{answerable[:40]!r} does not say whether the question can be answered: true or false.")
    given["is_answerable"] = answerable in _TRUE
    try:
        return KnownQuestion.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = field_errors(error)[0]
        return Problem(number, ": ".join([*(str(part) for part in first.path[:1]), first.message]))


def _rows(path: Path, settings: Settings, scratch: Path) -> Iterator[dict[str, Any]]:
    detected = detect(path, settings)
    if detected.is_gzip or detected.format in ("parquet", "xlsx"):
        hint = "Save the questions as CSV or JSON Lines."
        raise UnreadableFile(f"Test questions are not read from {detected.format.upper()} files.", hint=hint)
    text = as_utf8(path, scratch).path
    match detected.format:
        case "csv":
            yield from _csv_rows(text)
        case "json":
            yield from _json_rows(text)
        case _:
            yield from _json_lines(text)


def _csv_rows(path: Path) -> Iterator[dict[str, Any]]:
    dialect = sniff(path, is_header=lambda rows: True)
    header = dialect.header or ()
    _require_question(header)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(
            file,
            fieldnames=list(header),
            restkey="",
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            escapechar=dialect.escape,
        )
        try:
            next(reader)
            yield from ({name: value for name, value in row.items() if name} for row in reader)
        except csv.Error as error:
            raise UnreadableFile(f"Line {reader.line_num:,} cannot be read: {error}.", hint=_HINT) from None


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"The JSON cannot be read: {error}.", hint="Send a list of objects.") from None
    if not isinstance(document, list):
        raise UnreadableFile("The JSON is no list.", hint="Send a list of objects, each with a `question`.")
    yield from _objects(document)


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                document = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UnreadableFile(f"Line {number:,} is no JSON: {error}.", hint="Write one object a line.") from None
            yield from _objects([document])


def _objects(documents: list[Any]) -> Iterator[dict[str, Any]]:
    for document in documents:
        if not isinstance(document, dict):
            raise UnreadableFile(f"{str(document)[:60]!r} is no object with a `question`.", hint=_HINT)
        yield document


def _require_question(header: tuple[str, ...]) -> None:
    if not {name.strip().lower() for name in header} & set(_NAMES["question"]):
        shown = ", ".join(map(repr, header[:10]))
        raise UnreadableFile(f"No column is called 'question'; there are {shown}.", hint=_HINT)
