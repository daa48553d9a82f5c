"""What expressions are worth without running them: constants, texts, paths, settings, defaults of the environment."""

import ast
from collections.abc import Mapping
from pathlib import PurePosixPath

from modelyard.deploy.code.python.evaluation import Evaluation
from modelyard.deploy.code.python.lookups import Callers, Given
from modelyard.deploy.code.python.naming import Naming
from modelyard.deploy.code.python.parts import Folded, Module
from modelyard.deploy.code.python.settings import SettingsClasses
from modelyard.deploy.finding import Span

MAX_ANSWERS = 8
MAX_READINGS = 64
"""Ways through the choices of a program; a few callers of a few functions already make thousands."""
MIN_TEXT = 2
"""Shorter texts tell nothing of where a value comes from."""


class Folding:
    """Folds expressions of the modules of a code base."""

    def __init__(self, naming: Naming, settings: SettingsClasses, callers: Callers) -> None:
        self.naming = naming
        self.settings = settings
        self.callers = callers

    def possible(self, node: ast.expr, module: Module, given: Given) -> tuple[Folded, ...]:
        """Return every value that an expression can have, as far as it can be told; at most eight."""
        found: list[Folded] = []
        picks: list[int] | None = []
        for _ in range(MAX_READINGS):
            if picks is None or len(found) >= MAX_ANSWERS:
                break
            run = self._reading(given, picks)
            value = run.value(node, module)
            if value is None and run.names:
                value = Folded(None, False)
            if value is not None:
                plain = _plain(value.value)
                value = Folded(plain, value.is_whole, tuple(dict.fromkeys(run.names)), _places(plain, run))
                if all((one.value, one.is_whole) != (value.value, value.is_whole) for one in found):
                    found.append(value)
            picks = run.next_picks()
        return tuple(found)

    def fold(self, node: ast.expr, module: Module, given: Given) -> Folded | None:
        """Return what an expression is worth; not whole when it depends on a choice that cannot be told."""
        found = self.possible(node, module, given)
        if len(found) > 1:
            names = tuple(dict.fromkeys(name for one in found for name in one.names))
            return Folded(found[0].value, False, names, found[0].places)
        return found[0] if found else None

    def holds(self, node: ast.AST, module: Module, given: Given) -> bool | None:
        """Say whether a node is come to with this environment; None where a condition cannot be told."""
        readings = self._held(node, module, given)
        told = [answer for answer, _ in readings]
        if True in told and any(reading.has_loops for _, reading in readings):
            return True
        return told[0] if len(set(told)) == 1 else None

    def condition_names(self, node: ast.AST, module: Module, given: Given) -> tuple[str, ...]:
        """Return the names of the environment that decide whether a node is come to."""
        return tuple(dict.fromkeys(name for _, one in self._held(node, module, given) for name in one.names))

    def _held(self, node: ast.AST, module: Module, given: Given) -> list[tuple[bool | None, Evaluation]]:
        """Return whether a node is come to in each reading of the choices before it."""
        found: list[tuple[bool | None, Evaluation]] = []
        picks: list[int] | None = []
        while picks is not None and len(found) < MAX_ANSWERS:
            reading = self._reading(given, picks)
            found.append((reading.holds(node, module, raises=True), reading))
            picks = reading.next_picks()
        return found

    def truth(self, node: ast.expr, module: Module, given: Given) -> bool | None:
        """Say whether an expression is true with this environment; None where it cannot be told."""
        return self._reading(given, []).truth(node, module)

    def _reading(self, given: Given, picks: list[int]) -> Evaluation:
        return Evaluation(self.naming, self.settings, self.callers, given, picks)


def _places(value: object, run: Evaluation) -> tuple[Span, ...]:
    """Return where the texts stand that a value is made of."""
    whole = value if isinstance(value, str) else " ".join(map(str, value)) if isinstance(value, list | tuple) else ""
    found = (
        module.span(node) for module, node in run.texts if len(str(node.value)) > MIN_TEXT and str(node.value) in whole
    )
    return tuple(dict.fromkeys(found))


def _plain(value: object) -> object:
    """Return a value with paths as text."""
    if isinstance(value, PurePosixPath):
        return value.as_posix()
    if isinstance(value, list | tuple):
        return type(value)(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
