"""Back ends of Node that let in whoever asks: the options of `cors` in Express and its like."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelyard.deploy.code.web.source import Source
from modelyard.deploy.code.web.syntax import member, text_of, unwrapped
from modelyard.deploy.finding import Platform, Span
from modelyard.deploy.project.server_secrets import platforms_of_server

if TYPE_CHECKING:
    from tree_sitter import Node

    from modelyard.deploy.project.project import Project

CORS = re.compile(r"(?:^|\.)(?:cors|enableCors)$")
FUNCTIONS = ("arrow_function", "function_expression", "function")
SAYS_YES = re.compile(r"\(\s*null\s*,\s*true\s*\)")
DECIDES = re.compile(r"\bif\b|\?|&&|\|\||\bswitch\b|\bError\b|\bfalse\b")
"""Words of a function that asks something before it says yes."""


def open_with_credentials(project: "Project") -> Iterator[tuple[Span, tuple[Platform, ...]]]:
    """Yield the settings that answer every origin with its own name and let credentials through."""
    for app, source in project.web.server_sources:
        if "ors(" not in source.file.text or "credentials" not in source.file.text:
            continue
        for call in source.calls:
            options = _options(source, call.argument(0)) if CORS.search(call.name) else None
            if options is None or text_of(member(options, "credentials")) != "true":
                continue
            origin = member(options, "origin")
            if origin is not None and _is_open(unwrapped(origin)):
                yield call.span, platforms_of_server(project, app)
        source.forget()


def _options(source: Source, given: "Node | None") -> "Node | None":
    """Return the object of options, also where a constant of the script holds it."""
    if given is not None and given.type == "identifier":
        given = source.constants.get(text_of(given))
    return unwrapped(given) if given is not None else None


def _is_open(origin: "Node") -> bool:
    if origin.type in FUNCTIONS:
        text = text_of(origin.child_by_field_name("body"))
        return SAYS_YES.search(text) is not None and DECIDES.search(text) is None
    return text_of(origin) == "true"
