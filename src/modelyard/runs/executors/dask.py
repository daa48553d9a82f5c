"""The executor that sends calls to an existing Dask cluster, given by the address of its scheduler."""

import tempfile
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from modelyard.kernel.errors import Unavailable
from modelyard.runs.executors.base import Call, Handle
from modelyard.runs.executors.local import LOOK_SECONDS, LocalExecutor

RETRIES = 1
"""How often a call is sent again when the worker that had it is lost."""
CONNECT_SECONDS = 15.0
_KILLED = "modelyard-killed-"
_OF_THREAD = threading.local()


@dataclass(frozen=True)
class Shipped:
    """A call as it travels: `files` holds bytes, so that no folder need be shared."""

    call_id: str
    call: Call
    files: Mapping[str, bytes]


def carry_out(shipped: Shipped) -> dict[str, Any]:
    """On a Dask worker: carry the call out in a process of its own, so that its limits can be kept by killing it."""
    from distributed import Event

    killed, local = Event(_KILLED + shipped.call_id), _executor_of_thread()
    with tempfile.TemporaryDirectory() as folder:
        handle = local.submit(_with_files(shipped, Path(folder)))
        while not local.wait([handle], 1.0):
            if killed.is_set():
                local.kill(handle, "It was stopped.")
        files = {name: path.read_bytes() for name, path in handle.files.items()}
        for path in handle.files.values():
            path.unlink()
    return {
        "state": handle.state,
        "result": handle.result,
        "error": handle.error,
        "seconds": handle.seconds,
        "peak_memory_bytes": handle.peak_memory_bytes,
        "files": files,
    }


def _executor_of_thread() -> LocalExecutor:
    """Return the process that this thread of the Dask worker gives its calls to: libraries are loaded there once."""
    if not hasattr(_OF_THREAD, "executor"):
        _OF_THREAD.executor = LocalExecutor(Path(tempfile.mkdtemp(prefix="modelyard-")), 1)
    executor: LocalExecutor = _OF_THREAD.executor
    return executor


def _with_files(shipped: Shipped, folder: Path) -> Call:
    paths = {}
    for name, content in shipped.files.items():
        paths[name] = folder / f"in-{name}"
        paths[name].write_bytes(content)
    call = shipped.call
    return Call(call.function, call.arguments, paths, call.seconds, call.memory_bytes)


@dataclass
class DaskExecutor:
    """Carries out calls on a Dask cluster; its workers need the same version of Modelyard, nothing else."""

    is_remote: ClassVar[bool] = True
    client: Any
    scratch: Path
    n_slots: int
    _futures: dict[Handle, tuple[str, Any]] = field(default_factory=dict)
    _n_sent: dict[Handle, int] = field(default_factory=dict)
    _sent: dict[tuple[str, int], Any] = field(default_factory=dict)
    """Files that are on the cluster already, by path and time of change."""

    @classmethod
    def open(cls, address: str, scratch: Path) -> "DaskExecutor":
        """Connect; raise Unavailable when nobody answers or the cluster has no workers."""
        from distributed import Client

        if not address:
            raise Unavailable("The executor is dask, but no address is set.", hint="Set MODELYARD_DASK_ADDRESS.")
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            hint = "Is the scheduler running, and can this machine reach it?"
            raise Unavailable(f"No Dask scheduler answers at {address}: {error}", hint=hint) from error
        threads = sum(client.nthreads().values())
        if not threads:
            client.close()
            raise Unavailable(f"The Dask cluster at {address} has no workers.", hint="Start at least one worker.")
        return cls(client, scratch, threads)

    def submit(self, call: Call) -> Handle:
        """Send a call; a file that was sent before is not sent again."""
        handle = Handle(call)
        self._send(handle)
        return handle

    def _send(self, handle: Handle) -> None:
        call, call_id = handle.call, uuid4().hex
        files = {name: self._shipped(path) for name, path in call.files.items()}
        bare = Call(call.function, dict(call.arguments), {}, call.seconds, call.memory_bytes)
        future = self.client.submit(_send, call_id, bare, files, pure=False, retries=RETRIES)
        self._futures[handle] = (call_id, future)
        self._n_sent[handle] = self._n_sent.get(handle, 0) + 1
        handle.state = "running"

    def wait(self, handles: Collection[Handle], seconds: float) -> set[Handle]:
        """Return those of the handles that are done: as soon as there is one, or after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            for handle in handles:
                self._look_at(handle)
            done = {handle for handle in handles if handle.is_done}
            left = deadline - time.monotonic()
            if done or left <= 0 or not handles:
                return done
            time.sleep(min(LOOK_SECONDS, left))

    def kill(self, handle: Handle, reason: str) -> None:
        """End the call wherever it is."""
        from distributed import Event

        if handle in self._futures and not handle.is_done:
            call_id, future = self._futures.pop(handle)
            Event(_KILLED + call_id, client=self.client).set()
            future.cancel()
            handle.state, handle.error = "killed", reason

    def rest(self) -> None:
        """Do nothing: the cluster's workers are not ours to end."""

    def close(self) -> None:
        """End what is on its way and disconnect."""
        for handle in list(self._futures):
            self.kill(handle, "The step has ended.")
        self._sent.clear()
        self.client.close()

    def _shipped(self, path: Path) -> Any:
        key = (str(path), path.stat().st_mtime_ns)
        # A worker that is lost takes the files with it that only it had.
        if key not in self._sent or self._sent[key].status != "finished":
            self._sent[key] = self.client.scatter(path.read_bytes(), broadcast=False, hash=True)
        return self._sent[key]

    def _look_at(self, handle: Handle) -> None:
        if handle not in self._futures or not self._futures[handle][1].done():
            return
        _, future = self._futures.pop(handle)
        try:
            answer = future.result()
        except Exception as error:  # whatever the cluster says: the call is lost, the run goes on
            if self._n_sent[handle] <= RETRIES:
                self._send(handle)
                return
            handle.state, handle.error = "failed", f"The Dask cluster lost it: {type(error).__name__}: {error}"
            return
        folder = Path(tempfile.mkdtemp(prefix="call-", dir=self.scratch))
        for name, content in answer["files"].items():
            (folder / name).write_bytes(content)
            handle.files[name] = folder / name
        handle.result, handle.error, handle.state = answer["result"], answer["error"], answer["state"]
        handle.seconds, handle.peak_memory_bytes = answer["seconds"], answer["peak_memory_bytes"]


def _send(call_id: str, call: Call, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Stand at the end of the line: Dask has put the bytes of the scattered files in their places."""
    return carry_out(Shipped(call_id, call, files))
