"""Runs are read back as they were recorded: by a program normscope, where there is one."""

import math
import os
import sqlite3
import struct
import subprocess

import normscope
import pytest
from tables import records


@pytest.fixture(scope="module")
def database(program, tmp_path_factory):
    """Two small runs that the program trained."""
    path = tmp_path_factory.mktemp("reading") / "my runs.db"
    for name, layers in (("normalized", "6,5"), ("plain", "4")):
        subprocess.run(
            [
                program,
                *("record", "--db", str(path), "--name", name, "--data", "digits"),
                *("--layers", layers, "--norm", "batch" if name == "normalized" else "none"),
                *("--steps", "12", "--batch-size", "20", "--probe", "20", "--probe-every", "4"),
                *("--evaluate-every", "6", "--noise-every", "0"),
            ],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    return normscope.open(path, program)


def test_a_run_is_named_as_the_program_names_it(database):
    run = database["normalized"]
    assert run.name == "normalized" and run.status == "finished"
    assert run.configuration["layers"] == [6, 5]
    assert database["latest"].name == "plain" and database["latest~1"].id == run.id
    assert database[run.id[:8]].id == run.id
    assert list(database) == [run.id, database["plain"].id]
    assert sorted(row["run_name"] for row in records(database.runs())) == ["normalized", "plain"]


@pytest.mark.parametrize("name", ["nothing", "", "--help", 3])
def test_a_run_that_is_not_there_is_a_key_error(database, name):
    with pytest.raises(normscope.NotRecorded, match="^No run|^A run") as caught:
        database[name]
    assert isinstance(caught.value, KeyError) and name not in database
    assert "normalized" in database and len(database) == 2


def test_a_run_whose_name_looks_like_an_option_is_read(recording):
    program, _ = recording
    path = os.path.join(os.path.dirname(recording[1]), "-runs.db")
    with normscope.start("-x", db=path) as run:
        run.record("a", 1, [1], [2])
        run.step()
    read = normscope.open(path, program)["-x"]
    assert read.id == run.id and read.moments("a").variance[0][0] == 2
    assert [row["run_name"] for row in records(normscope.open(path, program).runs())] == ["-x"]


def test_a_layer_is_any_whole_number_or_a_name(database):
    numpy = pytest.importorskip("numpy")
    run = database["normalized"]
    assert list(run.moments(numpy.int64(2)).steps) == list(run.moments(2).steps)
    for wrong in (True, 1.0, None):
        with pytest.raises(normscope.NotRecorded, match="^A layer is its number or its name"):
            run.moments(wrong)


def test_moments_are_those_of_the_file(database):
    moments = database["normalized"].moments(2)
    assert list(moments.steps) == list(range(12)) and len(moments) == 12
    tensor = moments.tensor
    assert (tensor["tap"], tensor["population"], tensor["statistics"], tensor["units"]) == (
        *("preactivation", "batch", "batch"),
        5,
    )
    connection = sqlite3.connect(database.path)
    rows = connection.execute(
        """SELECT mean, variance, gamma, beta FROM moment
        JOIN affine ON affine.moment = moment.id JOIN site ON site.id = moment.site
        WHERE site.run = 1 AND layer = 2 AND tap = 'preactivation' AND population = 'batch'
        ORDER BY step"""
    ).fetchall()
    connection.close()
    assert len(rows) == 12
    for column, name in enumerate(("mean", "variance", "gamma", "beta")):
        expected = [list(struct.unpack("<5f", row[column])) for row in rows]
        assert [[float(x) for x in vector] for vector in getattr(moments, name)] == expected
    assert all(count == 20 for count in moments.count)
    part = database["normalized"].moments(2, tap="preactivation", first=3, last=5)
    assert list(part.steps) == [3, 4, 5]


def test_a_tensor_without_normalization_has_no_gamma(database):
    moments = database["plain"].moments(1, tap="preactivation")
    assert moments.gamma is None and moments.beta is None and len(moments.mean[0]) == 4


@pytest.mark.parametrize(
    "coordinates, sentence",
    [
        ({"layer": 9}, "no layer 9"),
        ({"layer": "conv1"}, "no layer conv1"),
        (
            {"layer": 1, "tap": "activation"},
            "no such tensor; there are tap input, population batch",
        ),
    ],
)
def test_moments_of_what_was_not_recorded_are_a_key_error(database, coordinates, sentence):
    with pytest.raises(KeyError, match=sentence):
        database["normalized"].moments(**coordinates)


def test_tables_have_what_the_program_and_the_file_say(database):
    run = database["normalized"]
    steps = records(run.steps())
    assert [row["step"] for row in steps] == list(range(12)) and "run" not in steps[0]
    assert all(row["loss"] > 0 and row["batch_size"] == 20 for row in steps)
    evaluations = records(run.evaluations())
    assert {(row["step"], row["split"]) for row in evaluations} == {
        (step, "test") for step in (0, 6, 12)
    }
    assert {row["layer"] for row in records(run.layers())} == {1, 2, 3}
    assert len(records(run.events())) == 0
    assert [row["layer"] for row in records(run.health())] == [1, 2, 3]
    shift = records(run.shift(layer=2, measure=["nw2", "jeffreys"], points=2))
    assert [row["step"] for row in shift] == [0, 12]
    assert shift[0]["nw2"] == 0 and shift[1]["nw2"] > 0 and math.isfinite(shift[1]["jeffreys"])


def test_wrong_options_and_layers_raise_the_sentence_of_the_program(database):
    run = database["normalized"]
    with pytest.raises(KeyError, match="layer"):
        run.shift(layer=7)
    with pytest.raises(ValueError, match="shift has no option --colour"):
        run.shift(colour="red")


def test_a_file_that_is_not_there_or_no_database(database, tmp_path, program):
    with pytest.raises(FileNotFoundError, match="There is no database"):
        normscope.open(tmp_path / "nothing.db", program)
    (tmp_path / "text.db").write_text("text " * 1000)
    with pytest.raises(normscope.ProgramError, match="not .*database"):
        normscope.open(tmp_path / "text.db", program)["latest"]


def test_without_numpy_and_pandas_lists_come_back(database, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "numpy", None)
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    run = database["normalized"]
    moments = run.moments(2, tap="preactivation")
    assert type(moments.mean) is list and type(moments.mean[0]) is list
    assert moments.steps == list(range(12))
    assert type(run.steps()) is list and run.steps()[3]["step"] == 3


def test_with_numpy_and_pandas_arrays_and_frames_come_back(database):
    numpy = pytest.importorskip("numpy")
    moments = database["normalized"].moments(2, tap="preactivation")
    assert moments.mean.shape == (12, 5) and moments.mean.dtype == numpy.float32
    pytest.importorskip("pandas")
    shift = database["normalized"].shift(points=2)
    assert shift.attrs["notes"] and list(shift["step"].unique()) == [0, 12]


def test_a_loss_that_was_nan_is_nan_and_one_that_was_not_given_is_none(recording):
    program, database = recording
    with normscope.start("unknown", db=database) as run:
        run.step(loss=math.nan)
        run.step()
        run.evaluate("test", loss=math.nan)
    read = normscope.open(database, program)["unknown"]
    losses = [row["loss"] for row in records(read.steps())]
    assert math.isnan(losses[0]) and (losses[1] is None or math.isnan(losses[1]))
    evaluation = records(read.evaluations())[0]
    assert math.isnan(evaluation["loss"])
    assert not any(key.endswith("_is_nan") for key in [*records(read.steps())[0], *evaluation])
