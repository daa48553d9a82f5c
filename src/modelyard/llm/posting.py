"""Requests to providers that no library of ours knows: JSON there, JSON back, the same errors."""

import json
from typing import Any

from modelyard.kernel.errors import ModelyardError
from modelyard.llm.bridge import translated
from modelyard.llm.connections import http_client, timeouts
from modelyard.llm.errors import LlmBusy, LlmRefusedKey, LlmRefusedRequest, LlmUnavailable
from modelyard.llm.provider import Access

MAX_BYTES = 64 * 1024**2
"""Of an answer: 64 vectors of 16,384 numbers are 20 MB of JSON."""


async def post_json(url: str, body: Any, access: Access, name: str) -> Any:
    """Return the JSON that comes back; raise the errors of `modelyard.llm.errors`."""
    import httpx2

    headers = {"Authorization": f"Bearer {access.secret}"} if access.secret else {}
    limits = timeouts(access.settings)
    with translated(name):
        try:
            async with http_client(access.settings).stream(
                "POST", url, json=body, headers=headers, timeout=limits
            ) as response:
                if response.status_code != 200:
                    raise _refused(name, response.status_code, response.headers.get("retry-after"))
                content = b""
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > MAX_BYTES:
                        raise LlmUnavailable(f"{name} answered more than {MAX_BYTES // 1024**2} MB.")
        except httpx2.ConnectError as error:
            raise LlmUnavailable(f"{name} cannot be reached.", hint="Check the address.") from error
        return json.loads(content)


def _refused(name: str, status: int, retry_after: str | None) -> ModelyardError:
    if status in (401, 403):
        return LlmRefusedKey(f"The provider of {name} does not accept the key, or it may not use {name}.")
    if status == 429:
        seconds = float(retry_after) if retry_after and retry_after.isdigit() else None
        return LlmBusy(f"{name} has no room for more requests now.", retry_after_seconds=seconds)
    if status >= 500:
        return LlmUnavailable(f"{name} failed (status {status}).")
    return LlmRefusedRequest(f"{name} refused the request (status {status}).")
