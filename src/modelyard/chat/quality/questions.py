"""What a test question says: its fields, checked and cleaned, and a whole set of them as a file."""

import json
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from modelyard.chat.answering.asked import LONGEST_QUESTION
from modelyard.chat.quality.tables import Question, QuestionOrigin

MAX_QUESTIONS = 2_000
"""Of one collection."""
LONGEST_TEXT = 20_000
"""Characters of an expected answer or of a quote."""
COLUMNS = ("question", "answer", "document_key", "quote", "is_answerable", "origin")


def _one_line(value: object) -> object:
    return " ".join(_storable(value).split()) if isinstance(value, str) else value


def _or_none(value: object) -> object:
    return (_storable(value).strip() or None) if isinstance(value, str) else value


def _storable(text: str) -> str:
    if "\0" in text or (not text.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        raise ValueError("Text may not contain NUL characters or halves of characters.")
    return text


_Text = Annotated[Annotated[str, Field(max_length=LONGEST_TEXT)] | None, BeforeValidator(_or_none)]
_Key = Annotated[Annotated[str, Field(max_length=700)] | None, BeforeValidator(_or_none)]


class KnownQuestion(BaseModel):
    """A question and what is known of its answer.

    `document_key` and `quote` say where the answer stands; without them only abstaining and the answer's words can be
    scored. A question that the documents do not answer (`is_answerable` false) has none of the three.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "How long are calls kept?",
                    "answer": "90 days",
                    "document_key": "guides/predictions.md",
                    "quote": "Calls are kept for 90 days",
                }
            ]
        },
    )

    question: Annotated[str, BeforeValidator(_one_line), Field(min_length=3, max_length=LONGEST_QUESTION)]
    answer: _Text = None
    document_key: _Key = None
    quote: _Text = None
    is_answerable: bool = True

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if not self.is_answerable and (self.answer or self.quote or self.document_key):
            raise ValueError("A question that the documents do not answer has no answer, document or quote.")
        return self


class Asked(KnownQuestion):
    """A question of a frozen set, with the id and origin of its row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    origin: QuestionOrigin

    @classmethod
    def of(cls, row: Question) -> Self:
        """Return what a row says."""
        return cls.model_validate({name: getattr(row, name) for name in ("id", *COLUMNS)})


def as_lines(questions: Iterable[Asked]) -> bytes:
    """Return a set of questions as JSON Lines, the same bytes for the same set."""
    documents = (question.model_dump(mode="json") for question in questions)
    return "".join(json.dumps(each, ensure_ascii=False, sort_keys=True) + "\n" for each in documents).encode()


def from_lines(content: bytes) -> list[Asked]:
    """Return the questions of `as_lines`."""
    return [Asked.model_validate_json(line) for line in content.decode().splitlines() if line]
