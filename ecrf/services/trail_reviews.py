"""Reviews of the audit trail: who looked at which view, how narrowed, and what came of it."""

from __future__ import annotations

from sqlalchemy import func, select

from ecrf.models import AuditEntry, TrailReview
from ecrf.services import audit, trail_views
from ecrf.services.audit import Entry
from ecrf.services.errors import Invalid, NotFound, ReasonNeeded
from ecrf.services.trail_views import Filter
from ecrf.services.work import Work

OUTCOMES = ("none", "finding")


def record(
    work: Work, view: str, wanted: Filter, *, upto: int, outcome: str, remark: str
) -> TrailReview:
    """Write down that the rows of a view up to an entry were looked at.

    ``upto`` is the last entry that the page knew of. Raises NotFound, Forbidden, Invalid (no such
    outcome, an entry that does not exist), ReasonNeeded (a finding without a word about it).
    """
    if view not in trail_views.VIEWS:
        raise NotFound(view)
    work.require("audit.review")
    if outcome not in OUTCOMES or not 0 <= upto <= last(work):
        raise Invalid("trail_review.outcome")
    if outcome == "finding" and not remark.strip():
        raise ReasonNeeded(("remark",))
    seen = [one for one in trail_views.spotted(work, view, wanted) if one.seq <= upto]
    detail = {"view": view, "scope": wanted.said(), "upto": upto, "rows": len(seen)}
    entry = Entry(
        "trail.review",
        reason=("other", remark.strip()) if remark.strip() else None,
        detail=detail | {"outcome": outcome},
    )
    done = TrailReview(
        view=view,
        scope=wanted.said(),
        upto=upto,
        found=len(seen),
        outcome=outcome,
        remark=remark.strip(),
        by=work.actor.username,
        role=work.actor.role,
        site=work.actor.site,
        at=work.at,
        seq=audit.append(work, [entry])[0],
    )
    work.session.add(done)
    work.session.flush()
    return done


def last(work: Work) -> int:
    """The last entry of the trail."""
    query = select(func.max(AuditEntry.seq)).where(AuditEntry.log == work.catalogue.study.study)
    return work.session.scalar(query) or 0


def done(work: Work, view: str = "") -> list[TrailReview]:
    """The reviews that were done, of one view or of all, the newest first."""
    query = select(TrailReview).order_by(TrailReview.id.desc())
    if work.actor.site != "*":
        query = query.where(TrailReview.site.in_(("*", work.actor.site)))
    if view:
        query = query.where(TrailReview.view == view)
    return list(work.session.scalars(query))
