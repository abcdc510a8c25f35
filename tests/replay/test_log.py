"""Reading logs: the forms that circulate, whatever surrounds the lines."""

import json

import numpy as np
import pytest
from sinfit_replay import published, read_log

from sinfit.errors import DataError

LINES = [(99, "5545.57470703125"), (199, "3921.16162109375"), (299, "2773.591796875")]
RESULT = "Result: y = -0.092 + 0.863 x + 0.0159 x^2 + -0.0943 x^3"
PLAIN = "\n".join([*(f"{t} {loss}" for t, loss in LINES), RESULT, ""])
STEPS, LOSSES = (99, 199, 299), tuple(loss for _, loss in LINES)


def check(source):
    log = read_log(source)
    assert log.steps == STEPS
    assert log.printed == LOSSES
    assert log.result == (-0.092, 0.863, 0.0159, -0.0943)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "gbk"]
)
def test_any_encoding_is_read(encoding):
    around = {"cp949": "# 손실을 출력합니다\n", "gbk": "# 打印损失\n"}.get(
        encoding, "# 손실, 损失\n"
    )
    check((around + PLAIN).encode(encoding))


def test_mojibake_is_read():
    check(("# 손실을 출력합니다\n" + PLAIN).encode("utf-8").decode("latin-1").encode("utf-8"))


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n\n"])
def test_any_line_end_is_read(newline):
    check(PLAIN.replace("\n", newline))


def test_colours_are_ignored():
    check("\n".join(f"\x1b[1;32m{line}\x1b[0m\x1b[K" for line in PLAIN.splitlines()))


def test_progress_bars_are_ignored():
    bar = "Training:  5%|▌         | 100/2000 [00:00<00:01, 1234.5it/s]"
    check("\n".join(f"\r{bar}\r{line}" for line in PLAIN.splitlines()))
    check("\n".join(f"{bar}{line}" for line in PLAIN.splitlines()))
    check("\n".join(f"{bar}\n{line}\n100it [00:00, 1234.5it/s]" for line in PLAIN.splitlines()))


def test_text_between_the_lines_is_ignored():
    check(PLAIN.replace("\n", "\nsome text, with 12 numbers, 3.5 of them\n\n"))


def test_text_glued_to_the_first_line_is_ignored():
    check("연산을 GPU에서 실행합니다." + PLAIN.replace("x^3", "x^3importtorchimportmath"))


@pytest.mark.parametrize(
    "form",
    [
        "{t}\t{loss}",
        "{t}, {loss}",
        "{t}: {loss}",
        "[{t}] {loss}",
        "step {t}: loss = {loss}",
        "t={t} loss={loss}",
        "Epoch [{t}/2000], Loss: {loss}",
        "에폭 {t}, 손실: {loss}",
        "第 {t} 轮，损失：{loss}",
        "{t} tensor({loss}, device='cuda:0')",
        "{t} tensor({loss}, grad_fn=<SumBackward0>)",
        "{t} np.float64({loss})",
        "iter {t}: {loss}",
        "[{t}/2000] {loss}",
        "{t} {loss} (0.5 s)",
        "loss: {loss} step: {t}",
        "| {t} | {loss} |",
        "<pre>{t} {loss}</pre>",
        "<td>{t}</td><td>{loss}</td>",
        "> {t} {loss}",
        "... {t} {loss}",
        "{t}\u200b {loss}",
        "에폭 {t} 오차 {loss}",
        "에폭: {t}, 비용: {loss}",
        "第 {t} 轮 误差：{loss}",
        "第 {t} 步，損失 {loss}",
        "[12:30:39] step {t} loss {loss}",
        "2024-10-24 12:30:39,123 - root - INFO - step {t} loss {loss}",
        "INFO:root:{t} {loss}",
        "[2024-10-24 12:30:39] {t} {loss}",
        "Epoch 1, step {t}, loss {loss}",
        "{t} {loss} 0.50",
        "{t},{loss},0.50,1e-06",
    ],
)
def test_other_ways_to_print_a_line_are_read(form):
    log = read_log("\n".join(form.format(t=t, loss=loss) for t, loss in LINES))
    assert (log.steps, log.printed) == (STEPS, LOSSES)


@pytest.mark.parametrize("form", ["{t:,} {loss}", "step {t:,}: loss {loss}", "{t} {loss:,.2f}"])
def test_thousands_are_read_in_steps_and_losses(form):
    lines = [(99, 5545.57), (1099, 1022.35), (2099, 20.5)]
    log = read_log("\n".join(form.format(t=t, loss=loss) for t, loss in lines))
    assert log.steps == (99, 1099, 2099)
    assert log.losses.tolist() == [5545.57, 1022.35, 20.5]


def test_a_comma_between_two_columns_is_no_thousand():
    log = read_log("99,554.123\n199,392.116\n299,277.359")
    assert (log.steps, log.printed) == (STEPS, ("554.123", "392.116", "277.359"))


def test_a_point_within_a_number_ends_no_sentence():
    assert read_log("99 5545.5700 0.50\n199 3921.1600 0.50\n299 2773.5900 0.50").steps == STEPS


def test_full_width_digits_are_read():
    wide = {code: code + 0xFEE0 for code in range(0x2B, 0x3A)}
    assert read_log("\n".join(f"{t} {x}" for t, x in LINES).translate(wide)).printed == LOSSES


@pytest.mark.parametrize("brackets", ["[[{}]]", "losses = [{}]\n"])
def test_a_list_of_pairs_is_read(brackets):
    pairs = ", ".join(f"({t}, np.float64({loss}))" for t, loss in LINES)
    assert read_log(brackets.format(pairs) + "\n" + RESULT).printed == LOSSES


def test_columns_are_taken_by_their_header():
    rows = [f"{i},{t},0.5,{loss}" for i, (t, loss) in enumerate(LINES)]
    log = read_log("\n".join([",step,lr,loss", *rows]))
    assert (log.steps, log.printed) == (STEPS, LOSSES)


def test_a_line_printed_twice_is_noise():
    lines = [f"{t} {loss}" for t, loss in LINES]
    for doubled in ([lines[0], *lines], [*lines[:2], *lines[1:]], [*lines, lines[1]]):
        assert read_log("\n".join(doubled)).steps == STEPS


@pytest.mark.parametrize("minus", ["-", "\u2212", "\uff0d", "\u2013"])
@pytest.mark.parametrize(
    "form",
    [
        "{t} {loss}",
        "{t}\t{loss}",
        "{t}, {loss}",
        "{t}: {loss}",
        "[{t}] {loss}",
        "epoch : {t}, loss : {loss}",
        "t={t} loss={loss}",
        "Epoch {t} - loss: {loss} - lr: 1e-6",
        "{t} tensor({loss}, device='cuda:0')",
        '{{"epoch": {t}, "loss": {loss}}}',
    ],
)
def test_a_negative_loss_keeps_its_sign_and_its_line(form, minus):
    losses = {99: "702.12", 199: f"{minus}512.25", 299: f"{minus}312.9"}
    log = read_log("\n".join(form.format(t=t, loss=loss) for t, loss in losses.items()))
    assert log.steps == STEPS
    assert log.printed == ("702.12", "-512.25", "-312.9")
    assert log.losses.tolist() == [702.12, -512.25, -312.9]


@pytest.mark.parametrize("encoding", ["cp949", "gbk"])
def test_a_full_width_minus_of_an_east_asian_encoding_is_read(encoding):
    lines = [f"epoch : {t}, loss : \uff0d{loss}" for t, loss in LINES]
    text = "\n".join(["# 손실" if encoding == "cp949" else "# 损失", *lines])
    assert read_log(text.encode(encoding)).printed == tuple(f"-{loss}" for loss in LOSSES)


def test_a_minus_in_mojibake_or_apart_from_its_number_is_read():
    text = "\n".join(f"epoch : {t}, loss : \u2212{loss}" for t, loss in LINES)
    for broken in (text.encode().decode("latin-1"), text.replace("\u2212", "- ")):
        assert read_log(broken).printed == tuple(f"-{loss}" for loss in LOSSES)


@pytest.mark.parametrize("between", [" - ", " -- ", " --", " -> ", " \u2013 ", ": +"])
def test_a_dash_between_a_label_and_its_loss_is_no_sign(between):
    log = read_log("\n".join(f"epoch {t} loss{between}{loss}" for t, loss in LINES))
    assert log.printed == LOSSES


def test_a_dash_apart_is_a_minus_in_one_line_and_between_columns_in_all():
    lines = [f"{t} {loss}" for t, loss in LINES]
    one = [lines[0], lines[1].replace(" ", " - "), lines[2]]
    assert read_log("\n".join(one)).printed == (LOSSES[0], f"-{LOSSES[1]}", LOSSES[2])
    assert read_log("\n".join(line.replace(" ", " - ") for line in lines)).printed == LOSSES


def test_signs_apart_from_their_numbers_in_the_result_line_are_read():
    line = "Result: y = - 0.092 + 0.863 x - 0.0159 x^2 - 9e-2 x^3"
    assert read_log(PLAIN.replace(RESULT, line)).result == (-0.092, 0.863, -0.0159, -0.09)


def test_json_is_read():
    stream = {"output_type": "stream", "name": "stdout", "text": PLAIN.splitlines(keepends=True)}
    check(json.dumps(stream) + "\n")
    check(json.dumps([stream]) + "\n")
    cell = {"cell_type": "code", "source": ["print(1)"], "outputs": [stream]}
    check(json.dumps({"cells": [cell], "nbformat": 4}, indent=1))
    fragment = ",\n".join(f'      "{line}\\n"' for line in PLAIN.splitlines())
    check(fragment)
    check(
        json.dumps({"losses": [[t, float(loss)] for t, loss in LINES], "result_line": RESULT})
        + "\n"
    )


@pytest.mark.parametrize(
    ("printed", "steps"),
    [
        ((1, 101, 201), (0, 100, 200)),  # epoch + 1
        ((100, 200, 300), (99, 199, 299)),  # t + 1
        ((0, 100, 200), (0, 100, 200)),
        ((99, 199, 299), (99, 199, 299)),
        ((1, 2, 3), (0, 1, 2)),
        ((0, 1, 2), (0, 1, 2)),
    ],
)
def test_steps_are_counted_from_zero_whatever_was_printed(printed, steps):
    assert read_log("\n".join(f"epoch : {t}, loss : {9 - t / 100}" for t in printed)).steps == steps


def test_a_missing_x_in_the_result_line_does_no_harm():
    text = PLAIN.replace("0.863 x +", "0.863 +")
    assert read_log(text).result == (-0.092, 0.863, 0.0159, -0.0943)


def test_the_legendre_result_line_is_read():
    line = "Result: y = -6.7e-10 + -2.2085 * P3(-3.39e-10 + 0.2554 x)"
    assert read_log(PLAIN.replace(RESULT, line)).result == (-6.7e-10, -2.2085, -3.39e-10, 0.2554)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(PLAIN.encode("utf-16"))
    check(path)
    check(str(path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello\nworld\n", "there is no loss"),
        ("\n\n", "there is no loss"),
        ("99 5.5\n199 nan\n299 4.4\n", "step 199 is nan"),
        ("epoch 1 loss inf\nepoch 101 loss 5\n", "diverged"),
        ("99 5.5\n199 4.4\n", "too few lines: 2"),
        ("99 5.5\n199 4.4\n299 3.3\n" * 2, "2 tables"),
        ("99 5.5\n199 4.4\n299 3.3\n1'099 2.2\n", "looks like a loss and cannot be read"),
        ("5%|▌ | 99/2000 [00:00<00:01, 9.5it/s, loss=5.5]\n" * 3, "progress bars"),
    ],
)
def test_what_cannot_be_replayed_is_refused_clearly(text, says):
    with pytest.raises(DataError, match=says):
        read_log(text)


def test_a_missing_file_is_named():
    with pytest.raises(DataError, match="no-such-file"):
        read_log("no-such-file.txt")


def test_one_of_several_tables_can_be_chosen():
    two = PLAIN + PLAIN.replace("5545", "6545")
    assert read_log(two, table=2).printed[0] == "6545.57470703125"
    with pytest.raises(DataError, match="no table 3"):
        read_log(two, table=3)


def test_the_digits_tell_float32_from_float64():
    tables = published()
    assert read_log(tables["tutkr-numpy"].text()).rounding.dtype == "float64"
    for name in ("tutkr-tensor", "seed-002-optim", "seed-004-curves"):
        found = read_log(tables[name].text()).rounding
        assert found.dtype == "float32"
        assert not found.odd.any()


@pytest.mark.parametrize("form", ["{:.10f}", "{:.12g}", "{:.16g}", "{:.8f}", "{:.17g}", "{:.20f}"])
def test_float32_numbers_are_told_however_many_of_their_digits_are_printed(form):
    losses = np.float32(np.geomspace(60000, 9.02, 200) + 0.001).tolist()
    text = "\n".join(f"{t} {form.format(loss)}" for t, loss in enumerate(losses))
    found = read_log(text).rounding
    assert found.dtype == "float32"
    assert not found.odd.any()


def test_a_line_that_somebody_shortened_is_not_odd():
    text = published()["tutkr-tensor"].text().replace("713.4776000976562", "713.48")
    assert not read_log(text).rounding.odd.any()


def test_losses_that_were_rounded_to_hundreds_are_known_to_be():
    assert read_log("99 5500\n199 3900.0\n299 2800").rounding.half_unit.tolist() == [50.0] * 3


def test_a_changed_digit_is_odd_among_float32_numbers():
    text = published()["tutkr-tensor"].text().replace("713.4776000976562", "713.4776000976662")
    assert read_log(text).rounding.odd.nonzero()[0].tolist() == [3]
