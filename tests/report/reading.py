"""Reads a rendered page as a browser and its reader would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "img", "hr", "input", "line", "circle", "rect"}
_UNREAD = ("style", "script")


@dataclass
class Element:
    """An element with its attributes, children and text."""

    tag: str
    attributes: dict[str, str | None]
    children: list["Element | str"] = field(default_factory=list)

    def all(self, tag: str | None = None, **attributes: str) -> list["Element"]:
        """Elements below this one with the tag and, among others, these classes or attribute values."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if tag in (None, child.tag) and all(child.has(k, v) for k, v in attributes.items()):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def has(self, name: str, value: str) -> bool:
        """Whether an attribute has the value; of a class list whether it contains it."""
        actual = self.attributes.get(name.rstrip("_")) or ""
        return value in actual.split() if name == "class_" else value == actual

    @property
    def text(self) -> str:
        """The text that is read, its spaces single; style and scripts left out."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(parts).split()) if self.tag not in _UNREAD else ""

    @property
    def lines(self) -> list[str]:
        """The text by blocks, as a page lays it out."""
        blocks = {"p", "h1", "h2", "h3", "h4", "li", "tr", "dt", "dd", "summary", "div", "article", "header"}
        out = [""]

        def walk(element: "Element") -> None:
            if element.tag in (*_UNREAD, "head"):
                return
            if element.tag in blocks:
                out.append("")
            for child in element.children:
                if isinstance(child, str):
                    out[-1] += child
                else:
                    out[-1] += " " if child.tag in ("td", "th") else ""
                    walk(child)
            if element.tag in blocks:
                out.append("")

        walk(self)
        return [line for line in (" ".join(line.split()) for line in out) if line]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("document", {})]
        self.unbalanced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.stack[-1].children.append(element)
        if tag not in _VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.stack[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.stack[-1].tag == tag:
            self.stack.pop()
        elif tag not in _VOID:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def page(html: str) -> Element:
    """Read a page whose elements must be closed in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.unbalanced == []
    assert len(reader.stack) == 1
    return reader.stack[0]
