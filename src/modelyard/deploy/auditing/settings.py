"""What the audited project asks of an audit: `[tool.modelyard.audit]` of its pyproject.toml, or a file of its own."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from modelyard.deploy.code.files import CodeBase, SourceFile, normal
from modelyard.deploy.file_time import FILE_SECONDS
from modelyard.deploy.finding import Platform, Severity
from modelyard.kernel.errors import FieldError, Invalid
from modelyard.kernel.kinds import field_errors

OWN_FILE = ".modelyard-audit.toml"
PYPROJECT = "pyproject.toml"
EVERYWHERE = "**"

Ignored = Annotated[
    dict[str, str], BeforeValidator(lambda given: dict.fromkeys(given, "") if isinstance(given, list) else given)
]


class AuditSettings(BaseModel):
    """What a project asks of its audits. Everything has a default that hides nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    platforms: tuple[Platform, ...] | None = None
    """Where it goes; unless said, wherever something in it could go."""
    ignore: Ignored = Field(default_factory=dict)
    """Rules that are not to be applied, each with the reason: `DB013 = "a gazetteer, only read"`."""
    ignore_paths: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Rules that are not to be applied to some paths: `"scripts/**" = ["RT006"]`; `"*"` stands for all rules."""
    exclude: tuple[str, ...] = ()
    """Paths, in the words of `.gitignore`, that are not read at all."""
    severity: dict[str, Severity] = Field(default_factory=dict)
    """Other severities of rules: `RT001 = "info"`."""
    fail_on: Severity | Literal["never"] | None = None
    """The least severity that makes the command fail; `error` unless said."""
    seconds_per_file: float = Field(default=FILE_SECONDS, gt=0, le=600)
    """Processor time that one rule may spend on one file; the file is named when that was not enough."""
    baseline: str | None = None
    """A baseline inside the project whose findings are not told again."""

    @field_validator("baseline")
    @classmethod
    def _inside(cls, path: str | None) -> str | None:
        if path is not None and (path.startswith("/") or normal(path) == ""):
            raise ValueError("the baseline lies inside the project")
        return path

    def named_rules(self) -> set[str]:
        """Return every id that is named."""
        return {*self.ignore, *self.severity, *(rule for rules in self.ignore_paths.values() for rule in rules)} - {"*"}


def settings_of(code: CodeBase, rules: Mapping[str, object]) -> AuditSettings:
    """Return what the code base asks for; raise Invalid, with the file and the field, for what cannot be meant."""
    own = code.files.get(OWN_FILE)
    if own is not None:
        return _checked(own, (), _read(own), rules)
    pyproject = code.files.get(PYPROJECT)
    path = ("tool", "modelyard", "audit")
    table: Any = _read(pyproject, is_ours=False) if pyproject is not None else {}
    for part in path:
        table = table.get(part, {}) if isinstance(table, dict) else {}
    return _checked(pyproject, path, table, rules) if pyproject is not None and table else AuditSettings()


def without_excluded(code: CodeBase, exclude: tuple[str, ...]) -> CodeBase:
    """Return the code base without the files that its settings leave out."""
    if not exclude:
        return code
    import pathspec

    spec = pathspec.PathSpec.from_lines("gitignore", exclude)
    return replace(code, files={path: file for path, file in code.files.items() if not spec.match_file(path)})


def _read(file: SourceFile, *, is_ours: bool = True) -> dict[str, Any]:
    """Return the file's tables. A pyproject.toml that does not parse is a matter for rules, not for settings."""
    try:
        return tomllib.loads(file.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if not is_ours:
            return {}
        raise Invalid(f"{file.path} cannot be read: {error}.") from None


def _checked(file: SourceFile, path: tuple[str, ...], table: Any, rules: Mapping[str, object]) -> AuditSettings:
    try:
        settings = AuditSettings.model_validate(table)
    except ValidationError as error:
        fields = field_errors(error, path)
        first = fields[0]
        where = ".".join(map(str, first.path))
        raise Invalid(f"{file.path}: {where}: {first.message}.", fields=fields, hint=_hint()) from None
    unknown = sorted(settings.named_rules() - set(rules))
    if unknown:
        raise Invalid(
            f"{file.path}: there is no rule {unknown[0]!r}.",
            fields=[FieldError((*path, rule), "There is no such rule.") for rule in unknown],
            hint="docs/reference/rule has the ids of all rules.",
        )
    return settings


def _hint() -> str:
    return f"Known names: {', '.join(AuditSettings.model_fields)}."
