"""What a translation may not change, whatever its language: it would be false, or do harm.

Formulas, numbers, code, links, values in braces and the structure of the text are the source's;
there is no new HTML and no new address; nothing is cut off, and nothing stands there twice. Whoever
writes in another style breaks no gate; that is for `check`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from sinfit_site.sources import docstrings
from sinfit_site.sources.markdown import CODE_SPAN, LINK, MATHS, prose

NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")
WORD = re.compile(r"[a-z]+")
NUMBER_WORDS = {
    word: value
    for value, words in enumerate(
        [
            "zero",
            "one first once single",
            "two second twice",
            "three third thirds",
            "four fourth",
            "five fifth",
            "six",
            "seven",
            "eight",
            "nine",
            "ten tenth",
            "eleven",
            "twelve",
        ]
    )
    for word in words.split()
}
SPELLED = (  # English words that a translation may write with a digit
    (re.compile(r"\bcubics?\b", re.IGNORECASE), re.compile(r"(?<!\d)3차")),
    (re.compile(r"\bthird\b", re.IGNORECASE), re.compile(r"(?<!\d)3차(?= 르장드르)")),
    (re.compile(r"\bzero\b", re.IGNORECASE), re.compile(r"(?<![\d.,])0(?!\d|[.,]\d)")),
)
SAME = (  # the name of what must be the source's, its pattern, the group, and what to do
    ("code spans", CODE_SPAN, 2, "copy them from the English"),
    ("maths", MATHS, 1, "copy it from the English, to the last character"),
    ("link targets", LINK, 3, "translate the words of a link, never its target"),
)
PLAIN = (  # the same, where code, maths and link targets are left out
    ("HTML", re.compile(r"<(?=[A-Za-z/!?])[^>]*>?|&#?\w+;"), "there may be none of your own"),
    ("addresses", re.compile(r"\w+://[^\s)>\]]*|\b(?:mailto:|www\.)\S+"), "add none"),
    ("braces", re.compile(r"\{[^{}]*\}?|\}"), "keep the values in braces as they are"),
    (
        "signs of formulas",
        re.compile(r"[=^²³⁴√∑Σ∂∇∞±×≈≠≤≥]|\bd[A-Za-z]/d[A-Za-z]\b|(?<=\S )[-+*/−·](?= \S)"),
        "copy the formula from the English",
    ),
    (
        "shapes",
        re.compile(r"\((?:(?:\d+|[A-Za-z]), ?)+(?:\d+|[A-Za-z])?\)"),
        "copy them from the English",
    ),
)
LEFT = (  # what may not be lost; one more is no harm, as it may be a word of the language
    (
        "names",
        re.compile(
            r"(?<![\w/.@-])(?:[A-Za-z]\w*_\w+|[A-Za-z_][\w.]*\(\)|[A-Za-z]+\d\w*)", re.ASCII
        ),
        "names of a program are not translated",
    ),
    (
        "letters of formulas",
        re.compile(r"(?<![A-Za-z`'’])[b-hj-zB-HJ-Z](?![A-Za-z'’.])"),
        "copy the formula from the English",
    ),
)
BRACKETS = re.compile(r"\[|\]\(|\]\[|\]:")
BLOCK = re.compile(r"\s*(?:#{1,6} |[-*+] |\d+[.)] |>|!!!|\?\?\?|:::|```|~~~|===|<|\$\$|--8<--)")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]")
ENDS = ".?!:。？！：…"
CLOSING = "\"'”’)）]*_`」』»›⟧ "
OPEN = ("comment", "heading", "title", "page title", "text in a plot")  # they end as they like
SENTENCE_END = re.compile(r"(?<=[.?!])\s|(?<=[。？！])(?=.)")
LONG = 40  # letters that no translation has twice by chance


@lru_cache(maxsize=16384)  # `mkdocs serve` asks at each edit, and one answer is new
def wrong(source: str, translation: str, kind: str) -> tuple[str, ...]:
    """Why a translation must not be shown, as sentences that say what to do; empty if it may.

    Args:
        source: The English unit.
        translation: Its translation.
        kind: The unit's kind, such as `paragraph`.
    """
    return (
        *_program(source, translation, kind),
        *_same(source, translation),
        *_numbers(source, translation),
        *_structure(source, translation),
        *_damage(source, translation, kind),
    )


def _program(source: str, translation: str, kind: str) -> Iterator[str]:
    if kind == "docstring" and not docstrings.fits(source, translation):
        yield "it has quotes or a backslash, which a docstring cannot hold: leave them out"
    if kind == "comment" and not _stays_a_comment(translation):
        yield "Jupyter takes such a comment for a command or a new cell: begin with another word"


@lru_cache(maxsize=4096)
def _stays_a_comment(text: str) -> bool:
    import jupytext

    program = f"# {text}\nx = 1"
    read = jupytext.reads(f"# %%\n{program}\n", fmt="py:percent")
    return [cell.source for cell in read.cells] == [program]


def _same(source: str, translation: str) -> Iterator[str]:
    for name, pattern, group, mend in SAME:
        yield from _compared(
            name,
            [match[group] for match in pattern.finditer(source)],
            [match[group] for match in pattern.finditer(translation)],
            mend,
        )
    plain, given = prose(source), prose(translation)
    for name, pattern, mend in PLAIN:
        yield from _compared(name, pattern.findall(plain), pattern.findall(given), mend)
    for name, pattern, mend in LEFT:
        wanted = {*pattern.findall(plain)} - {plain.strip()}  # a text that is one letter is words
        kept = wanted.intersection(pattern.findall(given))
        yield from _compared(name, sorted(wanted), sorted(kept), mend)


def _compared(name: str, wanted: list[str], given: list[str], mend: str) -> Iterator[str]:
    if Counter(wanted) != Counter(given):
        differ = "differs" if name in ("maths", "HTML") else "differ"
        yield f"its {name} {differ}: {_difference(Counter(wanted), Counter(given))}; {mend}"


def _difference(wanted: Counter[str], given: Counter[str]) -> str:
    lacking, extra = wanted - given, given - wanted
    parts = [f"lacks {', '.join(map(repr, lacking))}"] if lacking else []
    return "; ".join([*parts, *([f"has {', '.join(map(repr, extra))} more"] if extra else [])])


def _numbers(source: str, translation: str) -> Iterator[str]:
    for word, digits in SPELLED:
        if word.search(source):
            source, translation = (digits.sub(" ", text) for text in (source, translation))
    wanted, given = (
        Counter(_plain(number) for number in NUMBER.findall(_spaced(prose(text))))
        for text in (source, translation)
    )
    # a number may be a word in English and digits in the translation
    spelled = Counter(
        str(NUMBER_WORDS[word]) for word in WORD.findall(source.lower()) if word in NUMBER_WORDS
    )
    if wanted - given or given - wanted - spelled:
        mend = "write those of the English, with its decimal point"
        yield f"its numbers differ: {_difference(wanted, given)}; {mend}"


def _plain(number: str) -> str:
    """A number without the commas that part thousands; another comma stays, for it is wrong."""
    return re.sub(r",(?=\d{3}(?!\d))", "", number)


def _spaced(text: str) -> str:
    """A text whose digits stand apart from Korean and Chinese letters."""
    return re.sub(r"[가-힣\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]", " ", text)


def _structure(source: str, translation: str) -> Iterator[str]:
    """A unit stays what it is: a paragraph becomes no heading, no list and no directive."""
    if re.search(r"\{#[\w-]+\}", translation):
        yield "it has a heading id; the source's is used: remove it"
    if _without_code(translation).count("**") % 2:  # ** is a power in code
        yield "a ** is not closed: write two, or none"
    elif _without_code(translation).count("*") % 2 > _without_code(source).count("*") % 2:
        yield "a * is not closed: write two, or none"
    if re.search(r"\[\s*\]\(", translation):
        yield "a link has no words between [ and ]"
    begins = BLOCK.match(translation)
    if begins and not BLOCK.match(source):
        yield f"it begins with {begins[0].strip()!r}, which is for the structure: remove it"
    wanted, given = (BRACKETS.findall(_without_code(text)) for text in (source, translation))
    targets = _targets(source)
    for words, given_targets in _targets(translation).items():
        if words in targets and targets[words] != given_targets:
            yield f"its link {words!r} leads elsewhere than in the English: were two swapped?"
    yield from _compared("brackets of links", wanted, given, "keep the links of the English alone")
    bars = [_without_code(text).count("|") for text in (source, translation)]
    if bars[0] != bars[1]:
        yield f"it has {bars[1]} of |, and the English {bars[0]}: in a table they part the cells"


def _targets(text: str) -> dict[str, set[str]]:
    """Where the links of a text lead, by their words."""
    found: dict[str, set[str]] = {}
    for link in LINK.finditer(text):
        found.setdefault(link[2], set()).add(link[3])
    return found


def _without_code(text: str) -> str:
    return MATHS.sub(" ", CODE_SPAN.sub(" ", text))


def _damage(source: str, translation: str, kind: str) -> Iterator[str]:
    """A translation that is not whole: cut off, pasted twice, or with letters that are none."""
    for found in dict.fromkeys(HIDDEN.findall(translation)):
        if found not in source:
            what = {"\n": "a line break", "\t": "a tab"}.get(found, "a character that nobody sees")
            yield f"it has {what}, {found!r}: remove it"
    if "\\n" in _without_code(translation) and "\\n" not in source:
        yield "it has a backslash and an n, which readers see: remove them"
    if not unicodedata.is_normalized("NFC", translation):
        yield "its letters are taken apart (Unicode's form NFD), so nobody finds them: write NFC"
    if not kind.startswith(OPEN) and _last(source) in ENDS and _last(translation) not in ENDS:
        yield "its end is missing: the English ends with a full stop or a question mark"
    for pair in ("()", "[]"):
        opened, closed = (_flat(translation).count(sign) for sign in pair)
        if opened != closed and _flat(source).count(pair[0]) == _flat(source).count(pair[1]):
            yield f"it has {opened} of {pair[0]!r} and {closed} of {pair[1]!r}: is a part missing?"
    sentences = [len(SENTENCE_END.findall(text)) + 1 for text in (source, translation)]
    if (len(source) >= LONG and len(translation) < len(source) / 6) or (
        sentences[0] > 3 and sentences[1] * 3 <= sentences[0]
    ):
        yield "it is much shorter than the English: is a part missing?"
    if len(translation) > LONG and len(translation) > 3 * len(source):
        yield "it is much longer than the English: is there a text too many?"
    if twice := _twice(translation, _twice(source, "")):
        yield f"it says {twice[:30]!r} twice: remove one of them"


def _last(text: str) -> str:
    return text.rstrip(CLOSING)[-1:] or " "


def _flat(text: str) -> str:
    return _without_code(text).replace("（", "(").replace("）", ")")


def _twice(text: str, unless: str) -> str:
    """A sentence that a text has twice, or half of a text that is one half twice; or nothing."""
    bare = text.strip()
    for middle in range(len(bare) // 2 - 1, len(bare) // 2 + 2):
        half, other = bare[: max(middle, 0)].strip(), bare[max(middle, 0) :].strip()
        if half and half == other and not unless:
            return half
    said = Counter(part.strip() for part in SENTENCE_END.split(bare))
    return next((each for each, count in said.items() if count > 1 and len(each) > 8), "")
