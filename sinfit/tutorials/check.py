"""The rules for translations: what must be the source's, the terms, and each language's spacing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from sinfit.tutorials.markdown import CODE_SPAN, LINK, MATHS, prose
from sinfit.tutorials.terms import terms

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
HAN = r"[\u4e00-\u9fff]"
SPACED = re.compile(rf"{HAN}[A-Za-z0-9`$]|[A-Za-z0-9`$]{HAN}")
HALF_WIDTH = re.compile(rf"{HAN}[,;:?!(]|{HAN}\.(?!\w)|\){HAN}")
BROKEN_BOLD = re.compile(r"\*\*[^*]*\)\*\*[가-힣]")
LOOSE_PARTICLE = re.compile(
    r"(?:`|[A-Za-z0-9$)]) (?:은|는|을|를|의|에|에서|와|과|로|으로|도|만)(?=[\s,.])"
)
PARTICLES = {"은": "는", "을": "를", "과": "와"}
SPELLED = (  # English words that a translation may write with a digit
    (re.compile(r"\bcubics?\b", re.IGNORECASE), re.compile(r"(?<!\d)3차")),
    (re.compile(r"\bthird\b", re.IGNORECASE), re.compile(r"(?<!\d)3차(?= 르장드르)")),
    (re.compile(r"\bzero\b", re.IGNORECASE), re.compile(r"(?<![\d.,])0(?!\d|[.,]\d)")),
)
KOREAN_REFUSED = ("우리", "당신", "여러분", "저희")
CHINESE_REFUSED = ("请", "您")


def problems(source: str, translation: str, language: str, kind: str) -> list[str]:
    """What is wrong with a translation, as sentences; nothing if it may be published.

    Args:
        source: The English unit.
        translation: Its translation.
        language: `ko` or `zh`.
        kind: The unit's kind.
    """
    found = [*_kept(source, translation), *_terms(source, translation, language)]
    if "\n" in translation:
        found.append("it has a line break")
    if CODE_SPAN.sub("", translation).count("**") % 2:  # ** is a power in code
        found.append("a ** is not closed")
    if re.search(r"\{#[\w-]+\}", translation):
        found.append("it has a heading id; the source's is used")
    check = _korean if language == "ko" else _chinese
    return [*found, *check(translation, kind)]


def _kept(source: str, translation: str) -> Iterator[str]:
    """Code spans, maths, link targets and numbers are those of the source."""
    for name, pattern, group in (
        ("code spans", CODE_SPAN, 2),
        ("maths", MATHS, 1),
        ("link targets", LINK, 3),
    ):
        wanted = Counter(match[group] for match in pattern.finditer(source))
        given = Counter(match[group] for match in pattern.finditer(translation))
        if wanted != given:
            yield f"its {name} differ: {_difference(wanted, given)}"
    for word, digits in SPELLED:
        if word.search(source):
            source, translation = (digits.sub(" ", text) for text in (source, translation))
    wanted, given = (
        Counter(number.replace(",", "") for number in NUMBER.findall(_spaced(prose(text))))
        for text in (source, translation)
    )
    # a number may be a word in English and digits in the translation
    spelled = Counter(
        str(NUMBER_WORDS[word]) for word in WORD.findall(source.lower()) if word in NUMBER_WORDS
    )
    if wanted - given or given - wanted - spelled:
        yield f"its numbers differ: {_difference(wanted, given)}"


def _spaced(text: str) -> str:
    """A text whose digits stand apart from Korean and Chinese letters."""
    return re.sub(r"[가-힣\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]", " ", text)


def _difference(wanted: Counter[str], given: Counter[str]) -> str:
    lacking, extra = wanted - given, given - wanted
    parts = [f"lacks {', '.join(map(repr, lacking))}"] if lacking else []
    return "; ".join([*parts, *([f"has {', '.join(map(repr, extra))} more"] if extra else [])])


def _terms(source: str, translation: str, language: str) -> Iterator[str]:
    text, words = prose(source), prose(translation)
    for term in sorted(terms(), key=lambda each: -len(each.english)):
        if term.pattern.search(text):
            text = term.pattern.sub(" ", text)  # gradient descent is no gradient
            if term.checked and not any(form in words for form in term.forms[language]):
                yield f"the term {term.english!r} must be {' or '.join(term.forms[language])}"
    for term in terms():
        if not term.pattern.search(prose(source)):
            continue  # 偏差 is wrong for bias and right for deviation
        for wrong in term.wrong[language]:
            right = any(wrong in form and form in words for form in term.forms[language])
            if wrong in words and not right:
                form = term.forms[language][0]
                yield f"{wrong!r} is not used for {term.english!r}; write {form}"


def _korean(text: str, kind: str) -> Iterator[str]:
    words = prose(text)
    for refused in KOREAN_REFUSED:
        if re.search(rf"(?<![가-힣]){refused}", words):
            yield f"{refused!r} is not used"
    if match := BROKEN_BOLD.search(text):
        yield f"{match[0]!r}: a bold word that ends in ) must not be followed by a particle"
    if match := LOOSE_PARTICLE.search(text):
        yield f"{match[0]!r}: a particle follows code or Latin without a space"
    if kind == "paragraph" and words.rstrip().endswith(":"):
        yield "a Korean sentence does not end with a colon"
    if re.search(r"(?:[가-힣]요|(?<!니)다)\.", words):
        yield "sentences end in 합니다체"
    for term in terms():
        for form in term.forms["ko"]:
            followed = rf"(?<![가-힣]){re.escape(form)}(은|는|을|를|과|와)(?=[\s,.]|$)"
            for match in re.finditer(followed, words):
                if match[1] != (right := _particle(form, match[1])):
                    yield f"{match[0]!r}: write {form}{right}"


def _particle(form: str, particle: str) -> str:
    """The particle as it stands after a Korean word: by whether the word ends in a consonant."""
    if not "가" <= form[-1] <= "힣":
        return particle
    closed = (ord(form[-1]) - ord("가")) % 28 != 0
    open_form = PARTICLES.get(particle, particle)
    closed_form = next((a for a, b in PARTICLES.items() if b == open_form), particle)
    return closed_form if closed else open_form


def _chinese(text: str, kind: str) -> Iterator[str]:
    bare = LINK.sub(lambda match: match[2], text).replace("**", "").replace("*", "")
    words = CODE_SPAN.sub("`x`", MATHS.sub("$x$", bare))
    for refused in CHINESE_REFUSED:
        if refused in words:
            yield f"{refused!r} is not used"
    if match := SPACED.search(words):
        yield f"{match[0]!r}: a space belongs between Han and Latin letters, digits, code or maths"
    if match := HALF_WIDTH.search(words):
        yield f"{match[0]!r}: punctuation after Han is full-width"
    if kind == "comment" and text.rstrip().endswith("。"):
        yield "a comment has no full stop at its end"
