"""Texts of a project that name the HTTP routes of a Gradio server."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.files import SourceFile
from modelyard.deploy.code.python.code import Module
from modelyard.deploy.finding import Span

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

ROUTE = re.compile(r"(?P<prefix>/gradio_api)?(?P<route>/(?:call|run|api))/(?P<name>predict\b|\w+|\{\}|\$\{\})")
OF_ROUTE = re.compile(r"/(?:call|run|api)/")
OF_GRADIO = re.compile(
    r"hf\.space|gradio|hf_space|space_url|spaceurl|json\s*=\s*\{\s*[\"']data[\"']\s*:\s*\[", re.IGNORECASE
)
"""What only callers of Gradio write: its hosts, its name, or `json={"data": […]}`, the form of its requests."""
IN_LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


@dataclass(frozen=True)
class GradioCall:
    """One text that names such a route."""

    has_prefix: bool
    """It begins with `/gradio_api`."""
    route: str
    """`/call`, `/run` or `/api`."""
    is_result: bool
    """It asks for the result of an event: `/call/predict/EVENT`."""
    is_in_loop: bool
    """It stands in a loop, or in what a timer calls again and again."""
    file: SourceFile
    span: Span
    module: Module | None = None
    node: ast.AST | None = None


def gradio_calls(project: "Project") -> Iterator[GradioCall]:
    """Yield the routes that live Python and front ends name, in files that speak of Gradio or a Space."""
    for module in project.python.reached:
        if _speaks(module.file) and not is_aside(module.file.path):
            yield from _in_python(project, module)
    for source in project.web.sources():
        if _speaks(source.file):
            for text in project.web.literals(source.file):
                found = ROUTE.search(text.text)
                if found is not None and _is_gradio(found):
                    rest = text.text[found.end() :]
                    yield GradioCall(
                        found["prefix"] is not None, found["route"], rest.startswith("/"), False, source.file, text.span
                    )


def _speaks(file: SourceFile) -> bool:
    """Say whether a file speaks of Gradio, and holds the beginning of one of its routes."""
    return OF_ROUTE.search(file.text) is not None and OF_GRADIO.search(file.text) is not None


def _in_python(project: "Project", module: Module) -> Iterator[GradioCall]:
    for node in module.scopes.nodes():
        text = _text(node)
        found = ROUTE.search(text) if text else None
        if found is None or not _is_gradio(found) or not project.python.is_live(module, node):
            continue
        around = list(module.scopes.around(node))
        if any(isinstance(one, ast.JoinedStr) for one in around):
            continue
        in_loop = False
        for one in around:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                break
            in_loop = in_loop or isinstance(one, ast.While | ast.For | ast.AsyncFor)
        rest = text[found.end() :]
        is_result = rest.startswith("/") and len(rest) > 1
        yield GradioCall(
            found["prefix"] is not None,
            found["route"],
            is_result,
            in_loop,
            module.file,
            module.span(node),
            module,
            node,
        )


def _text(node: ast.AST) -> str:
    """Return a text, the unknown parts of an f-string as `{}`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value if len(node.value) < 500 else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return ""


def _is_gradio(found: re.Match[str]) -> bool:
    """Say whether a route is plainly Gradio's: `/call/…`, or `/run` and `/api` of `predict`."""
    return found["route"] == "/call" or found["name"] == "predict" or found["prefix"] is not None
