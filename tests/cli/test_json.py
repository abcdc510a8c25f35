"""What --json prints has a version and keeps to the schema, errors included."""

import json
import re
import subprocess

import click
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

import sinfit
from sinfit.fitting.driving import Status
from sinfit_cli.output import JSON_VERSION
from sinfit_cli.root import build
from sinfit_cli.schema import FILE, documents

from .conftest import SINFIT

DOCUMENTS = {
    "fit": ["fit", "numpy", "--steps", 3],
    "compare": ["compare", "numpy", "tensor", "dynamic", "--steps", 3],
    "list": ["list"],
    "plugins": ["plugins"],
    "show": ["show", "r.json"],
    "error": ["fit", "numpy", "--steps", 0],
    "map": ["map", "--rates", 9],
    "columns": ["columns", "points.csv"],
    "sweep": [
        "sweep",
        "exact",
        "numpy",
        "--seeds",
        "0:2",
        "--steps",
        5,
        "--targets",
        "sin,few.csv",
    ],
    "replay": ["replay", "log.txt", "--stage", "numpy", "--steps", 400],
    "check": ["check", "lstsq"],
    "doctor": ["doctor"],
    "new": ["new", "mine"],
    "tutorials-build": ["tutorials", "build", "--out", "pages"],
    "tutorials-check": ["tutorials", "check"],
    "tutorials-update": ["tutorials", "update"],
    "tutorials-status": ["tutorials", "status"],
    "tutorials-add-language": ["tutorials", "add-language", "es"],
}
FILES = {
    "points.csv": "x,y\n1,2\n2,3\n",
    "few.csv": "x,y\n1,2\n2,3\n",
    "docs/index.md": "# Home\n\nWords.\n",
}

SAYS_ALL_OF = {"fit": ["show"], "show": ["fit"], "doctor": ["plugins"]}


@pytest.fixture
def document(fresh, tmp_path):
    """What a command prints, with its exit status."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    sinfit.fit("numpy", steps=3).save(tmp_path / "r.json")
    (tmp_path / "log.txt").write_text("\n".join(sinfit.fit("numpy", steps=400).printed()), "utf-8")

    def call(*arguments):
        of_one_page = {"SINFIT_CACHE": str(tmp_path / "cache"), "SINFIT_PLUGINS": "none"}
        done = fresh(*arguments, "--json", **(of_one_page if "tutorials" in arguments else {}))
        return done.code, json.loads(done.out)

    return call


def narrowed(run, name):
    schema = json.loads(run("schema", name).out)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_keeps_to_its_schema_and_to_no_other(run, document, name):
    code, found = document(*DOCUMENTS[name])
    assert ("error" in found, code) == ((True, 2) if name == "error" else (False, code))
    narrowed(run, name).validate(found)
    Draft202012Validator(json.loads(run("schema").out)).validate(found)
    for other in DOCUMENTS.keys() - {name, *SAYS_ALL_OF.get(name, ())}:
        assert not narrowed(run, other).is_valid(found), other
    with pytest.raises(ValidationError):
        narrowed(run, name).validate(found | {"version": JSON_VERSION + 1})


def test_all_of_the_schema_is_narrower_than_anything(run):
    whole = Draft202012Validator(json.loads(run("schema").out))
    Draft202012Validator.check_schema(whole.schema)
    assert not whole.is_valid({"version": JSON_VERSION})
    assert not whole.is_valid({"version": JSON_VERSION, "rows": [{"key": "a"}]})


@pytest.mark.long  # all tables take a while
def test_the_published_tables_keep_to_it_too(run, document):
    narrowed(run, "replay").validate(document("replay", "--all")[1])


def commands(group, words=()):
    """The words of each command that has --json."""
    ctx = click.Context(group)
    for name in group.list_commands(ctx) if isinstance(group, click.Group) else ():
        yield from commands(group.get_command(ctx, name), (*words, name))
    if any("--json" in param.opts for param in group.params):
        yield words


def test_every_command_with_json_has_its_schema_and_every_schema_its_test():
    there = {"-".join(words[:1] if words[0] == "fit" else words) for words in commands(build())}
    assert there | {"error"} == {*documents()} == {*DOCUMENTS}


def test_a_schema_that_cannot_be_read_hides_no_other(run, tmp_path, monkeypatch):
    (tmp_path / "sinfit_odd").mkdir()
    (tmp_path / "sinfit_odd" / "__init__.py").touch()
    (tmp_path / "sinfit_odd" / "schema.json").write_text("no JSON")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sinfit_cli.schema._packages", lambda: ["sinfit_odd", "sinfit_sweep"])
    done = run("schema", "sweep")
    assert json.loads(done.out)["$ref"] == "#/$defs/sweep"
    assert "the schema of sinfit_odd cannot be read: JSONDecodeError" in done.err


@pytest.mark.filterwarnings("default::sinfit.errors.StabilityWarning")
def test_a_diverged_and_a_shown_result_keep_to_it_too(run, tmp_path):
    path = tmp_path / "r.json"
    done = run("fit", "numpy", "--learning-rate", "4e-6", "--save", path, "--json")
    found = json.loads(done.out)
    assert found["status"] == "DIVERGED"
    shown = json.loads(run("show", path, "--json").out)
    assert shown == found
    narrowed(run, "fit").validate(shown)


def test_metadata_alone_keeps_to_it(run):
    narrowed(run, "plugins").validate(json.loads(run("plugins", "--metadata", "--json").out))


def test_the_schema_knows_every_status_and_every_key_that_is_printed(run):
    schema = json.loads(FILE.read_text("utf-8"))
    result = schema["$defs"]["result"]
    assert set(result["properties"]["status"]["enum"]) == {str(status) for status in Status}
    printed = json.loads(run(*DOCUMENTS["fit"], "--json").out)
    assert set(printed) == {*result["properties"], "version"}
    assert schema["$defs"]["version"]["const"] == JSON_VERSION


@pytest.mark.parametrize(
    ("arguments", "kind", "status", "more"),
    [
        (["fit", "nmupy"], "UnknownNameError", 2, {"given": "nmupy", "nearest": "numpy"}),
        (["fit", "numpy", "--lr", "1"], "UsageError", 2, {}),
        (["show", "no-such-file"], "DataError", 2, {}),
        (["no-such-command"], "UnknownNameError", 2, {"given": "no-such-command"}),
        (["fit"], "UsageError", 2, {}),
    ],
    ids=str,
)
def test_an_error_is_one_document_and_one_line_for_people(run, arguments, kind, status, more):
    done = run(*arguments, "--json")
    error = json.loads(done.out)["error"]
    assert (done.code, error["kind"], error["status"]) == (status, kind, status)
    assert more.items() <= error.items()
    assert done.err.startswith(f"error: {error['message']}\n")
    assert "Traceback" not in done.err


def test_without_json_an_error_leaves_the_output_empty(run):
    done = run("fit", "nmupy")
    assert (done.code, done.out) == (2, "")


def test_errors_of_the_parser_have_the_form_of_all_others(run):
    done = run("fit", "numpy", "--lr", "1")
    assert done.err == (
        "error: No such option '--lr'. Did you mean '--learning-rate'?\n"
        "Try 'sinfit fit numpy --help' for help.\n"
    )
    for arguments in (["list", "more"], ["fit", "numpy", "--steps", "x"], ["show"]):
        assert re.match(r"error: .+\nTry 'sinfit .+ --help' for help\.\n$", run(*arguments).err)


def test_a_full_disk_is_no_second_document(environment):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [SINFIT, "list", "--json"], env=environment, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_what_fails_after_the_document_adds_no_second_one(run, tmp_path, monkeypatch):
    def fails(*_paths):
        raise OSError("no room")

    monkeypatch.setattr("os.replace", fails)
    done = run("fit", "numpy", "--steps", 3, "--save", tmp_path / "r.json", "--json")
    assert (done.code, json.loads(done.out)["nit"]) == (2, 3)
    assert "no room" in done.err
