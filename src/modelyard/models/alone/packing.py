"""A model packed as a small service of its own: files and libraries, for whoever ships them."""

import json
import tempfile
import zipfile
from pathlib import Path

from modelyard.endpoints.servable import Packed
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.alone.library import library
from modelyard.models.alone.needs import requirements
from modelyard.models.archive import DOCUMENT
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model

_SERVICE = Path(__file__).parent / "service"
_STARTED = ("modelyard.models.alone.service.app", "modelyard.kernel.proxies")
"""What `serve.py` imports of this package."""
_PAGE = ("page.html", "page.css", "page.js")


def pack_model(ctx: Context, model_id: str, *, endpoint_id: str, name: str, not_sure_below: float | None) -> Packed:
    """Return the service of a model; its bytes are verified. Raise NotFound."""
    ctx.require("models:read")
    model = ctx.session.scalar(visible_models(ctx).where(Model.id == model_id))
    if model is None:
        raise NotFound(f"There is no model {model_id!r}.")
    with tempfile.TemporaryDirectory() as folder:
        path = ctx.artifacts.fetch(model.artifact_hash, Path(folder))
        content = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            engine = json.loads(archive.read(DOCUMENT))["engine"]
    endpoint = {
        "about": {"id": endpoint_id, "name": name, "version": model.version},
        "not_sure_below": not_sure_below,
        "model_sha256": model.artifact_hash,
    }
    texts = {
        "serve.py": (_SERVICE / "serve.py").read_text(encoding="utf-8"),
        "endpoint.json": _json(endpoint),
        "profile.json": _json(model.training_profile or {}),
        **{f"page/{each}": (_SERVICE / each).read_text(encoding="utf-8") for each in _PAGE},
        **library(*_STARTED),
    }
    return Packed(
        files={"model.zip": content, **{path: text.encode() for path, text in texts.items()}},
        requirements=(*requirements([engine, *model.steps], *_STARTED), "uvicorn"),
        program="serve.py",
        apt=("libgomp1",),
    )


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
