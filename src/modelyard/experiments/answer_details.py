"""What an answer keeps beside its text: prompt, passages, trace and votes as a JSON document, and back."""

import math
from dataclasses import asdict
from typing import Any

from modelyard.experiments.strategy import Answer, TraceStep
from modelyard.experiments.tables import ExperimentAnswer
from modelyard.llm.found import FoundPassage
from modelyard.llm.provider import Message, storable


def details_of(answer: Answer) -> dict[str, Any]:
    """Return the document; parts that are empty are left out."""
    parts = {
        "is_cut": answer.is_cut,
        "prompt": [asdict(message) for message in answer.prompt],
        "passages": [asdict(passage) for passage in answer.passages],
        "has_searched": answer.has_searched,
        "trace": [asdict(step) for step in answer.trace],
        "votes": list(answer.votes),
    }
    return {name: plain(part) for name, part in parts.items() if part}


def answer_of(row: ExperimentAnswer) -> Answer:
    """Return the answer that a row keeps; only for rows that have one."""
    kept = row.details
    return Answer(
        text=row.text,
        parsed=row.parsed,
        ended=row.ended,  # type: ignore[arg-type]  # rows that failed are not read
        is_cut=bool(kept.get("is_cut", False)),
        prompt=tuple(Message(**each) for each in kept.get("prompt", [])),
        passages=tuple(
            FoundPassage(**{**each, "headings": tuple(each["headings"])}) for each in kept.get("passages", [])
        ),
        has_searched=bool(kept.get("has_searched", False)),
        trace=tuple(TraceStep(**each) for each in kept.get("trace", [])),
        votes=tuple(kept.get("votes", [])),
    )


def plain(value: Any) -> Any:
    """Return a value as every database keeps it in JSON: no NaN, no half characters, nothing but plain types."""
    if isinstance(value, str):
        return storable(value).replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float) else str(value)
