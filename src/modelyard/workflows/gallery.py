"""Templates: workflows on the samples that ship with the product, each to learn one thing from."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from modelyard.data.verbs import add_sample
from modelyard.kernel.context import Context
from modelyard.kernel.errors import Invalid, NotFound
from modelyard.kernel.kinds import family
from modelyard.workflows.check import parse_node
from modelyard.workflows.diff import node_title
from modelyard.workflows.exchange import Exchange, read_exchange
from modelyard.workflows.exchanging import import_workflow
from modelyard.workflows.tables import Workflow

FOLDER = Path(__file__).parent / "templates"


class Template(BaseModel):
    """One entry of the gallery; its graph is a workflow file (`exchange`) beside these words."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    summary: str
    """What it does, one sentence."""
    teaches: tuple[str, ...]
    """What one learns from it, a few sentences."""
    order: int
    """Place in the gallery: easy ones first."""
    exchange: Annotated[Exchange, Field(exclude=True)]

    @property
    def samples(self) -> tuple[str, ...]:
        """Keys of the samples it reads."""
        return tuple(stamp.sample for stamp in self.exchange.datasets.values() if stamp.sample)

    @property
    def dataset_names(self) -> tuple[str, ...]:
        """Names of the samples it reads."""
        return tuple(stamp.name for stamp in self.exchange.datasets.values() if stamp.sample)

    @property
    def node_titles(self) -> tuple[str, ...]:
        """Titles of its nodes, in the order of the document."""
        return tuple(node_title(node) for node in self.exchange.graph.nodes)


@cache
def gallery() -> tuple[Template, ...]:
    """Return all templates, easy ones first."""
    return tuple(sorted(map(_read, FOLDER.glob("*.json")), key=lambda template: template.order))


def _read(path: Path) -> Template:
    document = json.loads(path.read_text(encoding="utf-8"))
    return Template(key=path.stem, exchange=read_exchange(document), name=document["name"], **document["template"])


def list_templates(ctx: Context) -> tuple[Template, ...]:
    """Return the gallery."""
    ctx.require("workflows:read")
    return gallery()


def use_template(ctx: Context, key: str) -> Workflow:
    """Make a workflow of a template; samples that are not among the actor's datasets are added and read."""
    ctx.require("workflows:write")
    template = next((each for each in gallery() if each.key == key), None)
    if template is None:
        raise NotFound(f"There is no template {key[:64]!r}.")
    if reason := missing_reason(template):
        raise Invalid(f"This template cannot run here: {reason}")
    stamps = template.exchange.datasets
    datasets = {name: add_sample(ctx, stamp.sample).id for name, stamp in stamps.items() if stamp.sample}
    return import_workflow(ctx, template.exchange.document(), datasets=datasets)


def missing_reason(template: Template) -> str | None:
    """Return why the template cannot run here (a package that is not installed), or None."""
    for document in template.exchange.graph.nodes:
        kind = family("node").get(document.kind)
        if kind is None:
            return f"The node {document.kind!r} is not known here."
        if reason := kind.unavailable_reason():
            return f"{kind.title} is {reason}"
        engine = getattr(parse_node(document), "engine", None)
        if engine is not None and (reason := type(engine).unavailable_reason()):
            return f"{type(engine).title} is {reason}"
    return None
