"""Reads of names that are set at build time or on the server, each with what it falls back on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from modelyard.deploy.code.web.apps import WebApp
from modelyard.deploy.code.web.source import Source
from modelyard.deploy.code.web.syntax import WRAPPERS, above, dotted, text_of, unwrapped
from modelyard.deploy.finding import Span

if TYPE_CHECKING:
    from tree_sitter import Node

Where = Literal["process", "meta", "custom"]
BASES: dict[str, Where] = {"process.env": "process", "import.meta.env": "meta"}
BASE = re.compile(rb"\bprocess\??\.env\b|\bimport\.meta\??\.env\b|[\w.?()]*\bcustomFields\b")
MARKS = ("process.env", "import.meta", "customFields")
ASKS: tuple[tuple[re.Pattern[str], bool], ...] = (
    (re.compile(r"!==?\s*[\"'](?:production|prod)\b"), True),
    (re.compile(r"===?\s*[\"'](?:production|prod)\b"), False),
    (re.compile(r"!==?\s*[\"'](?:dev(?:elopment)?|localhost|127\.0\.0\.1)\b"), False),
    (re.compile(r"===?\s*[\"'](?:dev(?:elopment)?|localhost|127\.0\.0\.1)\b"), True),
    (re.compile(r"!\s*(?:import\.meta\.env\.PROD\b|is_?prod)", re.IGNORECASE), True),
    (re.compile(r"!\s*(?:import\.meta\.env\.DEV\b|__DEV__|is_?(?:dev|local))", re.IGNORECASE), False),
    (re.compile(r"import\.meta\.env\.PROD\b|\bis_?prod", re.IGNORECASE), False),
    (re.compile(r"import\.meta\.env\.DEV\b|__DEV__|\bis_?(?:dev|local)", re.IGNORECASE), True),
    (re.compile(r"!\s*\[[^\]]*(?:localhost|127\.0\.0\.1)[^\]]*\]\.(?:includes|indexOf)"), False),
    (re.compile(r"\[[^\]]*(?:localhost|127\.0\.0\.1)[^\]]*\]\.(?:includes|indexOf)"), True),
    (
        re.compile(r"!\s*[\w.]*host(?:name)?\.(?:includes|startsWith|endsWith)\([^)]*(?:localhost|127\.0\.0\.1|local)"),
        False,
    ),
    (re.compile(r"""location\.port\s*!==?\s*["'](?:3\d{3}|4321|517\d|5500|8\d{3})["']"""), False),
    (re.compile(r"""location\.port\s*===?\s*["'](?:3\d{3}|4321|517\d|5500|8\d{3})["']"""), True),
    (re.compile(r"""(?:includes|startsWith|test|match)\([^)]*(?:localhost|127\.0\.0\.1)"""), True),
)
"""Conditions that ask whether this is a developer's machine, and whether they hold there."""
OWN_NAMES = {"NODE_ENV", "DEV", "PROD", "MODE", "SSR", "BASE_URL", "VERCEL", "CI"}
"""Names that the tools set themselves."""
GIVEN_BY_TOOLS = ("__NEXT", "npm_", "NEXT_RUNTIME", "NEXT_PHASE", "GATSBY_NODE", "JEST_", "VITEST")
STEPS = WRAPPERS | {"member_expression", "call_expression", "subscript_expression"}
"""What may stand between a read and its `||`: casts, `.trim()`, `.replace(…)`."""


@dataclass(frozen=True)
class WebRead:
    """One read of a build-time or server name: `process.env.X`, `import.meta.env.X`, `customFields.x`."""

    name: str
    span: Span
    app: WebApp
    default: str | None
    """The text after `??` or `||`, or of a ternary's other branch; None without one."""
    is_guarded: bool
    """The default applies in development only (`NODE_ENV`, `DEV`)."""
    where: Where = "process"
    """`custom` are fields of Docusaurus' configuration, not names of the environment."""
    default_span: Span | None = None
    start: int = 0
    end: int = 0
    """Where the read, with the default, stands in the file's text."""
    default_start: int = 0
    default_end: int = 0
    """Where the default alone stands."""
    source: Source | None = None
    """The script it stands in."""


def reads_in(source: Source, app: WebApp) -> Iterator[WebRead]:
    """Yield the reads of one source."""
    if not any(mark in source.file.text for mark in MARKS):
        return
    for node, name, where in _reading(source, is_docusaurus=app.framework == "docusaurus"):
        if name in OWN_NAMES or name.startswith(GIVEN_BY_TOOLS):
            continue
        default = _default(source, node)
        outer = default.whole if default else node
        yield WebRead(
            name=name,
            span=source.span(node),
            app=app,
            default=default.text if default else None,
            is_guarded=default is not None and (is_for_development(default.node) or _is_refused(source, node, name)),
            where=where,
            default_span=source.span(default.node) if default else None,
            start=source.offset(outer.start_byte),
            end=source.offset(outer.end_byte),
            default_start=source.offset(default.node.start_byte) if default else 0,
            default_end=source.offset(default.node.end_byte) if default else 0,
            source=source,
        )


def _reading(source: Source, *, is_docusaurus: bool) -> Iterator[tuple["Node", str, Where]]:
    """Yield node, name and kind of each read, found by where its base stands in the text."""
    for base in source.occurrences(BASE):
        name = dotted(base)
        parent = base.parent
        where = BASES.get(name) or ("custom" if is_docusaurus and name.endswith("customFields") else None)
        if parent is None or where is None:
            continue
        if parent.type in ("member_expression", "subscript_expression"):
            whole, _, last = dotted(parent).rpartition(".")
            if whole == name:
                yield parent, last, where
        elif parent.type == "variable_declarator" and where != "custom":
            yield from _taken_apart(parent, where)


def _taken_apart(declarator: "Node", where: Where) -> Iterator[tuple["Node", str, Where]]:
    """Yield the names that `const { X = … } = process.env` reads."""
    pattern = declarator.child_by_field_name("name")
    for part in pattern.named_children if pattern is not None and pattern.type == "object_pattern" else ():
        key = part.child_by_field_name("key") or part.child_by_field_name("left") or part
        yield part, text_of(key), where


@dataclass(frozen=True)
class _Default:
    text: str
    node: "Node"
    """The expression that is taken."""
    whole: "Node"
    """The read and the default together."""


def _default(source: Source, node: "Node") -> _Default | None:
    """Return what a read falls back on: in the same expression, through its name, or in the next `return`."""
    if node.type == "object_assignment_pattern" and (right := node.child_by_field_name("right")) is not None:
        text = source.fold(right)
        return _Default(text, right, node) if text is not None else None
    return _in_expression(source, node) or _through_name(source, node) or _returned(source, node)


def _in_expression(source: Source, node: "Node") -> _Default | None:
    child = node
    for parent in above(node):
        if parent.type == "binary_expression":
            operator = text_of(parent.child_by_field_name("operator"))
            right = parent.child_by_field_name("right")
            if operator not in ("||", "??"):
                return None
            if right is not None and right.id != child.id and (text := source.fold(right)) is not None:
                return _Default(text, right, parent)
        elif parent.type == "ternary_expression":
            return _of_ternary(source, parent, child)
        elif parent.type not in STEPS or not _is_subject(parent, child):
            return None
        child = parent
    return None


def _is_subject(parent: "Node", child: "Node") -> bool:
    """Say whether a child is what a node is about, not an argument of it."""
    if parent.type in WRAPPERS:
        return True
    first = parent.child_by_field_name("function") or parent.child_by_field_name("object")
    return first is not None and first.id == child.id


def _of_ternary(source: Source, node: "Node", child: "Node") -> _Default | None:
    """Return the other branch of `X ? X : other` and of `isDevelopment ? other : X`."""
    condition = node.child_by_field_name("condition")
    branches = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
    if condition is None:
        return None
    others = branches[1:] if condition.id == child.id else [one for one in branches if one and one.id != child.id]
    for other in others:
        if other is not None and (text := source.fold(other)) is not None:
            return _Default(text, other, node)
    return None


def _through_name(source: Source, node: "Node") -> _Default | None:
    """Return the default of `const url = process.env.X` that stands where `url` is used."""
    declarator = next((one for one in above(node) if one.type not in STEPS), None)
    if declarator is None or declarator.type != "variable_declarator":
        return None
    name = text_of(declarator.child_by_field_name("name"))
    for use in source.nodes("binary_expression", "ternary_expression"):
        left = use.child_by_field_name("left") or use.child_by_field_name("condition")
        operator = text_of(use.child_by_field_name("operator")) or "?"
        other = use.child_by_field_name("right") or use.child_by_field_name("alternative")
        if left is None or other is None or operator not in ("||", "??", "?") or text_of(unwrapped(left)) != name:
            continue
        if (text := source.fold(other)) is not None:
            return _Default(text, other, use)
    return None


def _returned(source: Source, node: "Node") -> _Default | None:
    """Return the text that a function gives when its `if (X) return X;` did not."""
    statement = next((one for one in above(node) if one.type == "if_statement"), None)
    condition = statement.child_by_field_name("condition") if statement is not None else None
    if statement is None or condition is None or not _holds(condition, node) or "return" not in text_of(statement):
        return None
    following = statement.next_named_sibling
    while following is not None:
        if following.type == "return_statement" and following.named_children:
            last = following.named_children[0]
            text = source.fold(last)
            return _Default(text, last, last) if text is not None else None
        following = following.next_named_sibling
    return None


def _holds(outer: "Node", inner: "Node") -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def holds_in_development(condition: str) -> bool | None:
    """Say whether a condition holds on a developer's machine only (or nowhere but there); None for any other."""
    return next((holds for pattern, holds in ASKS if pattern.search(condition)), None)


def is_for_development(node: "Node") -> bool:
    """Say whether a node is evaluated on a developer's machine only, by the conditions it stands under."""
    child = node
    for parent in above(node):
        condition, branch = _branch(parent, child)
        if condition is not None and branch is not None:
            holds = holds_in_development(text_of(condition))
            if holds is not None and holds == branch:
                return True
        if parent.type in ("statement_block", "program") and _left_before(child):
            return True
        child = parent
    return False


def _left_before(statement: "Node") -> bool:
    """Say whether an `if` before a statement leaves the block everywhere but on a developer's machine."""
    before = statement.prev_named_sibling
    while before is not None:
        taken = before.child_by_field_name("consequence") if before.type == "if_statement" else None
        if taken is not None and before.child_by_field_name("alternative") is None and _leaves(taken):
            condition = before.child_by_field_name("condition")
            if holds_in_development(text_of(condition)) is False:
                return True
        before = before.prev_named_sibling
    return False


def _leaves(statement: "Node") -> bool:
    """Say whether a branch ends in `return` or `throw`."""
    while statement.type == "statement_block" and statement.named_children:
        statement = statement.named_children[-1]
    return statement.type in ("return_statement", "throw_statement")


def _branch(parent: "Node", child: "Node") -> tuple["Node | None", bool | None]:
    """Return the condition a child depends on in its parent, and what it must be for the child to run."""
    if parent.type in ("if_statement", "ternary_expression"):
        condition = parent.child_by_field_name("condition")
        if condition is None or condition.id == child.id:
            return None, None
        other = parent.child_by_field_name("alternative")
        return condition, other is None or other.id != child.id
    if parent.type == "binary_expression":
        left = parent.child_by_field_name("left")
        operator = text_of(parent.child_by_field_name("operator"))
        if left is not None and left.id != child.id and operator in ("&&", "||"):
            return left, operator == "&&"
    return None, None


def _is_refused(source: Source, node: "Node", name: str) -> bool:
    """Say whether the same file throws when the name is not set."""
    for throw in source.nodes("throw_statement") if "throw" in source.file.text else ():
        conditions = [one.child_by_field_name("condition") for one in above(throw) if one.type == "if_statement"]
        if any(name in text_of(condition) for condition in conditions):
            return True
    return False
