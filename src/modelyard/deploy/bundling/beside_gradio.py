"""What a Gradio Space installs: the platform brings Gradio, and we say within which bounds that suits us."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from modelyard.deploy.bundling.pins import pins
from modelyard.kernel.errors import Refused

EXTRAS = ("oauth", "mcp")
"""With which the platform installs Gradio, whether they are used or not; `mcp` bounds pydantic below our newest."""
_OF_NUMBERS = frozenset({"numpy", "pandas"})
"""What models compute with: pinned as tried, although Gradio needs them too."""


def gradio_version() -> str:
    """Return the version of Gradio that is installed here, which a Space states; raise Refused without one."""
    try:
        return version("gradio")
    except PackageNotFoundError as error:
        raise Refused(
            "Gradio is not installed, so its version cannot be stated.", hint="pip install 'modelyard[space]'"
        ) from error


def beside_gradio(lines: Iterable[str], *, python: str) -> list[str]:
    """Return pins as a Space takes them: what Gradio needs too in our own range, or not at all when we have none.

    The platform settles them in one go with Gradio and its extras; two pins that contradict each other end the build.
    """
    gradio = [f"gradio[{','.join(EXTRAS)}]"]
    theirs = {canonicalize_name(Requirement(line).name) for line in pins(gradio, python=python)} - _OF_NUMBERS
    ours = declared()
    found = []
    for line in lines:
        name = canonicalize_name(Requirement(line).name)
        if name not in theirs:
            found.append(line)
        elif name in ours:
            found.append(f"{name}{ours[name]}")
    return found


def declared() -> dict[str, str]:
    """Return the ranges that this package itself asks for, by name."""
    wanted = [Requirement(line) for line in requires("modelyard") or []]
    return {canonicalize_name(one.name): str(one.specifier) for one in wanted if "extra" not in str(one.marker or "")}
