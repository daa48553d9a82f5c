"""A JobContext for jobs that are run in this process: it records what they say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from modelyard.kernel.artifacts import ArtifactStore
from modelyard.kernel.settings import Settings
from modelyard.kernel.stores.local import LocalStore


@dataclass
class RecordedContext:
    """What a job said: progress and log lines."""

    settings: Settings
    scratch: Path
    artifacts: ArtifactStore = field(init=False)
    run_id: str = "rn_test"
    owner_id: str = "us_test"
    progress: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.artifacts = ArtifactStore(LocalStore(self.settings.data / "artifacts"), self.settings.scratch)

    def step(self, message: str, fraction: float) -> None:
        self.progress.append((message, fraction))

    def node(self, node_id: str, **state: Any) -> None:
        raise NotImplementedError

    def log(self, message: str, *, level: str = "info") -> None:
        raise NotImplementedError

    @contextmanager
    def session(self) -> Iterator[Session]:
        raise NotImplementedError
        yield
