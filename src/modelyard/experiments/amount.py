"""Tokens and money together, as attempts are counted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """Tokens and money; a price that nobody knows counts as 0."""

    n_input_tokens: int = 0
    n_output_tokens: int = 0
    usd: float = 0.0

    @property
    def n_tokens(self) -> int:
        """Return input and output together."""
        return self.n_input_tokens + self.n_output_tokens

    def __add__(self, other: "Amount") -> "Amount":
        return self._with(other, 1)

    def __sub__(self, other: "Amount") -> "Amount":
        return self._with(other, -1)

    def _with(self, other: "Amount", sign: int) -> "Amount":
        return Amount(
            self.n_input_tokens + sign * other.n_input_tokens,
            self.n_output_tokens + sign * other.n_output_tokens,
            self.usd + sign * other.usd,
        )
