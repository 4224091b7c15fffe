"""The files that the glyphs of a PDF come from, and where fontconfig looks for faces: a rendering depends on both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weasyprint.text.ffi import ffi, fontconfig, pangoft2
from weasyprint.text.fonts import FontConfiguration

from docconv.inputs import note
from docconv.problems import ToolError

# WeasyPrint declares what it calls itself; these are of the same libraries (Pango 1.48, any fontconfig).
ffi.cdef("""
    FcPattern * pango_fc_font_get_pattern (PangoFont *font);
    FcStrList * FcConfigGetFontDirs (FcConfig *config);
    FcStrList * FcConfigGetConfigDirs (FcConfig *config);
    void FcStrListDone (FcStrList *list);
""")


def note_font(pango_font: Any) -> None:
    """Note the file of a Pango font."""
    file = ffi.new("FcChar8 **")
    pattern = pangoft2.pango_fc_font_get_pattern(pango_font)
    if fontconfig.FcPatternGetString(pattern, b"file", 0, file) == fontconfig.FcResultMatch:
        note("font", ffi.string(file[0]).decode(errors="surrogateescape"))


def installed_faces() -> Any:
    """WeasyPrint's configuration of faces.  What their choice depends on is noted: fontconfig's files, and its folders,
    as its own cache does.  Raises `ToolError` if there is no face to choose, for Pango ends the process then."""
    configuration = FontConfiguration()
    config = configuration._config
    sets = [fontconfig.FcConfigGetFonts(config, kind) for kind in (fontconfig.FcSetSystem, fontconfig.FcSetApplication)]
    if not any(found.nfont for found in sets if found != ffi.NULL):
        raise ToolError("no font is installed", remedy="docconv doctor says how to get Noto CJK")
    note("system", *_strings(fontconfig.FcConfigGetFontDirs(config)))
    note("system", *_strings(fontconfig.FcConfigGetConfigDirs(config)))
    files = _strings(fontconfig.FcConfigGetConfigFiles(config))
    note("system", *files, *sorted({str(Path(file).parent) for file in files}))
    return configuration


def _strings(answer: Any) -> list[str]:
    strings = []
    while (string := fontconfig.FcStrListNext(answer)) != ffi.NULL:
        strings.append(ffi.string(string).decode(errors="surrogateescape"))
    fontconfig.FcStrListDone(answer)
    return strings
