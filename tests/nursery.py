"""The parent of the tests' child processes: it has imported what they import, and forks where they would start anew.

Each line it is sent over the socket (with the files of the child) asks for one child. The child becomes a child of the
test's process, which waits for it, ends it and dies with it as if it had started it: it is forked twice, the middle
process ends at once, and the test's process adopts it.
"""

import ctypes
import fcntl
import gc
import json
import os
import pkgutil
import socket
import sys
import time
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

ROOMS = ("kernel", "runs", "data", "models", "workflows", "predictions", "endpoints", "llm", "chat", "deploy")
# CatBoost and PyTorch are not among them: few tests need them, and CatBoost starts threads that a fork is without.
LIBRARIES = (
    *("sklearn.calibration", "sklearn.compose", "sklearn.ensemble", "sklearn.impute", "sklearn.linear_model"),
    *("sklearn.metrics", "sklearn.model_selection", "sklearn.pipeline", "sklearn.preprocessing", "sklearn.tree"),
    *("sklearn.feature_extraction.text", "sklearn.neighbors", "sklearn.naive_bayes", "sklearn.inspection"),
    *("lightgbm", "polars", "scipy.stats", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql", "psycopg"),
    *("pyarrow.csv", "pyarrow.parquet", "zipfile", "encodings.utf_8_sig"),
)
LARGEST_ORDER = 1 << 20
ADOPTED_WITHIN_SECONDS = 30.0


def preload(more: Sequence[str]) -> None:
    """Import what children import; a module of a room that cannot be imported is left to the child that wants it."""
    for room in ROOMS:
        package = import_module(f"modelyard.{room}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    import_module("modelyard.models.libraries").load_skops()  # two seconds: it imports all of scikit-learn
    for name in (*LIBRARIES, *more):
        import_module(name)
    prepare()
    gc.collect()
    gc.freeze()


def prepare() -> None:
    """Do once what each child would do before its own work: half of the time that a small run takes."""
    import_module("modelyard.kernel.kinds").families()  # plug-ins are found by asking every installed package
    import_module("sqlalchemy.orm").configure_mappers()
    import_module("modelyard.data.words.tokens").words_of("a pattern of all letters")


def serve(channel: socket.socket) -> dict[str, Any]:
    """Fork for every order until the test's process is gone; return, in the child, the order for it."""
    channel.send(b"ready")
    while True:
        data, files, _, _ = socket.recv_fds(channel, LARGEST_ORDER, 16)
        if not data:
            sys.exit()
        middle = os.fork()
        if middle == 0:
            child = os.fork()
            if child == 0:
                channel.close()
                return {**json.loads(data), "files": files}
            channel.send(str(child).encode())
            os._exit(0)
        os.waitpid(middle, 0)
        channel.send(b"adopted")
        for file in files:
            os.close(file)


def become(order: dict[str, Any]) -> None:
    """Take on files, cores, folder, environment and arguments, then be the module that was asked for."""
    deadline = time.monotonic() + ADOPTED_WITHIN_SECONDS
    while os.getppid() != order["parent"]:  # adopted a moment from now, unless the tests were killed
        if time.monotonic() > deadline:
            sys.exit("nobody adopted this child")
        time.sleep(0.0005)
    if order["start_new_session"]:
        os.setsid()
    _take(order["files"], order["numbers"])
    os.sched_setaffinity(0, order["cores"])
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = order["command"][2:]
    _show(order["command"])
    import_module(order["module"]).main()


def _take(files: Sequence[int], numbers: Sequence[int]) -> None:
    """Give the files their numbers; those of the nursery itself are not kept."""
    above = [fcntl.fcntl(file, fcntl.F_DUPFD, max(numbers) + 1) for file in files]
    for file in files:
        os.close(file)
    for file, number in zip(above, numbers, strict=True):
        os.dup2(file, number)
        os.close(file)


def _show(command: Sequence[str]) -> None:
    """Have the child listed under its own command: tests look for it by name."""
    after_name = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = (int(field) for field in after_name[45:47])  # arg_start and arg_end of proc(5)
    line = "\0".join(command).encode() + b"\0"
    assert len(line) <= end - start, "the nursery was started with too short a command"
    ctypes.memmove(start, line.ljust(end - start, b"\0"), end - start)


if __name__ == "__main__":
    with warnings.catch_warnings(action="ignore"):
        preload(sys.argv[3:])
    become(serve(socket.socket(fileno=int(sys.argv[1]))))
