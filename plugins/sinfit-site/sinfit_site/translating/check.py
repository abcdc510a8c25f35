"""The rules of style for translations: the terms, and each language's spelling and spacing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sinfit_site.glossary import terms
from sinfit_site.i18n import languages
from sinfit_site.sources.markdown import CODE_SPAN, LINK, MATHS, prose
from sinfit_site.translating import gates

HAN = r"[\u4e00-\u9fff]"
SPACED = re.compile(rf"{HAN}[A-Za-z0-9`$]|[A-Za-z0-9`$]{HAN}")
HALF_WIDTH = re.compile(rf"{HAN}[,;:?!(]|{HAN}\.(?!\w)|\){HAN}")
BROKEN_BOLD = re.compile(r"\*\*[^*]*\)\*\*[가-힣]")
LOOSE_PARTICLE = re.compile(
    r"(?:`|[A-Za-z0-9$)]) (?:은|는|을|를|의|에|에서|와|과|로|으로|도|만)(?=[\s,.])"
)
PARTICLES = {"은": "는", "을": "를", "과": "와"}
WORD = re.compile(r"[A-Za-z]{2,}")
COPIED = 5  # words that no name and no title of a work has
KOREAN_REFUSED = ("우리", "당신", "여러분", "저희")
CHINESE_REFUSED = ("请", "您")


def problems(source: str, translation: str, language: str, kind: str) -> list[str]:
    """What is wrong with a translation, as sentences; nothing if it may be published.

    Args:
        source: The English unit.
        translation: Its translation.
        language: The language's code, such as `ko`.
        kind: The unit's kind.
    """
    return [
        *gates.wrong(source, translation, kind),
        *style(source, translation, language, kind),
    ]


def style(source: str, translation: str, language: str, kind: str) -> list[str]:
    """What is against the rules of style of a language, and the terms that are not used."""
    rules = languages()[language].rules
    found = [*_terms(source, translation, language)]
    if source == translation and len(WORD.findall(prose(source))) >= COPIED:
        found.append("it is the English itself: leave it empty, and the page marks it as English")
    if rules and rules not in RULES:
        found.append(f"there are no rules {rules!r} for its language; there are {', '.join(RULES)}")
    return [*found, *(RULES[rules](translation, kind) if rules in RULES else ())]


def _terms(source: str, translation: str, language: str) -> Iterator[str]:
    plain, words = prose(source), prose(translation)
    text = plain
    for term in sorted(terms(), key=lambda each: -len(each.english)):
        if term.pattern.search(text):
            text = term.pattern.sub(" ", text)  # gradient descent is no gradient
            forms = term.forms[language]
            if term.checked and forms and not any(form.lower() in words.lower() for form in forms):
                yield f"the term {term.english!r} must be {' or '.join(forms)}"
    for term in terms():
        for wrong in term.wrong[language]:
            if wrong not in words or not term.pattern.search(plain):
                continue  # 偏差 is wrong for bias and right for deviation
            if not any(wrong in form and form in words for form in term.forms[language]):
                form = [*term.forms[language], "another word"][0]
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
    if re.search(r"(?:[가-힣]요|(?<!니)다)[.!](?=\s|$)", words):
        yield "sentences end in 합니다체"
    for term in terms():
        for form in term.forms["ko"]:
            if form not in words:
                continue
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


RULES = {"korean": _korean, "chinese": _chinese}
"""The rules of style by the names by which a language asks for them."""
