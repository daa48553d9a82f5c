"""A checkpoint's folder, examined before anything of it is loaded: only data, whole, and of a kind that is known."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid
from modelyard.kernel.weights import SUFFIX, Weights, read_weights

CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
TOKENIZER_FILES = (
    TOKENIZER_FILE,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
)
KEPT = (CONFIG_FILE, *TOKENIZER_FILES, "model.safetensors.index.json")
"""Files that are read, beside the weights; a README and the like stay where they are."""
RUNS_CODE = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".py", ".so", ".npy"})
"""Endings of files that run what they hold when they are read."""
HEAD = "ForSequenceClassification"
MAX_JSON_BYTES = 128 * 1024**2
MAX_CLASSES = 1000
MAX_LAYERS = 512
_IGNORED = (
    "auto_map",
    "quantization_config",
    "custom_pipelines",
    "attn_implementation",
    "_attn_implementation",
    "_name_or_path",
    "use_kernels",
)
"""Entries of a configuration that can make a library fetch or run code that is not its own; they are left out."""


@dataclass(frozen=True)
class Checkpoint:
    """What is known of a checkpoint without loading it. `labels` is None for a base model, which tells no classes."""

    folder: Path
    config: dict[str, Any]
    weights: Weights
    labels: tuple[str, ...] | None

    @property
    def model_type(self) -> str:
        """The architecture: bert, roberta …"""
        return str(self.config["model_type"])


def examine(folder: Path, *, is_base_allowed: bool = False) -> Checkpoint:
    """Return what the folder holds; raise Invalid with what to do. With `is_base_allowed`, it need not tell classes."""
    refuse_code(path.name for path in folder.iterdir())
    config = _config(folder)
    weights_files = sorted(folder.glob(f"*{SUFFIX}"))
    if not weights_files:
        raise Invalid(
            "There is no model.safetensors in this checkpoint: only weights in that format are read.",
            hint="Save it with `model.save_pretrained(folder)`, which writes safetensors, and add that folder.",
        )
    if not any((folder / name).is_file() for name in (TOKENIZER_FILE, "vocab.txt", "vocab.json")):
        raise Invalid(
            "There is no tokenizer in this checkpoint.",
            hint="Add tokenizer.json: `AutoTokenizer.from_pretrained(…).save_pretrained(folder)` writes it.",
        )
    weights = read_weights(weights_files)
    _refuse_absurd(config, weights)
    return Checkpoint(folder, config, weights, _labels(config, is_base_allowed=is_base_allowed))


def refuse_code(names: Iterable[str]) -> None:
    """Raise Invalid when a file runs code as it is read."""
    found = sorted(name for name in names if Path(name).suffix.lower() in RUNS_CODE)
    if found:
        named = ", ".join(found[:3]) + (" …" if len(found) > 3 else "")
        raise Invalid(
            f"Files of this kind run code when they are read, so they are not taken: {named}.",
            hint="Leave them out when model.safetensors is there too (training_args.bin is never needed); otherwise "
            "save the model with `save_pretrained`, which writes safetensors.",
        )


def read_json(path: Path) -> dict[str, Any]:
    """Return a file's JSON object; raise Invalid when it is none."""
    if path.stat().st_size > MAX_JSON_BYTES:
        raise Invalid(f"{path.name} is larger than such a file can be ({MAX_JSON_BYTES // 1024**2} MB).")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{path.name} is no JSON: {error}", hint="Download or save the checkpoint again.") from error
    if not isinstance(found, dict):
        raise Invalid(f"{path.name} holds no object.", hint="Download or save the checkpoint again.")
    return found


def _config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG_FILE
    if not path.is_file():
        raise Invalid(
            "There is no config.json: this is not a checkpoint of Hugging Face transformers.",
            hint="Give the folder that `save_pretrained` wrote, or a ZIP of it.",
        )
    config = read_json(path)
    if config.get("quantization_config"):
        raise Invalid(
            "This checkpoint is quantised already, in a way that needs a library of its own.",
            hint="Take the checkpoint in full precision; int8 can be chosen here.",
        )
    if not isinstance(config.get("model_type"), str):
        raise Invalid("config.json does not say what kind of model this is (model_type).")
    return {name: value for name, value in config.items() if name not in _IGNORED}


def _refuse_absurd(config: dict[str, Any], weights: Weights) -> None:
    """Refuse a configuration that would build a far larger model than the weights are for."""
    for name, value in config.items():
        is_layers = name in ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
        limit = min(MAX_LAYERS, max(len(weights.shapes), 1)) if is_layers else 2**31
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > limit:
            raise Invalid(f"config.json states {name} = {value:,}, which its weights do not have.")
    vocabulary, width = config.get("vocab_size"), config.get("hidden_size")
    if isinstance(vocabulary, int) and isinstance(width, int) and vocabulary * width > 2 * weights.n_parameters:
        raise Invalid(
            f"config.json states {vocabulary:,} tokens of {width:,} numbers each, which its weights do not have."
        )


def _labels(config: dict[str, Any], *, is_base_allowed: bool) -> tuple[str, ...] | None:
    names = config.get("architectures") or []
    name = str(names[0]) if isinstance(names, list) and names else ""
    if not name.endswith(HEAD):
        if is_base_allowed:
            return None
        raise Invalid(
            f"This checkpoint is a {name[:80] or 'model without a name'}, which does not tell classes of text.",
            hint=f"Take one whose config.json names an architecture ending in {HEAD}. A base model can be fine-tuned: "
            "put its folder into `checkpoints` in the yard's data folder and name it in a Train node.",
        )
    if config.get("problem_type") == "multi_label_classification":
        raise Invalid(
            "This checkpoint gives several labels to one text; a model here gives one.",
            hint="Take a checkpoint with one label for each text.",
        )
    return _class_names(config)


def _class_names(config: dict[str, Any]) -> tuple[str, ...]:
    stated = config.get("id2label")
    if not isinstance(stated, dict):
        n_labels = config.get("num_labels", 2)
        stated = {str(place): f"LABEL_{place}" for place in range(n_labels)} if isinstance(n_labels, int) else {}
    try:
        by_place = {int(place): str(name) for place, name in stated.items()}
    except ValueError as error:
        raise Invalid("id2label in config.json does not number the classes.") from error
    if sorted(by_place) != list(range(len(by_place))):
        raise Invalid("id2label in config.json does not number the classes from 0 on.")
    labels = tuple(by_place[place] for place in range(len(by_place)))
    if len(labels) < 2:
        raise Invalid(
            f"This checkpoint has {len(labels)} class: it gives a number, not a class.",
            hint="Take a checkpoint with two classes or more in id2label.",
        )
    if len(labels) > MAX_CLASSES or len(set(labels)) < len(labels):
        what = f"more than {MAX_CLASSES} classes" if len(labels) > MAX_CLASSES else "two classes of the same name"
        raise Invalid(f"config.json has {what}.", hint="Name each class once in id2label.")
    return labels
