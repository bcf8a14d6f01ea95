"""The server as a process: it starts, answers, ends, and starts again."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit


def test_it_ends_in_good_time_while_a_live_page_is_open_and_starts_again(demo_server):
    planner = demo_server.sign_in("planner")
    page = planner.get("/e/hanoi-2025/")
    assert page.status == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]

    live = http.client.HTTPConnection(urlsplit(demo_server.url).netloc, timeout=30)
    live.request(
        "GET", "/e/hanoi-2025/live/", headers={"Cookie": f"summitry_session={planner.cookies['summitry_session']}"}
    )
    stream = live.getresponse()
    assert stream.headers["content-type"] == "text/event-stream"
    assert stream.readline().startswith(b"retry:")

    began = time.monotonic()
    demo_server.stop()
    assert time.monotonic() - began < 10, "an open stream held up the end"
    demo_server.start()
    assert planner.get("/e/hanoi-2025/").status == 200, "the session outlives the process"


def test_without_demo_mode_nobody_signs_in_without_a_password(demo_server):
    demo_server.stop()
    demo_server.demo = False
    try:
        refused = demo_server.command("serve", "--port", "0", check=False)
        assert (refused.returncode, "Nobody can sign in yet" in refused.stderr) == (2, True)
    finally:
        demo_server.demo = True
        demo_server.start()
