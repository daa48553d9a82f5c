"""An interpreter that has imported what scripts import: each script runs in a fork, as in a process of its own."""

import atexit
import json
import os
import site
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

# Polars and CatBoost are not among them: they start threads of their own, which a fork would be without.
PRELOADED = (
    *("sklearn.calibration", "sklearn.compose", "sklearn.ensemble", "sklearn.impute", "sklearn.linear_model"),
    *("sklearn.metrics", "sklearn.model_selection", "sklearn.pipeline", "sklearn.preprocessing", "lightgbm"),
)
PROGRAM = """
import importlib, json, os, runpy, sys, traceback, warnings
for name in sys.argv[1].split():
    sys.modules[name] = None  # whoever imports it gets an ImportError
for name in sys.argv[2].split():
    importlib.import_module(name)

def execute(task):
    for number, path in enumerate((os.devnull, task["out"], task["err"])):
        file = os.open(path, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    os.chdir(task["folder"])
    os.environ.clear()
    os.environ.update(task["environment"])
    warnings.simplefilter("ignore")
    sys.argv = task["command"]
    sys.path[0] = os.path.dirname(sys.argv[0])
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return 1 if isinstance(end.code, str) else end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    return 0

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        code = execute(json.loads(line))
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Interpreter:
    """Where neither this repository nor what is blocked can be imported."""

    def __init__(self, blocked: Sequence[str]) -> None:
        # Without `site` nothing reads the file that puts this repository on the path of an editable install.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(site.getsitepackages())}
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", PROGRAM, " ".join(blocked), " ".join(PRELOADED)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        atexit.register(self.close)

    def run(self, script: Path, *arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
        """Run a script in a folder; return its exit code and what it wrote."""
        command = [str(script), *arguments]
        with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
            task = {"command": command, "folder": str(folder), "out": out.name, "err": err.name}
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            print(json.dumps({**task, "environment": dict(os.environ)}), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
            assert answer, f"the interpreter ended with {self.process.wait()}"
            texts = [Path(file.name).read_text() for file in (out, err)]
        return subprocess.CompletedProcess(command, int(answer), *texts)

    def close(self) -> None:
        """End it."""
        self.process.communicate()


@cache
def interpreter_without(*blocked: str) -> Interpreter:
    """Return the interpreter of this test session in which these modules cannot be imported."""
    return Interpreter(blocked)
