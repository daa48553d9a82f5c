"""Prompt templates: text with names in braces that stand for what a sample has.

A name is a name and nothing else: no attribute, no index, no format is read in the braces, and what is filled in is
never read as a template.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from modelyard.experiments.sample import Sample

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Template:
    """The annotation of a field that holds a template: which names it may say, and which it must.

    They stand in the field's JSON schema, so that a form can offer them.
    """

    names: tuple[str, ...]
    needs: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the text with the check behind it."""
        return no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the JSON schema of the text with the names beside it."""
        return {**handler(schema), "x-names": list(self.names)}

    def _checked(self, text: str) -> str:
        said = list(_names(text))
        for name in said:
            if name not in self.names:
                known = ", ".join(f"{{{each}}}" for each in self.names)
                raise ValueError(f"{{{name}}} stands for nothing; what can be said here: {known}.")
        missing = [name for name in self.needs if name not in said]
        if missing:
            raise ValueError(f"The template does not say {{{missing[0]}}}.")
        return text


def template_of(*names: str, needs: Sequence[str] = ()) -> Template:
    """Return the annotation of a template that may say these names and must say those of `needs`."""
    return Template(names, tuple(needs))


def filled(template: str, told: Mapping[str, str]) -> str:
    """Return the template with what is told of each name; a line whose names are all empty is left out."""
    lines: list[str] = []
    for line in template.strip().split("\n"):
        names = list(_names(line))
        if names and not any(told.get(name) for name in names):
            continue
        if line.strip() or (lines and lines[-1].strip()):
            lines.append(line)
    return "\n".join(_line(line, told) for line in lines).rstrip("\n")


def filled_for(template: str, sample: Sample, **more: str) -> str:
    """Return the template with what the sample has: {question}, {context} and {choices}; and with what `more` says."""
    about = {"question": sample.question, "context": sample.context or "", "choices": lettered(sample.choices)}
    return filled(template, {**about, **more})


def lettered(choices: Sequence[str]) -> str:
    """Return the choices, a line each, as (A), (B), (C) …"""
    return "\n".join(f"({letter_of(place)}) {choice}" for place, choice in enumerate(choices))


def letter_of(place: int) -> str:
    """Return what the choice at this place is called: A to Z, then AA, AB … as columns of a spreadsheet are."""
    before, last = divmod(place, 26)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + last)


def _names(template: str) -> Iterator[str]:
    """Yield the names in braces; raise ValueError for anything else in braces, and for a brace that stands alone."""
    for piece in _PIECE.finditer(template):
        name = piece.group(1)
        if name is None and piece.group() not in ("{{", "}}"):
            where = piece.start() + 1
            raise ValueError(
                f"The brace {piece.group()!r} at character {where} has no partner; write it twice to mean it."
            )
        if name is not None:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{piece.group()!r} is no name; write braces twice to mean them: {{{{ … }}}}.")
            yield name


def _line(line: str, told: Mapping[str, str]) -> str:
    def said(piece: re.Match[str]) -> str:
        name = piece.group(1)
        return piece.group()[0] if name is None else told.get(name, "")

    return _PIECE.sub(said, line)
