"""A question as it comes from outside: checked, with its selection and page."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import field_errors

LONGEST_QUESTION = 4_000
LONGEST_SELECTION = 8_000
"""Characters."""
EXPLAIN = {"en": "Explain this.", "vi": "Hãy giải thích đoạn này."}
"""What is asked about a selection when no question comes with it."""
_Address = Annotated[str, Field(max_length=2_000)]


class Selection(BaseModel):
    """What a reader selected on a page; `before` and `after` tell it from the same words elsewhere on the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1, max_length=LONGEST_SELECTION)
    url: _Address | None = None
    title: str | None = Field(None, max_length=500)
    before: str = Field("", max_length=1_000)
    after: str = Field("", max_length=1_000)
    document_id: str | None = Field(None, max_length=64)


class Question(BaseModel):
    """One question; about a selection it may be empty, `page` asks only the documents at that address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field("", max_length=LONGEST_QUESTION)
    selection: Selection | None = None
    page: _Address | None = None

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if not self.question.strip() and (self.selection is None or not self.selection.text.strip()):
            raise ValueError("Ask something, or select a text to ask about.")
        return self

    def asked(self, language: str | None) -> str:
        """Return the question, or the one that a selection without a question stands for."""
        return " ".join(self.question.split()) or EXPLAIN.get(language or "en", EXPLAIN["en"])


def question_of(inputs: Any) -> Question:
    """Return the question of a call; raise Invalid with paths `["inputs", 0, …]`."""
    if len(inputs) != 1:
        message = f"A collection answers one question at a time; this call has {len(inputs):,}."
        raise Invalid(
            message, hint="Send each question in a call of its own.", fields=[FieldError(("inputs",), message)]
        )
    document: Mapping[str, Any] = inputs[0]
    try:
        return Question.model_validate(document)
    except ValidationError as error:
        fields = [_told(field, document) for field in field_errors(error, ("inputs", 0))]
        path = ".".join(str(part) for part in fields[0].path[2:])
        raise Invalid(f"{path}: {fields[0].message}" if path else fields[0].message, fields=fields) from None


def _told(field: FieldError, document: Mapping[str, Any]) -> FieldError:
    """Say how long a text is that is too long, and how long it may be."""
    given = document.get("question")
    if field.path[2:] == ("question",) and isinstance(given, str) and len(given) > LONGEST_QUESTION:
        message = f"A question may have {LONGEST_QUESTION:,} characters; this one has {len(given):,}."
        return FieldError(field.path, message)
    return field
