"""Which of the choices an answer names: by its letter or by its text."""

import re
from collections.abc import Sequence

from modelyard.experiments.reading.squad import comparable
from modelyard.experiments.reading.templates import letter_of
from modelyard.experiments.sample import Sample

_LISTED = re.compile(r"^[ \t]*[(\[]?([A-Z])[).\]:][ \t]+(\S[^\n]*)$", re.MULTILINE)
_ALONE = re.compile(r"[\s*_(\[]*([A-Za-z]{1,2})[)\].:,;*_\s]*")
_BEGINS = re.compile(r"\s*[*_]*(?:[(\[]([A-Za-z]{1,2})[)\]]|([A-Z]{1,2})[).:](?=\s|$))")
_BRACKETED = re.compile(r"\(([A-Z]{1,2})\)")


def choices_of(sample: Sample) -> tuple[str, ...]:
    """Return what may be chosen among: what the sample states, else the lines (A), (B), (C) … of its question."""
    if sample.choices:
        return sample.choices
    listed = _LISTED.findall(sample.question)
    in_order = [letter for letter, _ in listed] == [letter_of(place) for place in range(len(listed))]
    return tuple(text.strip() for _, text in listed) if in_order and len(listed) > 1 else ()


def chosen(said: str, choices: Sequence[str], *, by_letter: bool = True) -> int | None:
    """Return the place of the choice that an answer names; None when it names none, or several.

    The whole text of a choice counts first, then (`by_letter`) a letter alone or at the beginning (`B`, `(B)`,
    `B. Paris`) or the only letter in brackets, then the only choice whose words stand in the answer.
    """
    whole = [place for place, each in enumerate(choices) if comparable(each) == comparable(said)]
    if len(whole) == 1:
        return whole[0]
    place = _by_letter(said, len(choices)) if by_letter else None
    return place if place is not None else _only_text(said, choices)


def _by_letter(said: str, n: int) -> int | None:
    found = _ALONE.fullmatch(said) or _BEGINS.match(said)
    place = _place(next(group for group in found.groups() if group), n) if found else None
    if place is not None:
        return place
    bracketed = {place for each in _BRACKETED.findall(said) if (place := _place(each, n)) is not None}
    return next(iter(bracketed)) if len(bracketed) == 1 else None


def _only_text(said: str, choices: Sequence[str]) -> int | None:
    text = f" {comparable(said)} "
    named = [place for place, each in enumerate(choices) if f" {comparable(each)} " in text]
    # `New York City` names `New York City` and not also `New York`.
    longest = [a for a in named if not any(a != b and comparable(choices[a]) in comparable(choices[b]) for b in named)]
    return longest[0] if len(longest) == 1 else None


def _place(letter: str, n: int) -> int | None:
    return next((place for place in range(n) if letter_of(place) == letter.upper()), None)
