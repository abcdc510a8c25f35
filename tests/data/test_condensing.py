"""Any number of points become a few that have the same least squares, however they come.

What rounding leaves is told in standard errors: 1e-8 of one changes no digit that anybody trusts.
It is that large because the points are rounded to doubles once more, and powers of x cancel; the
sums of squares, which cancel nothing, agree to 1e-12.
"""

import json
import pickle
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import dask.array as da
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from distributed import Client
from pyarrow import parquet
from sinfit_data.condensing import condense
from sinfit_data.triangles import ROWS, Triangle, merged

import sinfit
from sinfit.errors import DataError, UnknownNameError, UnsuitableError, UsageError
from sinfit.fitting.problem import Problem

ERRORS = 1e-8  # standard errors
SQUARES = 1e-11  # of a sum of squares; 40 draws of each kind, x near 100 too, differed by 1e-12
N = 3 * ROWS + 17
RNG = np.random.default_rng(12)
X = np.linspace(-3, 5, N)
Y = np.sin(X) + 0.1 * RNG.standard_normal(N)
SIGMA = RNG.uniform(0.05, 0.5, N)
FRAME = pd.DataFrame({"time": X, "value": Y, "error": SIGMA})
NAMED = {"x": "time", "y": "value", "sigma": "error"}
STARTS = range(0, N, 5000)


def check_same(ours, all_points):
    """The parameters, errors, intervals and criteria are those of all points."""
    errors = np.array([*all_points.standard_errors.values()])
    difference = np.subtract(ours.coef, all_points.coef)
    assert np.abs(difference / errors).max() <= ERRORS
    theirs = [*all_points.standard_errors.values()]
    np.testing.assert_allclose([*ours.standard_errors.values()], theirs, rtol=1e-10)
    for level in (0.5, 0.95):
        found, expected = (
            np.array([*each.conf_int(level).values()]) for each in (ours, all_points)
        )
        assert (np.abs(found - expected).max(axis=1) <= ERRORS * errors).all()
    x = np.linspace(all_points.problem.x.min(), all_points.problem.x.max(), 50)
    for ours_at, theirs_at in zip(
        ours.confidence_band(x), all_points.confidence_band(x), strict=True
    ):
        np.testing.assert_allclose(
            ours_at, theirs_at, atol=1e-8 * np.abs(theirs_at).max()
        )  # as above
    for name in ("sse", "rmse"):
        assert getattr(ours, name) == pytest.approx(getattr(all_points, name), rel=SQUARES)
    assert ours.rsquared == pytest.approx(all_points.rsquared, abs=SQUARES)  # it may be near 0
    # a criterion is n times the logarithm of the sum of squares, and so n times as far off
    for name in ("aic", "bic"):
        atol = SQUARES * len(all_points.problem)
        assert getattr(ours, name) == pytest.approx(getattr(all_points, name), abs=atol)
    assert ours.problem.count == all_points.problem.count
    assert ours.summary().splitlines()[3:7] == all_points.summary().splitlines()[3:7]


@pytest.fixture(scope="module")
def weighted():
    return sinfit.fit("lstsq", X, Y, sigma=SIGMA, degree=4)


@pytest.fixture(scope="module")
def plain():
    return sinfit.fit("lstsq", X, Y, degree=4)


def lazily(*chunk):
    return [da.from_array(each, chunks=9000 - 999 * i) for i, each in enumerate(chunk)]


@pytest.mark.parametrize(
    "data",
    [
        lambda: (FRAME, NAMED),
        lambda: ((FRAME[i : i + 5000] for i in STARTS), NAMED),
        lambda: ([pa.table(FRAME[i : i + 5000]) for i in STARTS], NAMED),
        lambda: (dd.from_pandas(FRAME, npartitions=5), NAMED),
    ],
    ids=["frame", "frames", "tables", "dask"],
)
def test_frames_and_chunks_of_frames(data, weighted):
    frame, named = data()
    check_same(sinfit.fit("lstsq", condense(frame, degree=4, **named), degree=4), weighted)


def test_pairs_and_triples_with_weights(plain, weighted):
    pairs = ((X[i : i + 5000], Y[i : i + 5000]) for i in STARTS)
    check_same(sinfit.fit("lstsq", condense(pairs, degree=4), degree=4), plain)
    triples = (tuple(each[i : i + 5000] for each in (X, Y, 1 / SIGMA**2)) for i in STARTS)
    check_same(sinfit.fit("lstsq", triples, degree=4), weighted)


def test_dask_arrays_that_are_cut_in_other_ways(plain, weighted):
    x, y, sigma = lazily(X, Y, SIGMA)
    check_same(sinfit.fit("lstsq", x, y, degree=4), plain)
    check_same(sinfit.fit("lstsq", x, y, sigma=sigma, degree=4), weighted)
    check_same(sinfit.fit("lstsq", x, Y, sigma=SIGMA, degree=4), weighted)
    known = sinfit.condense(X, y, sigma=0.1, absolute_sigma=True, degree=4)
    everything = sinfit.fit("lstsq", X, Y, sigma=0.1, absolute_sigma=True, degree=4)
    check_same(sinfit.fit("lstsq", known, degree=4), everything)


def test_a_file_of_parquet_and_a_folder_of_them(tmp_path, weighted):
    parquet.write_table(pa.table(FRAME), tmp_path / "one.parquet", row_group_size=20_000)
    check_same(
        sinfit.fit("lstsq", condense(tmp_path / "one.parquet", degree=4, **NAMED), degree=4),
        weighted,
    )
    folder = tmp_path / "parts"
    folder.mkdir()
    for i in STARTS:
        FRAME[i : i + 5000].to_parquet(folder / f"{i:06}.parquet")
    check_same(sinfit.fit("lstsq", condense(str(folder), degree=4, **NAMED), degree=4), weighted)


def test_arrays_that_are_mapped_from_files(tmp_path, plain):
    both = np.lib.format.open_memmap(tmp_path / "both.npy", "w+", np.float64, (N, 2))
    both[:, 0], both[:, 1] = X, Y
    both.flush()
    for mode in ("r", "r+", "c"):
        mapped = np.load(tmp_path / "both.npy", mmap_mode=mode)
        if mode == "c":
            mapped[5, 1] += 1.0  # a change of this process alone, which must not be let go
        condense(mapped[:, 0], mapped[:, 1], degree=4)
        assert mapped[5, 1] == Y[5] + (mode == "c")
    found = condense(both[:, 0], both[:, 1], degree=4)
    check_same(sinfit.fit("lstsq", found, degree=4), plain)


def mapped(folder, dtype, columns=2):
    """A file with the points as columns, and the same numbers in memory."""
    numbers = np.stack([X, Y, SIGMA][:columns], axis=1).astype(dtype)
    np.save(folder / "points.npy", numbers)
    return np.load(folder / "points.npy", mmap_mode="r").T, numbers.astype(np.float64).T


@pytest.mark.parametrize("dtype", ["f8", "f4", ">f8"])
def test_a_fit_of_many_points_in_a_file_condenses_them(tmp_path, monkeypatch, dtype):
    monkeypatch.setattr("sinfit.ground.arrays.FEW", N - 1)
    (x, y), in_memory = mapped(tmp_path, dtype)
    all_points = sinfit.fit("lstsq", *in_memory, degree=4)
    for given in ((x, y), (np.asarray(x), y[::1]), (in_memory[0], y)):
        found = sinfit.fit("lstsq", *given, degree=4)
        assert len(found.problem) == 10
        check_same(found, all_points)
    check_same(sinfit.fit("lstsq", x=x, y=y, degree=4), all_points)
    found = sinfit.compare(["lstsq", "exact"], x, y, degree=4, learning_rate="auto", steps=5)
    assert [len(each.problem) for each in found] == [10, 10]


def test_weights_and_names_of_points_in_a_file(tmp_path, monkeypatch, weighted):
    monkeypatch.setattr("sinfit.ground.arrays.FEW", N - 1)
    (x, y, sigma), _in_memory = mapped(tmp_path, "f8", columns=3)
    check_same(sinfit.fit("lstsq", x, y, sigma=sigma, degree=4), weighted)
    FRAME.to_records(index=False).tofile(tmp_path / "records")
    named = np.memmap(tmp_path / "records", [(name, "f8") for name in FRAME], "r")
    found = sinfit.fit("lstsq", named, degree=4, **NAMED)
    assert len(found.problem) == 10
    check_same(found, weighted)


def test_few_points_in_a_file_and_those_of_other_fitters_are_read_whole(tmp_path, monkeypatch):
    (x, y), _in_memory = mapped(tmp_path, "f8")
    assert sinfit.fit("lstsq", x, y).residuals.shape == (N,)
    monkeypatch.setattr("sinfit.ground.arrays.FEW", N - 1)
    assert len(sinfit.fit("numpy", x, y, steps=1, learning_rate="auto").problem) == N
    assert len(sinfit.fit("lstsq", x, y, model=lambda x, a, b: a + b * np.sin(x)).problem) == N
    assert len(sinfit.fit("lstsq", np.array(x), np.array(y)).problem) == N


def test_arrays_of_other_libraries_are_read_piece_by_piece(plain):
    class Stored:
        """What h5py and Zarr give: a shape, and slices that are read from the disk."""

        def __init__(self, values):
            self.values, self.largest = values, 0
            self.shape, self.ndim, self.dtype = values.shape, 1, values.dtype

        def __len__(self):
            return len(self.values)

        def __getitem__(self, part):
            found = self.values[part]
            self.largest = max(self.largest, len(found))
            return found

    x, y = Stored(X), Stored(Y)
    check_same(sinfit.fit("lstsq", condense(x, y, degree=4), degree=4), plain)
    assert x.largest == y.largest == ROWS
    check_same(sinfit.fit("lstsq", condense(X.tolist(), pd.Series(Y), degree=4), degree=4), plain)


def test_exact_is_gradient_descent_on_all_points():
    x, y, sigma = lazily(X, Y, SIGMA)
    asked = {"learning_rate": "auto", "steps": 300, "degree": 3}
    ours = sinfit.fit("exact", x, y, sigma=sigma, **asked)
    all_points = sinfit.fit("exact", X, Y, sigma=SIGMA, **asked)
    np.testing.assert_allclose(ours.losses, all_points.losses, rtol=1e-11)  # sums of N terms
    assert ours.learning_rate == pytest.approx(all_points.learning_rate, rel=1e-12)
    np.testing.assert_allclose(ours.coef, all_points.coef, rtol=1e-9)


def test_a_higher_degree_serves_the_lower_ones():
    points = condense(X, Y, sigma=SIGMA, degree=12)
    for degree in (1, 3, 12):
        ours = sinfit.fit("lstsq", points, degree=degree)
        check_same(ours, sinfit.fit("lstsq", X, Y, sigma=SIGMA, degree=degree))


def test_a_comparison_reads_an_iterator_once_for_all():
    chunks = (FRAME[start : start + 5000] for start in STARTS)
    names = ["numpy", "lstsq", "exact"]
    found = sinfit.compare(names, chunks, **NAMED, degree=4, steps=5, learning_rate="auto")
    assert [(each.fitter, each.problem.count) for each in found] == [("lstsq", N), ("exact", N)]
    assert found["exact"].problem is found["lstsq"].problem
    assert "takes no weights" in found.skipped["numpy"]
    check_same(found["lstsq"], sinfit.fit("lstsq", X, Y, sigma=SIGMA, degree=4))


def pairs():
    return ((X[i : i + 5000], Y[i : i + 5000]) for i in STARTS)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sinfit.fit("numpy", pairs()),
        lambda: sinfit.fit("numpy", x=pairs()),
        lambda: sinfit.fit("numpy", (FRAME[i : i + 5000] for i in STARTS), x="time", y="value"),
        lambda: sinfit.fit("lstsq", pairs(), model=lambda x, a, b: a + b * np.sin(x)),
        lambda: Problem.from_frame(pairs()),
    ],
    ids=["numpy", "x=", "frames", "model", "Problem"],
)
def test_an_iterator_that_cannot_be_condensed_is_told_to_be_collected(call):
    says = r"<generator .* is an iterator.* lstsq, exact can fit.* collect them: x, y = map"
    with pytest.raises(UnsuitableError, match=says):
        call()


def test_chunks_are_collected_as_the_message_says():
    x, y = map(np.concatenate, zip(*pairs(), strict=True))
    assert (x == X).all()
    assert (y == Y).all()


def no_model(**_options):
    raise RuntimeError("no model today")


def test_a_fitter_that_cannot_say_its_model_does_not_stop_a_streamed_comparison(monkeypatch):
    lstsq = sinfit.fitters()["lstsq"]
    spec = replace(lstsq.spec, name="odd", fitter="", model_of=f"{__name__}:no_model")
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(no_model=no_model))
    odd = replace(lstsq, spec=spec, function=lstsq.load())
    found = sinfit.compare(["numpy", odd, "lstsq"], pairs(), degree=4)
    assert [each.fitter for each in found] == ["lstsq"]
    assert "no model for these options: RuntimeError: no model today" in found.skipped["odd"]
    assert "takes no weights" in found.skipped["numpy"]
    nothing = sinfit.compare(["numpy", odd], pairs(), degree=4)
    assert not len(nothing)
    assert "collect them" in nothing.skipped["numpy"]


@pytest.mark.numbers
@pytest.mark.parametrize(
    "x",
    [
        np.sort(RNG.standard_normal(N)),  # sorted: each chunk has a range of its own
        np.exp(RNG.standard_normal(N)),  # many near 0, few far away
        100 + RNG.random(N),  # far from 0
        np.round(RNG.standard_normal(N), 1),  # few different values
    ],
    ids=["sorted", "skewed", "far", "few"],
)
@pytest.mark.parametrize("degree", [1, 3])
def test_whatever_the_distribution_of_x(x, degree):
    # a generator of its own: which tests ran before must not matter
    y = np.cos(x) + 0.1 * np.random.default_rng(degree).standard_normal(N)
    check_same(
        sinfit.fit("lstsq", condense(x, y, degree=degree), degree=degree),
        sinfit.fit("lstsq", x, y, degree=degree),
    )


@pytest.mark.numbers
@pytest.mark.parametrize(
    ("name", "least", "reason"),
    [
        # in memory 14 digits; here the 11 points, of doubles, are 11 times the data's rounding.
        # A third of what eight kinds of processors of OpenBLAS had at least, in these chunks
        ("filip", 12.4, "degree 10"),
        ("pontius", 11.2, "a is small beside y"),
        # a = 1 beside y up to 3 million: a double of such a y has 9 digits after the point
        ("wampler1", 8.4, "y is a million times a"),
        ("wampler2", 11.3, "y is no double"),
    ],
)
@pytest.mark.parametrize("rows", [5, 7, 11, 13])
def test_the_certified_values_of_nist(name, least, reason, rows):
    data = json.loads((Path(__file__).parents[1] / "plugins/strd.json").read_text("utf-8"))[name]
    x, y = np.array(data["x"], dtype=float), np.array(data["y"], dtype=float)
    chunks = ((x[i : i + rows], y[i : i + rows]) for i in range(0, len(x), rows))
    found = sinfit.fit("lstsq", chunks, degree=data["degree"]).coef
    digits = -np.log10(np.abs(np.divide(found, data["coef"]) - 1).max())
    assert digits >= least, reason


def test_the_order_of_merging_does_not_matter():
    parts = [Triangle.of(Problem(X[i : i + 5000], Y[i : i + 5000]), 3) for i in STARTS]
    for order in (parts, parts[::-1], [merged(parts[:3]), None, *parts[3:]]):
        x, y, weights = merged(order).points()
        assert weights.sum() == pytest.approx(N, rel=1e-13)
        assert weights @ (y * x**3) == pytest.approx(Y @ X**3, rel=1e-11)
        assert weights @ x**6 == pytest.approx((X**6).sum(), rel=1e-12)
        assert weights @ y**2 == pytest.approx(Y @ Y, rel=1e-12)
    assert merged([None, None]) is None


def test_points_of_weight_0_do_not_count_and_empty_chunks_are_passed_over():
    weights = np.where(X > 1, 0.0, 2.0)
    chunks = [(X, Y, weights), ([], [], []), (X[:5], Y[:5], np.ones(5))]
    all_points = sinfit.fit(
        "lstsq", np.r_[X, X[:5]], np.r_[Y, Y[:5]], weights=np.r_[weights, np.ones(5)]
    )
    check_same(sinfit.fit("lstsq", condense(chunks)), all_points)


def test_a_result_is_saved_and_travels_with_its_count(tmp_path):
    result = sinfit.fit("lstsq", *lazily(X, Y))
    result.save(tmp_path / "fit.json")
    for again in (sinfit.FitResult.load(tmp_path / "fit.json"), pickle.loads(pickle.dumps(result))):  # noqa: S301 (our own)
        assert again == result
        assert again.standard_errors == result.standard_errors
    assert result.problem.source == f"{N} points"
    assert result.problem != Problem(result.problem.x, result.problem.y)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: condense([]), DataError, "there are no points"),
        (lambda: condense([([1, 2], [3, 4])]), DataError, "degree 3 needs at least 4 different x"),
        (lambda: condense(X, Y[1:]), DataError, f"same length, not x {N}, y {N - 1}"),
        (lambda: condense(iter(X), Y), DataError, "x must hold numbers: .*iterator"),
        (lambda: condense(None, Y), DataError, r"one dimension, not shape \(\) and"),
        (lambda: condense(X[:, None], Y), DataError, rf"one dimension, not shape \({N}, 1\)"),
        (lambda: condense(da.from_array(X), Y[1:]), DataError, "into the same blocks"),
        (lambda: condense([(X, Y, SIGMA, X)]), UsageError, "a pair .*, a triple"),
        (lambda: condense([np.stack([X, Y])]), UsageError, r"a pair .*, a triple .* not array"),
        (lambda: condense(X, Y, degree=26), UsageError, "degree must be from 1 to 25"),
        (lambda: condense(X, Y, weights=X, sigma=X), UsageError, "say the same"),
        (lambda: condense(X, Y, weights=X), DataError, "points from number 1 on: weights"),
        (lambda: condense(dd.from_pandas(FRAME), x="time", y="v"), UnknownNameError, "column 'v'"),
        (lambda: condense(__file__), DataError, "cannot read .* as Parquet"),
        (lambda: condense("none.parquet"), DataError, "cannot read none.parquet as Parquet"),
    ],
)  # fmt: skip
def test_what_cannot_be_condensed_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_bad_value_is_found_again():
    y = Y.copy()
    y[ROWS + 3] = np.nan
    where = f"in the {ROWS} points from number {ROWS + 1} on: .* the first is nan at index 3"
    with pytest.raises(DataError, match=where):
        condense(X, y)
    with pytest.raises(DataError, match="in block 2: y must be finite"):
        condense(da.from_array(X, chunks=ROWS), y)


def test_condensed_points_are_for_polynomials_up_to_their_degree():
    points = condense(X, Y)
    with pytest.raises(UnsuitableError, match="condensed for polynomials of degree 3 at most"):
        sinfit.fit("lstsq", points, degree=4)
    with pytest.raises(UnsuitableError, match="takes no weights"):
        sinfit.fit("numpy", points)
    with pytest.raises(UsageError, match="already have their weights"):
        sinfit.fit("lstsq", points, weights=2.0)


def test_a_cluster_condenses_where_the_blocks_lie(cluster, weighted):
    def at_work():
        return "sinfit_data.triangles" in sys.modules

    x, y, sigma = lazily(X, Y, SIGMA)
    with Client(cluster.address) as client:
        assert not any(client.run(at_work).values())
        ours = sinfit.fit("lstsq", x, y, sigma=sigma, degree=4)
        assert any(client.run(at_work).values())
        with pytest.raises(DataError, match="in block 6: y must be finite"):
            sinfit.fit("lstsq", x, da.where(x > X[-10], np.nan, y))
    check_same(ours, weighted)
