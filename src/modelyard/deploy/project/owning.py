"""Who owns what in an image: the user it runs as, and where user 1000 may write."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from modelyard.deploy.code.docker import Dockerfile, Instruction, Stage
from modelyard.deploy.code.shell import ShellCommand, read_shell

ALWAYS = ("/tmp", "/var/tmp", "/dev/shm", "/dev")  # noqa: S108 - where every user may write
ROOT = ("", "root", "0")
OPEN_MODES = re.compile(
    r"^0?[0-7]?[0-7][0-7][2367]$|^(?:a|o|ugo|go|ug?o)?\+?[rwxX]*w[rwxX]*$|(?:^|,)(?:a|o|ugo|go)[+=][rx]*w"
)
USER_OF_BASE = {"node": "node", "jenkins": "jenkins"}


@dataclass(frozen=True)
class Ownership:
    """The state that the last stage ends in."""

    dockerfile: Dockerfile

    @property
    def stage(self) -> Stage:
        """The stage that becomes the image."""
        return self.dockerfile.last

    @property
    def user(self) -> str:
        """Whom the image runs as by itself, without the group; `""` when the base decides, which is root mostly."""
        return (self.stage.user or "").partition(":")[0]

    @property
    def is_root(self) -> bool:
        """Whether that is root."""
        return self.user in ROOT

    @property
    def home(self) -> str:
        """HOME when the platform runs the image as user 1000: `/` when no user of that number was made."""
        stated = self.stage.environment.get("HOME")
        if stated:
            return stated
        return self.home_of(self.user) if not self.is_root else "/"

    def home_of(self, user: str) -> str:
        """Return a user's home: where `useradd -d` says, else below `/home`."""
        for command in self.commands:
            if command.program in ("useradd", "adduser") and user in command.words:
                for option in ("-d", "--home", "--home-dir", "-h"):
                    if option in command.words[:-1] and (at := command.words.index(option)):
                        return command.words[at + 1]
        return "/root" if user in ROOT else f"/home/{'user' if user.isdecimal() else user}"

    @cached_property
    def commands(self) -> tuple[ShellCommand, ...]:
        """What the RUN instructions run, in order."""
        return tuple(command for one in self.stage.every("RUN") for command in commands_of(one))

    @cached_property
    def number(self) -> int | None:
        """The number of the user it runs as; None when nothing tells it."""
        if self.is_root:
            return 0
        if self.user.isdecimal():
            return int(self.user)
        for command in self.commands:
            if command.program in ("useradd", "adduser") and self.user in command.words:
                return _number(command)
        return 1000 if self.user in ("node", "user") else None

    @cached_property
    def writable(self) -> tuple[str, ...]:
        """Folders and files that user 1000 may write to."""
        return tuple(dict.fromkeys(one.path for one in self.grants if one.is_open and not one.is_content))

    def may_write(self, path: str, *, is_copied: bool = False, in_copied: bool = False) -> bool:
        """Say whether user 1000 may write at an absolute path: what was said last of it, or of a folder above, holds.

        `is_copied`: COPY brings the file itself; `in_copied`: it brings the folder that holds it.
        """
        for one in reversed(self.grants):
            if not _is_within(path, one.path):
                continue
            held = in_copied and _is_within(posixpath.dirname(path), one.path) and posixpath.dirname(path) != one.path
            if not one.is_content or held or (is_copied and path != one.path):
                return one.is_open
        return False

    @cached_property
    def grants(self) -> "tuple[Grant, ...]":
        """Whom folders belong to, in the order in which the image says it."""
        found = [Grant(path, True) for path in ALWAYS]
        if not self.is_root:
            found.append(Grant(self.home_of(self.user), True))
        for one in self.stage.every("RUN", "COPY", "ADD", "WORKDIR"):
            is_user = (one.user or "").partition(":")[0] not in ROOT
            if one.name == "RUN":
                for command in commands_of(one):
                    opened = [Grant(path, True) for path in _opened(command, one.workdir, is_user=is_user)]
                    found += opened or [Grant(path, False) for path in _made(command, one.workdir)]
            elif one.name == "WORKDIR" and one.expanded:
                path = posixpath.normpath(posixpath.join(one.workdir, one.expanded[0]))
                if is_user or not _is_made(path, found):
                    found.append(Grant(path, is_user))
            elif one.expanded:
                path = posixpath.normpath(posixpath.join(one.workdir, one.expanded[-1]))
                is_given = (is_user and "chown" in one.flags) or _is_given(one)
                above = posixpath.dirname(path)
                if _is_to_a_file(one) and not _is_made(above, found):
                    found.append(Grant(above, is_given))
                found.append(Grant(path, is_given, is_content=_is_made(path, found) or not is_given))
        return tuple(found)


@dataclass(frozen=True)
class Grant:
    """What one instruction says of a folder."""

    path: str
    is_open: bool
    """User 1000 may write there."""
    is_content: bool = False
    """Only what was copied into it is meant, not the folder itself: COPY leaves a folder that is there as it is."""


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def _is_made(path: str, grants: list[Grant]) -> bool:
    """Say whether an earlier instruction has made a folder."""
    return any(_is_within(one.path, path) and not one.is_content for one in grants)


def _is_to_a_file(one: Instruction) -> bool:
    """Say whether COPY puts one file under a name: `requirements.txt`, and not the folder for it."""
    *sources, target = one.expanded
    name = posixpath.basename(target)
    return len(sources) == 1 and "." in name.strip(".") and name == posixpath.basename(sources[0])


def _made(command: ShellCommand, workdir: str) -> Iterator[str]:
    """Yield the folders that root makes."""
    if command.program == "mkdir":
        for word in command.words[1:]:
            if not word.startswith("-"):
                yield posixpath.normpath(posixpath.join(workdir, word))


def commands_of(run: Instruction) -> tuple[ShellCommand, ...]:
    """Return what a RUN instruction runs."""
    text = "\n".join(run.heredocs) if run.heredocs else " ".join(run.words)
    if run.is_json and not run.heredocs:
        return (ShellCommand(run.words, run.words, 1, 1),)
    return read_shell(text, environment=run.environment)


def _is_given(one: Instruction) -> bool:
    """Say whether COPY gives what it copies to somebody else than root."""
    owner = one.flags.get("chown", "").partition(":")[0]
    return owner not in ROOT or OPEN_MODES.search(one.flags.get("chmod", "-")) is not None


def _opened(command: ShellCommand, workdir: str, *, is_user: bool) -> Iterator[str]:
    """Yield the paths that a command makes writable for user 1000."""
    plain = [word for word in command.words[1:] if not word.startswith("-")]
    if (command.program == "chown" and len(plain) > 1 and plain[0].partition(":")[0] not in ROOT) or (
        command.program == "chmod" and len(plain) > 1 and OPEN_MODES.search(plain[0])
    ):
        paths = plain[1:]
    elif command.program == "mkdir" and (is_user or any(word in ("777", "0777", "-m777") for word in command.words)):
        paths = [word for word in plain if not word.isdecimal()]
    elif command.program == "install" and "-d" in command.words and ("-o" in command.words or is_user):
        paths = [word for word in plain if word.startswith("/")]
    elif command.program in ("useradd", "adduser") and plain:
        paths = [f"/home/{plain[-1]}"]
    else:
        return
    for path in paths:
        yield posixpath.normpath(posixpath.join(workdir, path)).removesuffix("/*")


def _number(command: ShellCommand) -> int | None:
    """Return the number that `useradd` gives; 1000 for the first plain user, None for one of the system."""
    words = command.words
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in ("-u", "--uid"):
            text = value if equals else words[place + 1] if place + 1 < len(words) else ""
            return int(text) if text.isdecimal() else None
        if re.fullmatch(r"-[A-Za-z]*u", word) and place + 1 < len(words) and words[place + 1].isdecimal():
            return int(words[place + 1])
    is_system = any(
        word in ("--system", "-r", "-S") or re.fullmatch(r"-[a-zA-Z]*[rS][a-zA-Z]*", word) for word in words
    )
    return None if is_system else 1000
