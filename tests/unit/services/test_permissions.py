"""Roles and actions: duties are separated, and nothing is open by accident."""

import pytest

from ecrf.services import permissions
from ecrf.services.permissions import ACTIONS, CLINICAL_WRITES, JUDGEMENTS, ROLES


@pytest.mark.req("R-040")
def test_every_role_holds_known_actions_only():
    assert all(actions <= set(ACTIONS) for actions in ROLES.values())


@pytest.mark.req("R-040")
def test_an_unknown_role_may_do_nothing():
    assert not any(permissions.allowed("visitor", action) for action in ACTIONS)


def test_an_unknown_action_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        permissions.allowed("coordinator", "record.entre")


@pytest.mark.req("R-042")
@pytest.mark.parametrize("role", ["user_administrator", "study_builder"])
def test_administrators_and_builders_touch_no_data(role):
    assert not ROLES[role] & (CLINICAL_WRITES | JUDGEMENTS)
    assert "record.read" not in ROLES[role]


@pytest.mark.req("R-043")
@pytest.mark.parametrize("role", ["monitor", "data_manager", "regulatory", "inspector"])
def test_roles_that_look_never_write_values(role):
    assert not ROLES[role] & CLINICAL_WRITES


@pytest.mark.req("R-048")
def test_the_inspector_reads_and_changes_nothing():
    writes = {a for a in ACTIONS if a.split(".")[1] in {"enter", "sign", "create", "raise", "lock"}}
    assert not ROLES["inspector"] & writes


@pytest.mark.req("R-042")
def test_one_person_cannot_administer_and_enter():
    assert permissions.conflict({"user_administrator", "coordinator"})
    assert permissions.conflict({"monitor", "investigator"})
    assert permissions.conflict({"coordinator", "investigator"}) is None
