"""Functions that read the environment."""

import ast

READS = {"os.getenv", "os.environ.get", "os.environ.setdefault", "decouple.config", "os.environ.pop"}
"""Functions that read a name of the environment, the default second."""
READERS = ("environs.Env", "environ.Env", "starlette.config.Config", "environs.env")
"""Classes whose instances do."""


def is_reader(name: str) -> bool:
    """Say whether a function reads the name of the environment that it is given first."""
    return name in READS or any(name == one or name.startswith(f"{one}.") for one in READERS)


def default_of(node: ast.Call) -> ast.expr | None:
    """Return what a call that reads the environment falls back on."""
    default = node.args[1] if len(node.args) > 1 else None
    return next((one.value for one in node.keywords if one.arg == "default"), default)


def read_by(name: str | None, node: ast.Call) -> tuple[str, ast.expr | None] | None:
    """Return the name of the environment that a call reads, and its default."""
    if name is None or not is_reader(name) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    told = node.args[0].value
    return (told, default_of(node)) if isinstance(told, str) else None
