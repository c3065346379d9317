"""A demonstration: accounts anybody may use, and synthetic subjects written through the one write
service, so that audit, derivations and findings are real. The same seed gives the same data.

The demonstration marks itself: ECRF_DEMO puts a banner on every page, and a production start
refuses a database that holds demonstration accounts (R-039).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import click
from flask import Flask
from sqlalchemy import func, select

from ecrf import config
from ecrf.app import create_app
from ecrf.extensions import db
from ecrf.models import User
from ecrf.services import accounts, schema
from ecrf.services.work import SYSTEM, Actor, Work, working
from ecrf.synthetic import population
from ecrf.synthetic.population import Made, Staff

PASSWORD = "CellTherapy-2026"  # noqa: S105 - printed at every start, refused in production
PEOPLE = (
    ("wang.li", "王丽 Wang Li", "coordinator", "BJ01"),
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
OPERATOR = replace(SYSTEM, username="system:demo", name="Demonstration", channel="command")


def prepare() -> None:
    """Instance folder, database, accounts and subjects, each only where it is missing."""
    os.environ.setdefault("ECRF_DEMO", "1")
    config.prepare_instance(config.load({"SECRET_KEY": "unused"})["INSTANCE_DIR"])
    app = create_app()
    schema.upgrade(app)
    with app.app_context():
        empty = db.session.scalar(select(func.count()).select_from(User)) == 0
        db.session.rollback()
    if empty:
        add_accounts(app)
        with click.progressbar(length=SUBJECTS, label="Filling the demonstration study") as bar:
            seed(app, SUBJECTS, 7, lambda: bar.update(1))


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


def seed(app: Flask, count: int, number: int, step: Callable[[], None]) -> Made:
    """Write ``count`` subjects; ``step`` is called after each. What saves touch is judged again."""
    with app.app_context(), working(app.extensions["catalogue"], OPERATOR) as work:
        entering = staff(work)
    return population.seed(app, entering, count, number, step)


def staff(work: Work) -> Staff:
    """Who enters and signs what is invented."""
    return Staff(_actor(work, "wang.li"), _actor(work, "zhao.min"), PASSWORD)


def _actor(work: Work, username: str) -> Actor:
    user = accounts.find(work, username)
    if user is None:
        raise LookupError(f"no demonstration account {username}: run `ecrf serve --demo` first")
    grant = accounts.grants_now(work, user)[0]
    return Actor(user.id, username, user.name, grant.role, user.organisation, grant.site)
