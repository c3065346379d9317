"""What the browser says by itself on a form page, in the language of the person."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from ecrf.services.casebooks import EventState
from ecrf.services.forms import Opened
from ecrf.web.language import current_language


def of(found: Opened, at: EventState) -> dict[str, Any]:
    """What the browser says by itself."""
    return {
        "language": current_language(),
        "visits": list(found.earlier),
        "days": {"t": str(found.today), "v": str(at.date or "")},
        "blank": _("Nothing entered yet"),
        "draft": _("in draft"),
        "sending": _("not saved yet"),
        "saved": _("Saved in the record"),
        "unsaved": _("Not saved since"),
        "retrying": _("trying again"),
        "stopped": _(
            "Cannot save: sign in again in another tab, then press Ctrl S here. What you typed "
            "is still on this page."
        ),
        "unmarked": _(
            "Not marked: the server did not answer. Check the connection, then press Space again."
        ),
        "blank_value": _("blank"),
        "also": _("Also here:"),
        "typing": _("typing"),
        "paste": _("Paste results"),
        "queries": _("Queries"),
        "history": _("History"),
        "lost": _("This did not arrive. Check the connection, then send it again."),
        "row": _("Row"),
        "strike": _("Why is it struck out?"),
        "files": {
            "large": _("The file has %(size)s MB, at most %(limit)s MB can be attached."),
            "lost": _(
                "The file did not arrive. Check the connection, then choose it again. Everything "
                "else on this page is kept."
            ),
        },
        "range": _("Range"),
        "expected": _("Expected"),
        "now": _("Now"),
    }
