"""The refusal of what would not fit the memory, before it is loaded."""

from pathlib import Path

from modelyard.kernel.errors import Invalid

_CGROUP = Path("/sys/fs/cgroup/memory.max")


def refuse_too_large(needed: int, allowed: int | None, *, what: str, hint: str) -> None:
    """Raise Invalid when more is needed than is allowed, or than this machine has left."""
    free = free_bytes()
    limit = free if allowed is None else min(allowed, free)
    if needed > limit:
        why = "is free on this machine" if limit == free else "may be used"
        raise Invalid(f"{what} takes about {_told(needed)} of memory; {_told(limit)} {why}.", hint=hint)


def free_bytes() -> int:
    """Return what this process may still take: of the machine's memory, and of its container's."""
    import psutil

    free = int(psutil.virtual_memory().available)
    text = _CGROUP.read_text(encoding="ascii").strip() if _CGROUP.is_file() else "max"
    if text.isdigit():
        used = int(_CGROUP.with_name("memory.current").read_text(encoding="ascii"))
        free = min(free, max(0, int(text) - used))
    return free


def _told(n_bytes: int) -> str:
    return f"{n_bytes / 1024**3:.1f} GB" if n_bytes >= 1024**3 else f"{n_bytes / 1024**2:.0f} MB"
