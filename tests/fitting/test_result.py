"""FitResult: its numbers, what it prints, and that a file gives it back to the last bit."""

import copy
import dataclasses
import json
import math
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sinfit
from sinfit import CUBIC, FitResult, Problem, Status
from sinfit.errors import DataError, UnavailableError, UsageError

small = st.floats(-1e50, 1e50).filter(lambda x: x == 0 or abs(x) > 1e-50)  # as fits take them
any_float = st.floats(allow_nan=True)


@st.composite
def results(draw):
    """Any result that a fit of four parameters could end with, infinite losses included."""
    n, k = draw(st.integers(4, 6)), draw(st.integers(1, 4))

    def numbers(values, size):
        return draw(st.lists(values, min_size=size, max_size=size))

    return FitResult(
        fitter=draw(st.sampled_from(["numpy", "gone"])),
        fitter_id=draw(st.sampled_from(["sinfit-numpy/numpy", "sinfit-gone/gone"])),
        title=draw(st.text(max_size=5)),
        model=CUBIC,
        problem=Problem(numbers(small, n), numbers(small, n), draw(st.text(max_size=5))),
        initial=dict(zip("abcd", numbers(small, 4), strict=True)),
        parameters=dict(zip("abcd", numbers(small, 4), strict=True)),
        losses=np.array(numbers(any_float, k)),
        steps_recorded=np.arange(k),
        parameters_recorded=np.array([numbers(any_float, 4) for _ in range(k)]),
        status=draw(st.sampled_from(Status)),
        message=draw(st.text(max_size=5)),
        nit=k,
        elapsed=draw(st.floats(0, 1e9)),
        steps=k,
        learning_rate=draw(st.floats(1e-300, 1e3)),
        seed=draw(st.integers(0, 2**63 - 1)),
        options=draw(st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2)),
        print_every=1,
        provenance={"sinfit": "0.1.0"},
    )


def bits(array):
    """Comparable to the last bit: NaN equals NaN, and -0.0 is not 0.0."""
    return [float(value).hex() for value in np.ravel(array)]


@given(result=results())
@settings(deadline=None, max_examples=60)
def test_a_saved_result_comes_back_to_the_last_bit(tmp_path_factory, result):
    path = tmp_path_factory.mktemp("saved") / "result.json"
    result.save(path)
    back = FitResult.load(path)
    for field in dataclasses.fields(FitResult):
        ours, theirs = getattr(result, field.name), getattr(back, field.name)
        if field.name == "model":
            assert (ours.name, ours.parameters, ours.formula, ours.latex, ours.degree) == (
                (theirs.name, theirs.parameters, theirs.formula, theirs.latex, theirs.degree)
            )
        elif field.name == "problem":
            assert bits(ours.x) == bits(theirs.x)
            assert bits(ours.y) == bits(theirs.y)
            assert ours.source == theirs.source
        elif isinstance(ours, np.ndarray):
            assert ours.dtype == theirs.dtype
            assert ours.shape == theirs.shape
            assert bits(ours) == bits(theirs)
        elif field.name in ("initial", "parameters"):
            assert list(ours) == list(theirs)
            assert bits(list(ours.values())) == bits(list(theirs.values()))
        else:
            assert ours == theirs, field.name
    assert back.coef == result.coef
    assert list(path.parent.iterdir()) == [path]  # no .part is left


def test_the_file_is_plain_json_that_every_parser_reads(tmp_path):
    with pytest.warns(sinfit.errors.StabilityWarning):
        result = sinfit.fit("numpy", learning_rate=1e-3, steps=300)
    assert np.isinf(result.losses[-1]) or np.isnan(result.losses[-1])
    result.save(tmp_path / "r.json")

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    content = json.loads((tmp_path / "r.json").read_text("utf-8"), parse_constant=refuse)
    assert content["losses"][-1] in ("inf", "nan")
    assert FitResult.load(tmp_path / "r.json").status is Status.DIVERGED


@pytest.fixture
def saved(tmp_path):
    """As an earlier version wrote it, without a checksum; so it can be edited."""
    path = tmp_path / "result.json"
    sinfit.fit("legendre", points=20, steps=3).save(path)
    content = json.loads(path.read_text("utf-8"))
    del content["checksum"]
    path.write_text(json.dumps(content), "utf-8")
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"[]",
        b"{}",
        b"null",
        b'"sinfit result 1"',
        b'{"format": "sinfit result 1"}',
        b'{"format": "sinfit result 99"}',
        b"\xff\xfe\x00",
        b"x,y\n1,2\n",
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_file_that_is_no_saved_result_is_refused_and_named(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"other\.json is no saved result of sinfit"):
        FitResult.load(path)


def test_a_missing_file_and_a_folder_are_refused_and_named(tmp_path):
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(DataError, match="cannot read"):
            FitResult.load(path)


KEYS = sorted(
    {
        *("fitter", "fitter_id", "title", "model", "coef", "initial_coef", "x", "y", "source"),
        *("initial", "parameters", "losses", "steps_recorded", "parameters_recorded", "status"),
        *("message", "nit", "elapsed", "steps", "learning_rate", "seed", "options", "print_every"),
        *("provenance", "extras", "batches", "asked", "weights", "absolute", "stands_for"),
    }
)


def test_the_keys_of_a_saved_result_are_these(saved):
    assert sorted(json.loads(saved.read_text("utf-8"))) == sorted([*KEYS, "format"])


@pytest.mark.parametrize("key", KEYS)
def test_a_saved_result_that_lacks_a_part_is_refused(saved, key):
    content = json.loads(saved.read_text("utf-8"))
    del content[key]
    saved.write_text(json.dumps(content), "utf-8")
    if key in ("extras", "batches", "asked", "weights", "absolute", "stands_for"):
        assert FitResult.load(saved).extras == {}  # a result of before there were any
        return
    if key in ("coef", "initial_coef"):
        assert FitResult.load(saved).coef is not None  # the installed plugin knows them
        return
    with pytest.raises(DataError, match="no saved result"):
        FitResult.load(saved)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("losses", [1.0]),
        ("losses", None),
        ("losses", ["low", 2.0, 3.0]),
        ("losses", [[1.0], [2.0], [3.0]]),
        ("steps_recorded", [0]),
        ("steps_recorded", "0,1,2"),
        ("parameters_recorded", [[1.0, 2.0, 3.0, 4.0]]),
        ("parameters_recorded", [[1.0], [2.0], [3.0]]),
        ("parameters", {"a": 1.0}),
        ("parameters", [1.0, 2.0, 3.0, 4.0]),
        ("parameters", {"a": "1", "b": 2.0, "c": 3.0, "d": 4.0}),
        ("initial", None),
        ("x", [1.0, 2.0]),
        ("x", ["nan"] * 20),
        ("y", "high"),
        ("status", "SPLENDID"),
        ("nit", "three"),
        ("elapsed", None),
        ("seed", 1.5),
        ("title", 5),
        ("model", []),
        ("options", 5),
        ("fitter_id", ["a"]),
        ("elapsed", float("inf")),
        ("elapsed", -1.0),
        ("print_every", 0),
        ("nit", -1),
        ("parameters", {"a": float("nan"), "b": 2.0, "c": 3.0, "d": 4.0}),
    ],
)
def test_a_saved_result_whose_parts_do_not_fit_is_refused(saved, key, value):
    content = json.loads(saved.read_text("utf-8"))
    saved.write_text(json.dumps(content | {key: value}), "utf-8")
    with pytest.raises(DataError, match="no saved result"):
        FitResult.load(saved)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("result", "{zz}"),
        ("result", "{a.__class__}"),
        ("result", "{a!r}"),
        ("result", "{a:>300000000}"),
        ("result", "{a"),
        ("result", 5),
        ("degree", "3"),
        ("degree", -1),
        ("degree", 1_000_000),
        ("degree", True),
        ("name", None),
        ("formula", ["a"]),
    ],
)
def test_a_saved_model_that_is_not_plain_data_is_refused(saved, key, value):
    content = json.loads(saved.read_text("utf-8"))
    content["model"][key] = value
    saved.write_text(json.dumps(content), "utf-8")
    with pytest.raises(DataError, match="no saved result"):
        FitResult.load(saved)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(DataError, match="cannot read"):
        FitResult.load(tmp_path / "no.json")


@pytest.mark.parametrize("every", [0, -3, 1.5, "9"])
def test_an_absurd_distance_of_printed_lines_is_refused(every):
    with pytest.raises(UsageError, match="every must be"):
        sinfit.fit("numpy", steps=3).printed(every)


def test_without_its_plugin_a_saved_polynomial_still_knows_its_curves(saved):
    installed = FitResult.load(saved)
    content = json.loads(saved.read_text("utf-8"))
    content["fitter_id"] = "sinfit-gone/gone"
    saved.write_text(json.dumps(content), "utf-8")
    orphan = FitResult.load(saved)
    x = np.linspace(-3, 3, 5)
    assert orphan.coef == installed.coef
    np.testing.assert_allclose(orphan.predict(x), installed.predict(x), rtol=1e-12)
    # the start is another curve, not the fit's once more
    start = tuple(orphan.initial.values())
    expected = installed.model.predict(x, start)
    np.testing.assert_allclose(orphan.model.predict(x, start), expected, rtol=1e-12)
    assert orphan.sse == pytest.approx(installed.sse, rel=1e-12)
    assert repr(orphan) == repr(installed).replace("sinfit-legendre", "sinfit-gone")
    assert len(orphan.plot().axes) == 2
    with pytest.raises(UnavailableError, match="the model of sinfit-gone/gone"):
        orphan.model.predict(x, (9.0, 9.0, 9.0, 9.0))


def test_saving_where_nothing_can_be_written_is_an_error_of_its_own(tmp_path):
    result = sinfit.fit("numpy", steps=1)
    with pytest.raises(UsageError, match="cannot write"):
        result.save(tmp_path / "missing" / "r.json")
    with pytest.raises(UsageError, match="cannot write"):
        result.save(tmp_path)


# What it says


@pytest.fixture(scope="module")
def result():
    return sinfit.fit("numpy", seed=0)


def test_its_figures_are_those_of_the_curve(result):
    x, y = result.problem.x, result.problem.y
    errors = np.polynomial.Polynomial(result.coef)(x) - y
    assert result.sse == pytest.approx(np.square(errors).sum(), rel=1e-12)
    assert result.rmse == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-12)
    assert result.rsquared == pytest.approx(1 - np.mean(errors**2) / np.var(y), rel=1e-12)
    best = np.polynomial.Polynomial.fit(x, y, 3)
    gap = result.sse - np.square(best(x) - y).sum()
    assert result.optimality_gap == pytest.approx(gap, abs=1e-10)
    assert result.optimality_gap > 0
    assert result.polynomial(0.5) == pytest.approx(result.predict(0.5), rel=1e-12)
    assert result.predict(np.zeros((2, 3))).shape == (2, 3)


def test_a_constant_y_has_no_share_of_variance():
    x = np.linspace(-1, 1, 9)
    assert math.isnan(sinfit.fit("numpy", x, 0 * x, steps=1, learning_rate=1e-3).rsquared)


def test_the_losses_are_printed_in_the_tutorials_own_form(result):
    lines = result.printed()
    assert len(lines) == 21
    assert [line.split()[0] for line in lines[:-1]] == [str(99 + 100 * i) for i in range(20)]
    assert float(lines[0].split()[1]) == result.losses[99]
    assert lines[-1] == f"Result: {result.equation()}"
    assert result.equation() == "y = {} + {} x + {} x^2 + {} x^3".format(
        *(repr(value) for value in result.parameters.values())
    )
    assert len(result.printed(500)) == 5


def test_nothing_of_it_can_be_changed(result):
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.nit = 0
    with pytest.raises(TypeError):
        result.parameters["a"] = 0
    for array in (result.losses, result.steps_recorded, result.parameters_recorded):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    ("status", "success"),
    [
        ("CONVERGED", True),
        ("MAX_ITER", True),
        ("PATIENCE", True),
        ("CALLBACK", True),
        ("TIME_LIMIT", False),
        ("INTERRUPTED", False),
        ("DIVERGED", False),
        ("FAILED", False),
    ],
)
def test_only_what_was_cut_off_is_no_success(status, success):
    assert Status(status).success is success
    assert len(Status) == 8


def test_a_notebook_shows_it_as_text_html_and_latex(result):
    text = repr(result)
    assert text.splitlines()[0] == "NumPy, by hand (numpy)"
    assert result.equation() in text
    assert "MAX_ITER: all 2000 steps were made." in text
    assert "<strong>NumPy, by hand (numpy)</strong>" in result._repr_html_()
    latex = result._repr_latex_()
    assert latex.startswith("$y = ")
    assert latex.endswith(" x^3$")
    assert f"{result.coef[1]:+.6f} x " in latex
    harmless = dataclasses.replace(result, title="<script>")
    assert "<script>" not in harmless._repr_html_()


def test_its_frame_holds_the_history(result):
    frame = result.to_frame()
    assert list(frame.columns) == ["step", "loss", "a", "b", "c", "d"]
    assert len(frame) == 2000
    assert frame["loss"].tolist() == result.losses.tolist()
    assert frame["c"].tolist() == result.parameters_recorded[:, 2].tolist()


def test_its_plain_data_have_no_number_that_json_lacks(result):
    torn = dataclasses.replace(result, losses=[math.inf] * 2000)
    data = torn.to_dict()
    assert data["losses"][5] == [5, None]
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert result.to_dict()["losses"][0] == [0, result.losses[0]]


@pytest.mark.parametrize("travel", [lambda r: pickle.loads(pickle.dumps(r)), copy.deepcopy])  # noqa: S301
@pytest.mark.parametrize("name", ["numpy", "legendre", "dynamic"])
def test_a_result_travels_to_another_process_whole(name, travel):
    result = sinfit.fit(name, steps=5)
    same = travel(result)
    assert same.to_dict() == result.to_dict()
    assert same.predict(1.0) == result.predict(1.0)
    assert not same.losses.flags.writeable
    assert not same.problem.x.flags.writeable


def test_many_seeds_can_be_fitted_in_a_pool_of_processes():
    context = multiprocessing.get_context("spawn")  # forking beside torch's threads may hang
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        futures = [pool.submit(sinfit.fit, "numpy", steps=5, seed=seed) for seed in (1, 2)]
        there = [future.result() for future in futures]
    here = [sinfit.fit("numpy", steps=5, seed=seed) for seed in (1, 2)]
    assert [each.sse for each in there] == [each.sse for each in here]


def test_saving_to_a_folder_says_so_and_leaves_nothing(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    with pytest.raises(sinfit.SinfitError, match="it is a folder"):
        sinfit.fit("numpy", steps=2).save(folder)
    assert list(tmp_path.rglob("*")) == [folder]


def test_its_covariance_is_scipys():
    optimize = pytest.importorskip("scipy.optimize")
    rng = np.random.default_rng(0)
    x = np.linspace(-2, 3, 60)
    y = 1 + x - x**3 / 5 + rng.normal(0, 0.3, x.shape)
    result = sinfit.fit("lstsq", x, y)
    _, covariance = optimize.curve_fit(lambda x, a, b, c, d: a + x * (b + x * (c + x * d)), x, y)
    # curve_fit differentiates numerically: about 1e-8 of a column
    np.testing.assert_allclose(result.covariance, covariance, rtol=1e-5)
    errors = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(list(result.standard_errors.values()), errors, rtol=1e-5)
    # of 200 such samples the true slope lies within two standard errors in 95 of 100
    within = 0
    for _ in range(200):
        sample = sinfit.fit("lstsq", x, 1 + x - x**3 / 5 + rng.normal(0, 0.3, x.shape))
        within += abs(sample.parameters["b"] - 1) < 2 * sample.standard_errors["b"]
    assert 180 <= within <= 200


def test_without_a_linear_model_or_points_to_spare_there_is_no_covariance():
    assert sinfit.fit("legendre", steps=1).covariance is None
    assert sinfit.fit("legendre", steps=1).standard_errors is None
    assert sinfit.fit("lstsq", [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 0.0, 1.0]).covariance is None
