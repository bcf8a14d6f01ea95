"""The server is killed in the middle of many saves: every save that it acknowledged is there, and the log holds."""

from __future__ import annotations

import http.client
import json
import threading

from tests.server import Client, Server

NEW_TASK = "/e/hanoi-2025/schedule/new/"
SAVES = 200
ENOUGH = 40

# What the installation holds after the crash: the codes of the tasks, and those that the log says were created.
READ = """
import json
from summitry.core.models import Change
from summitry.schedule.models import Task
tasks = sorted(Task.objects.filter(code__startswith="CRASH").values_list("code", flat=True))
made = Change.objects.filter(label="schedule.task", key__startswith="CRASH", before__isnull=True)
print(json.dumps([tasks, sorted(made.values_list("key", flat=True))]))
"""


class Saver(threading.Thread):
    """One person who saves one new task. `acknowledged` only when the whole answer had come."""

    def __init__(self, client: Client, form: dict[str, str], code: str, start: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.client, self.form, self.code, self.begin = client, form, code, start
        self.acknowledged = False
        self.status: int | None = None

    def run(self) -> None:
        self.begin.wait()
        values = {**self.form, "code": self.code, "title": f"Task {self.code}", "step": "confirm"}
        try:
            answer = self.client.post(NEW_TASK, values)
        except (OSError, http.client.HTTPException):
            return
        self.status = answer.status
        self.acknowledged = answer.status == 302


def _saves(server: Server, prefix: str) -> list[Saver]:
    planner = server.sign_in("planner")
    form = planner.get(NEW_TASK).form()
    barrier = threading.Barrier(SAVES + 1)
    savers = [Saver(planner.copy(), form, f"{prefix}{number:03}", barrier) for number in range(SAVES)]
    for saver in savers:
        saver.start()
    barrier.wait()
    return savers


def test_every_acknowledged_save_survives_a_kill_and_the_chain_verifies(demo_server):
    killed = []
    for attempt in range(2):
        savers = _saves(demo_server, f"CRASH{attempt}-")
        done = threading.Event()
        # As soon as enough were acknowledged, and surely before all are.
        while not done.wait(0.005):
            if sum(saver.acknowledged for saver in savers) >= ENOUGH or not any(saver.is_alive() for saver in savers):
                done.set()
        demo_server.kill()
        for saver in savers:
            saver.join(timeout=60)
        assert not any(saver.is_alive() for saver in savers)
        killed += savers
        demo_server.start()

    acknowledged = {saver.code for saver in killed if saver.acknowledged}
    refused = {saver.status for saver in killed if saver.status is not None and not saver.acknowledged}
    assert refused == set(), "a save was refused for want of the database"
    assert 2 * ENOUGH <= len(acknowledged) < 2 * SAVES, "the kill did not fall into the middle of the saves"

    tasks, logged = json.loads(demo_server.python(READ))
    assert acknowledged - set(tasks) == set(), "acknowledged saves were lost"
    assert tasks == logged, "a task stands without its entry in the log, or the other way round"
    marks = json.loads(demo_server.command("doctor", "--json", check=False).stdout)["marks"]
    found = {mark["what"]: mark for mark in marks}
    assert found["audit chains"]["ok"], found["audit chains"]["found"]
    assert found["durability"]["ok"], found["durability"]["found"]

    # And work goes on.
    planner = demo_server.sign_in("planner")
    form = planner.get(NEW_TASK).form()
    assert planner.post(NEW_TASK, {**form, "code": "AFTER", "title": "After", "step": "confirm"}).status == 302
