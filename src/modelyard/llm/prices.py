"""What an answer cost: from a table that comes with a package, or as the owner states; never guessed."""

from dataclasses import replace

from modelyard.llm.provider import Provider, Usage

_CHARACTERS_PER_TOKEN = 4
"""What tokenizers of LLMs make of English prose; other scripts have fewer characters to a token (about 2)."""


def priced(provider: Provider, usage: Usage) -> Usage:
    """Return the usage with what it cost; `cost_usd` stays None when nobody knows the price."""
    if usage.cost_usd is not None:
        return usage
    return replace(usage, cost_usd=cost_usd(provider, usage.n_input_tokens, usage.n_output_tokens))


def cost_usd(provider: Provider, n_input_tokens: int, n_output_tokens: int) -> float | None:
    """Return what so many tokens cost at the provider: 0 on this machine, None when nobody knows."""
    stated = provider.prices
    if stated is not None:
        return (n_input_tokens * stated.usd_per_million_in + n_output_tokens * stated.usd_per_million_out) / 1e6
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    counted = Counted(input_tokens=n_input_tokens, output_tokens=n_output_tokens)
    try:
        return float(calc_price(counted, provider.name, provider_api_url=provider.address).total_price)
    except LookupError:
        return None


def told_usd(amount: float) -> str:
    """Return an amount for people: $12.50, or $0.0048 where cents would show nothing."""
    return f"${amount:,.2f}" if amount == 0 or amount >= 1 else f"${amount:.4f}"


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, for where the provider does not say."""
    n_ascii = sum(character.isascii() for character in text) if not text.isascii() else len(text)
    return -(-n_ascii // _CHARACTERS_PER_TOKEN) + -(-(len(text) - n_ascii) // 2)
