"""One answer in the shapes of Inspect's logs, as plain values."""

from typing import Any

from modelyard.experiments.counting import FAILED
from modelyard.experiments.tables import ExperimentAnswer, ExperimentSample

LIMITS = {"step_limit": "The strategy may take no more steps.", "loop": "The strategy asked the same thing again."}
"""How an answer ended that was stopped, and why."""


def input_of(sample: ExperimentSample) -> str:
    """Return what was asked."""
    return sample.question


def target_of(sample: ExperimentSample) -> str | list[str]:
    """Return the accepted answers; an empty text where the sample states none."""
    aliases = sample.rest.get("aliases") or []
    return [sample.answer or "", *aliases] if aliases else sample.answer or ""


def metadata_of(sample: ExperimentSample, answer: ExperimentAnswer) -> dict[str, Any]:
    """Return what Inspect has no field for."""
    stated = {
        "group": sample.group,
        "context": sample.rest.get("context"),
        "truth": sample.rest.get("truth"),
        "is_answerable": sample.rest.get("is_answerable"),
        "ended": answer.ended,
        "is_estimated": answer.is_estimated or None,
        "passages": answer.details.get("passages"),
        "votes": answer.details.get("votes"),
    }
    return {name: value for name, value in stated.items() if value is not None}


def error_of(answer: ExperimentAnswer) -> str | None:
    """Return why there is no answer; None where there is one."""
    return (answer.error or answer.error_kind or "It failed.") if answer.ended == FAILED else None


def limit_of(answer: ExperimentAnswer) -> dict[str, Any] | None:
    """Return what stopped the answer; None where it came to its own end."""
    reason = LIMITS.get(answer.ended)
    return {"type": "custom", "limit": answer.n_requests, "reason": reason} if reason else None


def as_messages(sample: ExperimentSample, answer: ExperimentAnswer, model: str) -> list[dict[str, Any]]:
    """Return the conversation: the request, an agent's steps, and the answer, last, where there is one."""
    stated = answer.details.get("prompt") or [{"role": "user", "text": sample.question}]
    trace = answer.details.get("trace") or []
    if trace:  # the last request has the steps in words, which stand in the trace as they are
        first = next((place for place, each in enumerate(stated) if each["role"] == "assistant"), len(stated))
        stated = stated[:first]
    messages = [{"role": each["role"], "content": _said(each)} for each in stated]
    for place, step in enumerate(trace):
        messages += _step(step, f"step-{place + 1}", model)
    if answer.ended != FAILED:
        messages.append({"role": "assistant", "content": answer.text, "model": model, "source": "generate"})
    return messages


def _said(message: dict[str, Any]) -> str:
    return str(message.get("text", message.get("content", "")))


def _step(step: dict[str, Any], call_id: str, model: str) -> list[dict[str, Any]]:
    thought: dict[str, Any] = {"role": "assistant", "content": step.get("thought") or "", "model": model}
    if not step.get("tool"):
        return [thought]
    thought["tool_calls"] = [{"id": call_id, "function": step["tool"], "arguments": step.get("arguments") or {}}]
    observed: dict[str, Any] = {
        **{"role": "tool", "tool_call_id": call_id, "function": step["tool"]},
        "content": step.get("observation") or "",
    }
    if step.get("error"):
        observed["error"] = {"type": "unknown", "message": step["error"]}
    return [thought, observed]
