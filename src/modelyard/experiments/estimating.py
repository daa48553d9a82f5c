"""What an experiment would take, said before it starts; nobody is asked."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from modelyard.experiments.configurations import Configuration, frozen_configurations
from modelyard.experiments.counting import FAILED
from modelyard.experiments.document import ExperimentDocument
from modelyard.experiments.ownership import visible_attempts
from modelyard.experiments.sample import Sample
from modelyard.experiments.sampling.choosing import samples_of
from modelyard.experiments.schemas import ConfigurationEstimate, EstimateOut
from modelyard.experiments.tables import Attempt, ExperimentAnswer
from modelyard.experiments.verbs import parse_document
from modelyard.kernel.context import Context
from modelyard.llm.prices import estimated_tokens

N_LOOKED_AT = 200
"""Samples whose prompts are written to estimate the others'."""
PASSAGE_TOKENS = 250
"""About a chunk of a collection."""
N_EARLIER_ATTEMPTS = 20


def estimate(ctx: Context, stated: dict[str, Any]) -> EstimateOut:
    """Return what a document would take; raise Invalid for what could not start."""
    ctx.require("experiments:read")
    document = parse_document(stated)
    configurations = frozen_configurations(ctx, document)
    found = samples_of(ctx, document.samples, most=N_LOOKED_AT)
    n = found.n
    rows = [_of_one(ctx, each, found.samples, n * document.repeats) for each in configurations]
    unknown = sorted({each.llm.name for each in configurations if each.llm.prices is None})
    typical = [each.usd_typical for each in rows]
    known = sum(each.usd_most or 0.0 for each in rows)
    return EstimateOut(
        n_samples=n,
        n_configurations=len(rows),
        n_answers=n * len(rows) * document.repeats,
        n_requests=sum(each.n_requests for each in rows),
        n_input_tokens=sum(each.n_input_tokens for each in rows),
        n_output_tokens_most=sum(each.n_output_tokens_most for each in rows),
        usd_most=None if unknown else known,
        usd_known_most=known,
        usd_typical=None if None in typical else sum(each or 0.0 for each in typical),
        unknown_prices=unknown,
        notes=[*found.notes, *_notes(document, configurations, unknown)],
        configurations=rows,
    )


def _of_one(
    ctx: Context, configuration: Configuration, samples: Sequence[Sample], n_answers: int
) -> ConfigurationEstimate:
    strategy, llm = configuration.parsed_strategy, configuration.llm
    passages = PASSAGE_TOKENS * int(getattr(strategy, "k", 0)) if strategy.retriever is not None else 0
    asked = [sum(estimated_tokens(each.text) for each in strategy.prompt_for_estimate(sample)) for sample in samples]
    n_requests = n_answers * strategy.n_requests_of()
    n_input = round(n_requests * (sum(asked) / max(1, len(asked)) + passages))
    n_most = n_requests * configuration.max_tokens
    each_answer = _earlier_output_tokens(ctx, llm.id, configuration.strategy["kind"])
    n_typical = None if each_answer is None else min(n_most, round(n_answers * each_answer))
    return ConfigurationEstimate(
        name=configuration.name,
        llm=llm.name,
        is_scripted=llm.is_scripted,
        takes_seed=llm.takes_seed,
        n_requests=n_requests,
        n_input_tokens=n_input,
        n_output_tokens_most=n_most,
        n_output_tokens_typical=n_typical,
        usd_most=llm.cost_usd(n_input, n_most),
        usd_typical=None if n_typical is None else llm.cost_usd(n_input, n_typical),
    )


def _earlier_output_tokens(ctx: Context, llm_id: str, strategy_kind: str) -> float | None:
    """Return how long this LLM's answers to this kind of strategy were in the latest attempt that has any."""
    recent = visible_attempts(ctx).where(Attempt.n_done > 0).order_by(Attempt.id.desc()).limit(N_EARLIER_ATTEMPTS)
    for attempt in ctx.session.scalars(recent):
        same = [
            place
            for place, each in enumerate(attempt.configurations)
            if each["llm"]["id"] == llm_id and each["strategy"]["kind"] == strategy_kind
        ]
        answers = ExperimentAnswer
        mine = (answers.attempt_id == attempt.id, answers.configuration.in_(same), answers.ended != FAILED)
        if same and (mean := ctx.session.scalar(select(func.avg(answers.n_output_tokens)).where(*mine))) is not None:
            return float(mean)
    return None


def _notes(document: ExperimentDocument, configurations: list[Configuration], unknown: list[str]) -> list[str]:
    said = []
    if unknown:
        said.append(f"Nobody knows what {', '.join(unknown)} costs: state prices with the LLM to see the sum.")
    if any(each.seed is not None for each in configurations):
        llms = [each.llm for each in configurations]
        deaf = sorted({each.name for each in llms if not each.takes_seed and not each.is_scripted})
        if deaf:
            said.append(f"{', '.join(deaf)} takes no seed: answers to the same question may differ.")
    scripted = sorted({each.llm.name for each in configurations if each.llm.is_scripted})
    if scripted:
        said.append(f"The answers of {', '.join(scripted)} are scripted.")
    judging = [label for label, scorer in document.parsed_scorers if scorer.llm]
    if judging:
        said.append(f"{', '.join(judging)} asks an LLM about each answer, which comes on top.")
    return said
