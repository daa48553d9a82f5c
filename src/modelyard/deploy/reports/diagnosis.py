"""The usual failures of a deployment: what is seen, why, and where to look in this code base."""

from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.deploy.finding import Finding, Platform, Report


@dataclass(frozen=True)
class Symptom:
    """One failure as it shows itself."""

    seen: str
    why: str
    do: str
    rules: tuple[str, ...]
    """Rules that look for its causes."""
    platforms: tuple[Platform, ...] = ("hf", "render")


@dataclass(frozen=True)
class Diagnosis:
    """One symptom, with what this code base has to do with it."""

    symptom: Symptom
    here: tuple[str, ...]
    """`RULE file:line` of the findings that would cause it."""


SYMPTOMS = (
    Symptom(
        "The build ends with COPY failed, or file not found",
        "The file is not in what the platform gets: ignored, or in another folder than the Dockerfile expects.",
        "Compare the Dockerfile's COPY lines with the files of the Space or the service's root directory.",
        ("HF001", "HF010", "HF011", "DK003"),
    ),
    Symptom(
        "The build ends with No matching distribution, or with ResolutionImpossible",
        "A package has no release for this Python, or two requirements contradict each other.",
        "Build once with the same Python locally, and pin what was installed.",
        ("DK002", "DK007", "DK009"),
    ),
    Symptom(
        "ModuleNotFoundError right after the start",
        "A package is imported and not declared, or the working folder is not the one that the module lies in.",
        "Declare the package; check WORKDIR and the module in the start command.",
        ("DK001", "DB001", "DB011"),
    ),
    Symptom(
        "Build is well, then the Space stays at Starting, or Render says No open ports detected",
        "The process listens on another port or on 127.0.0.1, or its start waits for a model or a database.",
        "Listen on 0.0.0.0 and on the platform's port; move what is slow behind the first answer.",
        ("HF003", "HF005", "HF013", "RD002", "DB014", "ML002"),
    ),
    Symptom(
        "PermissionError: [Errno 13], often for /.cache or /app",
        "The container runs as user 1000, which does not own that folder.",
        "Make the user and the folders in the image, COPY with --chown, and keep caches below its home.",
        ("HF006", "HF007", "HF008"),
        ("hf",),
    ),
    Symptom(
        "KeyError, a validation error of the settings, or … must be set",
        "A name of the environment is missing, or the code reads another name than the platform sets.",
        "Compare with the environment list of this report, letter by letter.",
        ("RT002", "RT003", "FE012"),
    ),
    Symptom(
        "502 or 503, or the process is killed without a word",
        "Out of memory, or the host is waking up.",
        "Look for Killed or exit code 137 in the log; load smaller models, one worker; retry while it wakes.",
        ("ML001", "ML005", "RD006", "RT005", "FE005"),
        ("hf", "render", "vercel"),
    ),
    Symptom(
        "The database refuses connections, or SSL connection has been closed unexpectedly",
        "The free database slept, the address is not reachable from there, or TLS is asked for in another way.",
        "Use the pooled host, pool_pre_ping and a timeout; check the scheme and sslmode of DATABASE_URL.",
        ("DB003", "DB004", "DB005", "DB006", "DB007", "DB008", "DB010", "HF012"),
    ),
    Symptom(
        "relation … does not exist",
        "Migrations were not run on this database.",
        "Run them before the server starts, under a lock.",
        ("DB009",),
    ),
    Symptom(
        "Everything is gone after a restart",
        "State was written to the container's disk or to the memory of the process.",
        "Keep rows in PostgreSQL and files in an object store or a bucket.",
        ("DB001", "DB002", "DB013", "ST001", "ST002"),
    ),
    Symptom(
        "The browser says: blocked by CORS policy",
        "The origin of the pages is not among the API's origins, exactly as the browser writes it.",
        "Set the origin with its scheme and without a slash at its end; for previews an anchored pattern.",
        ("CO001", "CO002", "CO003", "CO005", "CO006", "RT003"),
        ("hf", "render", "vercel"),
    ),
    Symptom(
        "The pages ask localhost, or an address without a host",
        "The address of the API is taken at build time, and was not set then.",
        "Set the name in the project's settings and build again; a new value alone changes nothing.",
        ("FE001", "FE010", "RT003"),
        ("vercel",),
    ),
    Symptom(
        "401 after every sign-in, or after every restart",
        "The signing secret is made anew at each start, differs between services, or the cookie is a third party's.",
        "Set one secret everywhere; one origin for pages and API, or a token in memory.",
        ("SEC003", "SEC006", "RD009"),
        ("hf", "render", "vercel"),
    ),
    Symptom(
        "404 on a page that was opened by its address or reloaded",
        "The router lives in the browser and the host does not know its paths.",
        "Send every path to index.html.",
        ("FE007",),
        ("vercel",),
    ),
)


def diagnoses(report: Report) -> Iterator[Diagnosis]:
    """Yield the symptoms that belong to the platforms of a report, those that its findings would cause first."""
    found = [
        Diagnosis(symptom, tuple(_here(one) for one in report.findings if one.rule in symptom.rules))
        for symptom in SYMPTOMS
        if set(symptom.platforms) & set(report.platforms)
    ]
    yield from sorted(found, key=lambda one: not one.here)


def _here(one: Finding) -> str:
    return f"{one.rule} {one.file}:{one.line}"
