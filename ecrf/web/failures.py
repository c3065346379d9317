"""Why a copy could not be made, said to the person who asked; the log keeps the rest."""

from __future__ import annotations

import errno
import json

from flask_babel import lazy_gettext as _l

from ecrf.outputs.fonts import FontMissing, GlyphMissing
from ecrf.outputs.printable import code
from ecrf.services.errors import FileLost, Forbidden, NotFound
from ecrf.web import errors

_TEXTS = {
    "glyph": _l("No font can print %(what)s. Correct the text there, then ask again."),
    "font": _l("A font that copies need is not installed. Tell the administrator."),
    "full": _l("The disk of the server is full. Tell the administrator, then ask again."),
    "lost": _l("A file that belongs into the copy is lost or altered. Tell the administrator."),
    "gone": _l("There is nothing to print here any more. Look at the casebook."),
    "forbidden": _l("The role in which this was asked for no longer allows it."),
    "other": _l(
        "The copy could not be made. Ask again; if it fails again, tell the administrator."
    ),
}
_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (FontMissing, "font"),
    (FileLost, "lost"),
    (NotFound, "gone"),
    (Forbidden, "forbidden"),
)


def note(where: str, error: Exception) -> str:
    """Log the failure of a job; what is kept with the job, as :func:`say` reads it."""
    kept = {"code": _code(error), "what": "", "reference": errors.noted(where, error)}
    if isinstance(error, GlyphMissing):
        # A character by its number and the names of items: never what was entered.
        told = (f"{code(char)} ({', '.join(at)})" for char, at in error.places.items())
        kept["what"] = ", ".join(told)[:300]
    return json.dumps(kept)


def say(kept: str) -> tuple[str, str]:
    """The sentence in the language of the page, and the reference to name to the administrator."""
    told = json.loads(kept)
    return str(_TEXTS[told["code"]]) % {"what": told["what"]}, told["reference"]


def _code(error: Exception) -> str:
    if isinstance(error, GlyphMissing):
        return "glyph"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "full"
    return next((code for kind, code in _KINDS if isinstance(error, kind)), "other")
