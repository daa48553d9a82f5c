"""What no database or answer can hold is refused at the door: NUL characters, halves of characters, NaN."""

import math
import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from modelyard.kernel.errors import FieldError, Invalid

Path = tuple[str | int, ...]
JSON_TYPE = re.compile(r"\s*application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)


async def require_storable(request: Request) -> None:
    """Raise Invalid when the address or a JSON body holds text or numbers that cannot be stored; uploads are not read.

    PostgreSQL refuses NUL in text, UTF-8 has no lone surrogates, and JSON has no NaN: each would be a fault later.
    """
    found = [*_in_address(request), *_wrong(await _json_body(request), ())]
    if found:
        raise Invalid(found[0].message, fields=found[:20])


def _in_address(request: Request) -> Iterator[FieldError]:
    for name, value in (*request.path_params.items(), *request.query_params.multi_items()):
        yield from _wrong(value, (name,))


async def _json_body(request: Request) -> Any:
    route = request.scope.get("route")
    if (
        not isinstance(route, APIRoute)
        or route.body_field is None
        or not JSON_TYPE.match(request.headers.get("Content-Type", ""))
    ):
        return None
    # FastAPI read and parsed it before it asks dependencies: this is the copy that the request keeps.
    return await request.json() if await request.body() else None


def _wrong(value: Any, path: Path) -> Iterator[FieldError]:
    """Yield what is wrong in a document, without recursion: its depth is the sender's choice."""
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        where, item = waiting.pop()
        if isinstance(item, str) and not _is_text(item):
            yield FieldError(where, "Text may not contain NUL characters or halves of characters.")
        elif isinstance(item, float) and not math.isfinite(item):
            yield FieldError(where, "Numbers must be finite.")
        elif isinstance(item, list):
            waiting.extend(((*where, i), part) for i, part in enumerate(item))
        elif isinstance(item, dict):
            if not all(map(_is_text, item)):
                yield FieldError(where, "Names may not contain NUL characters or halves of characters.")
            else:
                waiting.extend(((*where, name), part) for name, part in item.items())


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
