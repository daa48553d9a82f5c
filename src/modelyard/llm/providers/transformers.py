"""Checkpoints of transformers that write text, in this process."""

import asyncio
import re
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.errors import LlmRefusedRequest
from modelyard.llm.provider import Access, End, Message, Piece, Provider, Text, Usage, Wish, asking_for_json

if TYPE_CHECKING:
    from modelyard.llm.causal_lm import CausalLm

_HUB_ID = re.compile(r"(?!.*(\.\.|--))[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")


class Transformers(Provider):
    """A checkpoint of transformers on this machine: a folder of the server, or one that is fetched from the hub once.

    Only safetensors are read and no code of the checkpoint is run. It is refused before it is loaded when it would need
    more memory than MODELYARD_MODEL_MEMORY_BYTES; one is in memory at a time, and answers are written one by one. For
    anything larger, or for many readers, serve it with vLLM or Ollama and use the provider `openai`.
    """

    kind: Literal["transformers"] = "transformers"
    model: str = Parameter(
        min_length=1,
        max_length=1000,
        description="Path of the checkpoint's folder on the server, or its id on the hub (owner/name).",
    )

    title: ClassVar[str] = "Transformers checkpoint"
    group: ClassVar[str] = "local"
    icon: ClassVar[str] = "cpu"
    requires: ClassVar[tuple[str, ...]] = ("transformers",)
    takes_seed: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """Return the checkpoint's name."""
        return self.model if _HUB_ID.fullmatch(self.model) else Path(self.model).name

    def check(self, access: Access) -> None:
        """Raise Invalid for a folder that may not be read, holds no checkpoint, or one that is too large."""
        from modelyard.kernel.memory import refuse_too_large
        from modelyard.llm.causal_lm import examine

        folder = self._here(access)
        if folder is None:
            return
        try:
            checkpoint = examine(folder)
            limit = int(access.settings.model_memory_bytes)
            refuse_too_large(checkpoint.needed_bytes, limit, what=folder.name, hint="Choose a smaller checkpoint.")
        except Invalid as error:
            raise _wrong(error.message, error.hint) from None

    async def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Stream one answer; whoever stops reading stops the writing at the next token."""
        from modelyard.llm.causal_lm import Written

        if wish.tools:
            raise LlmRefusedRequest(f"{self.name} cannot ask for tools.", hint="Choose a hosted LLM for this.")
        network = await asyncio.to_thread(self._network, access)
        written, is_stopped = Written(), threading.Event()
        pieces = network.write(
            messages if wish.schema is None else asking_for_json(messages, wish.schema),
            written,
            max_tokens=wish.max_tokens,
            temperature=wish.temperature,
            seed=wish.seed,
            is_stopped=is_stopped.is_set,
        )
        try:
            while (piece := await asyncio.to_thread(_next, pieces)) is not None:
                yield Text(piece)
        finally:
            is_stopped.set()
        yield End("length" if written.is_cut else "stop", Usage(written.n_input_tokens, written.n_output_tokens))

    def _network(self, access: Access) -> "CausalLm":
        from modelyard.llm.causal_lm import causal_lm

        folder = self._here(access) or self._fetched(access)
        return causal_lm(folder, int(access.settings.model_memory_bytes))

    def _here(self, access: Access) -> Path | None:
        """Return the folder that is meant; None: it is one of the hub that was not fetched yet."""
        kept = self._kept(access)
        if _HUB_ID.fullmatch(self.model) and not Path(self.model).is_dir():
            return kept if kept.is_dir() else None
        if not access.settings.allows_folders:
            raise _wrong("Folders of this server are not read.", "Set MODELYARD_ALLOW_FOLDERS=true on the server.")
        folder = Path(self.model).expanduser()
        if not folder.is_dir():
            raise _wrong(f"There is no folder {self.model!r}, and it is no id of the hub.", "Check how it is written.")
        return folder

    def _kept(self, access: Access) -> Path:
        return access.settings.data / "llms" / self.model.replace("/", "--")

    def _fetched(self, access: Access) -> Path:
        from modelyard.llm.fetching import fetch_checkpoint

        kept = self._kept(access)
        limits = access.settings
        fetch_checkpoint(
            self.model, kept, max_bytes=int(limits.model_memory_bytes), min_free_bytes=int(limits.min_free_bytes)
        )
        return kept


def _next(pieces: Iterator[str]) -> str | None:
    return next(pieces, None)


def _wrong(message: str, hint: str | None) -> Invalid:
    return Invalid(message, hint=hint, fields=[FieldError(("provider", "model"), message)])
