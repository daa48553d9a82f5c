"""A plug-in as a stranger would write one: jobs that behave well, badly and not at all."""

import hashlib
import os
import signal
import time
from pathlib import Path
from typing import Any, ClassVar, Literal

from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.runs.job import Job, JobContext
from modelyard.runs.tables import Run


class Big(Job):
    """Needs a gigabyte, so it says."""

    kind: Literal["test_big"] = "test_big"
    memory_bytes: ClassVar[int] = 2**30

    def run(self, ctx: JobContext) -> dict[str, Any]:
        return {}


class Count(Job):
    """Counts to a number, a step at a time, noting each attempt in a file."""

    kind: Literal["test_count"] = "test_count"
    to: int = Parameter(3, ge=0, description="Where to stop.")
    pause_seconds: float = Parameter(0.0, ge=0, description="Time between two steps.")
    diary: str = Parameter("", description="File that each attempt adds a line to.")
    die_in_attempts: int = Parameter(0, ge=0, description="In how many first attempts the process kills itself.")

    def run(self, ctx: JobContext) -> dict[str, Any]:
        attempt = note(self.diary, "attempt")
        for i in range(self.to):
            ctx.node(f"n{i}", title=f"Number {i}", state="running")
            ctx.step(f"Counting {i}", i / max(self.to, 1))
            time.sleep(self.pause_seconds)
            if attempt <= self.die_in_attempts:
                os.kill(os.getpid(), signal.SIGKILL)
            ctx.node(f"n{i}", state="succeeded", seconds=self.pause_seconds)
        ctx.log("counted")
        return {"counted": self.to}

    def publish(self, ctx: Context, run: Run, result: dict[str, Any]) -> dict[str, Any]:
        note(self.diary, "published")
        return {**result, "published_as": ctx.actor.id}

    def failed(self, ctx: Context, run: Run) -> None:
        note(self.diary, f"failed {run.state}")


class Native(Job):
    """Stays in native code that never looks at signals in between."""

    kind: Literal["test_native"] = "test_native"
    ignore_term: bool = Parameter(False, description="Whether SIGTERM is ignored.")

    def run(self, ctx: JobContext) -> dict[str, Any]:
        if self.ignore_term:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        ctx.step(f"pid {os.getpid()}", 0.1)
        hashlib.pbkdf2_hmac("sha256", b"a", b"b", 2_000_000_000)
        return {}


class Hungry(Job):
    """Takes memory until it is stopped."""

    kind: Literal["test_hungry"] = "test_hungry"

    def run(self, ctx: JobContext) -> dict[str, Any]:
        ctx.step("eating", 0.5)
        eaten = []
        while True:
            eaten.append(bytearray(os.urandom(1024)) * 20_000)
            time.sleep(0.01)


class Fails(Job):
    """Fails in the way it is told."""

    kind: Literal["test_fails"] = "test_fails"
    how: Literal["domain", "fault", "exit", "publish"] = Parameter("domain", description="How.")

    def run(self, ctx: JobContext) -> dict[str, Any]:
        ctx.step("about to fail", 0.2)
        if self.how == "domain":
            raise Invalid("The beans are too few.", hint="Add beans.")
        if self.how == "fault":
            return {"a": 1 / 0}
        if self.how == "exit":
            print("last words")
            os._exit(3)
        return {}

    def publish(self, ctx: Context, run: Run, result: dict[str, Any]) -> dict[str, Any]:
        raise Invalid("Nothing to publish.")


def note(diary: str, line: str) -> int:
    """Add a line to the diary; return how many of its kind there are now."""
    if not diary:
        return 1
    path = Path(diary)
    with path.open("a") as file:
        file.write(line + "\n")
    return path.read_text().splitlines().count(line)
