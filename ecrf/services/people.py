"""Person items name a user of the study; name and role are frozen with the value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from ecrf.definition.catalogue import FormDefinition
from ecrf.definition.values import Problem, Value, split_path
from ecrf.models import Grant, User
from ecrf.services.permissions import ROLES
from ecrf.services.work import Work

SITE_ROLES = ("coordinator", "investigator", "principal_investigator")


def at_site(work: Work, site: str, roles: Sequence[str] = ()) -> list[tuple[str, str, str]]:
    """(user id, name, role) of those who work at the site now, by name."""
    query = (
        select(User.id, User.name, Grant.role)
        .join(Grant, Grant.user_id == User.id)
        .where(
            User.status == "active",
            Grant.site.in_((site, "*")),
            Grant.role.in_(roles or SITE_ROLES),
            Grant.valid_from <= work.at,
            or_(Grant.valid_to.is_(None), Grant.valid_to > work.at),
        )
        .order_by(User.name)
    )
    return [(str(row.id), row.name, row.role) for row in work.session.execute(query)]


def who_may(work: Work, site: str, *actions: str) -> list[User]:
    """Those who hold one of the actions at the site now, by name."""
    roles = [role for role, held in ROLES.items() if held.intersection(actions)]
    numbers = {int(number) for number, _, _ in at_site(work, site, roles)}
    query = select(User).where(User.id.in_(numbers)).order_by(User.name)
    return list(work.session.scalars(query))


def freeze(
    work: Work, site: str, form: FormDefinition, values: Mapping[str, Value]
) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Person values with name and role as facets, and those that name nobody who may be named."""
    frozen: dict[str, Value] = {}
    problems: dict[str, Problem] = {}
    for path, value in values.items():
        name = split_path(path)[0]
        if not name or form.item(name).type != "person" or not value.text:
            continue
        people = {
            who: (called, role) for who, called, role in at_site(work, site, _roles(form, name))
        }
        if value.text not in people:
            problems[path] = Problem("person.unknown")
            continue
        called, role = people[value.text]
        facets = {"name": called, "role": role}
        frozen[path] = Value(value.text, value.missing, value.unit, facets, value.typed)
    return frozen, problems


def _roles(form: FormDefinition, item: str) -> tuple[str, ...]:
    return form.item(item).roles
