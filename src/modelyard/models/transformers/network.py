"""A checkpoint in memory: its tokenizer and its network, read without running any code of theirs."""

import contextlib
import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid, ModelyardError
from modelyard.models.transformers.checkpoint import TOKENIZER_FILES, Checkpoint
from modelyard.models.transformers.loop import Reader

_UNLIMITED = 10**9
"""A tokenizer that knows no limit states a number far above this."""


@dataclass(frozen=True)
class Loaded:
    """A network with its reader; `fresh` are the parameters that the checkpoint did not have: a new head."""

    network: Any
    reader: Reader
    tokenizer: Any
    """As the library has it, for writing it again."""
    fresh: frozenset[str] = frozenset()


def load(
    checkpoint: Checkpoint,
    *,
    max_tokens: int,
    labels: Sequence[str] | None = None,
    seed: int = 0,
    is_tried: bool = False,
) -> Loaded:
    """Return the checkpoint in memory, in full precision; raise Invalid when the library cannot read it.

    With `labels` it gets a new head for those classes, unless it has exactly these; the seed decides how that starts.
    `is_tried`: that it can read `max_tokens` is known.
    """
    with quiet(), _reading("tokenizer"):
        tokenizer = _tokenizer(checkpoint.folder)
    with quiet(), _reading("network"):
        network, fresh = _network(checkpoint, labels, seed)
    if fresh and labels is None:
        raise Invalid(
            f"The weights lack {len(fresh)} parts of the network ({min(fresh)} …).",
            hint="This checkpoint is not whole: download or save it again.",
        )
    _refuse_strange_tokens(tokenizer, network)
    reader = _reader(tokenizer, network, max_tokens if is_tried else _longest(tokenizer, network, max_tokens))
    return Loaded(network, reader, tokenizer, fresh)


def save(loaded: Loaded, folder: Path) -> None:
    """Write network, tokenizer and configuration as files that transformers reads."""
    with quiet():
        loaded.network.save_pretrained(folder, max_shard_size="1000GB")
        with tempfile.TemporaryDirectory(dir=folder.parent) as inner:
            loaded.reader.tokenizer.no_truncation()  # what is read of a text is the model's, not the file's
            loaded.tokenizer.save_pretrained(inner)
            _cut(loaded.tokenizer, loaded.reader.max_tokens)
            for file in Path(inner).iterdir():
                if file.name in TOKENIZER_FILES:
                    file.replace(folder / file.name)


def quantised(network: Any, *, in_place: bool = False) -> Any:
    """Return a copy whose linear layers hold 8-bit numbers and compute with them (dynamic quantisation).

    `in_place`: the network itself is changed, which takes half the memory.
    """
    import torch

    with warnings.catch_warnings():
        # Deprecated in favour of a package of its own; the version of torch that still has it is pinned.
        warnings.simplefilter("ignore")
        return torch.ao.quantization.quantize_dynamic(network, {torch.nn.Linear}, dtype=torch.qint8, inplace=in_place)  # type: ignore[no-untyped-call]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the library's bars and advice off the terminal, and everything it does on this machine."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    level = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    found = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False, use_fast=True)
    if not getattr(found, "is_fast", False):
        raise Invalid(
            "This checkpoint has no fast tokenizer.",
            hint="Take one with tokenizer.json, or convert it: `AutoTokenizer.from_pretrained(…, use_fast=True)`.",
        )
    return found


def _network(checkpoint: Checkpoint, labels: Sequence[str] | None, seed: int) -> tuple[Any, frozenset[str]]:
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification
    from transformers.models.auto.modeling_auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES

    if checkpoint.model_type not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES:
        raise Invalid(
            f"The architecture {checkpoint.model_type[:80]!r} is not one that transformers can classify text with.",
            hint="A checkpoint that brings its own code is never run; take one of a known architecture.",
        )
    stated = {name: value for name, value in checkpoint.config.items() if name not in ("dtype", "torch_dtype")}
    config: Any = AutoConfig.for_model(**stated)
    if labels is not None and list(labels) != [config.id2label[place] for place in range(config.num_labels)]:
        config.id2label = dict(enumerate(labels))
        config.label2id = {name: place for place, name in enumerate(labels)}
        config.problem_type = "single_label_classification"
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network, info = AutoModelForSequenceClassification.from_pretrained(
            checkpoint.folder,
            config=config,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            dtype=torch.float32,
            output_loading_info=True,
            ignore_mismatched_sizes=labels is not None,
        )
    network.eval().requires_grad_(False)
    return network, frozenset(info["missing_keys"]) | frozenset(name for name, *_ in info["mismatched_keys"])


def _refuse_strange_tokens(tokenizer: Any, network: Any) -> None:
    n_known = network.get_input_embeddings().num_embeddings
    highest = max(tokenizer.get_vocab().values(), default=-1)
    if highest >= n_known:
        raise Invalid(
            f"The tokenizer has a token number {highest:,}, and the network knows {n_known:,} tokens.",
            hint="They do not belong together: take both from one checkpoint.",
        )


def _reader(tokenizer: Any, network: Any, max_tokens: int) -> Reader:
    """Return the bare tokenizer, which cuts texts to `max_tokens`, with how the network wants them padded."""
    bare = tokenizer.backend_tokenizer
    bare.no_padding()
    _cut(tokenizer, max_tokens)
    pad_id = network.config.pad_token_id if network.config.pad_token_id is not None else tokenizer.pad_token_id
    return Reader(
        bare,
        max_tokens,
        pad_id=None if pad_id is None else int(pad_id),
        pad_type_id=int(tokenizer.pad_token_type_id or 0),
        pads_left=tokenizer.padding_side == "left",
        takes_types="token_type_ids" in tokenizer.model_input_names,
    )


def _cut(tokenizer: Any, max_tokens: int) -> None:
    tokenizer.backend_tokenizer.enable_truncation(max_tokens, direction=tokenizer.truncation_side)


def _longest(tokenizer: Any, network: Any, wanted: int) -> int:
    """Return how many tokens the network can read, at most `wanted`.

    Some architectures keep places for themselves beside those they state, so that the end of them is tried.
    """
    import torch

    stated = [n for n in (tokenizer.model_max_length, getattr(network.config, "max_position_embeddings", None)) if n]
    known = [int(n) for n in stated if 0 < n < _UNLIMITED]
    most = min(wanted, *known) if known else wanted
    reserved = int(network.config.pad_token_id or 0) + 1
    token = reserved if reserved < network.config.vocab_size else 0
    for n_tokens in (most, most - reserved):
        ids = torch.full((1, n_tokens), token)
        with contextlib.suppress(IndexError, RuntimeError), torch.inference_mode():
            network(input_ids=ids, attention_mask=torch.ones_like(ids))
            return n_tokens
    raise Invalid("The network cannot read a text of the length that it states.", hint="Take another checkpoint.")


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Turn whatever a library says of a stranger's files into a sentence."""
    try:
        yield
    except ModelyardError:
        raise
    except Exception as error:  # what a library raises for a file made to break it cannot be listed
        raise _unreadable(what, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the tokenizers' own language reports a fault
            raise
        raise _unreadable(what, error) from None


def _unreadable(what: str, error: BaseException) -> Invalid:
    told = " ".join(str(error).split())[:300]
    return Invalid(
        f"The {what} of this checkpoint cannot be read: {told or type(error).__name__}",
        hint="Try it with `transformers` on your machine; save it again with `save_pretrained`.",
    )


@contextmanager
def threads(n_threads: int) -> Iterator[None]:
    """Let torch use so many threads, and afterwards as many as before."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(n_threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
