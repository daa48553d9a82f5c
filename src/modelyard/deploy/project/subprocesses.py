"""What a program that is run starts itself with `subprocess`: an API behind a page, a worker."""

import ast
import posixpath
from collections.abc import Iterator
from dataclasses import replace

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.project.context import context_of
from modelyard.deploy.project.deployable import Command, Deployable, Entry
from modelyard.deploy.project.entries import entry_of
from modelyard.deploy.project.places import InFolder, InImage
from modelyard.deploy.project.programs import Program, argument, calls_reached

STARTERS = frozenset(f"subprocess.{name}" for name in ("Popen", "run", "call", "check_call"))
UNKNOWN = "{}"
"""Stands for a word that is not written as a text."""


def with_started(code: CodeBase, one: Deployable) -> Deployable:
    """Return a deployable whose command names the Python files too that its program starts in other processes."""
    path = one.entry and (one.entry.run or (one.entry.module if one.entry.is_run else None))
    program = Program.read(code.files[path]) if path and path in code.files else None
    if one.command is None or program is None or "subprocess" not in program.file.text:
        return one
    image = context_of(code, one).image(one.dockerfile) if one.dockerfile is not None else None
    places = InImage(code, image) if image is not None else InFolder(code, one.root, one.staged)
    started = [found for each in _commands(program, one.command) if (found := entry_of(each, places)) is not None]
    scripts = _files(one.command.scripts, [each for each in started if each.is_run])
    beside = _files(one.command.beside, [each for each in started if not each.is_run])
    return replace(one, command=replace(one.command, scripts=scripts, beside=beside))


def _files(known: tuple[str, ...], started: list[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *(one.module for one in started if one.module))))


def _commands(program: Program, command: Command) -> Iterator[Command]:
    """Yield the commands that the calls of a program run, each word by word."""
    for call in calls_reached(program, None):
        if program.dotted(call.func) not in STARTERS:
            continue
        words = _words(program, argument(call, "args", 0))
        if words and words[0] != UNKNOWN:
            cwd = argument(call, "cwd", None)
            inner = cwd.value if isinstance(cwd, ast.Constant) and isinstance(cwd.value, str) else ""
            yield replace(
                command,
                words=words,
                raw=words,
                is_shell=False,
                span=program.file.span(call.lineno, call.end_lineno),
                folder=posixpath.normpath(posixpath.join(command.folder, inner)) if inner else command.folder,
                is_behind_proxy=False,
            )


def _words(program: Program, node: ast.expr | None) -> tuple[str, ...]:
    """Return the words of a list; `python` for `sys.executable`."""
    if isinstance(node, ast.Name):
        node = program.values.get(node.id)
    return tuple(_word(program, one) for one in node.elts) if isinstance(node, ast.List | ast.Tuple) else ()


def _word(program: Program, node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "python" if program.dotted(node) == "sys.executable" else UNKNOWN
