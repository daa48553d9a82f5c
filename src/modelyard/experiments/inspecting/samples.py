"""Samples of a log as samples and answers of an attempt. Everything here takes plain values and needs no Inspect."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from modelyard.experiments.answer_details import plain
from modelyard.experiments.counting import FAILED
from modelyard.experiments.inspecting.scores import scores_of
from modelyard.experiments.strategy import TraceStep
from modelyard.llm.provider import Message, Role

LONGEST_ID = 200
LONGEST_GROUP = 200
MOST_LETTERS = 2_000_000
"""Of one text: an answer that is longer is kept up to here and counts as cut."""
CUT = frozenset({"max_tokens", "model_length"})
ROLES: Mapping[str, Role] = {"system": "system", "assistant": "assistant"}
"""What is neither was said to the LLM: by the user, or by a tool."""
ERROR_KIND = "error in Inspect"


@dataclass(frozen=True)
class Spent:
    """What some requests took."""

    n_input_tokens: int = 0
    n_output_tokens: int = 0
    cost_usd: float | None = None
    """None: the log does not say."""


@dataclass(frozen=True)
class Taken:
    """What a sample of a log comes to."""

    sample: dict[str, Any]
    """Columns of `ExperimentSample` but its place."""
    repeat: int
    """From 0: the epoch."""
    answer: dict[str, Any]
    """Columns of `ExperimentAnswer` but those that say where it stands."""
    scoring: Spent = field(default_factory=Spent)
    """What other models took than the one that answered: those that graded."""


def taken(stated: Mapping[str, Any], *, model: str, group_by: str, at: datetime) -> Taken:
    """Return what a sample comes to.

    `model` is the one that was asked; `group_by` the metadata that says the sample's group; `at` stands in for the
    time when the log does not say one.
    """
    usage = {name: _spent(each) for name, each in (stated.get("model_usage") or {}).items()}
    answering = usage.pop(model, None)
    if answering is None and len(usage) == 1:
        answering = usage.popitem()[1]  # under another name, such as that of a role
    return Taken(
        sample=_sample(stated, group_by),
        repeat=max(0, int(stated["epoch"]) - 1),
        answer=_answer(stated, answering or Spent(), at),
        scoring=_sum(usage.values()),
    )


def kept_id(sample_id: Any) -> str:
    """Return an id as it can be kept: one that is too long ends in its hash."""
    said = str(plain(str(sample_id)))
    if len(said) <= LONGEST_ID:
        return said
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    return f"{said[: LONGEST_ID - len(digest) - 1]}-{digest}"


def text_of(content: Any) -> str:
    """Return the text of a message: as it is, or the texts among its parts, with what is no text named in brackets."""
    if isinstance(content, str):
        return content
    parts = [part for part in content or () if isinstance(part, Mapping)]
    told = [part["text"] if part.get("type") == "text" else f"[{part.get('type')}]" for part in parts]
    return "\n".join(each for each in told if each != "[reasoning]")


def _sample(stated: Mapping[str, Any], group_by: str) -> dict[str, Any]:
    target, metadata = stated.get("target"), stated.get("metadata") or {}
    answers = [target] if isinstance(target, str) else [str(each) for each in target or ()]
    group = metadata.get(group_by)
    rest = {
        "aliases": answers[1:],
        "choices": [str(each) for each in stated.get("choices") or ()],
        "context": metadata["context"] if isinstance(metadata.get("context"), str) else None,
    }
    columns = {
        "sample_id": kept_id(stated["id"]),
        "question": _shortened(_question(stated["input"])),
        "answer": _shortened(answers[0]) if answers and answers[0] else None,
        "group": str(group)[:LONGEST_GROUP] if isinstance(group, str | int | float) else None,
        "rest": {name: each for name, each in rest.items() if each},
    }
    return plain(columns)  # type: ignore[no-any-return]


def _question(stated: Any) -> str:
    """Return what was asked: the text, or of a conversation what the user says in it."""
    if isinstance(stated, str):
        return stated
    said = [each for each in stated if each["role"] != "system"] or list(stated)
    if len(said) == 1:
        return text_of(said[0]["content"])
    return "\n\n".join(f"{each['role']}: {text_of(each['content'])}" for each in said)


def _answer(stated: Mapping[str, Any], spent: Spent, at: datetime) -> dict[str, Any]:
    error, output = stated.get("error"), stated.get("output") or {}
    choices, scores = output.get("choices") or [], stated.get("scores") or {}
    text = output.get("completion") or (text_of(choices[0]["message"]["content"]) if choices else "")
    parsed = next((each["answer"] for each in scores.values() if each.get("answer")), text)
    is_cut = bool(choices and choices[0].get("stop_reason") in CUT) or len(text) > MOST_LETTERS
    messages = stated.get("messages") or []
    columns = {
        "text": "" if error else _shortened(text),
        "parsed": "" if error else _shortened(parsed),
        "ended": _ended(stated, text),
        "error_kind": ERROR_KIND if error else None,
        "error": str(error["message"])[:2000] if error else None,
        "seconds": _seconds(stated),
        "n_requests": sum(each["role"] == "assistant" for each in messages),
        "n_input_tokens": spent.n_input_tokens,
        "n_output_tokens": spent.n_output_tokens,
        "is_estimated": False,
        "cost_usd": spent.cost_usd,
        "scores": {} if error else scores_of(scores),
        "details": _details(messages, is_cut=is_cut),
    }
    return {**plain(columns), "created_at": _moment(stated.get("completed_at")) or at}


def _ended(stated: Mapping[str, Any], text: str) -> str:
    if stated.get("error"):
        return FAILED
    if stated.get("limit"):
        return "step_limit"
    return "answer" if text.strip() else "no_answer"


def _details(messages: Sequence[Mapping[str, Any]], *, is_cut: bool) -> dict[str, Any]:
    asked = next((place for place, each in enumerate(messages) if each["role"] == "assistant"), len(messages))
    prompt = [
        Message(ROLES.get(each["role"], "user"), _shortened(text_of(each["content"]))) for each in messages[:asked]
    ]
    trace = _trace(messages[asked:])
    parts = {"is_cut": is_cut, "prompt": [asdict(each) for each in prompt], "trace": [asdict(each) for each in trace]}
    return {name: each for name, each in parts.items() if each}


def _trace(messages: Sequence[Mapping[str, Any]]) -> list[TraceStep]:
    """Return the steps of an agent; none where no tool was asked."""
    observed = {each.get("tool_call_id"): each for each in messages if each["role"] == "tool"}
    steps = []
    for each in messages:
        calls = (each.get("tool_calls") or []) if each["role"] == "assistant" else []
        for place, call in enumerate(calls):
            said = observed.get(call.get("id"), {})
            error = said.get("error") or {}
            steps.append(
                TraceStep(
                    thought=_shortened(text_of(each["content"])) if place == 0 else "",
                    tool=call.get("function"),
                    arguments=call.get("arguments"),
                    observation=_shortened(text_of(said.get("content", ""))) or None,
                    error=error.get("message"),
                )
            )
    return steps


def _spent(usage: Mapping[str, Any]) -> Spent:
    cached = (usage.get("input_tokens_cache_write") or 0) + (usage.get("input_tokens_cache_read") or 0)
    n_input = (usage.get("input_tokens") or 0) + cached
    return Spent(max(0, n_input), max(0, usage.get("output_tokens") or 0), usage.get("total_cost"))


def _sum(several: Any) -> Spent:
    spent = list(several)
    costs = [each.cost_usd for each in spent if each.cost_usd is not None]
    n_input, n_output = sum(each.n_input_tokens for each in spent), sum(each.n_output_tokens for each in spent)
    return Spent(n_input, n_output, sum(costs) if costs else None)


def _seconds(stated: Mapping[str, Any]) -> float:
    took = stated.get("working_time")
    took = stated.get("total_time") if took is None else took
    return max(0.0, float(took or 0.0))


def _moment(stated: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(stated))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS]
