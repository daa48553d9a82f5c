"""Reading texts in batches and fine-tuning on them: plain torch, without anything of this package.

The code that a workflow is exported as holds this file as it is, so that it does exactly the same.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

CHARACTERS_PER_TOKEN = 64
"""A text is cut to so many characters for each token that is read before it is taken apart: 10 MB cost no more."""
ENCODED_AT_ONCE = 1024
POOL_BATCHES = 50
"""Batches of training texts that are sorted by length together."""
MAX_NORM = 1.0
"""Gradients longer than this are cut to it, as in BERT's own fine-tuning."""


@dataclass(frozen=True)
class Reader:
    """A tokenizer and what the network wants to get from it."""

    tokenizer: Any
    max_tokens: int
    pad_id: int | None
    pad_type_id: int = 0
    pads_left: bool = False
    takes_types: bool = False


@dataclass(frozen=True)
class Encoded:
    """Texts as tokens: an array of ids for each, its types where they are wanted, and which texts were cut off."""

    ids: list[Any]
    types: list[Any]
    is_cut: list[bool]


@dataclass(frozen=True)
class Plan:
    """How a network is fine-tuned; `class_weights`: one for each class, or None."""

    epochs: int
    batch_size: int
    learning_rate: float
    warm_up: float
    weight_decay: float
    seed: int
    patience: int | None = None
    budget_seconds: float | None = None
    class_weights: Sequence[float] | None = None
    trained: frozenset[str] | None = None
    """Names of the parameters that move; None: all."""


@dataclass(frozen=True)
class Course:
    """How a fine-tuning went: epochs done (the last one perhaps in part), which was kept, and why it ended early."""

    n_steps: int
    n_epochs: float
    kept_epoch: int | None
    ended: str | None
    losses: tuple[float, ...]


def encode(reader: Reader, texts: Sequence[str]) -> Encoded:
    """Take texts apart into tokens, at most `max_tokens` of each; one after another, so that few are held at a time."""
    import numpy as np

    longest = CHARACTERS_PER_TOKEN * reader.max_tokens
    found = Encoded([], [], [])
    for start in range(0, len(texts), ENCODED_AT_ONCE):
        part = texts[start : start + ENCODED_AT_ONCE]
        for text, tokens in zip(part, reader.tokenizer.encode_batch_fast([t[:longest] for t in part]), strict=True):
            found.ids.append(np.array(tokens.ids, dtype=np.int32))
            found.is_cut.append(len(text) > longest or bool(tokens.overflowing))
            if reader.takes_types:
                found.types.append(np.array(tokens.type_ids, dtype=np.int8))
    return found


def by_length(ids: Sequence[Any], batch_size: int) -> Iterator[list[int]]:
    """Yield the places of texts of like length, the longest first: batches that need little padding."""
    order = sorted(range(len(ids)), key=lambda place: -len(ids[place]))
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def padded(reader: Reader, encoded: Encoded, places: Sequence[int]) -> dict[str, Any]:
    """Return what the network takes for the texts at these places, padded to the longest of them."""
    import numpy as np
    import torch

    n_tokens = max(1, max(len(encoded.ids[place]) for place in places))
    ids = np.full((len(places), n_tokens), reader.pad_id or 0, dtype=np.int64)
    mask = np.zeros_like(ids)
    types = np.full_like(ids, reader.pad_type_id)
    for row, place in enumerate(places):
        own = encoded.ids[place]
        at = slice(n_tokens - len(own), n_tokens) if reader.pads_left else slice(0, len(own))
        ids[row, at], mask[row, at] = own, 1
        if reader.takes_types:
            types[row, at] = encoded.types[place]
    made = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
    return made | ({"token_type_ids": torch.from_numpy(types)} if reader.takes_types else {})


def probabilities(network: Any, reader: Reader, encoded: Encoded, batch_size: int) -> Any:
    """Return the probability of each class for each text in the order given, shape (n_texts, n_classes)."""
    import numpy as np
    import torch

    found = np.zeros((len(encoded.ids), network.config.num_labels))
    network.eval()
    with torch.inference_mode():
        for places in by_length(encoded.ids, batch_size if reader.pad_id is not None else 1):
            logits = network(**padded(reader, encoded, places)).logits
            found[places] = torch.softmax(logits.double(), dim=-1).numpy()
    return found


def fine_tune(
    network: Any,
    reader: Reader,
    texts: Sequence[str],
    classes: Sequence[int],
    plan: Plan,
    held: tuple[Sequence[str], Sequence[int]] | None = None,
    report: Callable[[int, int, float], None] = lambda _step, _n_steps, _loss: None,
) -> Course:
    """Move the network's weights so that it tells the classes of the texts; `held` are texts to stop by.

    AdamW with a linear warm-up and a linear descent (Devlin et al. 2019). The same seed gives the same weights on one
    thread. `report` is called after each step with the loss.
    """
    import torch

    started = time.monotonic()
    encoded = encode(reader, texts)
    watched = (encode(reader, held[0]), held[1]) if held is not None else None
    batch_size = plan.batch_size if reader.pad_id is not None else 1
    n_steps = plan.epochs * math.ceil(len(texts) / batch_size)
    optimizer, schedule = _optimizer(network, plan, n_steps)
    weights = None if plan.class_weights is None else torch.tensor(plan.class_weights, dtype=torch.float32)
    targets = torch.tensor(list(classes), dtype=torch.long)
    best: tuple[float, int, dict[str, Any]] | None = None
    losses: list[float] = []
    step, ended = 0, None
    with torch.random.fork_rng():
        torch.manual_seed(plan.seed)
        for epoch in range(1, plan.epochs + 1):
            for places in _shuffled(encoded.ids, batch_size):
                loss = _step(network, padded(reader, encoded, places), targets[places], weights, plan)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
                step += 1
                report(step, n_steps, loss)
                if plan.budget_seconds is not None and time.monotonic() - started > plan.budget_seconds:
                    ended = "budget"
                    break
            if watched is not None:
                losses.append(_loss(network, reader, watched[0], watched[1], batch_size, weights))
                if best is None or losses[-1] < best[0]:
                    best = (losses[-1], epoch, {name: value.clone() for name, value in network.state_dict().items()})
                if ended is None and plan.patience is not None and epoch - best[1] >= plan.patience:
                    ended = "patience"
            if ended is not None:
                break
    if best is not None:
        network.load_state_dict(best[2])
    network.eval()
    return Course(step, step * plan.epochs / n_steps, best[1] if best else None, ended, tuple(losses))


def _step(network: Any, batch: dict[str, Any], targets: Any, weights: Any, plan: Plan) -> float:
    """Compute the gradients of one batch and return its loss."""
    import torch

    network.train()
    if plan.trained is not None:
        network.base_model.eval()  # what does not learn needs no noise either
    loss = torch.nn.functional.cross_entropy(network(**batch).logits, targets, weight=weights)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], MAX_NORM)
    return float(loss.detach())


def _loss(
    network: Any, reader: Reader, encoded: Encoded, classes: Sequence[int], batch_size: int, weights: Any
) -> float:
    """Return the mean loss, weighted as in training."""
    import numpy as np

    own = probabilities(network, reader, encoded, batch_size)[np.arange(len(classes)), np.asarray(classes)]
    shares = np.ones(len(classes)) if weights is None else weights.numpy()[np.asarray(classes)]
    return float(np.average(-np.log(np.maximum(own, 1e-12)), weights=shares))


def _optimizer(network: Any, plan: Plan, n_steps: int) -> tuple[Any, Any]:
    """Return AdamW, with no decay of biases and norms, and its schedule."""
    import torch

    decayed: list[Any] = []
    free: list[Any] = []
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(plan.trained is None or name in plan.trained)
        if parameter.requires_grad:
            (free if parameter.ndim < 2 else decayed).append(parameter)
    groups = [{"params": decayed, "weight_decay": plan.weight_decay}, {"params": free, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=plan.learning_rate)
    n_warm = max(1, round(plan.warm_up * n_steps))

    def share(step: int) -> float:
        return (step + 1) / n_warm if step < n_warm else max(0.0, (n_steps - step) / max(1, n_steps - n_warm))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, share)


def _shuffled(ids: Sequence[Any], batch_size: int) -> Iterator[list[int]]:
    """Yield batches in random order, each of texts of like length from the same pool."""
    import torch

    order = torch.randperm(len(ids)).tolist()
    pool = batch_size * POOL_BATCHES
    for start in range(0, len(order), pool):
        part = sorted(order[start : start + pool], key=lambda place: len(ids[place]))
        batches = [part[at : at + batch_size] for at in range(0, len(part), batch_size)]
        for place in torch.randperm(len(batches)).tolist():
            yield batches[place]
