"""SEC005: a token is kept where every script of the page can read it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.deploy.code.web.code import Source
from modelyard.deploy.code.web.syntax import dotted, member, text_of
from modelyard.deploy.finding import Fix, Platform, Severity, Span
from modelyard.deploy.project.front_ends import page_sources
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

if TYPE_CHECKING:
    from tree_sitter import Node

STORE = re.compile(r"(?:^|\.)localStorage\.(?:setItem|set)$")
TOKEN = re.compile(
    r"(?:token|jwt|api_?key|secret_?key|password|credential|bearer)s?(?![a-z]*(?:count|usage|limit))", re.I
)
NO_TOKEN = re.compile(
    r"csrf|xsrf|n_?tokens|max_?tokens|token_?(?:s_)?(?:count|usage|used|limit|budget|expir\w*|type)|fcm|push|tokenizer"
    r"|(?:has|is|show|hide|remember)_?(?:token|password|api_?key)|expires",
    re.IGNORECASE,
)
SESSION = re.compile(
    r"^(?:[\w-]+[:._-])?(?:auth|session|auth[-_]?(?:session|state|data|storage)|user[-_]?session)$", re.I
)
NO_VALUES = ("", "true", "false", "null", "undefined", "1", "0")
FIELD = re.compile(r"\b\w*[tT]oken\w*\b(?=\s*:)")
KEPT_IN = re.compile(r"\b(?:api_?key|access_?token|refresh_?token|password)\b\s*[:,}]", re.IGNORECASE)
NAMED_TOKEN = re.compile(r"[\w.?!]*(?:access|refresh|auth|id|jwt|bearer)?_?token[!?]?", re.IGNORECASE)
VALUE_OF_SESSION = re.compile(r"token|session|auth|jwt|credential", re.IGNORECASE)


class SEC005(Rule):
    """A token is kept in localStorage.

    **What it does.** Looks in live pages for `localStorage.setItem` (or an assignment) whose key or value names a
    token, JWT, password or API key, and for stores that are persisted there with a token among their fields.

    **Why it matters.** Whatever script runs on the page reads localStorage: one hole for foreign script, or one bad
    package, and the token is gone. It stays valid when the visitor signs out elsewhere.

    **How to fix.** Keep a short-lived token in memory and renew it, or let the API set an HttpOnly cookie where both
    are one site.

    **Limits.** A key that only the running page knows is judged by the name of its value.
    """

    kind: Literal["SEC005"] = "SEC005"
    title: ClassVar[str] = "Token in localStorage"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "warning"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per front end, with every place, and one for pages that a server hands out."""
        for sources, platforms in page_sources(project):
            yield from self._of(sources, platforms)

    def _of(self, sources: list[Source], platforms: tuple[Platform, ...]) -> Iterator[Said]:
        places = [(name, span) for source in sources for name, span in stored(source)]
        if not places:
            return
        names = ", ".join(dict.fromkeys(name for name, _ in places))
        yield self.finding(
            [span for _, span in places],
            f"{names} is kept in localStorage, where every script of the page can read it.",
            confidence=0.9,
            platforms=platforms,
            fix=Fix(text="Keep a short-lived token in memory and renew it, or use an HttpOnly cookie on one site."),
        )


def stored(source: Source) -> Iterator[tuple[str, Span]]:
    """Yield name and place of each token that a source puts in localStorage."""
    if "localStorage" not in source.file.text and "partialize" not in source.file.text:
        return
    for call in source.calls:
        key, value = call.argument(0), call.argument(1)
        if STORE.search(call.name) and key is not None and value is not None:
            name = source.fold(key) or dotted(key)
            if is_token(name, text_of(value)):
                yield name or text_of(value), call.span
        kept = member(call.argument(1), "partialize") if call.name.endswith("persist") else None
        if kept is not None and (field := _persisted(kept, call.argument(1))):
            yield field, source.span(kept)
    for node in source.nodes("assignment_expression"):
        base, _, name = dotted(node.child_by_field_name("left")).rpartition(".")
        if base.rpartition(".")[2] == "localStorage" and is_token(name, text_of(node.child_by_field_name("right"))):
            yield name, source.span(node)


def is_token(key: str, value: str) -> bool:
    """Say whether a key, or the value kept under it, is a credential by its name."""
    if NO_TOKEN.search(key) or value.strip("\"'") in NO_VALUES:
        return False
    if TOKEN.search(key):
        return True
    if KEPT_IN.search(value):
        return True
    if SESSION.match(key):
        return VALUE_OF_SESSION.search(value) is not None
    return NAMED_TOKEN.fullmatch(value) is not None


def _persisted(kept: "Node", options: "Node | None") -> str:
    """Return the token among the fields of a store that is persisted in localStorage, its default; else `""`."""
    if "sessionStorage" in text_of(options):
        return ""
    names = [found[0] for found in FIELD.finditer(text_of(kept)) if not NO_TOKEN.search(found[0])]
    return names[0] if names else ""
