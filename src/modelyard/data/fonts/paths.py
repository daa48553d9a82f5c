"""Where the bundled fonts are."""

from pathlib import Path

FOLDER = Path(__file__).parent
TEXT = FOLDER / "Inter-SemiBold.ttf"
"""Latin with Vietnamese, Greek and Cyrillic."""
EMOJI = FOLDER / "NotoEmoji-Regular.ttf"
"""Emoji in one colour."""
