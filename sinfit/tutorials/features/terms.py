"""`[[glossary]]`: the term list with its definitions."""

from __future__ import annotations

from sinfit.tutorials.place import Place
from sinfit.tutorials.terms import terms


def render(place: Place, arguments: str) -> str:  # noqa: ARG001 (a feature's signature)
    """A table: the English term, the Korean and the Chinese one, and what it means."""
    rows = [
        [place.word("term"), place.word("Korean"), place.word("Chinese"), place.word("definition")],
        ["---"] * 4,
    ]
    for term in sorted(terms(), key=lambda each: each.english.lower()):
        forms = [" / ".join(term.forms[language]) for language in ("ko", "zh")]
        rows.append(
            [
                f"**{term.english}**",
                f'<span lang="ko">{forms[0]}</span>',
                f'<span lang="zh-Hans">{forms[1]}</span>',
                place.translator.marked(term.definition),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
