"""Embedding ahead: texts of several documents in batches, on all cores, each batch kept as soon as it is there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Protocol, Self

from modelyard.kernel.errors import ModelyardError, Unavailable
from modelyard.llm.errors import BudgetReached, LlmRefusedKey, WrongVectorSize

if TYPE_CHECKING:
    import numpy as np

BATCH_TEXTS = 16
"""Texts of one request: some seconds of the embedder that comes with the package, and within every provider's limit."""
BATCHES_WAITING = 4
"""Batches that are cut beyond those in work, so that no core waits; documents are read no further ahead."""
FAILURES_IN_A_ROW = 3
"""Batches that may fail one after the other before the provider counts as gone."""
STOPPING = (BudgetReached, LlmRefusedKey, WrongVectorSize)
"""What fails for every text alike."""


class Vectors(Protocol):
    """Where vectors wait for the document they belong to."""

    def find(self, hashes: Sequence[str]) -> "dict[str, np.ndarray[Any, Any]]":
        """Return those that are there already, by the hash of what was embedded."""

    def keep(self, vectors: "Mapping[str, np.ndarray[Any, Any]]") -> None:
        """Keep vectors beyond the end of this process."""


Embed = Callable[[Sequence[str]], "np.ndarray[Any, Any]"]
"""Takes texts, returns float32 vectors of length 1, shape `(n_texts, n_dimensions)`; tries again by itself."""


class Ahead:
    """What is embedded, is being embedded and could not be, by the hash of its text. Used by one thread.

    A batch that fails is tried again in halves, so that one text that cannot be embedded costs its own document only.
    What would fail for every text (no budget, wrong key, wrong size) is raised, and so is a provider that is gone.
    """

    def __init__(self, embed: Embed, vectors: Vectors, *, n_threads: int, n_dimensions: int | None = None) -> None:
        self._embed = embed
        self._vectors = vectors
        self._pool = ThreadPoolExecutor(n_threads, thread_name_prefix="embedding")
        self._n_threads = n_threads
        self._wanted: dict[str, str] = {}
        self._running: dict[Future[Any], dict[str, str]] = {}
        self._ready: dict[str, np.ndarray[Any, Any]] = {}
        self._failed: dict[str, ModelyardError] = {}
        self._n_failures = 0
        self.n_dimensions = n_dimensions
        """How long vectors are; those of another length are refused. None: the first one shows."""
        self.n_embedded = 0
        """Texts that were embedded by this object; those that were found are not among them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def is_full(self) -> bool:
        """Whether more than enough is waiting."""
        return len(self._wanted) >= BATCH_TEXTS * BATCHES_WAITING

    def want(self, texts: Mapping[str, str]) -> None:
        """Ask for the vectors of texts, by hash."""
        unknown = [h for h in texts if h not in self._ready and h not in self._wanted and not self._is_running(h)]
        found = self._vectors.find(unknown) if unknown else {}
        found = {text_hash: vector for text_hash, vector in found.items() if self._fits(len(vector))}
        self._ready |= found
        for text_hash in unknown:
            self._failed.pop(text_hash, None)
            if text_hash not in found:
                self._wanted[text_hash] = texts[text_hash]
        self._start(whole=True)

    def n_open(self, hashes: Iterable[str]) -> int:
        """Return how many of these are neither ready nor failed."""
        return sum(1 for h in hashes if h not in self._ready and h not in self._failed)

    def advance(self) -> None:
        """Wait until at least one batch has come back; at once when nothing is asked for."""
        self._start(whole=False)
        if self._running:
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in done:
                self._take(future)

    def give(self, hashes: Iterable[str]) -> "dict[str, np.ndarray[Any, Any]]":
        """Return the vectors, all of them, and forget them here; raise what went wrong with one."""
        asked = list(dict.fromkeys(hashes))
        for text_hash in asked:
            if text_hash in self._failed:
                raise self._failed[text_hash]
        return {text_hash: self._ready[text_hash] for text_hash in asked}

    def forget(self, hashes: Iterable[str]) -> None:
        """Let go of vectors that are indexed."""
        for text_hash in hashes:
            self._ready.pop(text_hash, None)

    def _fits(self, n_dimensions: int) -> bool:
        """Say whether vectors of this length can be compared with the others; the first ones decide."""
        self.n_dimensions = self.n_dimensions or n_dimensions
        return n_dimensions == self.n_dimensions

    def _is_running(self, text_hash: str) -> bool:
        return any(text_hash in batch for batch in self._running.values())

    def _start(self, *, whole: bool) -> None:
        """Begin batches while cores are free; with `whole`, leave what is less than a batch for the next document."""
        while len(self._running) < self._n_threads and len(self._wanted) >= (BATCH_TEXTS if whole else 1):
            batch = {h: self._wanted.pop(h) for h in list(self._wanted)[:BATCH_TEXTS]}
            self._submit(batch)

    def _submit(self, batch: dict[str, str]) -> None:
        self._running[self._pool.submit(self._embed, list(batch.values()))] = batch

    def _take(self, future: "Future[np.ndarray[Any, Any]]") -> None:
        batch = self._running.pop(future)
        try:
            vectors = future.result()
        except STOPPING:
            raise
        except ModelyardError as error:
            self._refused(batch, error)
            return
        if not self._fits(vectors.shape[1]):
            sizes = f"{vectors.shape[1]} numbers; those in the index have {self.n_dimensions}"
            raise WrongVectorSize(
                f"The embedder made vectors of {sizes}.",
                hint="Sync with `anew`, which embeds all documents again, or set the embedder back to what it was.",
            )
        self._n_failures = 0
        made = dict(zip(batch, vectors, strict=True))
        self._vectors.keep(made)
        self._ready |= made
        self.n_embedded += len(made)

    def _refused(self, batch: dict[str, str], error: ModelyardError) -> None:
        if isinstance(error, Unavailable):
            self._n_failures += 1
            if self._n_failures >= FAILURES_IN_A_ROW:
                raise error
        if len(batch) == 1:
            self._failed |= dict.fromkeys(batch, error)
            return
        items = list(batch.items())
        for half in (items[: len(items) // 2], items[len(items) // 2 :]):
            self._submit(dict(half))
