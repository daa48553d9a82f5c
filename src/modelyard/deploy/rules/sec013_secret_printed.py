"""SEC013: a secret is printed or logged."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.changes import removed
from modelyard.deploy.code.python.code import Call
from modelyard.deploy.code.secrets import is_secret_name
from modelyard.deploy.finding import Edit, Fix, FixKind, Severity
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

LEVELS = ("debug", "info", "warning", "error", "critical", "exception", "log")
LOGGERS = re.compile(
    r"(?:^|\.|_)(?:log|logger|logging|LOG|LOGGER)(?:\.|$)|^logging\.|Logger|loguru|structlog", re.IGNORECASE
)
SPEAKS_OF_SIGNING = re.compile(r"jwt|auth|login|oauth|bearer|session", re.IGNORECASE)
HIDING = ("len", "bool", "mask", "redact", "hash", "type", "isinstance", "any", "all", "id", "sha256", "hide", "sanit")


class SEC013(Rule):
    """A secret is printed or logged.

    **What it does.** Looks at `print` and logging calls of live code for values whose name says that they are secret:
    keys, passwords, tokens, addresses of databases. What is cut, counted or masked is left out.

    **Why it matters.** Logs are read by more people than keys should be, are kept by the platform, and are pasted into
    issues when something fails.

    **How to fix.** Log that the value is set, not what it is: `bool(token)`.

    **Limits.** A secret in a variable with an ordinary name is not seen; neither is one inside an object that is
    printed.
    """

    kind: Literal["SEC013"] = "SEC013"
    title: ClassVar[str] = "Secret printed"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "key"
    severity: ClassVar[Severity] = "warning"
    fix_kind: ClassVar[FixKind] = "suggested"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield each call that prints a secret."""
        names = ("print", "pprint.pprint", *(f".{level}" for level in LEVELS))
        for call in project.python.calls(*names):
            if not _is_output(call) or is_aside(call.module.file.path):
                continue
            name = next((name for part in _parts(call) if (name := _secret(part, call))), None)
            if name is not None:
                edit = _edit(call)
                yield self.finding(
                    call.span,
                    f"{name} is written to the log.",
                    confidence=0.8,
                    chain=project.python.chain(call.module, call.node),
                    platforms=project.platforms_of(call.module.file.path),
                    fix=Fix(
                        kind="suggested" if edit else "none",
                        text="Take it out, or log only whether it is set.",
                        edits=(edit,) if edit else (),
                        by_person=(f"Rotate {name} if logs with it were shared.",),
                    ),
                )


def _is_output(call: Call) -> bool:
    head, _, last = call.name.rpartition(".")
    return call.name in ("print", "pprint.pprint") or (last in LEVELS and LOGGERS.search(head) is not None)


def _parts(call: Call) -> Iterator[ast.expr]:
    """Yield what is printed: the arguments, and the values within their f-strings and additions."""
    for one in [*call.node.args, *(keyword.value for keyword in call.node.keywords)]:
        yield from _within(one)


def _within(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.JoinedStr(values=values):
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from _within(value.value)
        case ast.BinOp(left=left, right=right):
            yield from _within(left)
            yield from _within(right)
        case ast.Tuple(elts=elts):
            for one in elts:
                yield from _within(one)
        case ast.Call(func=ast.Attribute(attr="format"), args=args):
            for one in args:
                yield from _within(one)
        case ast.Call(func=func, args=[first, *_]) if not any(word in ast.unparse(func).lower() for word in HIDING):
            if ast.unparse(func) in ("str", "repr", "os.getenv", "os.environ.get"):
                yield node if ast.unparse(func).startswith("os.") else first
        case _:
            yield node


def _secret(node: ast.expr, call: Call) -> str | None:
    """Return the name of the secret that a value is."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            pass
        case (
            ast.Subscript(slice=ast.Constant(value=str() as name))
            | ast.Call(args=[ast.Constant(value=str() as name), *_])
        ):
            pass
        case _:
            return None
    if name.lower() in ("token", "tokens") and not _is_about_signing(call):
        return None
    return name if is_secret_name(name) else None


def _is_about_signing(call: Call) -> bool:
    """Say whether a bare `token` is one that signs in, rather than a piece of a text."""
    place = f"{call.module.file.path} {call.function.name if call.function else ''} {ast.unparse(call.node)}"
    return SPEAKS_OF_SIGNING.search(place) is not None


def _edit(call: Call) -> Edit | None:
    """Return the edit that removes a statement which stands alone among others."""
    statement = call.module.scopes.statement(call.node)
    block = call.module.scopes.parent(statement) if statement is not None else None
    if not isinstance(statement, ast.Expr) or statement.value is not call.node or block is None:
        return None
    is_among_others = any(
        isinstance(body := getattr(block, field, None), list) and statement in body and len(body) > 1
        for field in ("body", "orelse", "finalbody")
    )
    if not is_among_others or call.module.file.lines[statement.lineno - 1].split("#")[0].count(";"):
        return None
    return removed(call.module.file, statement.lineno, statement.end_lineno)
