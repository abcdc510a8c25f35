import pytest
from sinfit_site.pages.maths import mathml, with_mathml
from sinfit_site.sources import markdown
from sinfit_site.sources.document import Cell, Document

PAGE = """\
# Title

One sentence.
Another with `code` and $x^2$.

- item one
  goes on
- item two
    1. nested

| head | number |
| --- | --: |
| a cell | `x` |

!!! note "A title"
    The body
    of it.

> A quote.

![Words](a.svg)

```python
x = 1  # a comment
# noqa: E501
```

```text
no unit
```

$$ y = x $$

[[player: numpy]]
"""


def document(text, tmp_path):
    return Document(
        "page", tmp_path / "page.md", tmp_path, "{language}.po", (Cell("markdown", text),)
    )


def test_a_unit_is_a_paragraph_an_item_a_cell_a_title_or_a_comment(tmp_path):
    found = [(unit.text, unit.kind) for unit in document(PAGE, tmp_path).units]
    assert found == [
        ("Title", "heading 1"),
        ("One sentence. Another with `code` and $x^2$.", "paragraph"),
        ("item one goes on", "list item"),
        ("item two", "list item"),
        ("nested", "list item"),
        ("head", "table cell"),
        ("number", "table cell"),
        ("a cell", "table cell"),
        ("A title", "title"),
        ("The body of it.", "paragraph"),
        ("A quote.", "paragraph"),
        ("Words", "alt text"),
        ("a comment", "comment"),
    ]


def test_what_is_taken_apart_is_put_together_again():
    again = markdown.render(
        markdown.parse(PAGE),
        lambda piece: (
            f"[[{piece.info}: {piece.text}]]" if piece.kind == "directive" else piece.text
        ),
    )
    assert again == PAGE.replace("sentence.\nAnother", "sentence. Another").replace(
        "item one\n  goes on", "item one goes on"
    ).replace("The body\n    of it.", "The body of it.")


def test_a_heading_keeps_its_id_out_of_the_unit():
    piece = markdown.parse("## What is new {#new}")[0]
    assert (piece.text, piece.info, piece.after) == ("What is new", "new", " {#new}")


@pytest.mark.parametrize("text", ["`$x$`", "```\n$x$\n```", "costs $5"])
def test_code_and_money_are_no_maths(text):
    assert with_mathml(text) == text


def test_maths_becomes_mathml_without_a_script():
    assert with_mathml("is $x^2$.") == f"is {mathml('x^2')}."
    assert mathml("x^2") == "<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>"
    assert 'display="block"' in with_mathml("$$ y = x $$")


@pytest.mark.parametrize("latex", [r"[-\pi, 1]", "f(-z)", "b = -1", "a, -b", "10^{-6}", "-x"])
def test_a_sign_stands_close_to_its_number(latex):
    assert '<mo form="prefix" lspace="0" rspace="0">−</mo>' in mathml(latex)


@pytest.mark.parametrize("latex", ["a - b", "f(x) - g(x)", "x_i - y_i", "x^2 - 1"])
def test_a_minus_between_two_terms_keeps_its_space(latex):
    assert "<mo>−</mo>" in mathml(latex)


@pytest.mark.parametrize("more", [[], ["md_in_html"]])
def test_a_formula_that_begins_a_paragraph_is_part_of_it(more):
    from markdown import markdown

    text = f"{mathml('x')} is small.\n\nAnd {mathml('y')} too."
    page = markdown(text, extensions=[*more, "sinfit_site.html.inline_maths"])
    assert page == f"<p>{mathml('x')} is small.</p>\n<p>And {mathml('y')} too.</p>"
    assert markdown(text, extensions=more) != page  # the extension is what does it
