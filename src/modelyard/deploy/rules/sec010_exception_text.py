"""SEC010: the text of an exception is sent to whoever called."""

import ast
import re
from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Fix, Severity, Span
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

BROAD = {"Exception", "BaseException"}
ANSWERS = re.compile(r"HTTPException|JSONResponse|PlainTextResponse|jsonify|Response|abort|make_response")


class SEC010(Rule):
    """The text of an exception is sent to whoever called.

    **What it does.** Looks at handlers of every exception (`except Exception as e`, bare `except`) in live code for
    `str(e)`, `repr(e)`, an f-string with it or a traceback in what is answered.

    **Why it matters.** Such texts hold paths, SQL, addresses of databases and sometimes keys; they also change with
    each version of a library, so no client can rely on them.

    **How to fix.** Log the exception with an id, and answer that id with a sentence of your own.

    **Limits.** Exceptions of one's own, caught by name, are taken as meant for people.
    """

    kind: Literal["SEC010"] = "SEC010"
    title: ClassVar[str] = "Exception text returned"
    group: ClassVar[str] = "Security"
    icon: ClassVar[str] = "shield"
    severity: ClassVar[Severity] = "info"

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding with every place."""
        spans = [span for module in project.python.reached for span in _places(project, module)]
        if not spans:
            return
        places = "1 place" if len(spans) == 1 else f"{len(spans)} places"
        yield self.finding(
            spans,
            f"The text of any exception is sent to the caller, in {places}.",
            confidence=0.8,
            platforms=project.platforms_of(spans[0].file),
            fix=Fix(text="Log the exception with an id, and answer with a sentence of your own and that id."),
        )


def _places(project: Project, module: Module) -> Iterator[Span]:
    for node in module.scopes.of(ast.ExceptHandler):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and project.python.is_live(module, node):
            for inner in ast.walk(node):
                if _answers(inner) and _tells(inner, node.name):
                    yield module.span(inner)
                    break


def _is_broad(node: ast.ExceptHandler) -> bool:
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in BROAD)


def _answers(node: ast.AST) -> bool:
    """Say whether a statement sends something to the caller."""
    match node:
        case ast.Raise(exc=ast.Call(func=func)):
            return "HTTPException" in ast.unparse(func)
        case ast.Return(value=ast.Dict() | ast.Tuple()):
            return True
        case ast.Return(value=ast.Call(func=func)):
            return ANSWERS.search(ast.unparse(func)) is not None
    return False


def _tells(answer: ast.AST, name: str | None) -> bool:
    for node in ast.walk(answer):
        match node:
            case ast.Call(func=ast.Name(id="str" | "repr"), args=[ast.Name(id=told)]) if told == name:
                return True
            case ast.FormattedValue(value=ast.Name(id=told)) if told == name:
                return True
            case ast.Call(func=ast.Attribute(attr="format_exc")):
                return True
    return False
