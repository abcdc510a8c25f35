"""sinfit-tensorboard: what is logged can be read back, and nothing is logged unasked."""

import numpy as np
import pytest

FITS = """
import random
import sinfit
import numpy as np
results = [sinfit.fit("numpy", steps=5, seed=seed) for seed in (0, 1)]
thin = sinfit.fit("lstsq")
"""
READ = """
from pathlib import Path
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
def read(folder):
    events = EventAccumulator(str(folder)).Reload()
    scalars = {
        tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]
    }
    text = events.Tensors("result/text_summary")[0].tensor_proto.string_val[0].decode()
    return [scalars, text]
"""
SHOW = """
show({
    "losses": [list(r.losses) for r in results],
    "rows": [r.parameters_recorded.T.tolist() for r in results],
    "sse": [r.sse for r in results],
    "said": str(results[0]),
    "logged": {p.name: read(p) for p in sorted(Path("runs").iterdir())},
    "random": [random.random(), float(np.random.random())],
})
"""


@pytest.fixture(scope="module")
def ran(run):
    seeded = "import random, numpy\nrandom.seed(3); numpy.random.seed(3)\n"
    return run(seeded + FITS + READ + SHOW, SINFIT_TENSORBOARD="runs")


def test_every_fit_is_a_run_of_its_own(ran):
    assert list(ran["logged"]) == ["lstsq-1", "numpy-1", "numpy-2"]


def test_the_losses_and_the_parameters_are_those_of_the_fit(ran):
    for name, losses, rows, sse in zip(
        ("numpy-1", "numpy-2"), ran["losses"], ran["rows"], ran["sse"], strict=True
    ):
        scalars, _text = ran["logged"][name]
        assert [step for step, _ in scalars["loss"]] == [0, 1, 2, 3, 4]
        # TensorBoard keeps float32
        np.testing.assert_allclose([v for _, v in scalars["loss"]], losses, rtol=1e-7)
        for parameter, values in zip("abcd", rows, strict=True):
            logged = [value for _, value in scalars[f"parameters/{parameter}"]]
            np.testing.assert_allclose(logged, values, rtol=1e-7)
        ((step, value),) = scalars["final loss"]
        assert (step, value) == (5, pytest.approx(sse, rel=1e-7))
    assert ran["losses"][0] != ran["losses"][1]


def test_the_result_is_logged_as_text(ran):
    _scalars, text = ran["logged"]["numpy-1"]
    assert text.split() == ran["said"].split()


def test_no_global_random_state_is_touched(ran):
    import random

    python = random.Random(3).random()  # noqa: S311 (no secret)
    assert ran["random"] == [python, np.random.RandomState(3).random()]


def test_unasked_it_writes_nothing_and_imports_nothing(run):
    left = run(
        FITS + "from pathlib import Path\n"
        "show([[p.name for p in Path().iterdir()],"
        " [m for m in ('torch', 'tensorboard') if m in sys.modules]])",
        SINFIT_TENSORBOARD="",
    )
    assert left == [[], []]


def test_a_folder_that_cannot_be_written_costs_no_fit(run):
    nit, said = run(
        "import warnings, sinfit\n"
        "open('taken', 'w').close()\n"
        "with warnings.catch_warnings(record=True) as seen:\n"
        "    warnings.simplefilter('always')\n"
        "    result = sinfit.fit('numpy', steps=3)\n"
        "show([result.nit, [str(w.message) for w in seen if 'sinfit' in str(w.message)]])",
        SINFIT_TENSORBOARD="taken/runs",
    )
    assert nit == 3
    assert len(said) == 1
    assert said[0].startswith("plugin sinfit-tensorboard:tensorboard raised NotADirectoryError")
