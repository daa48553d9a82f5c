"""The one model that is served, read and verified once."""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, Refused
from modelyard.models.alone.service.shapes import About, Answered
from modelyard.models.chain import Chain, load
from modelyard.models.inputs import frame_of_rows
from modelyard.models.outputs import outputs_of
from modelyard.models.why.explaining import documents, require_few


@dataclass(frozen=True)
class ServedModel:
    """A loaded model with what is told of it."""

    about: About
    chain: Chain
    profile: Mapping[str, Any]
    """Of the training data, with which it is told why."""
    not_sure_below: float | None

    def answer(self, rows: Sequence[dict[str, Any]], *, explain: bool) -> Answered:
        """Predict rows; raise Invalid with paths ["inputs", i, column] for what cannot be taken."""
        began = time.perf_counter()
        if explain:
            require_few(rows)
        found = self.chain.predict(rows)
        outputs = outputs_of(found.prediction)
        if self.not_sure_below is not None:
            for each in outputs:
                shares = each["probabilities"]
                each["is_sure"] = None if shares is None else max(shares.values()) >= self.not_sure_below
        if explain:
            frame, _ = frame_of_rows(rows, self.chain.signature, self.chain.schema)
            for each, why in zip(outputs, documents(self.chain, frame, self.profile), strict=True):
                each["why"] = why
        seconds = time.perf_counter() - began
        return Answered.model_validate({"outputs": outputs, "latency_seconds": seconds, "warnings": found.warnings})


def read_model(folder: Path) -> ServedModel:
    """Return the model of a folder that `packing` wrote; raise Refused when its bytes are not those it was packed with.

    The folder may be read-only: the file is unpacked below the system's scratch folder.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads that wait for each other make one row slow
    about = json.loads((folder / "endpoint.json").read_text(encoding="utf-8"))
    path = folder / "model.zip"
    if hashlib.sha256(path.read_bytes()).hexdigest() != about["model_sha256"]:
        raise Refused("model.zip has other bytes than were packed.", hint="Write the bundle again.")
    with tempfile.TemporaryDirectory() as scratch:
        chain = load(Path(shutil.copy(path, scratch)), is_ours=True)
    _answer_once(chain)
    return ServedModel(
        about=About.model_validate({**about["about"], "signature": chain.signature.model_dump(mode="json")}),
        chain=chain,
        profile=json.loads((folder / "profile.json").read_text(encoding="utf-8")),
        not_sure_below=about["not_sure_below"],
    )


def _answer_once(chain: Chain) -> None:
    """Predict the example row, so that no visitor waits for what only predicting loads: Polars, half a second."""
    with suppress(Invalid):
        chain.predict([{item.name: item.example for item in chain.signature.inputs}])
