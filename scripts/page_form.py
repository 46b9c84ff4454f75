"""The form of pages that are made: the line at their head, tables, sentences."""

from collections.abc import Iterable

MADE = "<!-- Made by scripts/reference.py from the code: edit there, not here. -->"


def page(title: str, *parts: str) -> str:
    """A page of a title and what follows it."""
    return "\n\n".join((MADE, f"# {title}", *parts)) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(head)]
    lines += [["---"] * len(lines[0]), *([*map(_cell, row)] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
