"""Hosts that a race can run in without a workflow: calls in this process or in others, pieces kept in a folder."""

import json
import shutil
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from modelyard.runs.executors.base import Call, Executor, Handle
from modelyard.runs.executors.slot import carry_out


@dataclass
class HereExecutor:
    """Carries out each call in this process when it is submitted: no limits, always the same order."""

    scratch: Path
    n_slots: int = 2
    is_remote: ClassVar[bool] = False
    calls: list[Call] = field(default_factory=list)

    def submit(self, call: Call) -> Handle:
        handle = Handle(call)
        folder = self.scratch / f"call-{len(self.calls)}-{id(self)}"
        folder.mkdir(parents=True)
        self.calls.append(call)
        began = time.monotonic()
        answer = carry_out(call.function, json.loads(json.dumps(dict(call.arguments))), call.files, folder)
        handle.seconds = time.monotonic() - began
        handle.files = {path.name: path for path in folder.iterdir()}
        handle.error, handle.result = answer.get("error"), answer.get("result") or {}
        handle.state = "failed" if handle.error else "succeeded"
        return handle

    def wait(self, handles: Collection[Handle], seconds: float) -> set[Handle]:
        return set(handles)

    def kill(self, handle: Handle, reason: str) -> None:
        raise AssertionError("nothing is ever on its way")

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass


@dataclass
class FolderHost:
    """Keeps pieces as files, so that another process can go on with them."""

    folder: Path
    made: Executor
    is_asked_to_stop: Callable[["FolderHost"], bool] = lambda _host: False
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def executor(self) -> Executor:
        return self.made

    def report(self, fraction: float, message: str) -> None:
        assert 0 <= fraction <= 1
        assert message

    def trial(self, row: Mapping[str, Any]) -> None:
        json.dumps(row)
        self.rows[row["id"]] = dict(row)

    def is_finishing(self) -> bool:
        return self.is_asked_to_stop(self)

    def remember(self, name: str, document: Mapping[str, Any], files: Mapping[str, Path] | None = None) -> None:
        place = self._place(name)
        shutil.rmtree(place, ignore_errors=True)
        (place / "files").mkdir(parents=True)
        for file, path in (files or {}).items():
            shutil.copy(path, place / "files" / file)
        (place / "piece.tmp").write_text(json.dumps(dict(document)))
        (place / "piece.tmp").rename(place / "piece.json")

    def remembered(self, name: str) -> dict[str, Any] | None:
        place = self._place(name)
        if not (place / "piece.json").exists():
            return None
        files = {path.name: str(path) for path in (place / "files").iterdir()}
        return {**json.loads((place / "piece.json").read_text()), "files": files}

    def recalled_file(self, digest: str) -> Path:
        return Path(digest)

    def _place(self, name: str) -> Path:
        return self.folder / "pieces" / name.replace("/", "_")
