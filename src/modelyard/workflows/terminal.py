"""Workflows on the terminal: named by id or by name."""

from modelyard.kernel.context import Context
from modelyard.kernel.errors import NotFound
from modelyard.workflows.tables import Workflow
from modelyard.workflows.verbs import get_workflow, list_workflows


def named_workflow(ctx: Context, wanted: str) -> Workflow:
    """Return the workflow of that id, or the newest of that name; raise NotFound."""
    named = next((row for row in list_workflows(ctx, search=wanted, limit=200) if row.name == wanted), None)
    if named is not None:
        return named
    try:
        return get_workflow(ctx, wanted)
    except NotFound:
        raise NotFound(f"There is no workflow {wanted!r}.", hint="`modelyard workflows list` shows them.") from None
