"""What can be done with a configuration that won: put it to use, and see what was put to use."""

from contextlib import nullcontext
from dataclasses import asdict, dataclass

from sqlalchemy import select

from modelyard.endpoints.tables import Endpoint
from modelyard.endpoints.verbs import create_endpoint, get_endpoint, serve
from modelyard.experiments.configurations import Configuration, require_unchanged
from modelyard.experiments.over_collection import OverCollection
from modelyard.experiments.promoting.chat import adopt
from modelyard.experiments.promoting.evidence import Evidence, evidence_of
from modelyard.experiments.promoting.notes import notes_for
from modelyard.experiments.recorded import require_askable
from modelyard.experiments.running.examples import Examples
from modelyard.experiments.sample import Sample
from modelyard.experiments.servable import StrategyServable
from modelyard.experiments.strategy import Strategy
from modelyard.experiments.tables import Attempt, Becomes, ExperimentPromotion, ExperimentSample
from modelyard.experiments.verbs import get_attempt
from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.ids import new_id
from modelyard.kernel.kinds import family
from modelyard.llm.retriever import Retriever


@dataclass(frozen=True)
class Promoted:
    """What a configuration became, and what its owner should know."""

    row: ExperimentPromotion
    notes: list[str]


@dataclass(frozen=True)
class Promotable:
    """What a configuration would become, and by which evidence."""

    becomes: Becomes
    collection_id: str | None
    evidence: Evidence
    notes: list[str]
    """What its owner should know."""


def preview_promotion(ctx: Context, experiment_id: str, number: int, place: int) -> Promotable:
    """Return what `promote` would do; raise what it would."""
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    require_askable(attempt.document["strategies"])
    evidence = evidence_of(ctx, attempt, place)
    frozen = Configuration.model_validate(attempt.configurations[place])
    require_unchanged(ctx, frozen)
    strategy = frozen.parsed_strategy
    _require_found(ctx, strategy)
    return Promotable(_what(strategy), _collection_of(strategy), evidence, notes_for(strategy))


def promote(
    ctx: Context,
    experiment_id: str,
    number: int,
    place: int,
    *,
    name: str | None = None,
    endpoint_id: str | None = None,
) -> Promoted:
    """Put a configuration to use with its evidence: one with RAG as its collection's chat, others as an endpoint.

    `name` is what a new endpoint is called; `endpoint_id` names one of a promotion before, which answers so from now on
    at the same address. Raises Conflict while the attempt runs or when its LLM was changed since, NotFound when the LLM
    or the collection is gone, Invalid for a collection that cannot be searched so any more and for an endpoint that is
    no strategy's.
    """
    ctx.require("experiments:write")
    attempt = get_attempt(ctx, experiment_id, number)
    require_askable(attempt.document["strategies"])
    evidence = evidence_of(ctx, attempt, place)
    frozen = Configuration.model_validate(attempt.configurations[place])
    require_unchanged(ctx, frozen)
    strategy = frozen.parsed_strategy
    _require_found(ctx, strategy)
    if isinstance(strategy, OverCollection):
        served = adopt(ctx, frozen, strategy, evidence)
    else:
        servable = _servable(ctx, attempt, frozen, evidence)
        served = _endpoint(ctx, servable, name=name or evidence.name, endpoint_id=endpoint_id).id
    row = ExperimentPromotion(
        id=new_id("xp", at=ctx.clock()),
        attempt_id=attempt.id,
        configuration=place,
        becomes=_what(strategy),
        endpoint_id=served,
        collection_id=_collection_of(strategy),
        evidence=evidence.brief,
        created_at=ctx.clock(),
    )
    ctx.session.add(row)
    ctx.session.flush()
    return Promoted(row, notes_for(strategy))


def list_promotions(ctx: Context, experiment_id: str, number: int) -> list[ExperimentPromotion]:
    """Return what configurations of an attempt were put to use, newest first."""
    ctx.require("experiments:read")
    attempt = get_attempt(ctx, experiment_id, number)
    mine = select(ExperimentPromotion).where(ExperimentPromotion.attempt_id == attempt.id)
    return list(ctx.session.scalars(mine.order_by(ExperimentPromotion.id.desc())))


def _endpoint(ctx: Context, servable: StrategyServable, *, name: str, endpoint_id: str | None) -> Endpoint:
    """Return a new endpoint before the servable, or the one named, which serves it from now on."""
    named = " ".join(name.split())[:200]
    if endpoint_id is None:
        return create_endpoint(ctx, servable, name=named, signature=servable.signature(ctx))
    there = get_endpoint(ctx, endpoint_id)
    if there.servable_kind != servable.kind_name():
        message = f"The endpoint {there.name!r} serves no strategy."
        hint = "Name one that an experiment made, or none: a new one is made."
        raise Invalid(message, hint=hint, fields=[FieldError(("endpoint_id",), message)])
    return serve(ctx, there.id, servable, name=named, signature=servable.signature(ctx))


def _servable(ctx: Context, attempt: Attempt, frozen: Configuration, evidence: Evidence) -> StrategyServable:
    first = select(ExperimentSample.question).where(ExperimentSample.attempt_id == attempt.id)
    return StrategyServable(
        experiment=attempt.experiment_id,
        configuration=frozen.model_dump(mode="json"),
        examples=tuple(asdict(each) for each in _examples(ctx, attempt, frozen.parsed_strategy)),
        allow_network=attempt.document["allow_network"],
        example=(ctx.session.scalar(first.order_by(ExperimentSample.place).limit(1)) or "")[:2_000],
        chosen_by=evidence.brief,
    )


def _examples(ctx: Context, attempt: Attempt, strategy: Strategy) -> tuple[Sample, ...]:
    """Return worked examples for whatever is asked from outside: drawn as in the experiment, from all groups."""
    if strategy.drawn_examples is None:
        return ()
    n, seed = strategy.drawn_examples
    draw = Examples(lambda: nullcontext(ctx.session), attempt.id)
    return draw(n, seed=seed, asked=Sample(id="", question=""), among="all")


def _what(strategy: Strategy) -> Becomes:
    """Return what a configuration with this strategy is promoted to: an agent that searches is no chat."""
    return "chat" if isinstance(strategy, OverCollection) else "endpoint"


def _require_found(ctx: Context, strategy: Strategy) -> None:
    """Raise NotFound or Invalid where what the strategy searches cannot be searched so now."""
    if strategy.retriever is not None:
        retriever: Retriever = family("retriever").parse(strategy.retriever)
        retriever.open(lambda: nullcontext(ctx))


def _collection_of(strategy: Strategy) -> str | None:
    return strategy.collection if isinstance(strategy, OverCollection) else None
