"""Has the time of registered copies proven by the time-stamp authority, where there is one.

An authority is asked over the network, so no transaction is open meanwhile. While it does not
answer, copies are given out with their seal alone, and the worker asks again every hour.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from flask import Flask

from ecrf.models.columns import instant
from ecrf.outputs import stamps
from ecrf.outputs.stamps import NoTime
from ecrf.outputs.verify import verify
from ecrf.services import copies, copy_files
from ecrf.services.errors import FileLost
from ecrf.services.work import Actor, reading, utc_now, working
from ecrf.web.store import store

log = logging.getLogger(__name__)


def proven(app: Flask, actor: Actor, number: int, content: bytes = b"") -> bytes:
    """The file of a copy, which was just given out as ``content``, after its first time-stamp.

    Where there is no authority, or none that answers, it is ``content``.
    """
    if app.extensions["clock"] is None:
        return content
    catalogue = app.extensions["catalogue"]
    with reading(catalogue, actor) as work:
        waits = number in copy_files.unproved(work, "")
    try:
        if waits:
            stamp(app, actor, number)
    except NoTime as error:
        log.warning("no time-stamp for copy %s: %s", number, error)
    with reading(catalogue, actor) as work:
        file = copy_files.newest(work, copies.get(work, number)[0])
    return copy_files.read(store(app), file)


def due(app: Flask, actor: Actor) -> list[int]:
    """The copies that need a time-stamp: the first, or another before the last one ends."""
    with reading(app.extensions["catalogue"], actor) as work:
        until = utc_now() + dt.timedelta(days=app.config["TSA_RENEW_DAYS"])
        return list(copy_files.unproved(work, instant(until)))


def stamp(app: Flask, actor: Actor, number: int) -> None:
    """Add a time-stamp to a copy. Raises NoTime, FileLost, NotFound."""
    catalogue, keystore = app.extensions["catalogue"], app.extensions["keystore"]
    clock: stamps.Clock = app.extensions["clock"]
    with reading(catalogue, actor) as work:
        copy, _scope = copies.get(work, number)
        file = copy_files.newest(work, copy)
    _key, certificate = keystore.seal
    content = stamps.extend(
        copy_files.read(store(app), file),
        clock,
        (certificate, *keystore.chain),
        keystore.revocations(),
    )
    verdict = verify(content, (keystore.root,), clocks=clock.roots)
    if not verdict.ok:
        wrong = next(check for check in verdict.checks if not check.ok)
        raise NoTime(f"the time-stamp cannot be used: {wrong.detail.en} {wrong.error}")
    until = stamps.until(content)
    if until is None:
        raise NoTime("the file came back without a time-stamp")
    with working(catalogue, actor) as work:
        copy, _scope = copies.get(work, number)
        copy_files.stamp(work, store(app), copy, file.sha256, content, instant(until))


def renew(app: Flask, actor: Actor, numbers: Iterable[int]) -> dict[int, str]:
    """Time-stamp these copies; each that failed and why. A silent authority is asked only once."""
    failed: dict[int, str] = {}
    silent = ""
    for number in numbers:
        try:
            if silent:
                raise NoTime(silent)
            stamp(app, actor, number)
        except NoTime as error:
            silent = failed[number] = str(error)
        except FileLost as error:
            failed[number] = str(error)
    return failed
