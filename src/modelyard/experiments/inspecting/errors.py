"""What can be wrong with a log of Inspect."""

from modelyard.kernel.errors import Invalid, TooLarge


class UnreadableLog(Invalid):
    """The file is no log that can be read; the message says where it goes wrong."""

    default_hint = "Choose a file that ends in .eval, as Inspect writes them, or a .zip of several."


class LogTooLarge(TooLarge):
    """The log is over a limit, or would not leave enough free disk space."""

    default_hint = "Import fewer logs at once, or raise the limit that the message names."
