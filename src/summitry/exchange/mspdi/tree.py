"""XML from outside, parsed safely into a tree that knows which of its elements were read.

Safe: no document type, hence no entities; bounded size, depth, number of elements, attributes and length of text; no
other encoding than those that XML parsers must know. Complete: an element is read, or passed over by the tables of
`tables` because it says nothing of its own, or else it is told by `unread`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.parsers import expat

from django.utils.translation import gettext as _

from summitry.exchange.faults import refuse_file
from summitry.exchange.mspdi.tables import GATHERED, LOOKS, PASSED, PLAIN
from summitry.exchange.plans import bounds

NAMESPACE = "http://schemas.microsoft.com/project"
ENCODINGS = frozenset({"", "utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1"})
CHUNK = 256 * 1024


class Node:
    """One element. `path` is its place below the root, such as `Tasks/Task/Name`; `line` counts from 1.

    name: how people find it, once a reader knows.
    """

    __slots__ = ("children", "line", "name", "path", "tag", "text", "used")

    def __init__(self, tag: str, path: str, line: int) -> None:
        self.tag, self.path, self.line = tag, path, line
        self.text = ""
        self.name = ""
        self.children: list[Node] | tuple[()] = ()  # most have none, and there are many
        self.used = False

    def take(self, tag: str) -> Node | None:
        """The first child of that name, now read."""
        for child in self.children:
            if child.tag == tag and not child.used:
                child.used = True
                return child
        return None

    def value(self, tag: str) -> str:
        """The text of the first child of that name, without blanks at its ends; empty when it is not there."""
        child = self.take(tag)
        return child.text.strip() if child is not None else ""

    def every(self, *tags: str) -> list[Node]:
        """All elements below of these names, one name a level."""
        found = [self]
        for tag in tags:
            found = [child for node in found for child in node.children if child.tag == tag]
        for node in found:
            node.used = bool(node.children) or not node.text
        return found

    def unread(self) -> Iterator[tuple[str, Node]]:
        """Every leaf below that nobody has read, in the order of the file, with the name of what it belongs to."""
        open_nodes = [(self.name, node) for node in reversed(self.children)]
        while open_nodes:
            name, node = open_nodes.pop()
            if node.children:
                open_nodes += [(node.name or name, child) for child in reversed(node.children)]
            elif not node.used:
                yield name, node

    def leaves(self) -> int:
        """How many leaves there are below."""
        return sum(1 for child in self.children if not child.children) + sum(
            child.leaves() for child in self.children if child.children
        )


class Tree:
    """A parsed file.

    root: the Project element. passed: how many leaves each path had that say nothing of their own.
    gathered: the same for parts that are told as a whole, with the line of the first. strange: attributes, and elements
    of other schemas, as (line, path, value).
    """

    def __init__(self) -> None:
        self.root = Node("", "", 0)
        self.passed: Counter[str] = Counter()
        self.gathered: dict[str, tuple[int, int]] = {}
        self.strange: list[tuple[int, str, str]] = []


def parse(data: bytes) -> Tree:
    """Parse a Microsoft Project XML file. Raises `WorkbookRefused` for anything else and anything unsafe."""
    return _Parser().parse(data)


class _Parser:
    def __init__(self) -> None:
        self.tree = Tree()
        self.stack: list[Node] = []
        self.elements = 0
        self.tasks = 0
        self.length = 0
        self.parts: list[str] = []
        self.inner: list[bool] = []  # for each open element, whether it has children
        self.skipping = 0  # the depth below which everything is passed over
        self.skipped = ""
        self.paths: dict[tuple[str, str], str] = {}

    def parse(self, data: bytes) -> Tree:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.buffer_size = 64 * 1024
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._doctype
        parser.ExternalEntityRefHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self.parser = parser
        try:
            for start in range(0, len(data), CHUNK):
                parser.Parse(data[start : start + CHUNK], False)
            parser.Parse(b"", True)
        except (expat.ExpatError, UnicodeError, LookupError, ValueError) as error:
            where = _("line %(line)d") % {"line": parser.CurrentLineNumber}
            raise refuse_file(
                _("The file is no well-formed XML: {where}, {reason}.").format(where=where, reason=error)
            ) from error
        return self.tree

    def _doctype(self, *_arguments: object) -> int:
        raise refuse_file(_("The file defines a document type or entities, which no plan does: it is not opened."))

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "").lower() not in ENCODINGS:
            raise refuse_file(_("Its encoding is not read: save the file as UTF-8."), encoding or "")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        space, _separator, tag = name.rpartition("}")
        if self.elements > bounds.MAX_ELEMENTS:
            raise refuse_file(
                _("A plan has at most {count} elements: it is not opened.").format(count=bounds.MAX_ELEMENTS)
            )
        depth = len(self.inner)
        if depth >= bounds.MAX_DEPTH:
            raise refuse_file(_("The file nests its parts deeper than any plan does: it is not opened."))
        if depth:
            self.inner[-1] = True
            self._beside_elements()
        self.inner.append(False)
        self.parts, self.length = [], 0
        line = self.parser.CurrentLineNumber
        if not depth:
            self._root(space, tag)
        if self.skipping:
            return
        parent = self.stack[-1].path if self.stack else ""
        path = self._path(parent, tag if not depth or space.startswith(NAMESPACE) else f"{{{space}}}{tag}")
        if path == "Tasks/Task":
            self.tasks += 1
            if self.tasks > bounds.MAX_TASKS:
                raise refuse_file(_("A plan has at most {most} tasks.").format(most=bounds.MAX_TASKS))
        if attributes:
            self._attributes(path, attributes, line)
        if path in LOOKS or path in GATHERED:
            self.skipping, self.skipped = depth + 1, path
            if path in GATHERED:
                first, count = self.tree.gathered.get(path, (line, 0))
                self.tree.gathered[path] = (first, count)
            return
        self.stack.append(Node(tag, path, line))

    def _beside_elements(self) -> None:
        """A text beside elements stands nowhere in the schema: it is told."""
        text = "".join(self.parts).strip() if self.parts and not self.skipping else ""
        if text:
            self.tree.strange.append((self.parser.CurrentLineNumber, self.stack[-1].path, text))

    def _root(self, space: str, tag: str) -> None:
        if tag != "Project" or not space.startswith(NAMESPACE):
            raise refuse_file(
                _("This is XML, but no plan of Microsoft Project: its first element should be Project."),
                f"{tag} {space}".strip(),
            )

    def _path(self, parent: str, tag: str) -> str:
        if not self.stack:
            return ""
        found = self.paths.get((parent, tag))
        if found is None:
            found = self.paths[parent, tag] = f"{parent}/{tag}" if parent else tag
        return found

    def _attributes(self, path: str, attributes: dict[str, str], line: int) -> None:
        if len(attributes) > bounds.MAX_ATTRIBUTES:
            raise refuse_file(_("An element has more attributes than any plan: it is not opened."), path)
        for name, value in attributes.items():
            if len(value) > bounds.MAX_TEXT:
                raise refuse_file(_("A text is longer than any of a plan: it is not opened."), f"{path}@{name}")
            if not name.startswith("http://www.w3.org/2001/XMLSchema-instance"):
                self.tree.strange.append((line, f"{path}@{name.rpartition('}')[2]}", value))
        if len(self.tree.strange) > bounds.MAX_LOST:
            raise refuse_file(_("The file has more foreign parts than anyone could look at: it is not opened."))

    def _text(self, text: str) -> None:
        self.length += len(text)
        if self.length > bounds.MAX_TEXT:
            raise refuse_file(
                _("A text is longer than any of a plan: it is not opened."),
                _("line %(line)d") % {"line": self.parser.CurrentLineNumber},
            )
        self.parts.append(text)

    def _end(self, _name: str) -> None:
        has_children = self.inner.pop()
        text, self.parts = "".join(self.parts), []
        self.length = 0
        if self.skipping:
            self._end_skipped(has_children, text)
            return
        node = self.stack.pop()
        if not self.stack:
            self.tree.root = node
            return
        if has_children:
            if text.strip():
                self.tree.strange.append((node.line, node.path, text))
            self._keep(node)
            return
        if self._says_nothing(node.path, text):
            self.tree.passed[node.path] += 1
            return
        node.text = text
        self._keep(node)

    def _keep(self, node: Node) -> None:
        parent = self.stack[-1]
        if isinstance(parent.children, list):
            parent.children.append(node)
        else:
            parent.children = [node]

    def _end_skipped(self, has_children: bool, text: str) -> None:
        if not has_children:
            if self.skipped in GATHERED and text.strip():
                first, count = self.tree.gathered[self.skipped]
                self.tree.gathered[self.skipped] = (first, count + 1)
            else:
                self.tree.passed[self.skipped] += 1
        if len(self.inner) < self.skipping:
            self.skipping = 0

    def _says_nothing(self, path: str, text: str) -> bool:
        plain = text.strip()
        if not plain or path in PASSED:
            return True
        known = PLAIN.get(path)
        return known is not None and plain in known
