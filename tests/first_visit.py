"""`python -m tests.first_visit URL SECONDS`: a person's first minute with a new installation in demo mode.

Waits for the first page for at most that long, signs in as the planner, and looks at the reference event. Ends with 1
and a sentence when something is not as a person would expect.
"""

from __future__ import annotations

import sys
import time
from http.client import HTTPException

from tests.server import Client

EVENT = "/e/hanoi-2025/"


def main() -> None:
    url, limit = sys.argv[1], float(sys.argv[2])
    client, began = Client(url), time.monotonic()
    while True:
        try:
            first = client.get("/")
            break
        except (OSError, HTTPException):
            if time.monotonic() - began > limit:
                sys.exit(f"There was no first page within {limit:.0f} s.")
            time.sleep(0.2)
    seconds = time.monotonic() - began
    sys.stdout.write(f"The first page came after {seconds:.1f} s.\n")
    _expect(seconds <= limit, f"that is more than {limit:.0f} s")
    _expect(first.status == 302, f"the first page should ask who one is, but answered {first.status}")
    people = client.get("/demo/")
    _expect(people.status == 200 and "planner" in people.text, "the page to sign in as a role is not there")
    _expect(client.post("/demo/", {"username": "planner"}).status == 302, "the planner cannot sign in")
    for path, wanted in ((EVENT, "Opening for signature"), (f"{EVENT}schedule/", "T32"), (f"{EVENT}checks/", "SCH")):
        page = client.get(path)
        _expect(page.status == 200, f"{path} answered {page.status}")
        _expect(wanted in page.text, f"{path} does not show {wanted}")
    for asset in {part.split('"')[0] for part in people.text.split('"/static/')[1:]}:
        answer = client.get(f"/static/{asset}")
        _expect(answer.status == 200, f"/static/{asset} answered {answer.status}")
    sys.stdout.write("The planner signed in and saw the event, the master schedule and the checks.\n")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"Not well: {otherwise}.")


if __name__ == "__main__":
    main()
