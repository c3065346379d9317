"""Study days relative to the infusion (part B 3.11).

The protocol counts the infusion as day 0; SDTM has no day 0 (SDTMIG 4.4.4): the infusion is day 1
and the day before it is day -1.
"""

from __future__ import annotations

import datetime as dt


def protocol_day(date: dt.date, d0: dt.date) -> int:
    """Days since the infusion; negative before it."""
    return (date - d0).days


def sdtm_day(date: dt.date, d0: dt.date) -> int:
    """The --DY of SDTM."""
    day = protocol_day(date, d0)
    return day + 1 if day >= 0 else day


def protocol_day_of(sdtm: int) -> int | None:
    """Back from --DY; None for 0, which SDTM does not have."""
    if sdtm == 0:
        return None
    return sdtm - 1 if sdtm > 0 else sdtm
