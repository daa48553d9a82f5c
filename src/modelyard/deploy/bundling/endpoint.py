"""One endpoint as what a bundle ships: what it serves packs itself, with an API and a page of its own."""

import re
import sys

from modelyard.deploy.bundling.pins import NEVER_CALLED, pins
from modelyard.deploy.subject import Subject, Variable
from modelyard.endpoints.servable import Door, Servable
from modelyard.endpoints.verbs import find_endpoint
from modelyard.kernel.context import Context
from modelyard.kernel.kinds import family

FOLDER = "service"
ORIGINS = Variable(
    "ALLOWED_ORIGINS",
    "variable",
    is_required=False,
    meaning="Origins of other sites whose pages may call it, with commas between; empty: only its own page.",
    example="https://www.example.org",
)
PER_MINUTE = Variable(
    "CALLS_PER_MINUTE",
    "variable",
    is_required=False,
    meaning="How often one visitor may call it in a minute.",
    example="60",
)


def one_endpoint(ctx: Context, named: str, *, door: Door = "api") -> Subject:
    """Return an endpoint, by id or name, as a service of its own that is reached by this door.

    Raises NotFound, and Invalid when what it serves cannot be packed.
    """
    endpoint = find_endpoint(ctx, named)
    servable: Servable = family("servable").parse(endpoint.servable)
    packed = servable.pack(
        ctx, endpoint_id=endpoint.id, name=endpoint.name, not_sure_below=endpoint.not_sure_below, door=door
    )
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    slug = re.sub(r"[^a-z0-9]+", "-", endpoint.name.lower()).strip("-")[:40].strip("-")
    return Subject(
        slug=slug or "endpoint",
        title=endpoint.name,
        summary=packed.summary,
        requirements=tuple(pins(packed.requirements, python=python, without=NEVER_CALLED, bare=packed.bare)),
        command=("python3", f"{FOLDER}/{packed.program}"),
        health_path="/health",
        files={f"{FOLDER}/{path}": content for path, content in packed.files.items()},
        environment=(*packed.environment, *((ORIGINS, PER_MINUTE) if door == "api" else ())),
        apt=packed.apt,
        notes=packed.notes,
        python=python,
    )
