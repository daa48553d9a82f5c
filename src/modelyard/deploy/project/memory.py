"""How much memory each platform gives, and what the models of a project want there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelyard.deploy.code.python.coming import comes_to
from modelyard.deploy.code.python.loaders import Loader, loaders
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Platform
from modelyard.deploy.project.databases import situations
from modelyard.deploy.project.deployable import Deployable

if TYPE_CHECKING:
    from modelyard.deploy.project.project import Project

GB = 1e9
CPU_HARDWARE = ("cpu-basic", "cpu-upgrade", "")


@dataclass(frozen=True, eq=False)
class Loading:
    """One model loader on one platform."""

    loader: Loader
    platform: Platform
    deployable: Deployable | None

    @property
    def memory_bytes(self) -> float:
        """What the platform gives one container."""
        return memory_bytes(self.platform)

    @property
    def n_workers(self) -> int:
        """How many processes would each load the model."""
        entry = self.deployable.entry if self.deployable else None
        told = dict(self.deployable.environment).get("WEB_CONCURRENCY") if self.deployable else None
        by_name = int(told) if told and told.isdecimal() else 1
        return max(1, (entry.n_workers if entry else None) or by_name)


def memory_bytes(platform: Platform) -> float:
    """Return the memory of one container on a platform's free tier."""
    if platform == "render":
        return float(fact("render_free_memory").value) * 1e6
    return float(fact("hf_memory_gb" if platform == "hf" else "vercel_function_memory_gb").value) * GB


def has_gpu(deployable: Deployable | None, project: "Project") -> bool:
    """Say whether a Space asks for hardware with a GPU, or is written for ZeroGPU."""
    if deployable is None or deployable.platform != "hf":
        return False
    hardware = str((deployable.settings or {}).get("suggested_hardware", ""))
    is_zero = any(
        name == "spaces" for module in project.python.reached for name, _, _ in project.python.imports(module)
    )
    return hardware not in CPU_HARDWARE or is_zero


def loadings(project: "Project") -> Iterator[Loading]:
    """Yield each loader on each platform without a GPU that would come to it."""
    for loader in loaders(project.python):
        for platform, deployable, given in situations(project, loader.call.module.file.path):
            if has_gpu(deployable, project):
                continue
            if comes_to(project.python, loader.call.node, loader.call.module, given) is not False:
                yield Loading(loader, platform, deployable)


def by_call(found: list[Loading]) -> list[tuple[Loading, tuple[Platform, ...]]]:
    """Return the loadings of the same call as one, with all their platforms."""
    same: dict[int, list[Loading]] = {}
    for one in found:
        same.setdefault(id(one.loader.call.node), []).append(one)
    return [(each[0], tuple(dict.fromkeys(one.platform for one in each))) for each in same.values()]
