"""What can be done with a workflow's saves: name one, compare two, go back to one."""

from modelyard.kernel.context import Context
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.workflows.diff import GraphDiff, compare
from modelyard.workflows.graph import Graph
from modelyard.workflows.ownership import find_version, find_workflow
from modelyard.workflows.tables import Workflow, WorkflowVersion
from modelyard.workflows.verbs import save_workflow

MAX_LABEL_LENGTH = 100


def label_version(ctx: Context, workflow_id: str, number: int, label: str | None) -> WorkflowVersion:
    """Give a save a name to find it by, or take the name away; the save itself does not change."""
    ctx.require("workflows:write")
    version = find_version(ctx, workflow_id, number)
    cleaned = " ".join((label or "").split())
    if len(cleaned) > MAX_LABEL_LENGTH:
        message = f"A version's name has at most {MAX_LABEL_LENGTH} characters."
        raise Invalid(message, fields=[FieldError(("label",), message)])
    version.label = "".join(character for character in cleaned if character.isprintable()) or None
    ctx.session.flush()
    return version


def compare_versions(ctx: Context, workflow_id: str, before: int, after: int) -> GraphDiff:
    """Return what changed from one save to another."""
    ctx.require("workflows:read")
    old, new = (find_version(ctx, workflow_id, number) for number in (before, after))
    return compare(Graph.read(old.graph), Graph.read(new.graph))


def restore_version(ctx: Context, workflow_id: str, number: int, *, version: int) -> Workflow:
    """Save an earlier graph as the newest version; every save in between is kept.

    `version` is the one on the caller's screen: raise StaleWorkflow when somebody saved meanwhile.
    """
    ctx.require("workflows:write")
    wanted = find_version(ctx, workflow_id, number)
    name = find_workflow(ctx, workflow_id).name
    workflow = save_workflow(ctx, workflow_id, name=name, graph=Graph.read(wanted.graph), version=version)
    if workflow.version != version:
        label_version(ctx, workflow_id, workflow.version, f"Version {number} restored")
    return workflow
