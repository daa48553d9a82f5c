"""How many examples a property is tried with: a quarter in `make test`, all in `make test-long`."""

import os

SHARE = 1.0 if os.environ.get("EXAMPLES") == "all" else 0.25
LEAST = 6


def examples(n: int) -> int:
    """Return how many of the `n` examples that a property deserves are tried now."""
    return min(n, max(LEAST, round(n * SHARE)))
