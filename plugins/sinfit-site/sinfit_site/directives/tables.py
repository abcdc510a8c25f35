"""Tables of the whole site: its stages, its translations, and the numbers on other machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sinfit.i18n import N_
from sinfit_author.numbers import recorded
from sinfit_cli.i18n import labelled

from sinfit_site.i18n import _, listed, own_name, translated
from sinfit_site.model import Page, summary_of, title_of

CHANGES = {
    N_("2 or 4 threads"): ("2 threads", "4 threads"),
    N_("PyTorch with AVX2"): ("PyTorch AVX2",),
    N_("PyTorch without AVX"): ("PyTorch none",),
    N_("NumPy without AVX-512"): ("NumPy AVX2",),
    N_("Other loops for matrices"): ("libraries",),
    N_("Both without AVX-512"): ("both AVX2",),
    N_("Both without AVX"): ("both none",),
    N_("100,000 points, 500 steps, more threads"): (
        "many points, 2 threads",
        "many points, 4 threads",
    ),
}
"""A row's words, and the recorded changes that it shows the worst of."""


def table(heads: Sequence[str], rules: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the rules say how its columns are aligned."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *rows))


def stages(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """`[[stages]]`: what is new in each, its final loss, and how far that is above the best."""
    heads = [_("Stage"), _("What is new"), _("Steps"), _("Final loss"), _("Above the best cubic")]
    rows = []
    for stage in page.site.stages:
        recording = page.recording(stage)
        gap = recording["gap"]
        rows.append(
            [
                f"[{title_of(stage)}](/{stage.name}/)",
                summary_of(stage),
                str(recording["asked"]["steps"]),
                _four(recording["sse"]),
                "–" if gap is None else _four(gap),
            ]
        )
    shown = table(heads, ["---", "---", "--:", "--:", "--:"], rows)
    return f'<div class="sf-stages" markdown>\n\n{shown}\n\n</div>'


def status(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """`[[status]]`: how much of each page is translated; outdated units are counted beside it."""
    heads = [_("Page"), *map(own_name, translated())]
    rows = []
    for document in page.site.documents:
        row = [f"`{document.name}`"]
        for language in translated():
            progress = page.site.translators[document.name, language].progress
            outdated = labelled(_("outdated"), str(progress.outdated))
            percent = _("{percent} %").format(percent=progress.percent)
            row.append(f"{percent} ({outdated})" if progress.outdated else percent)
        rows.append(row)
    return table(heads, ["---", *["--:"] * (len(heads) - 1)], rows)


def numbers(page: Page, argument: str) -> str:  # noqa: ARG001 (a directive's signature)
    """`[[numbers]]`: how far apart the stages are under which change, and what to expect."""
    runs = {run["change"]: run for run in recorded()["runs"]}
    rows = []
    for words, changes in CHANGES.items():
        seen = [runs[change]["stages"] for change in changes]
        apart = {
            stage: max(each[stage]["losses"] for each in seen)
            for stage in seen[0]
            if not all(each[stage]["equal"] for each in seen)
        }
        rows.append([_(words), _by_size(apart)])
    expected = {stage: each["losses"] for stage, each in recorded()["tolerances"].items()}
    rows.append([_("Expect at most"), _by_size(expected)])
    machine = runs["reference"]["fingerprint"]
    measured = _(
        "Measured on {date}, {platform}, with NumPy {numpy} and PyTorch {torch}, "
        "against a run with one thread and {cpu}."
    ).format(
        date=recorded()["date"],
        platform=machine["platform"],
        numpy=machine["numpy"],
        torch=machine["torch"],
        cpu=machine["torch_cpu"],
    )
    shown = table([_("Change"), _("Largest difference")], ["---", "---"], rows)
    return f'{shown}\n\n<div class="sf-provenance">{measured}</div>'


def _by_size(sizes: Mapping[str, float]) -> str:
    """`5e-3: a, b` by falling size, a line each; where nothing differs, an equals sign."""
    groups: dict[str, list[str]] = {}
    for stage, size in sizes.items():
        groups.setdefault(_short(size), []).append(f"`{stage}`")
    falling = sorted(groups, key=float, reverse=True)
    return "<br>".join(labelled(size, listed(groups[size])) for size in falling) or "="


def _four(value: float) -> str:
    """Four decimals, with the minus of the charts; rounding errors do not look like differences."""
    return f"{value:z.4f}".replace("-", "−")


def _short(value: float) -> str:
    return f"{value:.0e}".replace("e-0", "e-")
