"""How much memory a checkpoint takes, told from its header."""

from modelyard.models.transformers.checkpoint import Checkpoint

BYTES_PER_NUMBER = 4
"""Everything is computed in single precision, also what is kept in half."""
LIBRARY_BYTES = 400 * 1024**2
"""What torch and transformers take in a process before any checkpoint, and what they make while they read one."""
LOAD_FACTOR = 1.15
"""Peak of loading beside the weights themselves. Measured with BERT of 147 and 255 MB: 492 and 596 MB altogether."""
INT8_FACTOR = 2.6
"""The same when a copy with 8 bits is made (754 and 1,007 MB); afterwards it is the smaller one."""
MOVED_FACTOR = 4
"""Beside each number that moves: its gradient, AdamW's two means, and what a step makes of them on its way.

Measured, 2 layers: 1,403 MB with 8 texts of 128 tokens a step, 1,963 MB with 16 of 256; 6 layers with 8 of 128: 2,119.
"""
KEPT_FACTOR = 2
"""Kept with early stopping: the best weights so far, and those at work while they are written."""
ACTIVATIONS = 40
"""Numbers kept of each layer for each token and each of its units, until the gradients are computed (measured)."""


def loaded_bytes(checkpoint: Checkpoint, *, is_int8: bool) -> int:
    """Return about how much memory serving the checkpoint takes at its peak, the libraries included."""
    factor = INT8_FACTOR if is_int8 else LOAD_FACTOR
    return LIBRARY_BYTES + int(factor * BYTES_PER_NUMBER * checkpoint.weights.n_parameters)


def fitting_bytes(
    checkpoint: Checkpoint, *, batch_size: int, n_tokens: int, is_frozen: bool, keeps_best: bool, is_int8: bool
) -> int:
    """Return about how much memory a fine-tuning takes at its peak, the libraries included."""
    weights = BYTES_PER_NUMBER * checkpoint.weights.n_parameters
    more = (0 if is_frozen else MOVED_FACTOR) + (KEPT_FACTOR if keeps_best else 0)
    layers, width, heads = (_stated(checkpoint, *names) for names in _SHAPE)
    of_layer = n_tokens * width * ACTIVATIONS + heads * n_tokens**2
    activations = BYTES_PER_NUMBER * batch_size * of_layer * (1 if is_frozen else layers)
    return loaded_bytes(checkpoint, is_int8=is_int8) + more * weights + activations


_SHAPE = (
    ("num_hidden_layers", "n_layers", "n_layer"),
    ("hidden_size", "dim", "d_model", "n_embd"),
    ("num_attention_heads", "n_heads", "n_head"),
)
_USUAL = {"num_hidden_layers": 12, "hidden_size": 768, "num_attention_heads": 12}


def _stated(checkpoint: Checkpoint, *names: str) -> int:
    found = (checkpoint.config[name] for name in names if isinstance(checkpoint.config.get(name), int))
    return next(found, _USUAL[names[0]])
