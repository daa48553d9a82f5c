"""Mend what was found: edits applied to the files, and shown as patches."""
