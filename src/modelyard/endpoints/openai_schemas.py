"""Shapes of the OpenAI-compatible door of an endpoint: what clients send, and what they expect."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from modelyard.kernel.errors import FieldError, Invalid

MAX_MESSAGES = 500


class ChatPart(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(max_length=40)
    text: str = ""


class ChatMessage(BaseModel):
    """A message; of all that are sent, the last one of the user is the question."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ChatPart] | None = None

    @property
    def text(self) -> str:
        """Return its words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream tells at its end."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class ChatCompletionIn(BaseModel):
    """A request as OpenAI's clients send it. What an LLM could be told beside is not looked at."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [{"messages": [{"role": "user"}]}]})

    messages: list[ChatMessage] = Field(min_length=1, max_length=MAX_MESSAGES)
    model: str = Field("", max_length=200)
    stream: bool = False
    stream_options: StreamOptions | None = None

    @property
    def question(self) -> str:
        """Return the last message of the user: a conversation from outside is not believed. Raises Invalid."""
        for message in reversed(self.messages):
            if message.role == "user":
                return message.text
        text = "There is no message of the user."
        raise Invalid(text, fields=[FieldError(("messages",), text)])


class ChatCompletionOut(BaseModel):
    """An answer as OpenAI's clients expect it; `citations` are ours, in the order of `[n]` in the text."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]
    citations: list[dict[str, Any]]
    abstained: bool


class ChatModelsOut(BaseModel):
    """What can be asked: this endpoint."""

    object: Literal["list"] = "list"
    data: list[dict[str, Any]]


class OpenAIFault(BaseModel):
    """What went wrong; `param` is where in the request."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorOut(BaseModel):
    """An error as OpenAI's clients read it."""

    error: OpenAIFault
