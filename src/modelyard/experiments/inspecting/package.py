"""Whether Inspect is installed here: it is an extra, as large as all the rest."""

from importlib.util import find_spec

from modelyard.kernel.errors import Conflict

MODULE = "inspect_ai"
NOT_INSTALLED = "not installed: pip install 'modelyard[inspect]'"


def inspect_unavailable() -> str | None:
    """Return why Inspect's logs can be neither read nor written here; None: they can."""
    return None if find_spec(MODULE) else NOT_INSTALLED


def require_inspect() -> None:
    """Raise Conflict where Inspect is not installed."""
    if inspect_unavailable():
        raise Conflict("Inspect is not installed on this server.", hint="pip install 'modelyard[inspect]'")
