"""What goes into a served configuration: a question, and the context or choices that its prompt has a place for."""

from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.endpoints.servable import MAX_ASKED_INPUTS
from modelyard.experiments.sample import Sample
from modelyard.experiments.sampling.cells import listed
from modelyard.experiments.strategy import Strategy
from modelyard.kernel.errors import FieldError, Invalid

LONGEST = 100_000
"""Characters of a text."""


def places_of(strategy: Strategy) -> dict[str, bool]:
    """Return by name what an input has, and whether it must have it: what the strategy's prompts have a place for."""
    stated = strategy.model_dump(mode="json")
    prompts = " ".join(text for name in ("system", "template") if isinstance(text := stated.get(name), str))
    labels = stated.get("labels")
    places = {"question": True}
    if "{context}" in prompts:
        places["context"] = strategy.kind_name() == "context"
    if "{choices}" in prompts or labels == []:
        places["choices"] = labels == []
    return places


def signature_of(strategy: Strategy, *, example: str, chosen_by: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes in and comes out, in the words that the signature of a model has.

    `chosen_by` is the evidence that the configuration was promoted by.
    """
    labels = strategy.model_dump(mode="json").get("labels")
    empty: dict[str, Any] = {"kind": "text", "dtype": "string", "categories": [], "minimum": None, "maximum": None}
    inputs = [
        {"name": name, **empty, "required": is_needed, "example": example if name == "question" else None}
        for name, is_needed in places_of(strategy).items()
    ]
    output = {"name": "answer" if labels is None else "label", "classes": labels or None, "is_said": True}
    return {"inputs": inputs, "output": output, "ignored": [], "chosen_by": dict(chosen_by)}


def samples_in(strategy: Strategy, inputs: Sequence[Mapping[str, Any]]) -> list[Sample]:
    """Return the inputs of a call as samples; raise Invalid with paths `["inputs", i, name]`."""
    if len(inputs) > MAX_ASKED_INPUTS:
        message = (
            f"This endpoint asks an LLM: a call has at most {MAX_ASKED_INPUTS} inputs, this one has {len(inputs):,}."
        )
        raise Invalid(message, hint="Send the others in calls of their own.", fields=[FieldError(("inputs",), message)])
    places = places_of(strategy)
    wrong = [error for row, given in enumerate(inputs) for error in _wrong(given, places, row)]
    if wrong:
        raise Invalid(wrong[0].message, hint=f"Each input has {' and '.join(places)}.", fields=wrong)
    return [_sample(given, str(row + 1)) for row, given in enumerate(inputs)]


def _sample(given: Mapping[str, Any], number: str) -> Sample:
    return Sample(
        id=number,
        question=str(given["question"]).strip(),
        context=(given.get("context") or "").strip() or None,
        choices=listed(given.get("choices")),
    )


def _wrong(given: Mapping[str, Any], places: Mapping[str, bool], row: int) -> list[FieldError]:
    found = [FieldError(("inputs", row, name), f"There is no {name!r} here.") for name in given if name not in places]
    for name, is_needed in places.items():
        value = given.get(name)
        if reason := _why_not(name, value, is_needed=is_needed):
            found.append(FieldError(("inputs", row, name), reason))
    return found


def _why_not(name: str, value: Any, *, is_needed: bool) -> str | None:
    """Return why a value cannot be taken; None when it can."""
    if name == "choices":
        if not isinstance(value, str | list | None) or (is_needed and len(listed(value)) < 2):
            return "The choices are a list of two or more, or one a line."
        return None
    if value is None:
        return f"The {name} is missing." if is_needed else None
    if not isinstance(value, str):
        return f"The {name} is a text."
    if len(value) > LONGEST:
        return f"The {name} has more than {LONGEST:,} characters."
    return f"The {name} is empty." if is_needed and not value.strip() else None
