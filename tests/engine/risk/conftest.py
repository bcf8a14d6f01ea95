from __future__ import annotations

import pytest

from summitry.engine.risk.compiled import MachineCode


@pytest.fixture(scope="session")
def machine() -> MachineCode:
    return MachineCode()
