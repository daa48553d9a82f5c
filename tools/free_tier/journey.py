"""What a person makes on a free host, and whether all of it is there after the disk was thrown away."""

import hashlib
import io
import random
import time
import zipfile
from dataclasses import dataclass, field
from typing import Any

import httpx

LIMIT_SECONDS = 600
GUIDE = """# Kestrel weather station

## Frost alarm
The frost alarm rings when the air is colder than two degrees for ten minutes.

## Battery
The battery is changed every eighteen months, with the mast lowered.
"""
QUESTIONS = ("When does the frost alarm ring?", "How often is the battery changed?")


@dataclass
class Visitor:
    """The owner in a browser, as far as HTTP goes; the Secure cookie is sent by hand, as the proxy here has no TLS."""

    origin: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=f"{self.origin}/api/v1/", timeout=LIMIT_SECONDS)

    def sign_in(self, token: str) -> None:
        """Open a session with the link that the yard printed."""
        answer = self.client.post("auth/sign-in-link", json={"token": token})
        assert answer.is_success, answer.text
        assert "Secure" in answer.headers["set-cookie"]
        cookies = [line.split(";")[0] for line in answer.headers.get_list("set-cookie")]
        self.client.headers["Cookie"] = "; ".join(cookies)
        self.client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    def get(self, path: str, **params: Any) -> Any:
        """Return JSON that must be there."""
        answer = self.client.get(path, params=params)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        """Post JSON that must be taken."""
        answer = self.client.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def finished(self, run_id: str) -> Any:
        """Wait for a run to succeed."""
        until = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < until:
            run = self.get(f"runs/{run_id}")
            if run["finished_at"]:
                assert run["state"] == "succeeded", run["error"]
                return run
            time.sleep(0.5)
        raise AssertionError(f"run {run_id} did not end: {run['message']}")


def table() -> bytes:
    """Return a table of 600 people, the same every time."""
    chance = random.Random(3)
    lines = ["age,income,city,bought"]
    for _ in range(600):
        age, city = chance.randint(18, 80), chance.choice(["Hanoi", "Lyon", "Quito"])
        bought = age + (30 if city == "Quito" else 0) + chance.gauss(0, 5) > 60
        lines.append(f"{age},{chance.gauss(30 + age, 12):.1f},{city},{'yes' if bought else 'no'}")
    return "\n".join(lines).encode()


def upload(yard: Visitor) -> str:
    """Upload the table; return the dataset's id."""
    params = {"filename": "people.csv", "name": "people", "target": "bought"}
    answer = yard.client.post("datasets", params=params, content=table())
    assert answer.is_success, answer.text
    yard.finished(answer.json()["run_id"])
    return str(answer.json()["id"])


def train(yard: Visitor, dataset: str) -> httpx.Response:
    """Ask for a model of the dataset."""
    workflow = yard.post("workflows", {"name": "who buys", "dataset": dataset})
    return yard.client.post("runs", json={"kind": "workflow", "workflow": workflow["id"]})


def collect(yard: Visitor) -> tuple[str, str]:
    """Make a collection of one guide; return its id and its endpoint's."""
    made = yard.post("collections", {"name": "Kestrel"})
    answer = yard.client.post(
        f"collections/{made['id']}/documents", params={"filename": "kestrel.md"}, content=GUIDE.encode()
    )
    assert answer.is_success, answer.text
    until = time.monotonic() + LIMIT_SECONDS
    while yard.get(f"collections/{made['id']}")["state"] != "ready":
        assert time.monotonic() < until, "the collection was never ready"
        time.sleep(0.5)
    return str(made["id"]), str(made["endpoint_id"])


def ask(yard: Visitor, endpoint: str, n: int) -> str:
    """Ask questions in one conversation; return its id."""
    session = None
    for number in range(n):
        question = QUESTIONS[number % len(QUESTIONS)]
        inputs = {"inputs": [{"question": question}], **({"session": session} if session else {})}
        session = yard.post(f"endpoints/{endpoint}/calls", inputs)["session"]
    return str(session)


def predict(yard: Visitor, endpoint: str, n: int) -> None:
    """Predict rows one by one."""
    for number in range(n):
        row = {"age": 18 + number % 60, "income": 40.0 + number % 50, "city": ("Hanoi", "Lyon", "Quito")[number % 3]}
        yard.post(f"endpoints/{endpoint}/calls", {"inputs": [row]})


def everything(yard: Visitor, made: dict[str, str]) -> dict[str, str]:
    """Return a fingerprint of each object, by what it is called."""
    dataset, model, endpoint = made["dataset"], made["model"], made["endpoint"]
    parts: dict[str, Any] = {
        "dataset: its rows": yard.client.get(f"datasets/{dataset}/file", params={"format": "parquet"}).content,
        "dataset: its profile": yard.get(f"datasets/{dataset}/profile"),
        "workflow": yard.get("workflows")["items"],
        "model: its card and metrics": yard.get(f"models/{model}")["metrics"],
        "model: its archive": _members(yard.client.get(f"models/{model}/download").content),
        "calls of the model": [call["id"] for call in yard.get(f"endpoints/{endpoint}/calls", limit=100)["items"]],
        "collection": [yard.get(f"collections/{made['collection']}")[name] for name in ("n_chunks", "n_words_indexed")],
        "search in the collection": _found(yard, made["collection"]),
        "conversation": yard.get(f"endpoints/{made['chat']}/sessions/{made['session']}")["turns"],
        "runs": [(run["id"], run["state"]) for run in yard.get("runs", limit=50)["items"] if run["id"] <= made["run"]],
    }
    return {
        name: hashlib.sha256(part if isinstance(part, bytes) else repr(part).encode()).hexdigest()
        for name, part in parts.items()
    }


def _found(yard: Visitor, collection: str) -> list[str]:
    found = yard.get(f"collections/{collection}/search", q=QUESTIONS[0])
    return [str(one["text"]) for one in found["passages"]]


def _members(archive: bytes) -> list[tuple[str, int]]:
    """Return the files in an archive with their checksums; the archive itself says when it was packed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return sorted((one.filename, one.CRC) for one in opened.infolist())
