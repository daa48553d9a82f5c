"""HF002: front matter of a Space that is invalid, or says what has no effect."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from modelyard.deploy.code.changes import line_replaced, present, removed
from modelyard.deploy.facts import fact
from modelyard.deploy.finding import Edit, Fix, FixKind, Platform, Severity
from modelyard.deploy.project.front_matter import FrontMatter
from modelyard.deploy.project.project import Project
from modelyard.deploy.rule import Rule, Said

OF_PROGRAMS = ("app_file", "sdk_version", "python_version")
COLORS = ("colorFrom", "colorTo")
Fault = tuple[str, str, str, str | None]
"""The key, what is wrong, what to do, and the line that replaces it: `""` takes it away, None leaves it to a person."""


class HF002(Rule):
    """Front matter of a Space is invalid, or says what has no effect.

    **What it does.** Checks the values in the README's block: the SDK, the two colours, `app_port`, `custom_headers`,
    `hf_oauth_expiration_minutes`, and keys that the chosen SDK ignores.

    **Why it matters.** Some faults stop the push (a colour that does not exist), some change nothing while looking as
    if they did (`app_file` with Docker, `suggested_storage` since the storage tiers are gone).

    **How to fix.** Rewrite or remove the key, as the finding says.

    **Limits.** Unknown keys are left alone: the Hub ignores them.
    """

    kind: Literal["HF002"] = "HF002"
    title: ClassVar[str] = "Space front matter invalid or useless"
    group: ClassVar[str] = "Spaces"
    icon: ClassVar[str] = "file-text"
    severity: ClassVar[Severity] = "warning"
    platforms: ClassVar[tuple[Platform, ...]] = ("hf",)
    fix_kind: ClassVar[FixKind] = "suggested"
    facts: ClassVar[tuple[str, ...]] = (
        "hf_sdks",
        "hf_colors",
        "hf_headers",
        "hf_sign_in_minutes",
        "hf_storage_tiers_gone",
    )

    def check(self, project: Project) -> Iterator[Said]:
        """Yield one finding per key that is wrong."""
        for one in project.on("hf"):
            matter = one.front_matter
            if matter is None:
                continue
            faults = list(_faults(matter))
            for key, message, advice, line in faults:
                edits = _edits(matter, key, line)
                fix = Fix(kind="suggested" if edits else "none", text=advice, edits=edits)
                yield self.finding(matter.at(key), message, fix=fix)
            if not faults:
                yield self.passed(matter.span, f"the front matter of {one.name} is valid")


def _faults(matter: FrontMatter) -> Iterator[Fault]:
    keys = matter.keys
    sdk = str(keys.get("sdk") or "")
    sdks = fact("hf_sdks").value
    if sdk == "streamlit":
        advice = "Use sdk: docker with a Dockerfile that runs `streamlit run`, or rewrite the page with Gradio."
        yield "sdk", "The streamlit SDK was withdrawn on 2025-04-30: no new Space can use it.", advice, None
    elif sdk and sdk not in sdks:
        yield "sdk", f"There is no sdk {sdk!r}.", f"Use one of {', '.join(sdks)}.", None
    if sdk == "docker":
        for key in (key for key in OF_PROGRAMS if key in keys):
            yield key, f"{key} has no effect in a Docker Space: the Dockerfile decides.", f"Remove {key}.", ""
    elif "app_port" in keys and sdk in ("gradio", "static"):
        yield "app_port", f"app_port has no effect with sdk: {sdk}.", "Remove app_port.", ""
    if "suggested_storage" in keys:
        message = "suggested_storage has no effect any more: the storage tiers are gone."
        yield "suggested_storage", message, "Remove it; keep data in a database, or mount a bucket.", ""
    yield from _values(keys)


def _values(keys: dict[str, object]) -> Iterator[Fault]:
    colors = fact("hf_colors").value
    for key in COLORS:
        value = keys.get(key)
        if value is not None and str(value) not in colors:
            close = str(value).lower() if str(value).lower() in colors else "blue"
            advice = f"Use one of {', '.join(colors)}."
            yield key, f"{key} {str(value)[:40]!r} is none of the eight colours of Spaces.", advice, f"{key}: {close}"
    port = keys.get("app_port")
    if port is not None and not (str(port).isdecimal() and 0 < int(str(port)) < 65_536):
        yield "app_port", f"app_port {str(port)[:40]!r} is no port.", "Give the port that the process listens on.", None
    minutes = keys.get("hf_oauth_expiration_minutes")
    most = fact("hf_sign_in_minutes").value
    if isinstance(minutes, int) and minutes > most:
        message = f"hf_oauth_expiration_minutes is {minutes}; the most is {most}."
        line = f"hf_oauth_expiration_minutes: {most}"
        yield "hf_oauth_expiration_minutes", message, f"Use {most} or less.", line
    headers = keys.get("custom_headers")
    for name in headers if isinstance(headers, dict) else ():
        if str(name) not in fact("hf_headers").value:
            message = f"custom_headers {str(name)[:60]!r} is not sent: only three names are, in lower case."
            yield "custom_headers", message, f"Spaces send {', '.join(fact('hf_headers').value)} alone.", None


def _edits(matter: FrontMatter, key: str, line: str | None) -> tuple[Edit, ...]:
    file = matter.placed.file
    number = matter.at(key).line
    if line is None or matter.end == 0 or not file.lines[number - 1].startswith(f"{key}:"):
        return ()
    return present(line_replaced(file, number, line) if line else removed(file, number))
