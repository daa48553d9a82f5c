"""What an executor takes and gives: calls of functions by name, with limits that are kept from outside."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

HandleState = Literal["waiting", "running", "succeeded", "failed", "killed"]


@dataclass(frozen=True)
class Call:
    """A function to be called in another process, here or on another machine.

    `function` is "module:name"; it is called as `function(arguments, files, folder)` with JSON-able `arguments`,
    `files` by name, and an empty `folder`; it returns a JSON-able document, and what it leaves in the folder comes back
    too. It must not depend on anything else, so that it can be carried out again when a machine is lost.
    `seconds` and `memory_bytes` are limits: who goes over one is killed.
    """

    function: str
    arguments: Mapping[str, Any]
    files: Mapping[str, Path] = field(default_factory=dict)
    seconds: float | None = None
    memory_bytes: int | None = None


@dataclass(eq=False)
class Handle:
    """One call on its way. `error` is a sentence once the call has failed or was killed."""

    call: Call
    state: HandleState = "waiting"
    result: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    error: str | None = None
    seconds: float = 0.0
    """Time it has taken since it began."""
    peak_memory_bytes: int = 0
    """Highest resident memory that was seen while it ran, the process's own libraries included."""

    @property
    def is_done(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("succeeded", "failed", "killed")


class Executor(Protocol):
    """Carries out calls, `n_slots` of them at a time, in the order in which they were submitted."""

    n_slots: int
    is_remote: ClassVar[bool]
    """Whether calls leave this machine: then it is worth sending a single long one."""

    def submit(self, call: Call) -> Handle:
        """Queue a call; limits are watched while `wait` waits."""

    def wait(self, handles: Collection[Handle], seconds: float) -> set[Handle]:
        """Return those of the handles that are done: as soon as there is one, or after `seconds`."""

    def kill(self, handle: Handle, reason: str) -> None:
        """End the call, also in the middle of native code; `reason` becomes its error."""

    def rest(self) -> None:
        """Give back the memory of processes that have nothing to do; the next calls start new ones."""

    def close(self) -> None:
        """End everything that is still on its way."""
