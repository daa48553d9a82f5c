"""How often one visitor may ask, counted in this process: it is the only one."""

import threading
import time

CALLS_PER_MINUTE = 60
"""What one visitor may ask, unless the environment says otherwise."""
MAX_COUNTED = 10_000
"""Visitors that are told apart within a minute; when there are more, all begin anew."""


class PerMinute:
    """Counts what each address asks in a minute of the clock; safe for many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, address: str, *, at: float | None = None) -> int:
        """Count one call and return 0; when there are none left, the seconds until there are again."""
        now = time.time() if at is None else at
        minute, passed = divmod(int(now), 60)
        with self._lock:
            if minute != self._minute or len(self._counts) >= MAX_COUNTED:
                self._minute, self._counts = minute, {}
            used = self._counts.get(address, 0)
            if used >= self._most:
                return 60 - passed
            self._counts[address] = used + 1
        return 0
