"""Find what a code base would really deploy."""

from typing import TYPE_CHECKING

from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.render import render_deployables
from modelyard.deploy.project.vercel import vercel_deployables

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project


def deployables_of(project: "Project") -> tuple[Deployable, ...]:
    """Return what each platform would get, the declared ones first."""
    return (*render_deployables(project), *vercel_deployables(project))
