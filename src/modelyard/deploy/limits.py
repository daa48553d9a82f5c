"""A limit of time for work on files that nobody vouches for."""

import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.5
"""A limit that something swallowed is raised again after this long."""


class TimeIsUp(BaseException):
    """The limit is reached. Not an Exception: no handler of the work itself takes it for a fault of a file."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeIsUp in the work below after so many seconds; limits nest, and the nearest one counts.

    On the main thread these are seconds of processor, so a busy machine shortens nothing, and a regular expression is
    stopped too; on other threads they are seconds of the clock, and work stops between two steps of Python.
    """
    is_main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if is_main and hasattr(signal, "SIGPROF") else _by_watcher(seconds):
        yield


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    is_over = False

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if not is_over:
            raise TimeIsUp

    began = time.process_time()
    handler = signal.signal(signal.SIGPROF, ring)
    outer, _ = signal.getitimer(signal.ITIMER_PROF)
    signal.setitimer(signal.ITIMER_PROF, min(seconds, outer) if outer else seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        is_over = True
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)
        if outer:
            left = max(outer - (time.process_time() - began), 0.001)
            signal.setitimer(signal.ITIMER_PROF, left, AGAIN_SECONDS)


@contextmanager
def _by_watcher(seconds: float) -> Iterator[None]:
    thread = threading.get_ident()
    done, lock = threading.Event(), threading.Lock()

    def watch() -> None:
        if done.wait(seconds):
            return
        with lock:
            if not done.is_set():
                raise_in(thread, TimeIsUp)

    threading.Thread(target=watch, name="time limit", daemon=True).start()
    try:
        yield
    finally:
        with lock:
            done.set()
            raise_in(thread, None)


def raise_in(thread: int, what: type[BaseException] | None) -> None:
    """Raise an exception in a thread between two steps of Python; None takes back one that has not arrived yet."""
    given = None if what is None else ctypes.py_object(what)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), given)
