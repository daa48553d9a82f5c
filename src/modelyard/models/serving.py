"""Loaded models, kept: each is read and verified once per process, and the least used is let go."""

import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelyard.endpoints.servable import Answers
from modelyard.kernel.artifacts import ArtifactStore
from modelyard.models.chain import Chain, load
from modelyard.models.outputs import outputs_of

MAX_LOADED = 8
MAX_LOADED_BYTES = 512 * 1024**2
"""Of model files; what they take in memory is of the same order."""


@dataclass
class _Entry:
    """A model, once it is loaded; whoever comes while it is being loaded waits at the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    chain: Chain | None = None
    size_bytes: int = 0


class LoadedModels:
    """A bounded store of loaded models by hash, safe for many threads; a model is loaded by one of them."""

    def __init__(self, max_models: int = MAX_LOADED, max_bytes: int = MAX_LOADED_BYTES) -> None:
        self._max_models, self._max_bytes = max_models, max_bytes
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, artifacts: ArtifactStore, scratch: Path, digest: str, *, memory_bytes: int | None = None) -> Chain:
        """Return the model with this hash, loaded from the artifact store when it is not here.

        One that says it takes more than `memory_bytes` is refused before it is loaded.
        """
        with self._lock:
            entry = self._entries.setdefault(digest, _Entry())
            self._entries.move_to_end(digest)
        with entry.lock:
            if entry.chain is None:
                entry.chain, entry.size_bytes = _load(artifacts, scratch, digest, memory_bytes)
        self._let_go(keep=digest)
        return entry.chain

    def _let_go(self, *, keep: str) -> None:
        with self._lock:
            while len(self._entries) > 1 and self._is_over():
                oldest = next(digest for digest in self._entries if digest != keep)
                del self._entries[oldest]

    def _is_over(self) -> bool:
        total = sum(entry.size_bytes for entry in self._entries.values())
        return len(self._entries) > self._max_models or total > self._max_bytes


LOADED = LoadedModels()


def answer(
    artifacts: ArtifactStore,
    scratch: Path,
    digest: str,
    inputs: Sequence[dict[str, Any]],
    *,
    memory_bytes: int | None = None,
) -> Answers:
    """Predict the inputs with the model that has this hash; it may take `memory_bytes`."""
    found = LOADED.get(artifacts, scratch, digest, memory_bytes=memory_bytes).predict(inputs)
    return Answers(outputs_of(found.prediction), found.warnings)


def use_one_thread() -> None:
    """Make OpenMP use one thread in this process, unless the environment says otherwise.

    Its threads spin while they wait, which is ruinous for one-row predictions on a busy machine; the library reads
    the variable when it is first loaded, so this must come before the first estimator.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _load(artifacts: ArtifactStore, scratch: Path, digest: str, memory_bytes: int | None) -> tuple[Chain, int]:
    use_one_thread()
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = artifacts.fetch(digest, Path(folder))
        return load(path, is_ours=True, memory_bytes=memory_bytes), path.stat().st_size
