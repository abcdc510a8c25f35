"""`sinfit map`."""

import json

import pytest
from click.testing import CliRunner
from sinfit_exact.map import map_

from sinfit.errors import UsageError


def run(*arguments):
    return CliRunner().invoke(map_, [str(argument) for argument in arguments])


def test_the_map_shows_edge_modes_and_losses(tmp_path):
    picture = tmp_path / "map.svg"
    assert run("--plot", picture).exit_code == 0
    assert "stability edge" in run().output
    assert picture.read_text("utf-8").startswith("<?xml")
    data = json.loads(run("--starts", "50", "--rates", "100", "--json").output)
    assert data["stability_limit"] == pytest.approx(3.5579e-6, rel=1e-4)
    assert len(data["modes"]) == 4
    assert len(data["rates"]) == len(data["losses"])


def test_only_what_has_a_closed_form_is_mapped():
    assert isinstance(run("optim").exception, UsageError)
    assert isinstance(run("legendre").exception, UsageError)
