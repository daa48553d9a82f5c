"""Every kind of row there is, of whatever room."""

import importlib
import pkgutil
from functools import cache

import modelyard


@cache
def know_all_rows() -> None:
    """Import the rows of all rooms, so that `Base.metadata` has every table: a process has only those it imported."""
    for info in pkgutil.walk_packages(modelyard.__path__, "modelyard."):
        if info.name.endswith(".tables") or info.name == "modelyard.kernel.stores.database":
            importlib.import_module(info.name)
