"""What importing a kind's module brings with it, in an interpreter that has imported nothing else."""

import json
import subprocess
import sys
from functools import cache

PROGRAM = """
import importlib, json, sys
brought, before = {}, set(sys.modules)
for module in sys.argv[1:]:
    importlib.import_module(module)
    brought[module] = sorted({name.partition(".")[0] for name in set(sys.modules) - before})
    before = set(sys.modules)
print(json.dumps(brought))
"""


@cache
def brought_by(*modules: str) -> dict[str, list[str]]:
    """Return the packages that each module was the first of these to import."""
    command = [sys.executable, "-c", PROGRAM, *modules]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    brought: dict[str, list[str]] = json.loads(found)
    return brought
