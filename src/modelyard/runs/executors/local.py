"""The executor of this machine: one process per core, each with one thread, killed when a call goes over its limits."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import psutil

from modelyard.runs.executors.base import Call, Handle, HandleState
from modelyard.runs.processes import child_environment

LOOK_SECONDS = 0.05
"""How often time and memory are looked at."""
FULL_SHARE = 0.85
"""A process that holds more than this part of what a call may take before it begins is of no use to it."""


@dataclass
class Slot:
    """A process that carries out one call at a time, and the call it has."""

    scratch: Path
    process: subprocess.Popen[bytes]
    channel: int
    busy: Handle | None = None
    folder: Path = Path()
    began_at: float = 0.0
    _read: bytes = b""

    @classmethod
    def start(cls, scratch: Path) -> "Slot":
        """Start the process; it stays in the caller's group, so that whoever ends the run ends it too."""
        reading, writing = os.pipe()
        process = subprocess.Popen(  # noqa: S603 — our own interpreter and module
            [sys.executable, "-m", "modelyard.runs.executors.slot", str(writing)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=(writing,),
            env=child_environment(),
        )
        os.close(writing)
        os.set_blocking(reading, False)
        return cls(scratch, process, reading)

    def give(self, handle: Handle) -> None:
        """Hand over a call."""
        self.folder = Path(tempfile.mkdtemp(prefix="call-", dir=self.scratch))
        call = handle.call
        files = {name: str(path) for name, path in call.files.items()}
        order = {"function": call.function, "arguments": dict(call.arguments), "files": files}
        handle.state, self.busy, self.began_at, self._read = "running", handle, time.monotonic(), b""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({**order, "folder": str(self.folder)}).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return  # it died while it was idle; the next look finds it

    def answer(self) -> dict[str, Any] | None:
        """Return the answer once it is there whole."""
        with suppress(BlockingIOError):  # nothing more for now
            while chunk := os.read(self.channel, 1 << 16):
                self._read += chunk
        return json.loads(self._read) if self._read.endswith(b"\n") else None

    def memory_bytes(self) -> int:
        """Return the resident memory of the process."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0  # it ended while we looked

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # what was not read is of no use to a dead process
            self.process.stdin.close()
        os.close(self.channel)


@dataclass
class LocalExecutor:
    """Carries out calls in `n_slots` processes, started when they are first needed."""

    is_remote: ClassVar[bool] = False
    scratch: Path
    n_slots: int
    _slots: list[Slot] = field(default_factory=list)
    _waiting: deque[Handle] = field(default_factory=deque)

    def submit(self, call: Call) -> Handle:
        """Queue a call."""
        handle = Handle(call)
        self._waiting.append(handle)
        self._look()
        return handle

    def wait(self, handles: Collection[Handle], seconds: float) -> set[Handle]:
        """Return those of the handles that are done: as soon as there is one, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            self._look()
            done = {handle for handle in handles if handle.is_done}
            left = deadline - time.monotonic()
            if done or left <= 0 or not handles:
                return done
            self._sleep(min(LOOK_SECONDS, left))

    def kill(self, handle: Handle, reason: str) -> None:
        """End the call, also in the middle of native code."""
        if handle in self._waiting:
            self._waiting.remove(handle)
            handle.state, handle.error = "killed", reason
        for slot in self._slots:
            if slot.busy is handle:
                self._end(slot, "killed", reason)
                return

    def rest(self) -> None:
        """End the processes that have nothing to do."""
        for slot in [slot for slot in self._slots if slot.busy is None]:
            self._end(slot, "killed", "It was idle.")

    def close(self) -> None:
        """End every process."""
        self._waiting.clear()
        for slot in list(self._slots):
            self._end(slot, "killed", "The step has ended.")

    def _sleep(self, seconds: float) -> None:
        """Wait for the first answer, at most `seconds`."""
        with selectors.DefaultSelector() as selector:
            for slot in self._slots:
                if slot.busy:
                    selector.register(slot.channel, selectors.EVENT_READ)
            if selector.get_map():
                selector.select(seconds)
            else:
                time.sleep(seconds)

    def _look(self) -> None:
        """Take answers, end what is over a limit, give waiting calls to idle slots."""
        for slot in list(self._slots):
            if slot.busy is not None:
                self._look_at(slot, slot.busy)
        while self._waiting and (idle := self._idle(self._waiting[0].call)) is not None:
            idle.give(self._waiting.popleft())

    def _idle(self, call: Call) -> Slot | None:
        """Return a process for the call; one whose earlier calls left little of the memory is replaced."""
        for slot in [slot for slot in self._slots if slot.busy is None]:
            if call.memory_bytes is None or slot.memory_bytes() <= FULL_SHARE * call.memory_bytes:
                return slot
            self._end(slot, "killed", "It was idle.")
        if len(self._slots) < self.n_slots:
            self._slots.append(Slot.start(self.scratch))
            return self._slots[-1]
        return None

    def _look_at(self, slot: Slot, handle: Handle) -> None:
        handle.seconds = time.monotonic() - slot.began_at
        handle.peak_memory_bytes = max(handle.peak_memory_bytes, slot.memory_bytes())
        call = handle.call
        if (answer := slot.answer()) is not None:
            slot.busy = None
            self._conclude(slot, handle, answer)
        elif (code := slot.process.poll()) is not None:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            self._end(slot, "failed", f"Its process {how}; the system may have run out of memory.")
        elif call.seconds is not None and handle.seconds > call.seconds:
            self._end(slot, "killed", f"It took longer than the {call.seconds:.1f} s it had.")
        elif call.memory_bytes is not None and handle.peak_memory_bytes > call.memory_bytes:
            self._end(slot, "killed", f"It needed more than the {call.memory_bytes / 2**20:.0f} MB it had.")

    @staticmethod
    def _conclude(slot: Slot, handle: Handle, answer: dict[str, Any]) -> None:
        handle.files = {path.name: path for path in slot.folder.iterdir() if path.is_file()}
        handle.error = answer.get("error")
        handle.result = answer.get("result") or {}
        handle.state = "failed" if handle.error else "succeeded"

    def _end(self, slot: Slot, state: HandleState, reason: str) -> None:
        self._slots.remove(slot)
        slot.end()
        if slot.busy is not None:
            slot.busy.state, slot.busy.error = state, reason
