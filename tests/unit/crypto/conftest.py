"""An authority, and a person with a key."""

import pytest

from ecrf import crypto


@pytest.fixture(scope="session")
def authority():
    return crypto.create_ca("Test root")


@pytest.fixture(scope="session")
def person(authority):
    return crypto.issue(authority, "王丽 Wang Li", "person", 365, user_id="wang.li")
