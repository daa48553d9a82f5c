"""Make the bundled fonts from variable ones: one weight each, without what only editors need.

Run by hand with the folders of the unpacked wheels `fontpkg-inter` 4.1.post1 and `manimgx-fonts` 2026.9.26.post1:
`python tools/make_fonts.py <folder> <folder>`. fontTools is there with matplotlib, which `wordcloud` needs.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).parents[1] / "src/modelyard/data/fonts"
FACES = {
    "Inter-Regular": ("Inter[[]opsz,wght].ttf", {"opsz": 14, "wght": 400}),
    "Inter-SemiBold": ("Inter[[]opsz,wght].ttf", {"opsz": 14, "wght": 600}),
    "NotoEmoji-Regular": ("NotoEmoji[[]wght].ttf", {"wght": 400}),
    "NotoSansArabic-Regular": ("NotoSansArabic[[]wght].ttf", {"wght": 400}),
    "NotoSansHebrew-Regular": ("NotoSansHebrew[[]wght].ttf", {"wght": 400}),
    "NotoSansDevanagari-Regular": ("NotoSansDevanagari[[]wght].ttf", {"wght": 400}),
    "NotoSansThai-Regular": ("NotoSansThai[[]wght].ttf", {"wght": 400}),
}
INTER_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "liga", "calt"]


def main(folders: list[Path]) -> None:
    """Write every face to the package."""
    for name, (pattern, place) in FACES.items():
        source = next(path for folder in folders for path in folder.rglob(pattern))
        face = instantiateVariableFont(TTFont(source), place, updateFontNames=True)
        options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"], recalc_timestamp=False)
        options.layout_features = INTER_FEATURES if name.startswith("Inter") else ["*"]
        options.drop_tables += ["STAT"]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=set(face.getBestCmap()))
        subsetter.subset(face)
        face.save(TARGET / f"{name}.ttf")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
