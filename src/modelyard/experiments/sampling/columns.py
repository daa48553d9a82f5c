"""Which column of a dataset says what of a sample."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.experiments.document import Columns
from modelyard.kernel.errors import FieldError, Invalid

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "sample_id", "example_id", "question_id", "qid", "key"),
    "question": ("question", "input", "prompt", "query", "problem", "text", "instruction"),
    "answer": ("answer", "target", "expected", "expected_output", "output", "label", "gold", "solution"),
    "aliases": ("aliases", "answers", "other_answers", "alternatives"),
    "context": ("context", "passage", "paragraph"),
    "choices": ("choices", "options"),
    "group": ("group", "task", "category", "subject", "topic", "title"),
    "truth": ("truth", "quote", "evidence"),
    "answerable": ("answerable", "is_answerable"),
}
"""Names that columns usually have, the most telling first; upper and lower case alike."""


@dataclass(frozen=True)
class Mapping:
    """The column for each part of a sample; None: the dataset does not have it."""

    id: str | None
    question: str
    answer: str | None
    aliases: str | None
    context: str | None
    choices: str | None
    group: str | None
    truth: str | None
    answerable: str | None

    @property
    def used(self) -> list[str]:
        """Return the columns that are read, each once."""
        return list(dict.fromkeys(name for name in vars(self).values() if name is not None))


def mapped(stated: Columns, present: Sequence[str]) -> Mapping:
    """Return the columns as stated, else by their usual names; raise Invalid with the field that cannot be found."""
    taken: set[str] = {name for name in stated.model_dump().values() if name}
    chosen: dict[str, str | None] = {}
    for part, names in USUAL_NAMES.items():
        said = getattr(stated, part)
        if said is not None:
            if said not in present:
                raise _missing(part, f"The dataset has no column {said!r}.", present)
            chosen[part] = said
            continue
        found = next((name for usual in names for name in present if name.lower() == usual and name not in taken), None)
        if found is not None:
            taken.add(found)
        chosen[part] = found
    question = chosen.pop("question")
    if question is None:
        raise _missing("question", "No column looks like the question.", present)
    return Mapping(question=question, **chosen)


def _missing(part: str, message: str, present: Sequence[str]) -> Invalid:
    hint = f"Choose one of: {', '.join(present[:30])}."
    return Invalid(message, hint=hint, fields=[FieldError(("samples", "columns", part), message)])
