"""What the tests share; each subject has its module.

``tests/application.py``: database, application, client, command line. ``tests/browsing.py``: a
live server and a browser. ``tests/hands.py``: a person at its keyboard.
``tests/requirements_plugin.py``: requirement numbers.
"""

from __future__ import annotations

import functools
import os

import pytest

from tests import databases

pytest_plugins = [
    "tests.requirements_plugin",
    "tests.application",
    "tests.browsing",
    "tests.desk",
    "tests.hands",
]

# While the application is being written, tests below it can run without it.
try:
    import ecrf.app
    import ecrf.cli  # noqa: F401
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest_plugins = ["tests.requirements_plugin"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.add_cleanup(functools.partial(databases.close_run, databases.open_run()))
