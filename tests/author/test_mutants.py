"""The checks prove themselves: a fitter with one thing broken is caught by the check for it."""

import dataclasses
import gc
import sys
from pathlib import Path

import pytest
from sinfit_author import MINIMUM, check_fitter
from sinfit_author.conformance.running import all_checks
from sinfit_author.conformance.states import changed, global_states
from sinfit_author.conformance.subject import Subject

BY_NAME = {check.name: check for check in all_checks()}

LAST = "learning_rate=1e-6,\n"  # of the NumPy fitter's spec
SIGNATURE = "def fit(x, y, *, initial, steps, learning_rate):\n"
UNPACK = "    a, b, c, d = initial\n"
LOSS = "        loss = (error * error).sum()\n"
YIELD = "        yield loss, (a, b, c, d)\n"
RETURN = "    return a, b, c, d\n"
MODEL = "model=CUBIC"
FEW = "range(steps)"


def spec(line):
    """One more line in the spec."""
    return LAST, f"{LAST}            {line},\n"


def first(line):
    """One more line at the start of the function."""
    return UNPACK, f"{UNPACK}    {line}\n"


def each(line):
    """One more line after each yield."""
    return YIELD, f"{YIELD}        {line}\n"


def option(text, default):
    """An option in the spec and in the signature."""
    return [
        spec(f"options=(Option({text}),)"),
        (SIGNATURE, SIGNATURE.replace("):", f", {default}):")),
    ]


def model(text):
    """Another model; `replace` is that of dataclasses."""
    return [(MODEL, f"model={text}"), ("KEPT = []", "KEPT = []\nfrom dataclasses import replace")]


def at_yield(handler):
    """The yield in a `try`, with a handler of so many lines."""
    lines = "".join(f"            {line}\n" for line in handler[1:])
    tried = f"        try:\n    {YIELD}        {handler[0]}\n{lines}"
    return [(YIELD, tried)]


def after_yield(handler, then):
    """A line in a `try` after the yield."""
    return [each(f"try:\n            KEPT.append(loss)\n        {handler}\n            {then}")]


MODE = option("'mode', str, 'a', 'A mode.', choices=('a', 'b')", "mode='a'")
FAST = option("'fast', bool, False, 'A way.'", "fast=False")
WEIGHTED = [
    spec("weighted=True, api_version=2"),
    (SIGNATURE, SIGNATURE.replace("):", ", weights=None):")),
    first("import numpy; weights = numpy.ones_like(x) if weights is None else weights"),
]
CHANCE = [each("import random; a += 1e-9 * random.random()")]
NOISE = "KEPT.append(1); a += 1e-3 * len(KEPT)"

MUTANTS = [
    ("registers", [("KEPT = []", "import matplotlib")], "imports matplotlib while registering"),
    ("registers", [("KEPT = []", "print('hello')")], "prints while registering: hello"),
    ("texts", [("By hand.", "by hand")], "summary: 'by hand' is no sentence"),
    ("texts", [("Gradient descent", "Gradient \\n descent")], "is no line"),
    ("texts", option("'p', float, 0.5, 'no stop'", "p=0.5"), "help of p: 'no stop'"),
    ("model", model("replace(CUBIC, predict=lambda x, p: 1.0)"), "predict gives shape ()"),
    (
        "model",
        model("replace(CUBIC, coefficients=lambda p: p[::-1])"),
        "coefficients and predict are two curves",
    ),
    ("model", model("replace(CUBIC, basis=lambda x: (x, x, x, x))"), "basis and predict are two"),
    ("model", model("replace(CUBIC, basis=lambda x: (x, x))"), "basis gives 2 columns for 4"),
    (
        "model",
        model("replace(CUBIC, predict=lambda x, p: CUBIC.predict(x, p) + x.max())"),
        "depends on the other points",
    ),
    (
        "estimator",
        model("replace(CUBIC, predict=lambda x, p: CUBIC.predict(x, p))"),
        "it cannot be pickled",
    ),
    ("model", model("replace(CUBIC, parameters=('a', 'b', 'a', 'd'))"), "two parameters have one"),
    ("defaults", [spec("initial=(float('inf'), 0, 0, 0)")], "is not finite"),
    ("defaults", [spec("draws=True")], "unexpected keyword argument 'rng'"),
    ("requires", [("KEPT = []", "import matplotlib")], "it imports matplotlib"),
    ("requires", [spec("requires=('matplotlib',)")], "does not depend on it"),
    ("loads", [("sinfit_subject:fit", "sinfit_subject:nothing")], "has no attribute 'nothing'"),
    ("loads", [("sinfit_subject:fit", "sinfit_subject:KEPT")], "is [], no function"),
    (
        "signature",
        [(SIGNATURE, SIGNATURE.replace("):", ", momentum=0.9):"))],
        "learning_rate, momentum, steps, and the spec gives",
    ),
    ("signature", [(SIGNATURE, SIGNATURE.replace("x, y,", "y, x,"))], "must be x and y, not y, x"),
    (
        "signature",
        option("'p', float, 0.5, 'A part.'", "p=0.9"),
        "the function's default is 0.9, the spec's 0.5",
    ),
    ("generator", [(YIELD, "        KEPT.append(loss)\n")], "no generator: it must yield"),
    ("yields", [(YIELD, "        yield loss, a, b, c, d\n")], "no (loss, parameters): ValueError"),
    ("yields", [(YIELD, YIELD.replace("c, d", "c"))], "yielded 3 parameters"),
    ("yields", [(LOSS, "        loss = float('nan')\n")], "the loss at step 0 is nan"),
    ("counts", [(FEW, "range(steps + 1)")], "asked for 1 steps it yielded > 1 times"),
    ("counts", [(FEW, "iter(int, 1)")], "asked for 1 steps it yielded > 1 times"),
    ("counts", [(FEW, "range(0)")], "asked for 1 steps it yielded 0 times"),
    ("returns", [(RETURN, "")], "it returned None"),
    ("returns", [(RETURN, "    return a, b, float('nan'), d\n")], "it returned (0."),
    ("start", [first("a = 0.0")], "its first parameters are [0.0,"),
    ("loss", [("(error * error).sum()", "(error * error).mean()")], "yield the sum, not the mean"),
    ("improves", [("learning_rate * 2", "learning_rate * -2")], "the loss was"),
    (
        "other-data",
        [first("import numpy; y = numpy.sin(x)")],
        "its losses are the same for y and for 2 y",
    ),
    ("other-data", [first("y = y * (len(x) == 200) + 2 * y * (len(x) != 200)")], "on 11 points"),
    ("other-data", [first("import numpy; y = y + numpy.zeros(200)")], "ValueError: operands could"),
    (
        "choices",
        [*MODE, first("assert mode == 'a'")],
        "with mode='b': FitterError",
    ),
    ("choices", [*FAST, first("assert not fast")], "with fast=True: FitterError"),
    *(
        (
            "weighted",
            [*WEIGHTED, (LOSS, f"        loss = (error * error * {weight}).sum()\n")],
            "and with repeated points [",
        )
        for weight in ("1", "weights ** 2", "(weights + (weights == 0))", "weights.astype(int)")
    ),
    ("unused", [spec("unused=('seed', 'learning_rate')")], "with another seed it ends at {'a':"),
    ("unused", [spec("unused=('initial',)")], "with another initial it ends at {'a':"),
    ("inputs", [first("y *= 2")], "it changed y"),
    ("inputs", [first("x += 0")], "with read-only x and y it raised ValueError"),
    ("repeats", [first(NOISE)], "the first call ended at"),
    ("independent", [first("KEPT[:] = [a]"), each("KEPT[0] += 1; a += KEPT[0]")], "beside another"),
    *(
        ("untouched", [first(f"import {module}; {module}.{call}")], f"it changed {state}")
        for module, call, state in [
            ("random", "seed(1)", "random"),
            ("numpy", "random.seed(3)", "numpy.random"),
            ("numpy", "random.rand()", "numpy.random"),
            ("numpy", "seterr(divide='raise')", "numpy.seterr"),
            ("numpy", "seterr(all='ignore')", "numpy.seterr"),
            ("numpy", "set_printoptions(precision=8)", "numpy.set_printoptions"),
            ("os", "environ['SINFIT_MUTANT'] = '1'", "os.environ"),
            ("os", "environ.pop('PATH', 0)", "os.environ"),
            ("os", "chdir('/')", "os.getcwd()"),
            ("sys", "path.append('mutant')", "sys.path"),
            ("sys", "path.append('m') if 'm' not in sys.path else 0", "sys.path"),
            ("sys", "setrecursionlimit(9000)", "sys.getrecursionlimit()"),
            ("warnings", "simplefilter('ignore')", "warnings.filters"),
            ("warnings", "filterwarnings('ignore', 'x')", "warnings.filters"),
            ("logging", "basicConfig()", "logging.root"),
            ("logging", "getLogger().setLevel(10)", "logging.root"),
            ("logging", "disable(50)", "logging.root"),
            ("locale", "setlocale(locale.LC_ALL, 'C')", "locale.setlocale()"),
            ("signal", "signal(signal.SIGINT, signal.SIG_IGN)", "SIGINT"),
            ("signal", "signal(signal.SIGINT, signal.default_int_handler)", "SIGINT"),
        ]
    ),
    ("untouched", [each("import random; random.seed(1)")], "it changed random"),
    (
        "untouched",
        [("KEPT = []", "KEPT = []\nimport random; random.seed(1)")],
        "when it was imported or ran for the first time it changed random",
    ),
    (
        "untouched",
        [first("import random; KEPT or random.seed(1); KEPT.append(1)")],
        "when it was imported or ran for the first time it changed random",
    ),
    ("chance", CHANCE, "change with the global random states"),
    (
        "draws",
        [spec("draws=True"), (SIGNATURE, SIGNATURE.replace("):", ", rng):"))],
        "its losses are the same whatever rng draws",
    ),
    ("quiet", [each("print(loss)")], "it printed"),
    ("quiet", [each("import os; os.write(1, b'psst')")], "it printed 'psst"),
    ("quiet", [each("import warnings; warnings.warn('careful')")], "it warned: UserWarning"),
    ("seeds", [first("import os; a += os.getpid() * 1e-9")], "in a fresh process"),
    ("seeds", [first("a += hash('a') * 1e-25")], "in a fresh process"),
    (
        "interrupted",
        at_yield(["except KeyboardInterrupt:", "continue"]),
        "swallowed a KeyboardInterrupt at its yield",
    ),
    (
        "interrupted",
        after_yield("except BaseException:", "pass"),
        "became nothing: it went on",
    ),
    (
        "interrupted",
        after_yield("except BaseException as e:", "raise ValueError from e"),
        "became ValueError",
    ),
    (
        "interrupted",
        [each("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")],
        "it set a handler of its own for SIGINT",
    ),
    (
        "closes",
        at_yield(["except GeneratorExit:", "yield loss, (a, b, c, d)"]),
        "closed after 1 steps it raised RuntimeError: generator ignored GeneratorExit",
    ),
    (
        "closes",
        at_yield(["except:", "continue"]),
        "closed after 1 steps it raised RuntimeError: generator ignored GeneratorExit",
    ),
    ("yields", [each("raise KeyboardInterrupt('by itself')")], "KeyboardInterrupt: by itself"),
    ("yields", [each("raise GeneratorExit")], "GeneratorExit"),
    ("diverges", [each("assert loss < 1e9, 'too large'")], "raised AssertionError: too large"),
]  # fmt: skip

TORCH = [
    ("torch-options", [("            options=TORCH_OPTIONS,\n", "")], "it lacks device, dtype"),
    (
        "missing-device",
        [("=TORCH_OPTIONS,\n", "=(Option('device', str, 'cpu', 'Where.'), TORCH_OPTIONS[1]),\n")],
        "no DeviceError: resolve the option",
    ),
    (
        "missing-device",
        [
            ("=TORCH_OPTIONS,\n", "=(Option('device', str, 'cpu', 'Where.'), TORCH_OPTIONS[1]),\n"),
            ("    import torch\n", "    import torch; device = 'cpu'\n"),
        ],
        "device='cuda:99' ran all the same",
    ),
    (
        "device",
        [("    import torch\n", "    import torch; device = 'cpu'\n")],
        "told to run on device meta it yielded a loss on cpu",
    ),
    (
        "every-device",
        [("error = parameters", "KEPT.append(1); error = len(KEPT) + parameters")],
        "on cpu its losses are",
    ),
    ("dtype", [("import torch\n", "import torch; dtype = torch.float32\n")], "computes in float32"),
    ("dtype", [("import torch\n", "import torch; dtype = torch.float64\n")], "computes in float64"),
    *(
        (
            "untouched",
            [("import torch\n", f"import torch; torch.{call}\n")],
            f"changed torch.{state}",
        )
        for call, state in [
            ("manual_seed(1)", "get_rng_state()"),
            ("set_grad_enabled(False)", "is_grad_enabled()"),
            ("set_default_dtype(torch.float64)", "get_default_dtype()"),
            ("set_default_device('meta')", "get_default_device()"),
            ("set_num_threads(2)", "get_num_threads()"),
            ("use_deterministic_algorithms(True)", "are_deterministic_algorithms_enabled()"),
            ("autograd.set_detect_anomaly(True)", "is_anomaly_enabled()"),
            ("backends.cudnn.benchmark = True", "backends.cudnn.benchmark"),
        ]
    ),
    (
        "quiet",
        [("import torch\n", "import torch; torch.from_numpy(x)\n")],
        "it warned: UserWarning: The given NumPy array is not writable",
    ),
]


ELSEWHERE = {"registers", "seeds"}  # in a process of their own: they leave nothing behind


def after_all_before_it(name, subject):
    """Try the checks that come before one, in their order."""
    if name not in ELSEWHERE:
        no_process = {subject.fitter.id: "left out"}
        subject.answers[(subject.fitter.id,), 200] = no_process
    for check in [*BY_NAME.values()][: [*BY_NAME].index(name)]:
        if check.name not in ELSEWHERE and check.applies(subject):
            check.outcome(subject)


def caught(name, subject, says, limit=60):
    assert BY_NAME[name].applies(subject)
    outcome = BY_NAME[name].outcome(subject, limit)
    assert outcome.status == "failed"
    assert says in outcome.message
    assert "\n" not in outcome.message
    return outcome


@pytest.mark.parametrize(
    ("base", "name", "changes", "says"),
    [("numpy", *case) for case in MUTANTS] + [("torch", *case) for case in TORCH],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mutant_is_caught_by_its_check_when_all_are_tried(
    installed, capfd, base, name, changes, says
):
    subject, before = installed(base, *changes), global_states()
    after_all_before_it(name, subject)
    if "first time" in says:
        subject.answers.clear()
    caught(name, subject, says)
    if name == "closes":
        gc.collect()  # Python prints what a generator does when it is deleted
    assert capfd.readouterr().err == ""
    assert changed(before, global_states()) == []


def break_later(subject, old, new):
    """Change the source of a fitter that was registered as a good one."""
    source = Path(subject.fitter.load().__code__.co_filename)
    source.write_text(source.read_text().replace(old, new))


def test_a_hook_that_breaks_is_caught(installed):
    subject = installed()
    break_later(subject, "    return [\n", "    1 / 0\n    return [\n")
    caught("registers", subject, "ZeroDivisionError: division by zero")


def test_a_plugin_that_is_gone_is_caught(installed):
    subject = installed()
    gone = dataclasses.replace(subject.fitter, distribution="sinfit-gone")
    caught("registers", dataclasses.replace(subject, fitter=gone), "no entry point of sinfit-gone")


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("a += 1e-6", "its losses are"),
        ("import os; os._exit(7)", "a fresh process ended with status 7"),
        ("raise OSError('not here')", "in a fresh process it raised FitterError"),
    ],
)
def test_a_fitter_that_does_otherwise_in_a_fresh_process_is_caught(installed, new, says):
    subject = installed()
    break_later(subject, UNPACK, f"{UNPACK}    {new}\n")
    caught("seeds", subject, says)


def test_a_module_that_changes_a_global_state_when_it_is_imported_is_caught(installed, monkeypatch):
    subject = installed("numpy", ("sinfit_subject:fit", "subject_apart:fit"))
    plugin = Path(sys.modules["sinfit_subject"].__file__)
    fit = plugin.read_text().partition("\n\n\n")[2].partition("\n\n\n")[2]
    apart = plugin.with_name("subject_apart.py")
    apart.write_text(f"import numpy\nnumpy.random.seed(3)\n{fit}")
    monkeypatch.setitem(sys.modules, "subject_apart", None)  # so that it is forgotten at the end
    del sys.modules["subject_apart"]
    caught("untouched", subject, "imported or ran for the first time it changed numpy.random")


def test_a_fitter_for_another_contract_is_caught(installed):
    fitter = installed().fitter
    other = dataclasses.replace(fitter.spec, api_version=3)
    caught("api-version", Subject(dataclasses.replace(fitter, spec=other)), "has api_version 3")


def test_a_name_that_another_has_is_caught(installed, install):
    install("sinfit-other", "from sinfit_subject import sinfit_fitters\n")
    caught("name", installed(), "'subject' is also offered by sinfit-other/subject")


@pytest.mark.parametrize(
    ("missing", "says"), [("summary", "has no description"), ("readme", "has no readme")]
)
def test_a_distribution_that_says_nothing_of_itself_is_caught(installed, missing, says):
    caught("distribution", installed(**{missing: ""}), says)


def test_a_distribution_that_does_not_need_sinfit_is_caught(installed):
    subject = installed()
    (metadata,) = folder_of(subject).glob("sinfit_subject-1.0.dist-info/METADATA")
    metadata.write_text(metadata.read_text().replace("Requires-Dist: sinfit", "X-Other: sinfit"))
    caught("requires", subject, "sinfit-subject does not depend on sinfit")


def folder_of(subject):
    return Path(subject.fitter.load().__code__.co_filename).parent


@pytest.mark.parametrize(
    ("check", "file", "text", "says"),
    [
        ("tutorial", "tutorial.py", None, "tutorial 'tutorial.py' is not in the package"),
        ("tutorial", "tutorial.py", "print(1)\n", "has no title"),
        (
            "tutorial",
            "tutorial.py",
            '# %% [markdown]\n# # T\n\n# %% tags=["odd"]\nprint(1)\n',
            "unknown tag or option odd",
        ),
        ("translations", "locale/ko.po", "no catalog", "locale/ko.po:1: 'no' is no keyword"),
        (
            "translations",
            "locale/ko.po",
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            'msgid "One step after another."\nmsgstr "`fit`을 두 번째로."\n',
            "its code spans differ",
        ),
    ],
)
def test_a_page_that_is_wrong_is_caught(installed, check, file, text, says):
    subject = installed("numpy", spec("tutorial='tutorial.py'"))
    path = folder_of(subject) / file
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8")
    caught(check, subject, says)


def test_a_language_that_a_plugin_lacks_is_no_fault_of_its(installed):
    subject = installed("numpy", spec("tutorial='tutorial.py'"))
    for path in folder_of(subject).glob("locale/*.po"):
        path.unlink()
        assert BY_NAME["translations"].outcome(subject).status == "passed"


@pytest.mark.parametrize("where", ["while True: pass", "import time; time.sleep(60)"])
def test_a_fitter_that_hangs_is_caught(installed, where):
    caught(
        "yields", installed("numpy", first(where)), "not done after 0.3 s: the fitter hangs", 0.3
    )


@pytest.mark.parametrize("name", ["yields", "untouched", "interrupted"])
def test_ctrl_c_ends_the_checks(installed, name):
    press = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    subject = installed("numpy", each(press))
    with pytest.raises(KeyboardInterrupt):
        BY_NAME[name].outcome(subject)


def test_every_check_has_a_mutant():
    caught_here = {case[0] for case in (*MUTANTS, *TORCH)}
    caught_here |= {"api-version", "name", "distribution", "tutorial", "translations"}  # above
    assert caught_here == set(BY_NAME)


@pytest.mark.parametrize("base", ["numpy", "torch"])
def test_the_fitter_without_a_mutation_passes(installed, base):
    tutorial = spec("tutorial='tutorial.py'")
    report = check_fitter(installed(base, tutorial, requires=("torch>=2.2",)).fitter)
    assert report.success, report
    assert len(report.ran) >= MINIMUM
    needed_by_neither = {"choices", "draws"}
    left_out = {each.name for each in report.outcomes if each.status == "not needed"}
    assert left_out - {check.name for check in all_checks() if check.needed} == set()
    assert needed_by_neither <= left_out
