"""No request sends more than the ceiling, whether it says how much it sends or not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from summitry.web.body_limit import BodyLimit

LIMIT = 100


async def _echo(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body, as Django does, then says how long it was."""
    length = 0
    while True:
        message = await receive()
        length += len(message["body"])
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def answer_to(chunks: list[bytes], declared: str | None = None) -> tuple[int, bytes, int]:
    """Status, body, and how many chunks were read."""
    waiting = list(chunks)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", declared.encode())] if declared is not None else []
    asyncio.run(BodyLimit(_echo, LIMIT)({"type": "http", "headers": headers}, receive, send))
    return sent[0]["status"], sent[1]["body"], len(chunks) - len(waiting)


@pytest.mark.parametrize("declared", [None, "100"])
def test_body_up_to_the_ceiling_passes(declared: str | None) -> None:
    assert answer_to([b"x" * 60, b"x" * 40], declared) == (200, b"100", 2)


def test_declared_too_much_is_refused_unread() -> None:
    status, text, read = answer_to([b"x"], "101")
    assert (status, read) == (413, 0)
    assert b"Nothing was changed" in text


@pytest.mark.parametrize("declared", [None, "5", "nonsense"])
def test_undeclared_too_much_is_cut_off_where_it_goes_over(declared: str | None) -> None:
    status, _text, read = answer_to([b"x" * 60] * 50, declared)
    assert (status, read) == (413, 2)
