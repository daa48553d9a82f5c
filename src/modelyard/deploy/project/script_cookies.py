"""Cookies that scripts of a page set: `document.cookie = …`, and `Cookies.set(…)` of js-cookie."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.deploy.code.web.code import Source
from modelyard.deploy.code.web.syntax import dotted, member, text_of
from modelyard.deploy.finding import Span

_WRITTEN = re.compile(r"^\s*(?P<name>[^=;{}]+)=(?P<value>[^;]*)(?P<rest>.*)$", re.DOTALL)
_REMOVING = re.compile(r"max-age\s*=\s*(?:0|-\d+)\s*(?:;|$)|expires\s*=\s*thu,\s*0?1[ -]jan[ -]1970", re.IGNORECASE)
_SECURE = re.compile(r";\s*secure\s*(?:;|$)", re.IGNORECASE)
_SETS = re.compile(r"(?:^|\.)(?:Cookies|cookies|Cookie|jsCookie)\.set$")


@dataclass(frozen=True)
class ScriptCookie:
    """One cookie that a script of a page sets: it can never be `HttpOnly`."""

    name: str
    is_secure: bool
    """False where the flag is not written; a value that is put together elsewhere is taken to have it."""
    span: Span


def script_cookies(source: Source) -> Iterator[ScriptCookie]:
    """Yield the cookies that a source sets; those it removes are left out."""
    if "ookie" not in source.file.text:
        return
    for node in source.nodes("assignment_expression"):
        if dotted(node.child_by_field_name("left")).rpartition("window.")[2] != "document.cookie":
            continue
        right = node.child_by_field_name("right")
        found = _WRITTEN.match((source.fold(right) or "") if right is not None else "")
        if found and found["value"].strip() and not _REMOVING.search(found["rest"]):
            yield ScriptCookie(found["name"].strip(), _SECURE.search(found["rest"]) is not None, source.span(node))
    if "js-cookie" not in source.file.text:
        return
    for call in source.calls:
        name = call.argument(0)
        if _SETS.search(call.name) and name is not None and (key := source.fold(name)):
            options = call.argument(2)
            secure = member(options, "secure")
            is_open = options is not None and options.type != "object"
            yield ScriptCookie(key, is_open or (secure is not None and text_of(secure) != "false"), call.span)
