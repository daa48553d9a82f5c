"""The audited project: its code base, what it deploys, what is known of its code; all read at first use."""

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from modelyard.deploy.code.files import CodeBase
from modelyard.deploy.file_time import FileTime
from modelyard.deploy.finding import Platform
from modelyard.deploy.project.deployable import Deployable
from modelyard.deploy.project.shown import Shown

if TYPE_CHECKING:
    from modelyard.deploy.code.python.code import PythonCode
    from modelyard.deploy.code.python.startup import Startup
    from modelyard.deploy.code.web.code import WebCode
    from modelyard.deploy.project.blueprints import Blueprint
    from modelyard.deploy.project.databases import Use
    from modelyard.deploy.project.handlers import Handlers
    from modelyard.deploy.project.names import Names
    from modelyard.deploy.project.origins import Policy
    from modelyard.deploy.project.requirements import Requirements
    from modelyard.deploy.project.stopping import Stop


class Project:
    """What rules look at. Nothing in it is run, imported or fetched."""

    def __init__(self, code: CodeBase) -> None:
        self.file_time = FileTime()
        self.code = replace(code, files=Shown(code.files, self.file_time))

    @cached_property
    def deployables(self) -> tuple[Deployable, ...]:
        """What would really be deployed, on each platform that applies, the declared ones first."""
        from modelyard.deploy.project.resolving import deployables_of

        return deployables_of(self)

    def on(self, *platforms: Platform) -> tuple[Deployable, ...]:
        """Return what would live on these platforms."""
        return tuple(one for one in self.deployables if one.platform in platforms)

    @cached_property
    def blueprints(self) -> "tuple[Blueprint, ...]":
        """The blueprints of Render that can be read."""
        from modelyard.deploy.project.blueprints import blueprints_of

        return blueprints_of(self.code)[0]

    @cached_property
    def python(self) -> "PythonCode":
        """The Python modules, what reaches what, and what they call."""
        from modelyard.deploy.code.python.code import PythonCode, Start, import_root

        starts = [
            Start(
                path,
                one.command.chain if one.command else (),
                is_run=is_run,
                root=import_root(path, one.command.words) if one.command else None,
                target=one.entry.target if one.entry and one.entry.module == path else None,
            )
            for one in self.deployables
            for path, is_run in one.python_files
        ]
        return PythonCode(self.code, starts, self.file_time)

    def running(self, path: str) -> tuple[Deployable, ...]:
        """Return the deployables that run a Python file: those whose entry imports it, directly or not.

        Where no deployable has a Python entry, all that run a server could.
        """
        entered = [one for one in self.deployables if one.python_files]
        if not entered:
            return tuple(one for one in self.deployables if one.shape not in ("static", "node"))
        return tuple(one for one in entered if any(path in self.python.beneath(start) for start, _ in one.python_files))

    def platforms_of(self, path: str) -> "tuple[Platform, ...]":
        """Return the platforms that a Python file would run on; those with servers when nothing says more."""
        found = tuple(dict.fromkeys(one.platform for one in self.running(path)))
        return found or ("hf", "render")

    @cached_property
    def handlers(self) -> "Handlers":
        """The HTTP routes and what lies behind them."""
        from modelyard.deploy.project.handlers import Handlers

        return Handlers(self.python)

    @cached_property
    def startup(self) -> "Startup":
        """What the Python code does before the first request."""
        from modelyard.deploy.code.python.startup import Startup

        return Startup(self.python)

    @cached_property
    def stops(self) -> "tuple[Stop, ...]":
        """Where the program may refuse to start."""
        from modelyard.deploy.project.stopping import stops_of

        return stops_of(self)

    @cached_property
    def databases(self) -> "tuple[Use, ...]":
        """Each database connection on each platform that would make it."""
        from modelyard.deploy.project.databases import uses_of

        return uses_of(self)

    @cached_property
    def policies(self) -> "tuple[Policy, ...]":
        """The CORS settings of the Python code."""
        from modelyard.deploy.project.origins import read_policies

        return read_policies(self)

    @cached_property
    def web(self) -> "WebCode":
        """The front ends and their sources."""
        from modelyard.deploy.code.web.code import WebCode

        return WebCode(self.code, self.file_time)

    @cached_property
    def names(self) -> "Names":
        """Names of the environment: who reads them, who sets them."""
        from modelyard.deploy.project.names import names_of

        return names_of(self)

    def requirements(self, deployable: Deployable) -> "Requirements":
        """Return what would be installed for one Python deployable."""
        from modelyard.deploy.project.requirements import requirements_of

        return requirements_of(self, deployable)
