"""Child processes of tests as forks of one that has imported their libraries: seconds less for each.

They are processes in every other way: children of the test's process, with their own memory, files, environment, group
and end. Where the start itself is claimed, or how much memory an empty process has, the fixture `fresh_processes` has
them started as a yard starts them. Elsewhere than on Linux all are.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from modelyard.runs import process
from modelyard.runs.executors import local
from modelyard.runs.processes import child_environment

ROOT = Path(__file__).parents[1]
MODULES = ("modelyard.runs.child", "modelyard.runs.executors.slot")
LONGEST_COMMAND = 200
"""Room for the command line of a child where that of the nursery stands."""
ADOPT_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2)."""


class Nursery:
    """The process that forks children for this one."""

    def __init__(self, preloaded: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel, self._lock = ours, threading.Lock()
        self._paths = os.environ.get("PYTHONPATH")
        subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", str(theirs.fileno()), "-" * LONGEST_COMMAND, *preloaded],
            pass_fds=(theirs.fileno(),),
            env=child_environment(),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._is_ready = False

    def wait_until_ready(self) -> None:
        """Return when it has imported everything; a child would be waited for as long."""
        with self._lock:
            self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        if not self._is_ready:
            assert self._channel.recv(32) == b"ready"
            self._is_ready = True

    def can_start(self, command: list[str], environment: dict[str, str] | None) -> bool:
        """Whether the child is of the modules that a nursery knows, and finds its modules where the nursery did."""
        is_known = command[:2] == [sys.executable, "-m"] and command[2] in MODULES
        return is_known and environment is not None and environment.get("PYTHONPATH") == self._paths

    def start(self, command: list[str], files: dict[int, int], **order: Any) -> int:
        """Have a child forked that has these files under these numbers; return its process id."""
        order |= {"module": command[2], "command": command, "numbers": list(files), "parent": os.getpid()}
        order["cores"] = sorted(os.sched_getaffinity(0))
        with self._lock:
            self._wait_until_ready()
            _prctl(ADOPT_ORPHANS, 1)
            try:
                socket.send_fds(self._channel, [json.dumps(order).encode()], list(files.values()))
                child = int(self._channel.recv(32))
                assert self._channel.recv(32) == b"adopted"
            finally:
                _prctl(ADOPT_ORPHANS, 0)
        return child


nursery = cache(Nursery)
"""The one of this process that has imported these modules besides."""


def _prctl(option: int, value: int) -> None:
    assert ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0, os.strerror(ctypes.get_errno())


class Forked(subprocess.Popen[bytes]):
    """A Popen whose process is forked by the nursery, where that can be."""

    preloaded: ClassVar[tuple[str, ...]] = ()
    """Modules that the children of some tests need besides."""

    def _execute_child(self, *given: Any) -> None:
        """Do what Popen's own does with the same arguments: the process, and the ends of pipes that are only its."""
        command, _, _, _, pass_fds, _, environment, _, _, _ = given[:10]
        p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite = given[10:16]
        parent = nursery(self.preloaded)
        if not parent.can_start(command, environment):
            super()._execute_child(*given)  # type: ignore[misc]  # private, and so unknown to its types
            return
        files = {
            0: p2cread,
            1: c2pwrite,
            2: errwrite if errwrite != -1 else 2,
            **{number: number for number in pass_fds},
        }
        assert -1 not in files.values(), "a nursery's child needs its own input and output"
        order = {"environment": environment, "folder": str(Path.cwd()), "start_new_session": given[21]}
        self.pid = parent.start(command, files, **order)
        self._child_created = True
        self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)  # type: ignore[attr-defined]


FORKING = SimpleNamespace(**{**vars(subprocess), "Popen": Forked})


def fork_children(patch: pytest.MonkeyPatch | None = None) -> None:
    """Have the children of runs and of steps forked, where that can be; `patch` may undo it."""
    if sys.platform == "linux":
        for module in (process, local):
            (patch or pytest.MonkeyPatch()).setattr(module, "subprocess", FORKING)


@pytest.fixture(scope="session", autouse=True)
def forked_children() -> Iterator[None]:
    """Children of runs and of steps are forked."""
    with pytest.MonkeyPatch.context() as patch:
        fork_children(patch)
        yield


@pytest.fixture
def one_core(worker_id: str) -> Iterator[None]:
    """Runs have one core, so that a step computes in one process; a second would import the same libraries again."""
    if sys.platform != "linux":
        yield
        return
    cores = os.sched_getaffinity(0)
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    os.sched_setaffinity(0, {sorted(cores)[number % len(cores)]})
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture
def fresh_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children are started anew, as a yard starts them."""
    for module in (process, local):
        monkeypatch.setattr(module, "subprocess", subprocess)
