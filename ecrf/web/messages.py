"""What went wrong, said to the person, with what to do; the code comes from a service."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ecrf.services.errors import Invalid, NotDelegated
from ecrf.web.filters import local

TEXTS = {
    "password.short": _l("Use at least %(minimum)s characters."),
    "password.weak": _l("This password is easy to guess. Use several unrelated words."),
    "password.username": _l("The password must not contain your user name."),
    "password.used": _l("You used this password before. Choose one that is new."),
    "password.differs": _l("The two new passwords differ. Type the same one twice."),
    "factor.code": _l(
        "The code does not fit. Check the time on the telephone, and type the next one."
    ),
    "signature.meaning": _l("Choose what your signature means."),
    "signature.no_key": _l("Your account has no signing key yet. Set your own password first."),
    "signature.open_forms": _l("A form of the list is not complete. Complete it first: %(form)s."),
    "signature.nothing_to_sign": _l("No form of the list waits for a signature."),
    "rejection.signed": _l("The form is signed. Raise a query instead."),
    "rejection.twice": _l("The form was sent back already, and waits for the site."),
    "lock.kind": _l("Choose to freeze or to lock."),
    "lock.twice": _l("This is closed that way already."),
    "lock.not_a_freeze": _l("A lock is opened for a time by two people; only a freeze is ended."),
    "lock.not_a_lock": _l("Only a lock is opened for a time; end the freeze instead."),
    "lock.hours": _l("A lock opens for 1 to %(most)s hours."),
    "lock.second_person": _l("You asked for this: a second person decides."),
    "block.long": _l("The block is too long: at most %(most)s characters. Paste it in parts."),
    "block.lines": _l("The block has too many lines: at most %(most)s. Paste it in parts."),
    "block.unclear": _l(
        "More than one column could be the results. Copy the heading of the table too, or only "
        "test, result and unit."
    ),
    "file.table_large": _l("The file is larger than %(most)s MB. Keep only the sheet of results."),
    "file.table_rows": _l("The file has more than %(most)s rows. Keep only those of this report."),
    "file.table_old": _l(
        "The workbook is in an old format or has a password. Save it as .xlsx without one, then "
        "choose it again."
    ),
    "file.table_kind": _l(
        "This is neither a CSV file nor an Excel workbook, whatever its name says. Choose another."
    ),
    "file.table_damaged": _l(
        "The workbook cannot be read: it is damaged or holds what no report needs. Open it, save "
        "it anew and choose it again."
    ),
    "file.table_sheets": _l(
        "More than one sheet holds something. Keep only the one with the results."
    ),
    "block.panel": _l("Results can be pasted into a laboratory panel only."),
    "build.not_released": _l("Only a released build can be used."),
    "build.in_use": _l("This build is in use already."),
    "build.asked": _l("An activation waits for a second person. Let it be decided first."),
    "build.dates": _l("Enter both dates of each site, such as 2026-10-19."),
    "build.dates_order": _l("The approval comes first, and neither date lies in the future."),
    "build.second_person": _l("You asked for this: a second person decides."),
    "form.version": _l("There is no newer version of this form in use."),
    "visit.future": _l("The visit date lies in the future. Enter the date it took place."),
    "visit.date": _l("Enter a complete date that exists, such as 2026-10-19."),
    "visit.not_unscheduled": _l("This event is planned and cannot be added."),
    "query.empty": _l("Write what you want to say, then send it again."),
    "query.long": _l("The text is too long: at most %(limit)s characters."),
    "query.personal": _l("The text looks as if it held %(what)s. Take it out, then send it again."),
    "query.state": _l("This query has been settled meanwhile; nothing was changed."),
    "query.own": _l("You raised this query, so somebody else answers it."),
    "query.check": _l("A check raised this query, and only the check takes it back."),
    "query.nobody": _l("This person does not deal with queries here. Choose somebody else."),
    "pdf.language": _l("Choose a language."),
    "pdf.purpose": _l("Choose the kind of file and the purpose."),
    "pdf.recipient": _l("Name the recipient in at most %(limit)s characters."),
    "pdf.country": _l("Write the country as two letters, such as CN."),
    "subject.unknown_cohort": _l("Choose a site and a cohort of this study."),
}


def say(error: Invalid) -> str:
    """The sentence for a refusal."""
    text = TEXTS.get(error.code)
    return str(text) % error.params if text is not None else _("This cannot be done.")


def not_delegated(refusal: NotDelegated) -> str:
    """Why a person may not sign now, with the dates, and whom to ask."""
    if refusal.coming:
        told = _("Your delegation begins on %(at)s.", at=local(refusal.coming))
    elif refusal.ended:
        told = _("Your delegation ended on %(at)s.", at=local(refusal.ended))
    else:
        told = _("You hold no delegation to sign at this site.")
    more = _("Nothing was signed, and the attempt was recorded. Ask the user administrator.")
    return f"{told} {more}"
