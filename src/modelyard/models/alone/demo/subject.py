"""What a demo shows: a model to try, whoever answers for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.models.alone.demo.tables import predicted_file
from modelyard.models.alone.service.model import ServedModel
from modelyard.models.signature import Signature

Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """The answer to one row: prediction, probabilities by class, reasons (documents of models.why), and notes."""

    prediction: str | float
    probabilities: dict[str, float] | None
    is_sure: bool | None
    reasons: Sequence[dict[str, Any]]
    notes: Sequence[str]


@dataclass(frozen=True)
class Subject:
    """A model to try: its name, what it takes and gives, and how a row is answered."""

    name: str
    signature: Signature
    answer: Callable[[Row], Told]
    predict_file: Callable[[Path], Path] | None = None
    """Takes a CSV file of rows and returns one with the predictions beside them; None: one row at a time."""

    @property
    def example(self) -> Row:
        """Return a row that it takes."""
        return {item.name: item.example for item in self.signature.inputs}


def subject_of_model(served: ServedModel) -> Subject:
    """Return a model that needs no yard."""

    def answer(row: Row) -> Told:
        answered = served.answer([row], explain=True)
        (output,) = answered.outputs
        why = output.why or {}
        notes = [*answered.warnings, *([why["unavailable"]] if why.get("unavailable") else [])]
        return Told(output.prediction, output.probabilities, output.is_sure, why.get("reasons") or (), notes)

    return Subject(served.about.name, served.chain.signature, answer, lambda path: predicted_file(served.chain, path))
