"""A configuration that reads a collection, as how that collection's chat answers."""

import re

from modelyard.experiments.configurations import Configuration
from modelyard.experiments.over_collection import OverCollection
from modelyard.experiments.promoting.evidence import Evidence
from modelyard.kernel.context import Context
from modelyard.kernel.kinds import family
from modelyard.llm.retriever import Adoption, Retriever

_NAME = re.compile(r"(?<!\{)\{[a-z_]+\}(?!\})")


def adopt(ctx: Context, frozen: Configuration, strategy: OverCollection, evidence: Evidence) -> str:
    """Let the collection answer so from now on; return its endpoint."""
    retriever: Retriever = family("retriever").parse(strategy.retriever)
    adoption = Adoption(
        llm_id=frozen.llm.id,
        instructions=instructions_of(strategy),
        n_passages=strategy.k,
        temperature=frozen.temperature,
        max_tokens=frozen.max_tokens,
        evidence=evidence.brief,
    )
    return retriever.adopt(ctx, adoption)


def instructions_of(strategy: OverCollection) -> str:
    """Return what a template of the owner's own says beside what is filled in; empty for the one it comes with."""
    template = str(getattr(strategy, "template", ""))
    if template.strip() == str(type(strategy).model_fields["template"].default).strip():
        return ""
    own = [line for line in template.strip().split("\n") if not _NAME.search(line)]
    said = "\n".join(own).replace("{{", "{").replace("}}", "}")
    return re.sub(r"\n{3,}", "\n\n", said).strip()[:4_000]
