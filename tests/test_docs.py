"""Settings, commands, checks, actions and roles are documented, and the pages say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from summitry.cli.pages import pages
from summitry.config.environment import SETTINGS
from summitry.core.action import ACTIONS
from summitry.core.checking import CHECKS
from summitry.core.rights import RIGHTS, Role

DOCS = Path(__file__).parent.parent / "docs"


def test_no_made_page_is_stale():
    """If this fails: `summitry docs`, then look at what changed."""
    stale = [
        str(name)
        for name, text in pages().items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    assert stale == []


def test_no_page_speaks_of_a_check_that_is_gone():
    on_disk = {path.stem for path in (DOCS / "checks").glob("*.md")} - {"README", "index"}
    assert on_disk == set(CHECKS)


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_a_checks_page_explains_it(code):
    rule = CHECKS[code]
    page = (DOCS / "checks" / f"{code}.md").read_text(encoding="utf-8")
    assert str(rule.title) in page
    assert rule.explanation in page
    assert f"**Wrong:** {rule.wrong}" in page
    assert f"**Right:** {rule.right}" in page
    assert min(map(len, (rule.explanation, rule.wrong, rule.right, rule.source, str(rule.hint)))) > 3


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_an_action_is_documented_with_all_its_arguments(name):
    page = (DOCS / "actions.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", page, flags=re.MULTILINE)
    mine = next(part for part in section if part.startswith(f"{name}\n"))
    assert re.findall(r"^\| `(\w+)` \|", mine, flags=re.MULTILINE) == list(ACTIONS[name].model_fields)
    assert "<class" not in mine


def test_every_right_and_role_is_in_the_table_of_roles():
    page = (DOCS / "roles.md").read_text(encoding="utf-8")
    for right in RIGHTS.values():
        row = next(line for line in page.splitlines() if f"(`{right.name}`)" in line)
        cells = [cell.strip() == "yes" for cell in row.strip("|").split("|")[1:]]
        assert cells == [role in right.roles for role in Role]


def test_every_setting_and_command_is_documented():
    settings = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)", settings, flags=re.MULTILINE) == [setting.name for setting in SETTINGS]
    commands = (DOCS / "commands.md").read_text(encoding="utf-8")
    for command in ("serve", "demo", "check", "network", "user create", "doctor", "backup", "restore"):
        assert f"## summitry {command}" in commands
