"""A demonstration: accounts anybody may use, and synthetic subjects written through the one write
service, so that audit, derivations and findings are real. The same seed gives the same data.

The demonstration marks itself: ECRF_DEMO puts a banner on every page, and a production start
refuses a database that holds demonstration accounts (R-039).
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
from flask import Flask
from sqlalchemy import func, select

from ecrf import config
from ecrf.app import create_app
from ecrf.extensions import db
from ecrf.models import Subject, User
from ecrf.services import accounts, schema
from ecrf.services.work import SYSTEM, Actor, Work, reading, utc_now, working
from ecrf.synthetic import population
from ecrf.synthetic.walk import Made, Staff

PASSWORD = "CellTherapy-2026"  # noqa: S105 - printed at every start, refused in production
PEOPLE = (
    ("wang.li", "王丽 Wang Li", "coordinator", "BJ01"),
    ("zhang.wei", "张伟 Zhang Wei", "coordinator", "BJ01"),
    ("zhao.min", "赵敏 Zhao Min", "investigator", "BJ01"),
    ("liu.yang", "刘洋 Liu Yang", "principal_investigator", "BJ01"),
    ("chen.jing", "陈静 Chen Jing", "monitor", "BJ01"),
    ("sun.hao", "孙浩 Sun Hao", "data_manager", "*"),
    ("he.xin", "何欣 He Xin", "regulatory", "*"),
    ("gao.lei", "高磊 Gao Lei", "study_builder", "*"),
    ("lin.tao", "林涛 Lin Tao", "user_administrator", "*"),
    ("ma.rui", "马瑞 Ma Rui", "inspector", "*"),
)
ACCOUNTS = tuple((username, PASSWORD, role) for username, _, role, _ in PEOPLE)
SUBJECTS = 6
MOST = 55  # the slots of the study, and one person for load tests
OPERATOR = replace(SYSTEM, username="system:demo", name="Demonstration", channel="command")


@click.group("demo")
def group() -> None:
    """Synthetic data. Never beside real data."""


@group.command("seed")
@click.option("--subjects", default=SUBJECTS, show_default=True, type=click.IntRange(1, MOST))
@click.option("--seed", "number", default=7, show_default=True)
@click.option(
    "--cut-off", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the data; today if left out."
)
def seed_command(subjects: int, number: int, cut_off: dt.datetime | None) -> None:
    """Make a demonstration and write synthetic subjects through the one write service.

    The same seed and cut-off give the same data. The instance must have no subjects yet.

    Example: ecrf demo seed --subjects 54 --seed 7 --cut-off 2026-06-30
    """
    day = cut_off.date() if cut_off else None
    if day and day > utc_now().date():
        raise click.BadParameter("The cut-off is in the future.", param_hint="--cut-off")
    app, _ = _instance()
    with app.app_context(), reading(app.extensions["catalogue"], OPERATOR) as work:
        if accounts.find(work, PEOPLE[0][0]) is None:
            raise click.ClickException("This instance holds accounts of a real study.")
        if work.session.scalar(select(func.count()).select_from(Subject)):
            raise click.ClickException(
                "This instance has subjects already. Set ECRF_INSTANCE_DIR to an empty folder."
            )
    fill(app, subjects, number, "Subjects", cut_off=day)


def prepare() -> None:
    """Instance folder, database, accounts and subjects, each only where it is missing."""
    app, new = _instance()
    if new:
        fill(app, SUBJECTS, 7, "Filling the demonstration study")


def _instance() -> tuple[Flask, bool]:
    """The instance with its accounts, made where there is none; whether they are new."""
    os.environ.setdefault("ECRF_DEMO", "1")
    config.prepare_instance(config.load({"SECRET_KEY": "unused"})["INSTANCE_DIR"])
    app = create_app()
    schema.upgrade(app)
    with app.app_context():
        empty = db.session.scalar(select(func.count()).select_from(User)) == 0
        db.session.rollback()
    if empty:
        add_accounts(app)
    return app, empty


def fill(app: Flask, count: int, number: int, label: str, **options: Any) -> None:
    """Seed behind a progress bar, and say what was written; a refused form is an error."""
    with click.progressbar(length=count, label=label, file=sys.stderr) as bar:
        made = seed(app, count, number, lambda: bar.update(1), **options)
    click.echo(f"{made.subjects} subjects, {made.records} forms, {made.values} values.")
    if made.left:
        raise click.ClickException("Refused:\n" + "\n".join(made.left))


def add_accounts(app: Flask) -> None:
    """One account a role, with the demonstration's password and a signing key of their own."""
    with app.app_context(), working(app.extensions["catalogue"], OPERATOR) as work:
        for username, name, role, site in PEOPLE:
            user, _ = accounts.add(
                work,
                username=username,
                name=name,
                organisation="演示医院 Demonstration Hospital",
                email=f"{username}@example.org",
                role=role,
                site=site,
            )
            user.demo = True
            accounts.set_password(work, app.extensions["keystore"], user, PASSWORD)


def seed(app: Flask, count: int, number: int, step: Callable[[], None], **options: Any) -> Made:
    """Write ``count`` subjects; ``step`` is called after each. Options as ``population.seed``."""
    with app.app_context(), working(app.extensions["catalogue"], OPERATOR) as work:
        entering = staff(work)
    return population.seed(app, entering, count, number, step, **options)


def staff(work: Work) -> Staff:
    """Who enters, signs and asks about what is invented."""
    site, second = _actor(work, "wang.li"), _actor(work, "zhang.wei")
    return Staff(site, second, _actor(work, "zhao.min"), _actor(work, "chen.jing"), PASSWORD)


def _actor(work: Work, username: str) -> Actor:
    user = accounts.find(work, username)
    if user is None:
        raise LookupError(f"no demonstration account {username}: run `ecrf serve --demo` first")
    grant = accounts.grants_now(work, user)[0]
    return Actor(user.id, username, user.name, grant.role, user.organisation, grant.site)
