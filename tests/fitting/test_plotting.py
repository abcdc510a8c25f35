"""Pictures hold the right curves; without matplotlib or pandas the error says what to install."""

import subprocess
import sys

import numpy as np
import pytest

import sinfit


@pytest.fixture(scope="module")
def result():
    """The fourth page: 1000 points, 1000 steps."""
    return sinfit.fit("tensor", points=1000, steps=1000)


def lines(axes):
    return {line.get_label(): line.get_xydata() for line in axes.get_lines()}


def test_start_fit_and_truth_are_drawn_from_the_right_numbers(result):
    curves, losses = result.plot().axes
    drawn = lines(curves)
    assert set(drawn) == {"start", "sin", "fit"}
    x, y = drawn["start"].T
    np.testing.assert_array_equal(y, result.model.predict(x, tuple(result.initial.values())))
    x, y = drawn["fit"].T
    np.testing.assert_array_equal(y, result.predict(x))
    assert (x[0], x[-1]) == (-np.pi, np.pi)
    x, y = drawn["sin"].T
    np.testing.assert_array_equal(y, np.sin(x))
    assert len(x) == 1000
    assert {text.get_text() for text in curves.get_legend().get_texts()} == set(drawn)
    assert not np.allclose(drawn["start"], drawn["fit"])
    assert losses.get_xlabel() == "step + 1"
    (line,) = losses.get_lines()
    np.testing.assert_array_equal(line.get_ydata(), result.losses)
    np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 1001))
    assert (losses.get_xscale(), losses.get_yscale()) == ("log", "log")


def test_the_true_curve_sets_the_view(result):
    low, high = result.plot().axes[0].get_ylim()
    assert low < -1 < 1 < high
    assert high - low < 6


def test_unsorted_data_are_drawn_from_left_to_right():
    x = np.random.default_rng(0).uniform(-1, 1, 30)
    result = sinfit.fit("numpy", x, np.sin(x), steps=2)
    drawn = lines(result.plot().axes[0])["data"]
    assert (np.diff(drawn[:, 0]) > 0).all()
    np.testing.assert_array_equal(drawn[:, 1], np.sin(drawn[:, 0]))


def test_losses_that_are_not_finite_are_left_out_of_the_picture():
    with pytest.warns(sinfit.errors.StabilityWarning):
        result = sinfit.fit("numpy", learning_rate=1e-3, steps=300)
    (line,) = result.plot().axes[1].get_lines()
    drawn = line.get_ydata()
    assert drawn.tolist() == [loss for loss in result.losses if loss < 1e280]
    assert 10 < len(drawn) < len(result.losses)


def test_a_comparison_draws_every_fit_and_the_truth():
    comparison = sinfit.compare(["numpy", "legendre"], steps=30)
    curves, losses = comparison.plot().axes
    drawn = lines(losses)
    assert set(drawn) == {"numpy", "legendre"}
    *fits, truth = (line.get_xydata() for line in curves.get_lines())
    np.testing.assert_array_equal(truth[:, 1], np.sin(truth[:, 0]))
    for result, (x, y) in zip(comparison, (fit.T for fit in fits), strict=True):
        np.testing.assert_array_equal(drawn[result.fitter][:, 1], result.losses)
        np.testing.assert_array_equal(y, result.predict(x))


def test_fits_of_one_trajectory_share_a_line_that_names_them():
    comparison = sinfit.compare(["numpy", "tensor", "legendre"], steps=30)
    curves, losses = comparison.plot().axes
    assert set(lines(losses)) == {"numpy, tensor", "legendre"}
    assert len(curves.get_lines()) == 3


def test_a_notebook_shows_the_figure_and_pyplot_does_not_keep_it(result):
    figure = result.plot()
    assert figure._repr_png_().startswith(b"\x89PNG")
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


@pytest.mark.parametrize(
    ("package", "call", "extra"),
    [
        ("matplotlib", "result.plot()", "plot"),
        ("matplotlib", "sinfit.compare(['numpy'], steps=1).plot()", "plot"),
        ("pandas", "result.to_frame()", "frame"),
        ("pandas", "sinfit.compare(['numpy'], steps=1).to_frame()", "frame"),
    ],
)
def test_without_the_package_the_error_says_what_to_install(package, call, extra, tmp_path):
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "import sinfit\n"
        "result = sinfit.fit('numpy', steps=1)\n"
        f"try:\n    {call}\n"
        "except sinfit.errors.UnavailableError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert run.stdout == (f'this needs {package}. Install it with: pip install "sinfit[{extra}]"\n')


def test_curves_can_be_drawn_on_axes_of_ones_own():
    from matplotlib.figure import Figure

    figure = Figure()
    one, other = figure.subplots(2)
    result = sinfit.fit("lstsq", steps=1)
    assert result.plot(ax=one) is figure
    assert sinfit.compare(["lstsq"]).plot(ax=other) is figure
    assert [line.get_label() for line in one.lines] == ["start", "sin", "fit"]
    fitted = one.lines[2]
    np.testing.assert_array_equal(fitted.get_ydata(), result.predict(fitted.get_xdata()))
    assert len(other.lines) == 2
    assert len(figure.axes) == 2  # no axes for the losses


def test_a_figure_can_be_shown_in_a_window(monkeypatch):
    from matplotlib import pyplot

    shown = []
    monkeypatch.setattr(pyplot, "show", lambda: shown.extend(pyplot.get_fignums()))
    figure = sinfit.fit("lstsq").plot()
    before = pyplot.get_fignums()
    figure.show()
    (number,) = {*shown} - {*before}
    assert figure.canvas.manager.num == number
    assert figure.canvas.figure is figure
    figure.canvas.draw()
    pyplot.close(number)
