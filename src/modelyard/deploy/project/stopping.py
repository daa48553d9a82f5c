"""What makes a program refuse to start: raises at start, in validators of settings, and their conditions."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.python.code import Given, Module
from modelyard.deploy.code.python.coming import comes_to
from modelyard.deploy.code.python.parts import written
from modelyard.deploy.code.python.scopes import Function

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

PRODUCTION: Given = {
    **dict.fromkeys(("ENVIRONMENT", "ENV", "APP_ENV", "FASTAPI_ENV", "FLASK_ENV", "PYTHON_ENV", "STAGE"), "production"),
    **dict.fromkeys(("DEPLOYMENT_ENV", "APP_ENVIRONMENT", "RUN_ENV", "NODE_ENV"), "production"),
    **dict.fromkeys(("DEBUG", "APP_DEBUG", "TESTING"), "false"),
}
"""What a careful person sets on a platform; a program that refuses to start with it is careful too."""
OWN_SWITCH = re.compile(r"_(ENV|ENVIRONMENT|STAGE)$")
"""A program's own name for that: `SHOP_ENVIRONMENT`."""
EXITS = ("sys.exit", "exit", "os._exit", "quit")
VALIDATORS = re.compile(r"validator$")
STARTING = ("__init__", "__post_init__", "model_post_init", "__new__")


@dataclass(frozen=True, eq=False)
class Stop:
    """One place where a program may refuse to start."""

    node: ast.AST
    module: Module
    names: frozenset[str]
    """Names of the environment that decide it."""


def stops_of(project: "Project") -> tuple[Stop, ...]:
    """Return the raises and exits that what is run at start may come to, where the environment decides."""
    found: list[Stop] = []
    for node, module in _ends(project):
        if not _is_at_start(node, module, project):
            continue
        if names := project.python.condition_names(node, module):
            found.append(Stop(node, module, frozenset(names)))
    return tuple(found)


def refuses(project: "Project", names: Iterable[str], given: Given) -> bool:
    """Say whether the program stops at start in this environment, in production, for want of one of these names."""
    wanted = set(names)
    own = {one.name: "production" for one in project.python.environment if OWN_SWITCH.search(one.name)}
    there = {**own, **PRODUCTION, **given}
    return any(
        stop.names & wanted and comes_to(project.python, stop.node, stop.module, there) is True
        for stop in project.stops
    )


def _ends(project: "Project") -> Iterator[tuple[ast.AST, Module]]:
    for module in project.python.reached:
        for node in module.scopes.of(ast.Raise):
            if project.python.is_live(module, node):
                yield node, module
    for call in project.python.calls(*EXITS):
        yield call.node, call.module


def _is_at_start(node: ast.AST, module: Module, project: "Project") -> bool:
    """Say whether a node runs at start: in a module, its startup, or the making of settings."""
    function = module.scopes.function(node)
    if function is None:
        return True
    return function in project.startup.functions or _is_of_settings(function, module, project)


def _is_of_settings(function: Function, module: Module, project: "Project") -> bool:
    owner = module.scopes.scope(function)
    if not isinstance(owner, ast.ClassDef):
        return False
    names = [written(one.func if isinstance(one, ast.Call) else one) for one in function.decorator_list]
    is_check = function.name in STARTING or any(VALIDATORS.search(name) for name in names)
    return is_check and (function.name in STARTING or project.python.settings.is_one(owner, module))
