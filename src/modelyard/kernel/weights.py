"""What a safetensors file holds, read from its header alone: not one weight is loaded."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelyard.kernel.errors import Invalid

SUFFIX = ".safetensors"
_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 100 * 1024**2
"""The format's own limit."""
_WIDTHS = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8,
}  # fmt: skip
"""Bytes of one number of each type that can be read."""


@dataclass(frozen=True)
class Weights:
    """How many tensors and numbers files hold together, and the shape of each tensor by its name."""

    shapes: dict[str, tuple[int, ...]]

    @property
    def n_parameters(self) -> int:
        """All numbers together."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def read_weights(paths: Iterable[Path]) -> Weights:
    """Return what the files hold; raise Invalid for one that is cut off or no safetensors file."""
    shapes: dict[str, tuple[int, ...]] = {}
    for path in paths:
        shapes |= _shapes(path)
    return Weights(shapes)


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if size < _LENGTH_BYTES or length > _MAX_HEADER_BYTES:
            raise _broken(path, "does not begin as such a file does")
        if _LENGTH_BYTES + length > size:
            raise _broken(path, "ends within its header")
        header = _header(path, file.read(length))
    entries = {name: _entry(path, name, stated) for name, stated in header.items() if name != "__metadata__"}
    end = max((stop for _shape, stop in entries.values()), default=0)
    if _LENGTH_BYTES + length + end != size:
        raise _broken(path, f"has {size:,} bytes where its header states {_LENGTH_BYTES + length + end:,}")
    return {name: shape for name, (shape, _stop) in entries.items()}


def _header(path: Path, text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _broken(path, "has a header that is no JSON") from error
    if not isinstance(header, dict):
        raise _broken(path, "has a header that is no list of tensors")
    return header


def _entry(path: Path, name: str, stated: Any) -> tuple[tuple[int, ...], int]:
    """Return a tensor's shape and where its bytes end."""
    try:
        shape = tuple(int(length) for length in stated["shape"])
        start, stop = (int(place) for place in stated["data_offsets"])
        width = _WIDTHS[stated["dtype"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(path, f"describes the tensor {name[:80]!r} in a way that is not known") from error
    if min((start, *shape), default=0) < 0 or stop - start != math.prod(shape) * width:
        raise _broken(path, f"has a tensor {name[:80]!r} whose size does not match its shape")
    return shape, stop


def _broken(path: Path, what: str) -> Invalid:
    return Invalid(
        f"{path.name} {what}: it is damaged, or not a safetensors file.",
        hint="Download or save the checkpoint again; a download that was broken off gives such files.",
    )
