"""Machine code that Numba has kept on disk is that of today's sources, of all of them."""

from __future__ import annotations

import ast
import shutil
from importlib.util import find_spec, resolve_name
from pathlib import Path

import pytest

from summitry.engine import stamp
from summitry.engine.risk import kernel, kernel_draws
from summitry.engine.risk.kernel_draws import SOURCES, STAMP
from summitry.engine.stamp import stamp_of


def imported(path: Path) -> set[Path]:
    """The files of ours from which a module of the risk engine takes something."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = resolve_name("." * node.level + (node.module or ""), "summitry.engine.risk")
        if not module.startswith("summitry"):
            continue
        for name in [module, *(f"{module}.{alias.name}" for alias in node.names)]:
            try:
                spec = find_spec(name)
            except ModuleNotFoundError:  # a name within a module
                continue
            if spec is not None and spec.origin and Path(spec.origin).name != "__init__.py":
                found.add(Path(spec.origin))
    return found


def test_the_stamp_is_of_every_file_that_the_kernels_take_from():
    taken = imported(Path(kernel.__file__)) | imported(Path(kernel_draws.__file__))
    assert {path.name for path in taken} >= {"kernel_draws.py", "layout.py", "rows.py", "kernel.py"}
    naming = Path(stamp.__file__)  # names the machine code, and gives nothing to it
    assert (taken - {naming}) | {Path(kernel.__file__)} == set(SOURCES)
    assert stamp_of(SOURCES) == STAMP


@pytest.mark.parametrize("changed", range(len(SOURCES)))
def test_a_change_in_any_of_them_gives_another_stamp(tmp_path, changed):
    copies = [Path(shutil.copy(path, tmp_path / f"{number}.py")) for number, path in enumerate(SOURCES)]
    assert stamp_of(copies) == STAMP
    copies[changed].write_bytes(copies[changed].read_bytes() + b"\n")
    assert stamp_of(copies) != STAMP


def test_numba_keeps_every_function_under_the_stamp():
    compiled = [
        value
        for module in (kernel, kernel_draws)
        for value in vars(module).values()
        if hasattr(value, "py_func") and value.py_func.__module__ == module.__name__
    ]
    names = {value.py_func.__name__ for value in compiled}
    assert {"days", "common", "delayed", "dates", "dates_plainly", "take", "trace", "trace_plainly"} <= names
    for one in compiled:
        kept_as = one._cache._impl.filename_base if hasattr(one._cache, "_impl") else one.py_func.__qualname__
        assert STAMP in kept_as, one.py_func.__name__
