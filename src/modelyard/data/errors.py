"""What can be wrong with data: errors of this room."""

from modelyard.kernel.errors import Invalid, TooLarge


class DatasetTooLarge(TooLarge):
    """The upload is over a limit, or would not leave enough free disk space."""

    default_hint = "Upload fewer rows or columns, or raise the limit that the message names."


class UnreadableFile(Invalid):
    """The file is not data that can be read; the message says where it goes wrong."""

    default_hint = "Save it as CSV (UTF-8), Parquet, JSON, JSON Lines or XLSX and try again."
