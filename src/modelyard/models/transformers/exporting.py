"""A fine-tuning as Python that needs transformers alone: the very loop that runs here, and a class around it."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelyard.models.transformers import loop

_CLASS = '''

class TextClassifier:
    """Fine-tunes a checkpoint on texts; `checkpoint` is a folder with safetensors weights and a tokenizer."""

    def __init__(self, checkpoint, *, max_tokens, texts_at_once, is_frozen, held_fraction, plan):
        self.checkpoint, self.max_tokens, self.texts_at_once = checkpoint, max_tokens, texts_at_once
        self.is_frozen, self.held_fraction, self.plan = is_frozen, held_fraction, plan

    def get_params(self):
        return {}

    def set_params(self, **_):
        return self

    def load(self, names):
        """Read the checkpoint, with a new head unless it tells exactly these classes."""
        import torch
        from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(self.checkpoint)
        config = AutoConfig.from_pretrained(self.checkpoint)
        if names != [config.id2label[place] for place in range(config.num_labels)]:
            config.id2label = dict(enumerate(names))
            config.label2id = {name: place for place, name in enumerate(names)}
            config.problem_type = "single_label_classification"
        with torch.random.fork_rng():
            torch.manual_seed(self.plan["seed"])
            self.network, info = AutoModelForSequenceClassification.from_pretrained(
                self.checkpoint, config=config, use_safetensors=True, dtype=torch.float32, output_loading_info=True,
                ignore_mismatched_sizes=True,
            )
        bare = tokenizer.backend_tokenizer
        bare.no_padding()
        bare.enable_truncation(self.max_tokens, direction=tokenizer.truncation_side)
        pad = config.pad_token_id if config.pad_token_id is not None else tokenizer.pad_token_id
        self.reader = Reader(
            bare, self.max_tokens, pad, tokenizer.pad_token_type_id or 0, tokenizer.padding_side == "left",
            "token_type_ids" in tokenizer.model_input_names,
        )
        return set(info["missing_keys"]) | {name for name, *_ in info["mismatched_keys"]}

    def fit(self, x, y, class_weights=None):
        import torch

        self.classes_, codes = np.unique(y, return_inverse=True)
        fresh = self.load([str(name) for name in self.classes_])
        base = {id(parameter) for parameter in self.network.base_model.parameters()}
        head = frozenset(n for n, p in self.network.named_parameters() if id(p) not in base or n in fresh)
        places = hold_back(codes, True, self.held_fraction, self.plan["seed"]) if self.held_fraction else None
        grow, stop = places if places is not None else (np.arange(len(x)), None)
        held = None if stop is None else ([x[place] for place in stop], codes[stop].tolist())
        plan = Plan(**self.plan, class_weights=class_weights, trained=head if self.is_frozen else None)
        torch.set_num_threads(1)
        fine_tune(self.network, self.reader, [x[place] for place in grow], codes[grow].tolist(), plan, held)
        return self

    def predict_proba(self, x):
        return probabilities(self.network, self.reader, encode(self.reader, x), self.texts_at_once)

    def predict(self, x):
        return self.classes_[self.predict_proba(x).argmax(axis=1)]


as_numbers = matrix


def matrix(rows, features, categories):
    """Return the texts where the features are the text that is read, and numbers for other estimators."""
    column = TEXT_COLUMN or next((name for name in features if rows[name].dtype == pl.String), None)
    if column not in features or column in categories:
        return as_numbers(rows, features, categories)
    return rows[column].fill_null("").to_list()
'''


def code(checkpoint: str | None, column: str | None, arguments: Mapping[str, Any]) -> str:
    """Return Python that makes `estimator`, which is fitted on texts."""
    stated = "".join(f"    {name}={value!r},\n" for name, value in arguments.items())
    return (
        f"{_loop()}{_CLASS}\n\nTEXT_COLUMN = {column!r}\n"
        "# The folder of the checkpoint: of a model of the yard, unzip its file and take the folder `engine` in it.\n"
        f"estimator = TextClassifier(\n    {checkpoint or 'checkpoint'!r},\n{stated})"
    )


def _loop() -> str:
    """Return the loop's source without what is for readers of this package."""
    text = Path(loop.__file__).read_text(encoding="utf-8")
    first = ast.parse(text).body[1]
    return "\n".join(text.splitlines()[first.lineno - 1 :]).rstrip()
