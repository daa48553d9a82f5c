"""The deployment checklist of one code base: names to set, steps in order, what the log says when all is well."""

from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.deploy.auditing.verdicts import NAMES
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Deployed, EnvironmentName, Platform, Report

SERVERS = {
    "uvicorn": "Uvicorn running on http://0.0.0.0:{port}",
    "gunicorn": "Listening at: http://0.0.0.0:{port}",
    "hypercorn": "Running on http://0.0.0.0:{port}",
    "next": "Ready in",
}
"""What servers say when they listen."""
ORDER: tuple[Platform, ...] = ("hf", "render", "vercel")
"""APIs before pages: pages are built with the API's address."""


@dataclass(frozen=True)
class PlatformPlan:
    """The steps on one platform."""

    platform: str
    steps: tuple[str, ...]
    expect: tuple[str, ...]
    """Lines to look for in its log."""


@dataclass(frozen=True)
class Checklist:
    """What to do to deploy this code base."""

    names: tuple[EnvironmentName, ...]
    """Secrets first, required ones before others, by platform."""
    plans: tuple[PlatformPlan, ...]


def checklist(report: Report) -> Checklist:
    """Return the checklist that a report's own deployables, names and findings make."""
    kinds = {"secret": 0, "variable": 1, "build": 2}
    names = sorted(
        report.environment, key=lambda one: (ORDER.index(one.platform), kinds[one.kind], not one.required, one.name)
    )
    plans = [
        PlatformPlan(
            NAMES[platform],
            (*_before(report, platform), *_steps(platform, here), *_after(report, platform, here)),
            tuple(dict.fromkeys(line for one in here for line in _expect(one))),
        )
        for platform in ORDER
        if platform in report.platforms and (here := _living(report, platform))
    ]
    return Checklist(tuple(names), tuple(plans))


def _living(report: Report, platform: Platform) -> list[Deployed]:
    """Return what would live there: the declared ones alone where there are any."""
    here = [one for one in report.project.deployables if one.platform == platform]
    return [one for one in here if one.is_declared] or here


def _before(report: Report, platform: Platform) -> Iterator[str]:
    grave = [one for one in report.findings if platform in one.platforms and one.severity in ("critical", "error")]
    if grave:
        rules = ", ".join(dict.fromkeys(one.rule for one in grave))
        yield f"Mend what is critical or an error first: {rules}."


def _steps(platform: Platform, here: list[Deployed]) -> Iterator[str]:
    if platform == "render":
        yield from _render_steps(here)
        return
    for one in here:
        folder = one.root or "the top folder"
        if platform == "hf":
            yield from _space_steps(one, folder)
        else:
            yield f"Import the repository as a project with {folder} as its root directory ({one.name})."


def _space_steps(one: Deployed, folder: str) -> Iterator[str]:
    plan = fact("hf_compute_space_needs_plan")
    if one.shape in ("docker", "gradio", "streamlit"):
        since = getattr(plan, "since", plan.read)
        yield (
            f"Open a {one.shape.capitalize()} Space for {one.name}, or take one that exists: to make one needs a "
            f"paid plan since {since} ({plan.source}, read {plan.read})."
        )
    else:
        yield f"Open a static Space for {one.name}: it is free."
    staged = f" as {one.manifest} says" if one.manifest else ""
    yield f"Send {folder} to the Space{staged}; its README.md must begin with the front matter."


def _render_steps(here: list[Deployed]) -> Iterator[str]:
    for blueprint in dict.fromkeys(one.manifest.rpartition(":")[0] for one in here if one.manifest):
        names = ", ".join(one.name for one in here if one.manifest.startswith(f"{blueprint}:"))
        yield f"New → Blueprint, from the repository: {blueprint} declares {names}."
    for one in here:
        if not one.manifest:
            folder = one.root or "the top folder"
            yield f"New → Web Service from the repository with {folder} as its root directory, plan free ({one.name})."


def _after(report: Report, platform: Platform, here: list[Deployed]) -> Iterator[str]:
    names = [one for one in report.environment if one.platform == platform]
    for kind, said in (
        ("secret", "Set these as secrets, with values of your own"),
        ("variable", "Set these as variables"),
        ("build", "Set these before the first build, and build again when one changes"),
    ):
        wanted = ", ".join(
            dict.fromkeys(one.name for one in names if one.kind == kind and (one.required or kind == "build"))
        )
        if wanted:
            yield f"{said}: {wanted}."
    optional = ", ".join(dict.fromkeys(one.name for one in names if not one.required and one.kind != "build"))
    if optional:
        yield f"Not needed to start, each with a default in the code: {optional}."
    if any(one.runs_migrations for one in here):
        yield "Watch the first start: migrations run before the server listens."
    if platform == "vercel":
        yield "Open a page and look at its requests: they go to the API's address, not to localhost."
    else:
        yield "Open the address, wait until it answers, then sign in and use it once."
        yield "Restart it and look whether what you wrote is still there."


def _expect(one: Deployed) -> Iterator[str]:
    if one.runs_migrations:
        yield "Running upgrade … -> … (alembic), or nothing when the database is at its head"
    server = next((server for server in SERVERS if server in one.command.split("/")[-1].split(" ")[0]), None)
    port = str(one.port) if one.port else f"${one.port_from}" if one.port_from else "…"
    if server:
        yield SERVERS[server].format(port=port)
        if server == "uvicorn":
            yield "Application startup complete."
    elif one.shape == "gradio":
        yield "Running on local URL:  http://0.0.0.0:7860"
