"""Between the words of Inspect and ours: messages, tools, and what an LLM says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelyard.kernel.errors import Invalid
from modelyard.llm.provider import End, Finish, Message, Text, Tool, ToolCall, Usage, Wish

if TYPE_CHECKING:
    from inspect_ai.model import ChatMessage, GenerateConfig, ModelOutput
    from inspect_ai.tool import ToolChoice, ToolInfo

MAX_TOKENS = 2048
"""Of an answer, where the task does not say."""
STOPS: dict[Finish, str] = {
    "stop": "stop",
    "length": "max_tokens",
    "tool": "tool_calls",
    "filtered": "content_filter",
}


def as_messages(said: Sequence["ChatMessage"]) -> list[Message]:
    """Return a conversation as this yard's LLMs read it: texts of the user, the assistant and the system.

    What tools were asked, and what they answered, is said in words. Raises Invalid for pictures and sounds.
    """
    messages = []
    for each in said:
        if each.role == "tool":
            told = f"Error: {each.error.message}" if each.error else _text(each)
            messages.append(Message("user", f"{each.function or 'The tool'} answered: {told}"))
        elif each.role == "assistant":
            asked = [f"{call.function}({call.arguments})" for call in each.tool_calls or ()]
            messages.append(Message("assistant", "\n".join(filter(None, [_text(each), *asked]))))
        else:
            messages.append(Message("system" if each.role == "system" else "user", _text(each)))
    return messages


def as_wish(config: "GenerateConfig", tools: Sequence["ToolInfo"], choice: "ToolChoice") -> Wish:
    """Return what is wanted of an answer; where the task says nothing the temperature is 0."""
    schema = config.response_schema.json_schema.model_dump(exclude_none=True) if config.response_schema else None
    return Wish(
        max_tokens=config.max_tokens or MAX_TOKENS,
        temperature=config.temperature or 0.0,
        tools=() if choice == "none" else tuple(_tool(each) for each in tools),
        schema=schema,
        seed=config.seed,
    )


def as_output(model: str, pieces: Sequence[Text | ToolCall | End]) -> "ModelOutput":
    """Return an answer of which these pieces came, with what it took."""
    from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput
    from inspect_ai.tool import ToolCall as AskedTool

    text = "".join(each.text for each in pieces if isinstance(each, Text))
    calls = [AskedTool(each.id, each.name, each.arguments) for each in pieces if isinstance(each, ToolCall)]
    end = next((each for each in pieces if isinstance(each, End)), End("stop"))
    message = ChatMessageAssistant(content=text, tool_calls=calls or None, model=model, source="generate")
    stated: dict[str, Any] = {"message": message, "stop_reason": STOPS[end.finish]}
    return ModelOutput(model=model, choices=[ChatCompletionChoice(**stated)], usage=_usage(end.usage))


def _usage(usage: Usage) -> Any:
    from inspect_ai.model import ModelUsage

    return ModelUsage(
        input_tokens=usage.n_input_tokens,
        output_tokens=usage.n_output_tokens,
        total_tokens=usage.n_input_tokens + usage.n_output_tokens,
        total_cost=usage.cost_usd,
    )


def _tool(info: "ToolInfo") -> Tool:
    return Tool(info.name, info.description, info.parameters.model_dump(exclude_none=True))


def _text(message: "ChatMessage") -> str:
    if not isinstance(message.content, str):
        other = {part.type for part in message.content} - {"text", "reasoning"}
        if other:
            raise Invalid(f"LLMs of this yard read text: this task sends {', '.join(sorted(other))}.")
    return str(message.text)
