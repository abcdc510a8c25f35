"""What a file is that holds no table, told by how it begins."""

KINDS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"PK\x03\x04", "zip (.xlsx, .ods, .npz)"),
    (b"\xd0\xcf\x11\xe0", ".xls, .doc"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x93NUMPY", "NumPy (.npy)"),
    (b"\x89HDF", "HDF5"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
)
"""How files begin that hold no text."""


def kind_of(content: bytes) -> str:
    """What a file is that holds no plain text, such as `gzip`; empty for anything else.

    Examples:
        >>> kind_of(b"<!DOCTYPE html><html>")
        'HTML'
        >>> kind_of(b"1,2")
        ''
    """
    for magic, kind in KINDS:
        if content.startswith(magic):
            return kind
    begins = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if begins.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if begins.startswith(b"<?xml"):
        return "XML"
    return "JSON" if begins.startswith((b'{"', b"{\n", b"[{", b"[[")) else ""
