"""Problems that make no sense are refused, with everything that is wrong with them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings

from summitry.engine.calendar import WorkCalendar
from summitry.engine.network import (
    Activity,
    CycleError,
    Fault,
    InvalidNetwork,
    Link,
    LinkKind,
    Network,
    TooLongError,
    compiled,
    solve,
)

from .networks import START, networks

OFFICE = WorkCalendar("office")


def task(id, duration=1, **more) -> Activity:
    return Activity(id=id, duration=duration, calendar="office", **more)


def network(activities, links=(), **more) -> Network:
    return Network(activities=activities, links=links, calendars=(OFFICE,), project_start=START, **more)


def ring(*ids: str) -> list[Link]:
    return [Link(before, after) for before, after in zip(ids, (*ids[1:], ids[0]), strict=True)]


class TestFaults:
    def test_an_activity_names_each_of_its_faults(self):
        with pytest.raises(InvalidNetwork) as caught:
            Activity(
                id="",
                duration=-1,
                calendar="office",
                deadline=2.5,
                fixed_start=9,
                fixed_finish=8,
                actual_start=True,
                remaining=-2,
            )
        assert [(fault.field, fault.found) for fault in caught.value.faults] == [
            ("id", "''"),
            ("duration", "-1"),
            ("deadline", "2.5"),
            ("actual_start", "True"),
            ("fixed_finish", "8"),
            ("remaining", "-2"),
        ]
        assert caught.value.faults[1].expected == "working days, a whole number >= 0"

    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ({"remaining": 2}, "none, as the activity has not started"),
            ({"remaining": 2, "actual_start": 3, "actual_finish": 4}, "none, as the activity is finished"),
            ({"actual_start": 5, "actual_finish": 4}, "not before actual_start (5)"),
        ],
    )
    def test_facts_that_contradict_each_other(self, more, expected):
        with pytest.raises(InvalidNetwork) as caught:
            task("a", **more)
        assert [fault.expected for fault in caught.value.faults] == [expected]

    def test_a_link_names_each_of_its_faults(self):
        with pytest.raises(InvalidNetwork) as caught:
            Link("a", "a", "XX", 0.5)
        assert [fault.field for fault in caught.value.faults] == ["kind", "lag", "successor"]

    def test_a_kind_may_be_given_as_text(self):
        assert Link("a", "b", "SS").kind is LinkKind.SS

    def test_a_network_names_each_of_its_faults(self):
        with pytest.raises(InvalidNetwork) as caught:
            Network(
                activities=[
                    task("a"), task("a"), Activity(id="b", duration=1, calendar="moon"),
                    task("c", actual_start=1, remaining=1),
                ],
                links=[Link("a", "b"), Link("a", "b"), Link("x", "b"), Link("b", "y")],
                calendars=[OFFICE, OFFICE],
                project_start=None,
            )  # fmt: skip
        assert [(fault.where, fault.field) for fault in caught.value.faults] == [
            ("network", "project_start"),
            ("network", "calendars"),
            ("network", "activities"),
            ("activity 'b'", "calendar"),
            ("activity 'c'", "remaining"),
            ("link 'a' > 'b'", "kind"),
            ("link 'x' > 'b'", "predecessor"),
            ("link 'b' > 'y'", "successor"),
        ]
        assert Fault("activity 'b'", "calendar", "'moon'", "one of 'office'") in caught.value.faults

    def test_links_of_different_kinds_between_the_same_two_are_fine(self):
        solve(network([task("a"), task("b")], [Link("a", "b", "SS"), Link("a", "b", "FF")]))

    def test_a_network_cannot_be_changed(self):
        problem = network([task("a")])
        with pytest.raises(FrozenInstanceError):
            problem.project_start = 1

    def test_numbers_and_texts_may_be_ids_together(self):
        result = solve(network([task("a", 3), task(7, 3), task("end")], [Link("a", "end"), Link(7, "end")]))
        assert result["end"].driver.predecessor == 7
        assert "a" in result
        assert "b" not in result


class TestCycles:
    def test_a_loop_is_named_in_its_order_from_the_smallest_id(self):
        with pytest.raises(CycleError) as caught:
            solve(network([task(id) for id in "dcab"], ring("c", "a", "b")))
        assert caught.value.cycles == (("a", "b", "c"),)
        assert "a > b > c > a" in str(caught.value)

    def test_links_of_every_kind_make_loops(self):
        with pytest.raises(CycleError) as caught:
            solve(network([task("a"), task("b")], [Link("a", "b", "SS"), Link("b", "a", "FF", 3)]))
        assert caught.value.cycles == (("a", "b"),)

    def test_the_shortest_loop_of_a_knot_is_named(self):
        with pytest.raises(CycleError) as caught:
            solve(network([task(id) for id in "abcdef"], [*ring(*"abcdef"), Link("d", "c")]))
        assert caught.value.cycles == (("c", "d"),)

    def test_each_knot_is_named_and_what_merely_follows_is_not(self):
        links = [*ring("x", "y"), *ring("a", "b", "c"), Link("c", "x"), Link("y", "z"), Link("p", "a")]
        with pytest.raises(CycleError) as caught:
            solve(network([task(id) for id in "zyxcbap"], links))
        assert caught.value.cycles == (("a", "b", "c"), ("x", "y"))

    def test_a_loop_through_finished_work_is_still_a_loop(self):
        done = task("a", actual_start=START, actual_finish=START + 1)
        with pytest.raises(CycleError):
            solve(network([done, task("b")], ring("a", "b")))

    def test_a_long_loop_is_found_without_recursion(self):
        ids = [f"T{at:05}" for at in range(20_000)]
        with pytest.raises(CycleError) as caught:
            solve(network([task(id) for id in ids], ring(*ids)))
        assert caught.value.cycles == (tuple(ids),)


def test_a_plan_of_more_than_all_years_is_refused():
    with pytest.raises(TooLongError):
        solve(network([task("a", 9_000_000)]))
    with pytest.raises(TooLongError):
        solve(network([task("a", 1, not_before=START + 9_000_000)]))


@pytest.mark.parametrize(
    "error",
    [CycleError([("a", "b")]), InvalidNetwork([Fault("a", "b", "c", "d")]), TooLongError("too long")],
)
def test_errors_travel_between_processes(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))


@settings(max_examples=20, deadline=None)
@given(networks(progress=True, fixed=True))
def test_problem_and_answer_travel_between_processes(problem):
    again = pickle.loads(pickle.dumps(problem))
    assert again == problem
    result = pickle.loads(pickle.dumps(solve(problem)))
    assert dict(result) == dict(solve(again))


def test_a_changed_copy_is_checked_again():
    problem = network([task("a", actual_start=START, remaining=1)], status_date=START)
    with pytest.raises(InvalidNetwork, match="no status date"):
        replace(problem, status_date=None)


def test_where_no_folder_takes_the_cache_the_machine_code_stays_in_memory():
    class Numba:
        @staticmethod
        def njit(signature, cache=False, **options):
            if cache:
                raise RuntimeError("cannot cache function: no locator available")
            return lambda function: (signature, function)

    assert compiled._jit(Numba, "signature", max) == ("signature", max)


def test_small_networks_import_no_compiler_and_no_framework():
    code = (
        "import sys; from summitry.engine.calendar import WorkCalendar; from summitry.engine.network import *;"
        "n = Network(activities=[Activity(id=i, duration=1, calendar='c') for i in range(3000)], links=[Link(1, 2)],"
        "calendars=[WorkCalendar('c')], project_start=739000); solve(n);"
        "assert not {'numpy', 'numba', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
