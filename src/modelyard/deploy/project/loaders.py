"""Calls that fetch a model from a hub into a cache on disk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.aside import is_aside
from modelyard.deploy.code.python.code import Call

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

HUB_LOADERS = (
    ".from_pretrained",
    ".SentenceTransformer",
    ".CrossEncoder",
    ".HuggingFaceEmbeddings",
    ".HuggingFaceBgeEmbeddings",
    ".HuggingFaceEmbedding",
    "huggingface_hub.hf_hub_download",
    "huggingface_hub.snapshot_download",
    "transformers.pipeline",
    "datasets.load_dataset",
    "keybert.KeyBERT",
    "faster_whisper.WhisperModel",
)
"""Those that keep what they fetch below HF_HOME."""
OTHER_LOADERS = ("nltk.download", "torch.hub.load", "whisper.load_model", "easyocr.Reader")
"""Those that keep it elsewhere below the home."""
LOCAL = re.compile(r"^(?:\.{0,2}/|[A-Za-z]:[\\/]|models?/)")
PRELOAD = re.compile(
    r"from_pretrained|SentenceTransformer\(|snapshot_download|hf_hub_download|pipeline\(|CrossEncoder\("
    r"|\b(?:huggingface-cli|hf)\s+download|(?:preload|download)\w*model\w*\.py|(?:preload|download_models?)\w*\.py"
)
"""What a RUN instruction says that fetches models while the image is built."""
PLACED = ("cache_dir", "cache_folder", "local_dir", "download_dir", "download_root", "model_storage_directory")


@dataclass(frozen=True)
class Load:
    """One live call that fetches."""

    call: Call
    model: str
    """As it is named; `""` when that is not known."""
    is_hub: bool
    """It keeps what it fetches below HF_HOME."""


def loads_of(project: "Project") -> Iterator[Load]:
    """Yield the live calls that fetch into the cache of the user; those with a folder of their own are left out."""
    for names, is_hub in ((HUB_LOADERS, True), (OTHER_LOADERS, False)):
        for call in project.python.calls(*names):
            if is_aside(call.module.file.path) or any(call.argument(None, name) is not None for name in PLACED):
                continue
            node = call.argument(0 if call.name != "transformers.pipeline" else 1, "model")
            folded = project.python.fold(node, call.module) if node is not None else None
            model = folded.text if folded is not None else ""
            if not LOCAL.match(model):
                yield Load(call, model, is_hub)
