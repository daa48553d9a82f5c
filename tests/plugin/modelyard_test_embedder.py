"""An embedder as a stranger would write one: quick, with a diary of what it was asked, failing where it is told to."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from modelyard.kernel.kinds import Parameter
from modelyard.llm.errors import LlmTooLong, LlmUnavailable
from modelyard.llm.provider import Access, Embedded, Provider, TextIs

if TYPE_CHECKING:
    import numpy as np


class TestEmbedder(Provider):
    """Makes vectors of hashed words, and notes every text in a file."""

    __test__ = False

    kind: Literal["test_embedder"] = "test_embedder"
    completes: ClassVar[bool] = False
    embeds: ClassVar[bool] = True

    diary: str = Parameter("", description="File that each text adds a line to: the last line of the text.")
    model: str = Parameter("one", description="Name of the weights.")
    size: int = Parameter(16, ge=2, description="Length of the vectors.")
    longer_on: str = Parameter("", description="Words of a text whose vector is one number longer.")
    fails_on: str = Parameter("", description="Words of a text that make its request fail.")
    is_passing: bool = Parameter(False, description="Whether that failure is one that may pass.")
    pause_seconds: float = Parameter(0.0, ge=0, description="Time for each text.")

    @property
    def name(self) -> str:
        """Return the name of the weights."""
        return self.model

    def embed(self, texts: Sequence[str], text_is: TextIs, access: Access) -> Embedded:
        """Return vectors; a request fails as a whole, before anything is noted."""
        import numpy as np

        time.sleep(self.pause_seconds * len(texts))
        if self.fails_on and any(self.fails_on in text for text in texts):
            raise (LlmUnavailable if self.is_passing else LlmTooLong)("The test embedder does not like this text.")
        if self.diary:
            with Path(self.diary).open("a") as file:
                file.writelines(f"{text_is}: {text.splitlines()[-1]}\n" for text in texts)
        return Embedded(np.stack([self._vector(text) for text in texts]))

    def _vector(self, text: str) -> "np.ndarray[Any, Any]":
        import numpy as np

        is_longer = bool(self.longer_on) and self.longer_on in text
        vector = np.full(self.size + is_longer, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            vector[hashlib.sha256(word.encode()).digest()[0] % len(vector)] += 1
        return vector / np.linalg.norm(vector)
