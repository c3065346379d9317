"""What can be set or typed is documented."""

from __future__ import annotations

import pytest

from ecrf import cli, config
from tests.architecture.sources import ROOT

INSTALL = ROOT / "docs" / "administrators" / "install.md"


@pytest.mark.parametrize("setting", config.SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: config.Setting) -> None:
    assert f"`ECRF_{setting.name}`" in INSTALL.read_text(encoding="utf-8")


def test_every_make_target_of_the_page_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in ("run", "runtime", "test", "help"):
        assert f"make {target}" in INSTALL.read_text(encoding="utf-8")
        assert f"\n{target}:" in makefile


def test_every_command_says_what_it_does() -> None:
    groups = [cli.cli]
    while groups:
        for command in groups.pop().commands.values():
            assert command.help, command.name
            if hasattr(command, "commands"):
                groups.append(command)
