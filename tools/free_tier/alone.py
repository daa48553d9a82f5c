"""One run at a time on a machine, and nothing left of one that was cut."""

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psutil
import storage

LOCK_PORT = 17_862
"""Whoever listens here runs: ports are what two runs cannot share, and the kernel lets go of it for a killed one."""
MARK = "MODELYARD_FREE_TIER"
"""Named in the environment of every process that a run starts."""


class Taken(Exception):
    """This machine cannot do it now; the message says what is in the way."""


@contextmanager
def alone(ports: dict[str, int], *, seconds: float) -> Iterator[None]:
    """Wait for another run to end, clear away what a cut one left, and have an empty folder for temporary files.

    `ports` are those that must be free, by what listens on them. Raise Taken when the other run goes on for longer than
    `seconds`, or one of the ports belongs to somebody else.
    """
    with closing(_held(seconds)):
        os.environ[MARK] = str(os.getpid())
        _clear_away()
        _make_scratch()
        for what, port in ports.items():
            if _listened(port):
                raise Taken(f"port {port}, where {what} belongs, is in use by another program")
        try:
            yield
        finally:
            _clear_away()


def _held(seconds: float) -> socket.socket:
    until = time.monotonic() + seconds
    told = False
    while True:
        lock = socket.socket()
        try:
            lock.bind(("127.0.0.1", LOCK_PORT))
            lock.listen()
        except OSError:
            lock.close()
            if time.monotonic() > until:
                raise Taken(f"another run was still going on after {seconds / 60:.0f} minutes") from None
            if not told:
                print("Another run is going on: this one waits for it to end.", flush=True)
                told = True
            time.sleep(2)
        else:
            return lock


def _listened(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _clear_away() -> None:
    """End the processes of runs, this one's among them, and remove containers and temporary files."""
    if os.geteuid() == 0 and storage.is_there():
        storage.clear()
    left = [one for one in psutil.process_iter() if one.pid != os.getpid() and _is_marked(one)]
    for process in left:
        process.terminate()
    for process in psutil.wait_procs(left, timeout=10)[1]:
        process.kill()
    storage.remove(storage.SCRATCH)


def _is_marked(process: psutil.Process) -> bool:
    try:
        return MARK in process.environ()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def _make_scratch() -> None:
    """Make the scratch folder the place of all temporary files: of this process and of those it starts."""
    storage.SCRATCH.mkdir(parents=True)
    storage.SCRATCH.chmod(0o755)  # the database runs as a user of its own
    os.environ["TMPDIR"] = tempfile.tempdir = str(storage.SCRATCH)
    runtime = storage.SCRATCH / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
