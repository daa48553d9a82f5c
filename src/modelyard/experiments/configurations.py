"""What the rows of a comparison are made of, frozen when an attempt starts: strategy, LLM, prices, parameters."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from modelyard.experiments.document import Combination, ExperimentDocument
from modelyard.experiments.recorded import require_askable
from modelyard.experiments.strategy import Strategy
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Conflict, FieldError, Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.llm.prices import cost_usd
from modelyard.llm.provider import Provider
from modelyard.llm.tables import Llm
from modelyard.llm.verbs import find_llm, get_llm, provider_of

_MILLION = 1_000_000


class FrozenPrices(BaseModel):
    """What a million tokens cost, in USD, when the attempt started."""

    usd_per_million_in: float
    usd_per_million_out: float


class FrozenLlm(BaseModel):
    """An LLM as it was when the attempt started."""

    id: str
    name: str
    """As its owner calls it."""
    label: str
    """As the document calls it; else its name."""
    provider: str
    """Kind of the provider."""
    model: str
    """What the provider calls it."""
    prices: FrozenPrices | None
    """None: nobody knows them."""
    is_scripted: bool
    takes_seed: bool
    """Whether the provider passes the seed on; else answers to the same question may differ."""
    identity: str
    """SHA-256 of the provider with its parameters: a changed LLM is another one."""

    def cost_usd(self, n_input_tokens: int, n_output_tokens: int) -> float | None:
        """Return what so many tokens cost; None: nobody knows."""
        if self.prices is None:
            return None
        at = self.prices
        return (n_input_tokens * at.usd_per_million_in + n_output_tokens * at.usd_per_million_out) / _MILLION


class Configuration(BaseModel):
    """One row of the comparison."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Tells it from the others: strategy, LLM, and the parameters that differ."""
    label: str
    """What the strategy is called."""
    strategy: dict[str, Any]
    llm: FrozenLlm
    temperature: float
    max_tokens: int
    seed: int | None

    @property
    def parsed_strategy(self) -> Strategy:
        """Return the strategy as a kind."""
        return family("strategy").parse(self.strategy)  # type: ignore[no-any-return]


def frozen_configurations(ctx: Context, document: ExperimentDocument) -> list[Configuration]:
    """Return the configurations of a document in its order.

    Raises Invalid for LLMs that cannot be asked, Conflict for answers that were read from a log.
    """
    require_askable(document.strategies)
    labels = _llm_labels(ctx, document)
    llms = {named: freeze_llm(_answering(ctx, named, place), label) for (named, place), label in labels.items()}
    varied = _varied(document)
    places = {id(choice): place for place, choice in enumerate(document.llms)}
    frozen = []
    for each in document.combinations():
        llm = llms[each.llm.llm].model_copy(update={"label": labels[each.llm.llm, places[id(each.llm)]]})
        frozen.append(
            Configuration(
                name=" · ".join([each.strategy_label, llm.label, *_told(each, varied)]),
                label=each.strategy_label,
                strategy=each.strategy.model_dump(mode="json"),
                llm=llm,
                temperature=each.temperature,
                max_tokens=each.max_tokens,
                seed=each.seed,
            )
        )
    return frozen


def freeze_llm(row: Llm, label: str = "") -> FrozenLlm:
    """Return what an attempt keeps of an LLM; raise Invalid when its kind is not known here."""
    provider = known_provider(row)
    return FrozenLlm(
        id=row.id,
        name=row.name,
        label=label or row.name,
        provider=provider.kind_name(),
        model=provider.name,
        prices=_prices(provider),
        is_scripted=provider.is_scripted,
        takes_seed=provider.takes_seed,
        identity=identity_of(row.provider),
    )


def identity_of(provider: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a provider's document; secrets are no part of it."""
    return hashlib.sha256(json.dumps(provider, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def known_provider(row: Llm) -> Provider:
    """Return the provider of an LLM; raise Invalid when it cannot be used here."""
    provider = provider_of(row)
    if provider is None:
        raise Invalid(f"{row.name!r} is of a kind that is not known here.", hint="Install the plug-in it came with.")
    if reason := provider.unavailable_reason():
        raise Invalid(f"{row.name!r} is {reason}.")
    return provider


def require_unchanged(ctx: Context, frozen: Configuration) -> None:
    """Raise NotFound for an LLM that is gone, Conflict for one that is another than the attempt froze."""
    row = get_llm(ctx, frozen.llm.id)
    if identity_of(row.provider) != frozen.llm.identity:
        message = f"{frozen.llm.name} was changed since this attempt started."
        raise Conflict(message, hint="Start a new attempt: answers of two LLMs would be mixed otherwise.")


def _prices(provider: Provider) -> FrozenPrices | None:
    into, out = cost_usd(provider, _MILLION, 0), cost_usd(provider, 0, _MILLION)
    if into is None or out is None:
        return None
    return FrozenPrices(usd_per_million_in=into, usd_per_million_out=out)


def _answering(ctx: Context, named: str, place: int) -> Llm:
    """Return the LLM of a document; raise Invalid at its place when it is not there or gives no answers."""
    try:
        row = find_llm(ctx, named)
    except NotFound as error:
        raise _wrong(place, error.message, error.hint) from None
    if not known_provider(row).can_complete:
        raise _wrong(place, f"{row.name!r} makes embeddings and gives no answers.", "Choose an LLM that answers.")
    return row


def _wrong(place: int, message: str, hint: str | None) -> Invalid:
    return Invalid(message, hint=hint, fields=[FieldError(("llms", place, "llm"), message)])


def _llm_labels(ctx: Context, document: ExperimentDocument) -> dict[tuple[str, int], str]:
    """Return what each LLM of the document is called, each name once."""
    labels: dict[tuple[str, int], str] = {}
    taken: dict[str, int] = {}
    for place, choice in enumerate(document.llms):
        label = choice.label or _answering(ctx, choice.llm, place).name
        taken[label] = taken.get(label, 0) + 1
        labels[choice.llm, place] = label if taken[label] == 1 else f"{label} {taken[label]}"
    return labels


def _varied(document: ExperimentDocument) -> set[str]:
    grid = document.parameters
    return {name for name in ("temperature", "max_tokens", "seed") if len(getattr(grid, name)) > 1}


def _told(each: Combination, varied: set[str]) -> list[str]:
    said = {
        "temperature": f"temperature {each.temperature:g}",
        "max_tokens": f"{each.max_tokens} tokens",
        "seed": "no seed" if each.seed is None else f"seed {each.seed}",
    }
    return [words for name, words in said.items() if name in varied]
