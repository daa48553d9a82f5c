"""Between our messages, pieces and errors and those of the library that speaks to providers (pydantic-ai)."""

import json
import warnings
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import ModelyardError
from modelyard.llm.errors import (
    LlmBusy,
    LlmRefusedKey,
    LlmRefusedRequest,
    LlmTookTooLong,
    LlmTooLong,
    LlmUnavailable,
)
from modelyard.llm.provider import (
    Embedded,
    End,
    Finish,
    Message,
    Piece,
    Text,
    TextIs,
    ToolCall,
    Usage,
    Wish,
    asking_for_json,
)

if TYPE_CHECKING:
    from pydantic_ai.embeddings import EmbeddingModel
    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.usage import RequestUsage

_FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "length": "length",
    "tool_call": "tool",
    "content_filter": "filtered",
}
USUAL_THINKING_TOKENS = 2048
"""For LLMs that cannot answer without thinking first: they count it as part of the answer."""
_TOO_LONG = (
    "exceed_context_size",
    "context_length",
    "context length",
    "context size",
    "maximum context",
    "too many tokens",
)
_SMALLEST_LENGTH = 1e-12
_REACH = "Check the address, and that its server runs."


async def stream(
    model: "Model", name: str, messages: Sequence[Message], wish: Wish, *, thinking_tokens: int = 0
) -> AsyncGenerator[Piece]:
    """Stream one answer of the library's model; what it thinks before is left out, and has room of its own."""
    from pydantic_ai.direct import model_request_stream
    from pydantic_ai.messages import (
        BaseToolCallPart,
        PartDeltaEvent,
        PartEndEvent,
        PartStartEvent,
        TextPart,
        TextPartDelta,
    )
    from pydantic_ai.settings import ModelSettings

    _without_warnings()
    if not thinking_tokens and model.profile.get("thinking_always_enabled", False):
        thinking_tokens = USUAL_THINKING_TOKENS
    settings = ModelSettings(
        max_tokens=wish.max_tokens + thinking_tokens,
        temperature=wish.temperature,
        thinking=False,  # or as little as it can: a reader waits for the first word
    )
    if wish.seed is not None:
        settings["seed"] = wish.seed
    if wish.schema is not None and not model.profile.get("supports_json_schema_output", False):
        messages, wish = asking_for_json(messages, wish.schema), replace(wish, schema=None)
    with translated(name):
        opened = model_request_stream(
            model, _messages(messages), model_settings=settings, model_request_parameters=_parameters(wish)
        )
        async with opened as response:
            async for event in response:
                if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart) and event.part.content:
                    yield Text(event.part.content)
                elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                    yield Text(event.delta.content_delta)
                elif isinstance(event, PartEndEvent) and isinstance(event.part, BaseToolCallPart):
                    yield ToolCall(event.part.tool_call_id, event.part.tool_name, _arguments(event.part.args, name))
            finish = _FINISHES.get(response.finish_reason or "")
            usage = response.usage() if callable(response.usage) else response.usage
        if finish is None:
            raise LlmUnavailable(f"{name} stopped in the middle of its answer.")
        yield End(finish, _usage(usage))


async def embed(
    model: "EmbeddingModel", name: str, texts: Sequence[str], text_is: TextIs, size: int | None
) -> Embedded:
    """Return the vectors that the library's model makes of texts, scaled to length 1."""
    from pydantic_ai.embeddings import EmbeddingSettings

    settings = EmbeddingSettings(dimensions=size) if size else EmbeddingSettings()
    with translated(name):
        made = await model.embed(
            list(texts), input_type="query" if text_is == "question" else "document", settings=settings
        )
    return Embedded(unit_vectors(made.embeddings, name), _usage(made.usage))


def unit_vectors(rows: Sequence[Sequence[float]], name: str) -> Any:
    """Return rows as float32 of length 1; raise LlmUnavailable for what is no vector."""
    import numpy as np

    try:
        vectors = np.asarray(rows, dtype=np.float32)
    except (TypeError, ValueError):
        raise LlmUnavailable(f"{name} answered what are no vectors of one size.") from None
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if vectors.ndim != 2 or not np.isfinite(lengths).all() or (lengths < _SMALLEST_LENGTH).any():
        raise LlmUnavailable(f"{name} answered vectors that point nowhere.")
    return vectors / lengths


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn the library's errors into ours; what a provider says is not repeated, for it may quote a key."""
    import httpx2
    from pydantic_ai import exceptions as theirs

    try:
        yield
    except theirs.ModelAPIError as error:
        raise _ours(name, error) from error
    except theirs.ContentFilterError as error:
        raise LlmRefusedRequest(f"{name} refused to answer: its filter found something.") from error
    except httpx2.TimeoutException as error:
        raise LlmTookTooLong(f"{name} paused for too long.") from error
    except (theirs.UnexpectedModelBehavior, httpx2.TransportError) as error:
        raise LlmUnavailable(f"{name} broke off, or answered what cannot be read.") from error
    except theirs.UserError as error:
        raise LlmRefusedRequest(f"{name} cannot do what was asked of it.") from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # what the library makes of garbage
        raise LlmUnavailable(f"{name} answered what cannot be read.") from error


def _ours(name: str, error: Any) -> ModelyardError:
    """Return our error for what the library reports of a request."""
    from pydantic_ai import exceptions as theirs

    if (cause := _cause(error)) is not None:
        return cause
    status = getattr(error, "status_code", None) or getattr(error.__cause__, "status_code", None)
    match error:
        case theirs.ModelAuthenticationError():
            return LlmRefusedKey(f"The provider of {name} does not accept the key.")
        case theirs.ModelQuotaExceededError():
            return LlmRefusedRequest(
                f"The quota or the credit of the key for {name} is used up.",
                hint="Look at the provider's billing page.",
            )
        case theirs.ModelRateLimitError():
            return LlmBusy(f"{name} has no room for more requests now.", retry_after_seconds=error.retry_after)
        case theirs.ModelContextWindowExceededError():
            return LlmTooLong(f"The request is longer than {name} can read.")
        case theirs.ModelNotFoundError():
            return LlmRefusedRequest(f"There is no {name} at this address.", hint="Check its name and the address.")
        case theirs.ModelTimeoutError():
            return LlmTookTooLong(f"{name} did not answer in time.")
        case theirs.ModelConnectionError() if error.phase == "read":
            return LlmUnavailable(f"{name} broke off the connection.")
        case theirs.ModelConnectionError():
            return LlmUnavailable(f"{name} cannot be reached, or does not answer.", hint=_REACH)
        case theirs.ModelRequestRejectedError() if status == 403:
            return LlmRefusedKey(f"The key may not use {name}.")
        case theirs.ModelRequestRejectedError() if _is_too_long(error):
            return LlmTooLong(f"The request is longer than {name} can read.")
        case theirs.ModelRequestRejectedError():
            return LlmRefusedRequest(f"{name} refused the request (status {status}).")
    if status is not None and 300 <= status < 400:
        return LlmRefusedRequest(f"The address of {name} redirects elsewhere.", hint="Enter the address it leads to.")
    return LlmUnavailable(f"{name} failed" + (f" (status {status})." if status else "."))


def _is_too_long(error: Any) -> bool:
    """Say whether a server means that: llama.cpp, vLLM and TGI have words of their own for it."""
    told = f"{error.provider_error_type} {error.provider_error_code} {error.body}".lower()
    return any(words in told for words in _TOO_LONG)


def _cause(error: BaseException | None) -> ModelyardError | None:
    """Return an error of ours that the library wrapped, such as that of an address that may not be asked."""
    for _ in range(8):
        if error is None or isinstance(error, ModelyardError):
            return error
        error = error.__cause__ or error.__context__
    return None


@cache
def _without_warnings() -> None:
    """Let the library leave out in silence what an LLM does not take: one that reasons has no temperature."""
    from pydantic_ai.exceptions import UnsupportedSettingWarning

    warnings.filterwarnings("ignore", category=UnsupportedSettingWarning)
    warnings.filterwarnings("ignore", message="Sampling parameters", category=UserWarning)


def _messages(messages: Sequence[Message]) -> list["ModelMessage"]:
    from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, TextPart, UserPromptPart

    found: list[ModelMessage] = []
    for message in messages:
        if message.role == "assistant":
            found.append(ModelResponse(parts=[TextPart(message.text)]))
        else:
            part = SystemPromptPart if message.role == "system" else UserPromptPart
            found.append(ModelRequest(parts=[part(message.text)]))
    return found


def _parameters(wish: Wish) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    tools = [
        ToolDefinition(name=tool.name, description=tool.description, parameters_json_schema=tool.parameters)
        for tool in wish.tools
    ]
    if wish.schema is None:
        return ModelRequestParameters(function_tools=tools)
    asked = OutputObjectDefinition(json_schema=wish.schema, name=wish.schema.get("title", "answer"))
    return ModelRequestParameters(function_tools=tools, output_mode="native", output_object=asked)


def _arguments(given: Any, name: str) -> dict[str, Any]:
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        found = None
    if not isinstance(found, dict) and given:
        raise LlmUnavailable(f"{name} asked for a tool in a way that cannot be read.")
    return found or {}


def _usage(usage: "RequestUsage") -> Usage:
    return Usage(usage.input_tokens or 0, usage.output_tokens or 0)
