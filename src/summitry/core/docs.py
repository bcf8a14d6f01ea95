"""The pages of docs/ that are made from what is registered: checks, actions, roles. `summitry docs` writes them."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any

from django.utils.translation import override
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from summitry.core.action import ACTIONS, Action
from summitry.core.checking import CHECKS, Check
from summitry.core.rights import OPEN_UP_TO, RIGHTS, WHOLE_VIEW, Classification, Role

Page = tuple[str, str]
MADE = "<!-- Made by `summitry docs`. Change the program, not this page. -->"


def check_pages() -> Iterator[Page]:
    """docs/checks/<CODE>.md for every check, and docs/checks/index.md."""
    with override("en"):
        for code in sorted(CHECKS):
            yield f"checks/{code}.md", _check_page(CHECKS[code])
        yield "checks/index.md", _check_index()


def _check_page(rule: Check) -> str:
    lines = [
        MADE,
        "",
        f"# {rule.code}: {rule.title}",
        "",
        f"Severity: {rule.severity.label}. App: {rule.app}.",
        "",
        rule.explanation,
        "",
        f"- **Wrong:** {rule.wrong}",
        f"- **Right:** {rule.right}",
        "",
        f"It says: “{_blanks(str(rule.message))}”",
        "",
        f"What to do: {_blanks(str(rule.hint))}",
        "",
        f"Source: {rule.source}.",
    ]
    return "\n".join(lines) + "\n"


def _blanks(text: str) -> str:
    """A message with its values as a reader understands them: {days_late} becomes ‹days late›."""
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: f"‹{found[1].replace('_', ' ')}›", text)


def _check_index() -> str:
    lines = [MADE, "", "# All checks", "", f"There are {len(CHECKS)}. How to add one: [README](README.md).", ""]
    lines += ["| check | severity | what it finds |", "|---|---|---|"]
    lines += [
        f"| [{code}]({code}.md) | {rule.severity.label} | {rule.title} |" for code, rule in sorted(CHECKS.items())
    ]
    return "\n".join(lines) + "\n"


def actions_page() -> Iterator[Page]:
    """docs/actions.md: every action, its right and its arguments."""
    with override("en"):
        lines = [MADE, "", "# Actions", "", *_ACTIONS_HEAD]
        for name in sorted(ACTIONS):
            lines += _action_section(ACTIONS[name])
        yield "actions.md", "\n".join(lines) + "\n"


_ACTIONS_HEAD = (
    "The only way to change records: forms, imports, the command line and undo all submit these. Records are named by",
    "their code. An argument with a default may be left out; in a change, what is left out stays as",
    "it is.",
)


def _action_section(kind: type[Action]) -> list[str]:
    right = kind.action_right
    lines = ["", f"## {kind.action_name}", "", f"**{kind.action_title}.** {_prose(kind)}", ""]
    lines += [f"Right: `{right.name}` ({right.who()})." + ("" if kind.action_undoable else " It is not undone.")]
    if kind.model_fields:
        lines += ["", "| argument | type | default |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {_type(info.annotation)} | {_default(info)} |" for name, info in kind.model_fields.items()
        ]
    return lines


def _prose(kind: type[Action]) -> str:
    text = inspect.getdoc(kind) or ""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    value = info.get_default(call_default_factory=True, validated_data={})
    if value is None:
        return "none"
    if isinstance(value, Enum):
        value = value.value
    if value in ("", b"", (), [], {}):
        return "empty"
    return f"`{value}`"


def _type(annotation: Any) -> str:
    """A type as a reader understands it: `date or none`, `list of text`."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_type(part) for part in parts)
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{part}`" for part in parts)
    if origin is typing.Annotated:
        return _type(parts[0])
    if origin in (list, tuple, set, frozenset):
        return f"list of {_type(parts[0])}"
    if origin is dict:
        return f"table from {_type(parts[0])} to {_type(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in annotation)
    return _NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))


_NAMES: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "yes or no",
    bytes: "bytes in base64",
    type(None): "none",
    SecretStr: "secret text",
}


def roles_page() -> Iterator[Page]:
    """docs/roles.md: what each role may do and see."""
    with override("en"):
        lines = [MADE, "", "# Roles", "", "An account has one role at an event, an agency and a clearance.", ""]
        lines += ["## What each may do", "", "| right | " + " | ".join(str(role.label) for role in Role) + " |"]
        lines += ["|---" * (len(Role) + 1) + "|"]
        for right in RIGHTS.values():
            marks = " | ".join("yes" if right.held_by(role) else "" for role in Role)
            lines.append(f"| {right.title} (`{right.name}`) | {marks} |")
        lines += ["", "An action may add a condition of its own, such as that the task is one's agency's.", ""]
        lines += ["## What each sees", "", *_SEES, "", "| role | sees without taking part |", "|---|---|"]
        for role in Role:
            lines.append(f"| {role.label} | {_seen_at_large(role)} |")
        yield "roles.md", "\n".join(lines) + "\n"


_SEES = (
    "A record is public, internal, restricted or secret (an event may name these itself). Nobody sees a record",
    "above their clearance. Within it, a role sees records at large up to a level, and above that level only those in",
    "which its agency, or a unit below it, takes part. A record without a classification is seen with the record",
    "that it belongs to. A finding that names a record above somebody's right is counted, never shown.",
)


def _seen_at_large(role: Role) -> str:
    if role in WHOLE_VIEW:
        return "everything within the clearance"
    level = Classification(OPEN_UP_TO[role])
    return f"up to {str(level.label).lower()}"


def pages() -> Iterator[Page]:
    """All of them, by path below docs/."""
    yield from check_pages()
    yield from actions_page()
    yield from roles_page()
