"""The life of a query, walked: whatever people try, in whatever order, the table is never left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrf.models import Query
from ecrf.services import query_rules
from ecrf.services.permissions import ROLES
from ecrf.services.query_rules import MOVES, STATES
from ecrf.services.work import Actor

PEOPLE = [(role, f"{role}.{n}") for role in ROLES for n in (1, 2)]
SITE = {"coordinator", "investigator", "principal_investigator"}
ASKERS = ["monitor", "data_manager", "investigator", "principal_investigator"]

# Written out a second time, from R-077, so that a slip in the table shows.
LEADS = {
    ("open", "answer"): "answered",
    ("reopened", "answer"): "answered",
    ("answered", "reopen"): "reopened",
    ("closed", "reopen"): "reopened",
    ("open", "close"): "closed",
    ("answered", "close"): "closed",
    ("reopened", "close"): "closed",
    ("open", "cancel"): "cancelled",
    ("reopened", "cancel"): "cancelled",
}


def actor(role, username):
    return Actor(1, username, "", role, "", "BJ01")


def query(role, username, check):
    raised = Query(raised_role=role, raised_by=username, check=check, state="open")
    return raised


def permitted(move, role, username, asked):
    """Who may make a move, as the requirement says it."""
    mine = username == asked.raised_by
    oversees = role == "data_manager" or (role == "monitor" and asked.raised_role != "data_manager")
    if move == "answer":
        return role in SITE and not mine
    if asked.check and (move == "cancel" or (move, asked.state) == ("reopen", "closed")):
        return False
    if move == "cancel" and mine:
        return role in ASKERS
    return oversees


raised = st.one_of(
    st.sampled_from([person for person in PEOPLE if person[0] in ASKERS]).map(lambda p: (*p, None)),
    st.just(("system", "system:checks", "VS-01")),
)
tries = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(sorted(MOVES))), max_size=25)


@pytest.mark.req("R-077")
@given(raised, tries)
def test_whoever_tries_what_the_query_goes_only_where_it_may(origin, tries):
    asked = query(*origin)
    for (role, username), move in tries:
        allowed = (asked.state, move) in LEADS and permitted(move, role, username, asked)
        refusal = query_rules.refusal(move, asked, actor(role, username))

        assert (refusal == "") is allowed, (asked.state, move, role)
        assert (move in query_rules.possible(asked, actor(role, username))) is allowed
        if allowed:
            asked.state = MOVES[move].target
            assert asked.state == LEADS[_before(asked, move)]
        assert asked.state in STATES


def _before(asked, move):
    """Some state from which the move leads to where the query is now."""
    return next(pair for pair in LEADS if pair[1] == move and LEADS[pair] == asked.state)


@pytest.mark.req("R-077")
@given(raised, tries)
def test_site_staff_never_settle_a_query_that_is_not_their_own(origin, tries):
    asked = query(*origin)
    for (role, username), move in tries:
        if role in SITE and not query_rules.refusal(move, asked, actor(role, username)):
            asked.state = MOVES[move].target
        if asked.raised_role not in SITE:
            assert asked.state in ("open", "answered")


@pytest.mark.req("R-077")
@pytest.mark.parametrize("state", STATES)
def test_a_cancelled_query_stays_cancelled_and_every_other_has_a_way_on(state):
    asked = query("monitor", "monitor.1", None)
    asked.state = state

    ways = {m for r, u in PEOPLE for m in query_rules.possible(asked, actor(r, u))}

    assert bool(ways) is (state != "cancelled")


@pytest.mark.parametrize(
    ("move", "state", "needed"),
    [
        ("answer", "open", True),
        ("reopen", "closed", True),
        ("cancel", "open", True),
        ("close", "open", True),
        ("close", "answered", False),
    ],
)
def test_only_closing_an_answered_query_needs_no_words(move, state, needed):
    assert query_rules.says(move, state) is needed
