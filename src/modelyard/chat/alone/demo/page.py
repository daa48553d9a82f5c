"""The page of a collection in Gradio: questions in, answers with the words that they cite out, as they come."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from modelyard.chat.alone.demo.conversation import Conversations, Turns, shown_turns
from modelyard.chat.alone.service.collection import ServedCollection
from modelyard.chat.answering.asked import LONGEST_QUESTION
from modelyard.endpoints.alone.gradio_page import heading, sentence_of, stay_offline
from modelyard.endpoints.alone.visitors import CALLS_PER_MINUTE, PerMinute
from modelyard.kernel.errors import ModelyardError

if TYPE_CHECKING:
    import gradio as gr

AT_ONCE = 8
"""Answers that come at the same time; Gradio lets one at a time unless told."""


def build_page(served: ServedCollection, *, calls_per_minute: int = CALLS_PER_MINUTE) -> "gr.Blocks":
    """Return the page; nothing in it asks another host for anything but the LLM that the environment names."""
    stay_offline()
    import gradio as gr

    conversations = Conversations(served, PerMinute(calls_per_minute))

    async def answer(
        question: str, shown: list[Any], turns: Turns, request: gr.Request
    ) -> AsyncGenerator[tuple[str, Turns], None]:
        async for each in conversations.shown(question, shown_turns(turns, shown), visitor=_host(request)):
            yield each

    async def call(question: str, history: list[dict[str, Any]], request: gr.Request) -> dict[str, Any]:
        """Answer one question; `history` holds earlier turns as objects with question, answer and headings."""
        try:
            return await conversations.document(question, history, visitor=_host(request))
        except ModelyardError as error:
            raise gr.Error(sentence_of(error)) from error

    page: gr.Blocks = gr.Blocks(title=served.about.name, analytics_enabled=False, fill_height=True)
    with page:
        gr.HTML(heading(served.about.name, _told_of(served)))
        turns = gr.State([])
        gr.ChatInterface(
            answer,
            chatbot=gr.Chatbot(latex_delimiters=[], buttons=["copy"], show_label=False, scale=1),
            textbox=gr.Textbox(
                placeholder="Ask something",
                label="Question",
                container=False,
                submit_btn="Ask",
                max_length=LONGEST_QUESTION,
            ),
            additional_inputs=[turns],
            additional_outputs=[turns],
            flagging_mode="never",
            concurrency_limit=AT_ONCE,
            api_visibility="private",
        )
        gr.api(call, api_name="call", concurrency_limit=AT_ONCE)  # type: ignore[attr-defined]
    return page


def _host(request: "gr.Request") -> str:
    return request.client.host if request.client else ""


def _told_of(served: ServedCollection) -> str:
    n, llm = served.about.n_documents, served.about.llm
    how = f"written by {llm} from what they say" if llm else "their own words"
    asked = "the document" if n == 1 else f"{n:,} documents"
    return f"Ask {asked}: answers are {how}, and cite where it stands. Nothing is kept of what is asked."
