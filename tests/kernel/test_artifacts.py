"""One promise for every artifact store: bytes come back as they went in, or an error says why not."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import update

from modelyard.kernel.artifacts import CHUNK_BYTES, ArtifactCorrupt, ArtifactStore, Blob
from modelyard.kernel.errors import NotFound, Refused, StorageFull
from modelyard.kernel.settings import Settings
from modelyard.kernel.stores.database import ArtifactChunk
from modelyard.kernel.stores.local import LocalStore
from modelyard.kernel.yard import Yard

MANY_CHUNKS = os.urandom(CHUNK_BYTES) * 2 + b"and a bit"
ABSENT = sha256(b"never stored").hexdigest()


@dataclass(frozen=True)
class Opened:
    """A store, and a way to change its bytes behind its back."""

    artifacts: ArtifactStore
    tamper: Callable[[str], None]


@contextmanager
def local_store(data: Path) -> Iterator[Opened]:
    yard = Yard.open(Settings(data=data))
    yield Opened(yard.artifacts, lambda digest: flip(next((data / "artifacts").rglob(digest))))
    yard.close()


def flip(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])


@contextmanager
def database_store(data: Path, url: str) -> Iterator[Opened]:
    yard = Yard.open(Settings(data=data, database_url=url, artifact_store="database"))

    def tamper(digest: str) -> None:
        chosen = (ArtifactChunk.hash == digest) & (ArtifactChunk.position == 0)
        with yard.sessions.begin() as session:
            session.execute(update(ArtifactChunk).where(chosen).values(content=b"other"))

    yield Opened(yard.artifacts, tamper)
    yard.close()


@contextmanager
def s3_store(data: Path, endpoint: str) -> Iterator[Opened]:
    import boto3

    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    bucket = f"b{sha256(str(data).encode()).hexdigest()[:20]}"
    client.create_bucket(Bucket=bucket)
    settings = Settings(data=data, artifact_store="s3", s3_url=f"s3://{bucket}/yard", s3_endpoint=endpoint)
    yard = Yard.open(settings)
    yield Opened(yard.artifacts, lambda digest: client.put_object(Bucket=bucket, Key=f"yard/{digest}", Body=b"other"))
    yard.close()


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """The address of an S3 server on loopback."""
    from moto.server import ThreadedMotoServer

    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in credentials.items():
            patch.setenv(name, value)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture(params=["local", "database", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    if request.param == "local":
        store = local_store(tmp_path)
    elif request.param == "database":
        store = database_store(tmp_path, request.getfixturevalue("postgres_url"))
    else:
        store = s3_store(tmp_path, request.getfixturevalue("s3_endpoint"))
    with store as found:
        yield found


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * CHUNK_BYTES, MANY_CHUNKS], ids=["none", "one", "even", "many"])
def test_bytes_come_back(opened: Opened, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    blob = opened.artifacts.put_file(source)
    assert blob == Blob(sha256(content).hexdigest(), len(content))
    assert opened.artifacts.exists(blob.hash)
    assert opened.artifacts.read_bytes(blob.hash) == content
    assert opened.artifacts.fetch(blob.hash, tmp_path / "fetched").read_bytes() == content


def test_a_size_is_that_of_the_bytes(opened: Opened) -> None:
    store = opened.artifacts
    for content in (b"", b"x" * 3_000_000):
        assert store.size_bytes(store.put_bytes(content).hash) == len(content)
    assert store.size_bytes("0" * 64) is None


def test_the_same_bytes_are_kept_once(opened: Opened) -> None:
    assert opened.artifacts.put_bytes(b"twice") == opened.artifacts.put_bytes(b"twice")
    opened.artifacts.delete(sha256(b"twice").hexdigest())
    assert not opened.artifacts.exists(sha256(b"twice").hexdigest())


def test_changed_bytes_are_noticed_and_leave_no_file(opened: Opened, tmp_path: Path) -> None:
    blob = opened.artifacts.put_bytes(b"as it was")
    opened.tamper(blob.hash)
    with pytest.raises(ArtifactCorrupt):
        opened.artifacts.read_bytes(blob.hash)
    with pytest.raises(ArtifactCorrupt):
        opened.artifacts.fetch(blob.hash, tmp_path / "fetched")
    assert list((tmp_path / "fetched").iterdir()) == []


def test_what_is_not_there_is_not_found(opened: Opened, tmp_path: Path) -> None:
    assert not opened.artifacts.exists(ABSENT)
    with pytest.raises(NotFound):
        opened.artifacts.read_bytes(ABSENT)
    with pytest.raises(NotFound):
        opened.artifacts.fetch(ABSENT, tmp_path / "fetched")
    assert list((tmp_path / "fetched").iterdir()) == []
    opened.artifacts.delete(ABSENT)


def test_two_writers_of_the_same_bytes_at_once(opened: Opened) -> None:
    start, written = Barrier(2), []

    def write() -> None:
        start.wait()
        written.append(opened.artifacts.put_bytes(MANY_CHUNKS))

    both = [Thread(target=write) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert written == [Blob(sha256(MANY_CHUNKS).hexdigest(), len(MANY_CHUNKS))] * 2
    assert opened.artifacts.read_bytes(written[0].hash) == MANY_CHUNKS


def test_a_working_store_passes_its_probe(opened: Opened) -> None:
    opened.artifacts.probe()


def test_scratch_files_do_not_stay(opened: Opened, tmp_path: Path) -> None:
    opened.artifacts.put_bytes(b"content")
    assert list((tmp_path / "scratch").iterdir()) == []


@contextmanager
def file_size_limit(n_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_may_not_grow_leaves_nothing_half_written(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(MANY_CHUNKS)
    with local_store(tmp_path / "data") as opened:
        with file_size_limit(CHUNK_BYTES), pytest.raises(StorageFull):
            opened.artifacts.put_file(source)
        with file_size_limit(CHUNK_BYTES), pytest.raises(StorageFull):
            opened.artifacts.put_bytes(MANY_CHUNKS)
        assert files_in(tmp_path / "data" / "artifacts") == []
        assert files_in(tmp_path / "data" / "scratch") == []
        blob = opened.artifacts.put_file(source)
        with file_size_limit(CHUNK_BYTES), pytest.raises(StorageFull):
            opened.artifacts.fetch(blob.hash, tmp_path / "fetched")
        assert files_in(tmp_path / "fetched") == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk; the file-size limit is tested anyway")
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    disk, source = tmp_path / "disk", tmp_path / "source"
    disk.mkdir()
    source.write_bytes(MANY_CHUNKS)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"this root may not mount: {mounted.stderr.decode()}")
    try:
        artifacts = ArtifactStore(LocalStore(disk), tmp_path / "scratch")
        with pytest.raises(StorageFull):
            artifacts.put_file(source)
        assert files_in(disk) == []
        assert artifacts.read_bytes(artifacts.put_bytes(b"small still fits").hash) == b"small still fits"
    finally:
        subprocess.run(["umount", disk], check=True)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_s3_without_a_bucket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as error:
        Yard.open(Settings(data=tmp_path, artifact_store="s3"))
    assert "MODELYARD_S3_URL" in str(error.value.hint)
