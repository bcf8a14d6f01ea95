"""Every registered check has a case in which it finds something and one in which it finds nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from summitry.core.checking import CHECKS
from tests.check_cases import CASES

TESTS = Path(__file__).parent

for path in sorted(TESTS.glob("*/test_checks*.py")):
    import_module(".".join(("tests", path.parent.name, path.stem)))


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_a_check_has_a_failing_and_a_passing_case(code):
    assert {case.expect for case in CASES if case.code == code} == {"fail", "pass"}


def test_no_case_speaks_of_a_check_that_does_not_exist():
    assert {case.code for case in CASES} <= set(CHECKS)
