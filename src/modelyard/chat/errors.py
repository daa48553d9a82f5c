"""What can be wrong with collections and documents: errors of this room."""

from modelyard.kernel.errors import Conflict, Invalid, TooLarge


class UnreadableDocument(Invalid):
    """A file is not a document that can be read; the message says why, the hint what to do."""

    default_hint = "Save it as Markdown, HTML, DOCX, plain text or a PDF with text, and add it again."


class UploadTooLarge(TooLarge):
    """An upload is over a limit, or would not leave enough free disk space."""

    default_hint = "Add fewer or smaller files, or raise the limit that the message names."


class FoldersNotAllowed(Invalid):
    """Folders of the server are not read here."""

    default_hint = "Upload the folder as a ZIP, or set MODELYARD_ALLOW_FOLDERS to true where all members may read it."


class AnotherSync(Conflict):
    """Another run syncs the collection, or took it over from this one."""

    default_hint = "Wait for it to end; what was asked for meanwhile is synced right after it."
