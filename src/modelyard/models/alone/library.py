"""The part of this package that a model needs to predict, as files below `lib`."""

from modelyard.endpoints.alone import code
from modelyard.models.alone.needs import modules

_FAMILIES = {"engine": "modelyard.models.engine:Engine", "node": "modelyard.workflows.node:Node"}
_KINDS = {"engines": "modelyard.models.engines", "nodes": "modelyard.workflows.nodes"}


def library(*entrances: str) -> dict[str, str]:
    """Return the part of this package that predicts, with the metadata by which it finds its kinds.

    `entrances` are modules that are started beside it.
    """
    return code.library(modules(*entrances), families=_FAMILIES, kinds=_KINDS)
