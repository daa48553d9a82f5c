"""The time that one rule spends on each file, taken by looking every few hundredths of a second at what is worked on.

No reader, walker or rule has to ask: the file whose time it is, is the one that the innermost running function holds.
What cannot be looked at while it runs (a parser in C) is looked at when it is back; see `probing` for the slow ones.
"""

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import TypeVar

from modelyard.deploy.limits import raise_in

FILE_SECONDS = 5.0
"""For one file within one rule; files that people write take milliseconds."""
LOOK_SECONDS = 0.05
"""Between two looks, and not more than a tenth of the limit."""
MIN_LOOK_SECONDS = 0.002
MAX_RULES_OVER = 3
"""A file that took so many rules too long is not looked at by the others."""
T = TypeVar("T")
_WATCHING: "ContextVar[FileTime]" = ContextVar("time of files")


class FileIsOver(BaseException):
    """A file's time is up, and it is given up. Not an Exception: no handler of the work itself swallows it."""


class OfOneFile:
    """What is held of one file: by it the time that passes is put down to the file."""

    @property
    def its_path(self) -> str:
        """The file's path."""
        raise NotImplementedError


class FileTime:
    """What goes over the limit is given up for the rest of a rule, and known by its path."""

    def __init__(self, seconds: float = FILE_SECONDS) -> None:
        self.seconds = seconds
        self.over: set[str] = set()
        """Paths that the rule at hand does not look at (any more)."""
        self.given_up: set[str] = set()
        """Paths that no rule looks at any more."""
        self.fresh: set[str] = set()
        """Paths that the rule at hand gave up itself."""
        self._reasons: dict[str, str] = {}
        self._n_rules_over: Counter[str] = Counter()
        self._spent: dict[str, float] = {}
        self._inside: str | None = None

    def begin(self) -> None:
        """Begin a rule: every file has all of its time again, but those that are given up."""
        self.end()
        self.over |= self.given_up
        self._spent.clear()
        self._inside = None

    def end(self) -> None:
        """End the rules: what is told of them names every file again."""
        self.over.clear()
        self.fresh.clear()

    def give_up(self, path: str, why: str = "") -> None:
        """Leave a file out for the rest of the rule; for good when it is the third rule that it holds up.

        `why` is said instead of its time, of a file that is not even begun.
        """
        if path not in self.over:
            self._reasons[path] = why or f"took more than {self.seconds:g} seconds: the rest of it is not looked at"
            self.over.add(path)
            self.fresh.add(path)
            self._n_rules_over[path] += 1
            if self._n_rules_over[path] >= MAX_RULES_OVER:
                self.given_up.add(path)

    def reason(self, path: str) -> str:
        """Return a sentence on why a file is given up."""
        told = f"{path} {self._reasons[path]}"
        return f"{told}, and no further rule looks at it" if path in self.given_up else told

    def left(self, path: str) -> float:
        """Return the seconds that a file still has."""
        return max(self.seconds - self._spent.get(path, 0.0), 0.0)

    def within(self, path: str, work: Callable[[], T], otherwise: T) -> T:
        """Return what work on a file gives, or `otherwise` when its time is up; work within work is the outer's."""
        if path in self.over:
            return otherwise
        if self._inside is not None:
            return work()
        self._inside = path
        try:
            return work()
        except FileIsOver:
            if path not in self.over:
                raise
            return otherwise
        finally:
            self._inside = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Raise FileIsOver in the work below when a file's time is up; in seconds of processor on the main thread."""
        token = _WATCHING.set(self)
        is_main = threading.current_thread() is threading.main_thread()
        pause = max(MIN_LOOK_SECONDS, min(LOOK_SECONDS, self.seconds / 10))
        with self._by_signal(pause) if is_main and hasattr(signal, "SIGVTALRM") else self._by_watcher(pause):
            try:
                yield
            finally:
                _WATCHING.reset(token)

    def _is_spent(self, frame: FrameType | None, seconds: float) -> bool:
        """Put time on the account of the file that is worked on; say whether that was the last of it, now given up."""
        found = _path_in(frame)
        path = found and (self._inside or found)
        if path is None or path in self.over:
            return False
        self._spent[path] = self._spent.get(path, 0.0) + seconds
        if self._spent[path] <= self.seconds:
            return False
        self.give_up(path)
        return True

    @contextmanager
    def _by_signal(self, pause: float) -> Iterator[None]:
        before, is_done = time.process_time(), False

        def look(_signal: int, frame: FrameType | None) -> None:
            nonlocal before
            now = time.process_time()
            seconds, before = now - before, now
            if not is_done and self._is_spent(frame, seconds):
                raise FileIsOver

        handler = signal.signal(signal.SIGVTALRM, look)
        signal.setitimer(signal.ITIMER_VIRTUAL, pause, pause)
        try:
            yield
        finally:
            is_done = True
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, handler)

    @contextmanager
    def _by_watcher(self, pause: float) -> Iterator[None]:
        thread = threading.get_ident()
        done, lock = threading.Event(), threading.Lock()

        def watch() -> None:
            while not done.wait(pause):
                with lock:
                    frame = sys._current_frames().get(thread)
                    if not done.is_set() and self._is_spent(frame, pause):
                        raise_in(thread, FileIsOver)

        threading.Thread(target=watch, name="time of files", daemon=True).start()
        try:
            yield
        finally:
            with lock:
                done.set()
                raise_in(thread, None)


def watching() -> FileTime:
    """Return the time that is taken of the files at hand; outside an audit, one of the usual limit."""
    return _WATCHING.get(None) or FileTime()


def _path_in(frame: FrameType | None) -> str | None:
    """Return the path of the file that the innermost function holds, if any does; none while a module is imported.

    An import that is ended in its middle leaves half a module behind for good.
    """
    found = None
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return None
        if found is None:
            held = (_path_of(one) for one in frame.f_locals.values() if isinstance(one, OfOneFile))
            found = next((path for path in held if path is not None), None)
        frame = frame.f_back
    return found


def _path_of(one: OfOneFile) -> str | None:
    """Return the path of what is held; None while it is being made, for the look may fall into its `__init__`."""
    try:
        return one.its_path
    except AttributeError:
        return None
