"""A model packed as a small service of its own: files and libraries, for whoever ships them."""

import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from modelyard.endpoints.alone.page import page_files
from modelyard.endpoints.servable import Door, Packed
from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.models.alone.library import library
from modelyard.models.alone.needs import requirements
from modelyard.models.archive import DOCUMENT
from modelyard.models.ownership import visible_models
from modelyard.models.tables import Model

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class _Way:
    """How it is shown: the program, what that imports of this package, and what else it is started with."""

    program: str
    started: tuple[str, ...]
    summary: str
    libraries: tuple[str, ...] = ()
    page: str = ""
    """The folder of its page, if the program does not make one itself."""


_WAYS: dict[Door, _Way] = {
    "api": _Way(
        "service/serve.py",
        ("modelyard.models.alone.service.app", "modelyard.kernel.proxies"),
        "A model with a page and an API of its own",
        libraries=("uvicorn",),
        page="service",
    ),
    "gradio": _Way(
        "demo/app.py",
        ("modelyard.models.alone.demo.page", "modelyard.models.alone.service.model"),
        "A model to try: a row or a file of rows",
    ),
}


def pack_model(
    ctx: Context, model_id: str, *, endpoint_id: str, name: str, not_sure_below: float | None, door: Door
) -> Packed:
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
    way = _WAYS[door]
    libraries = requirements([engine, *model.steps], *way.started)
    program = _HERE / way.program
    texts = {
        program.name: program.read_text(encoding="utf-8"),
        "endpoint.json": _json(endpoint),
        "profile.json": _json(model.training_profile or {}),
        **(page_files(_HERE / way.page) if way.page else {}),
        **library(*way.started),
    }
    return Packed(
        files={"model.zip": content, **{path: text.encode() for path, text in texts.items()}},
        requirements=(*libraries.whole, *way.libraries),
        bare=libraries.bare,
        program=program.name,
        summary=way.summary,
        apt=("libgomp1",),
    )


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
