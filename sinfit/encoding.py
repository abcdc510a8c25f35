"""Files from anywhere: text in whatever encoding it was saved."""

from __future__ import annotations

import codecs

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text of a file in any encoding, as far as digits and ASCII letters go.

    Examples:
        >>> decode("99 5545.57".encode("utf-16"))
        '99 5545.57'

    UTF-8, UTF-16 and UTF-32 are recognized. Whatever else (CP949, GBK, mojibake) is read as
    Latin-1: the digits are the same in all of them, and only digits are looked for.
    """
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    if b"\0" in data:  # UTF-16 without a byte order mark
        little = data[1::2].count(0) >= data[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
