"""Runs as tables of Arrow and files of Parquet, beside what the program exports."""

import csv
import io
import math
import subprocess
import sys

import normscope
import pytest
from normscope import arrow as tables

OF_SITE = ["run", "run_name", "layer", "layer_name", "tap", "population", "statistics"]


@pytest.fixture(scope="module")
def database(program, tmp_path_factory):
    """A run of the program and one of this package."""
    path = tmp_path_factory.mktemp("arrow") / "runs.db"
    subprocess.run(
        [
            program,
            *("record", "--db", str(path), "--name", "trained", "--data", "digits"),
            *("--layers", "6,5", "--norm", "batch", "--steps", "12", "--batch-size", "20"),
            *("--probe", "20", "--probe-every", "4", "--evaluate-every", "6"),
            *("--noise-every", "6", "--noise-batches", "3", "--quantiles", "0.05,0.5"),
            "--higher-moments",
        ],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with normscope.start("named", db=path, program=program) as run:
        for step in range(3):
            run.record("block.1.bn", 4, [1, 2], [3, 4], [5, 6], [7, 8], epsilon=1e-3)
            run.record("block.2", 4 + step, [math.nan, math.inf, -2], [1, 2, 3])
            run.step(loss=None if step == 1 else 0.5)
    return normscope.open(path, program)


def exported(database, run, table):
    """The rows that the program exports, those of the units of a vector put together."""
    command = [database._program, "export", run, "--table", table, "--db", database.path]
    output = subprocess.run(
        [*command, "--format", "csv", "-o", "-"],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ).stdout.decode()
    reader = csv.DictReader(io.StringIO(output))
    rows = []
    vectors = (
        reader.fieldnames[reader.fieldnames.index("unit") + 1 :] if is_of_units(reader) else []
    )
    for row in reader:
        if row.pop("unit", "1") == "1":
            rows.append({**row, **{name: [] for name in vectors}})
        for name in vectors:
            rows[-1][name].append(row[name])
    return [name for name in reader.fieldnames if name != "unit"], rows


def is_of_units(reader):
    return "unit" in reader.fieldnames


def same(value, text):
    if isinstance(text, list):
        if value is None:
            return set(text) == {""}
        return len(value) == len(text) and all(map(same, value, text))
    if value is None or text == "":
        # A loss that is not there is NaN in files of the first schemas.
        return value is None and text in ("", "NaN")
    if isinstance(value, str):
        return value == text
    return value == float(text) or (math.isnan(value) and text == "NaN")


@pytest.mark.parametrize("table", tables.TABLES)
@pytest.mark.parametrize("name", ["trained", "named"])
def test_a_table_is_what_the_program_exports(database, name, table):
    arrow = pytest.importorskip("pyarrow")
    read = database[name].to_arrow(table)
    columns, rows = exported(database, name, table)
    assert read.column_names == columns
    assert read.num_rows == len(rows)
    assert rows or (name, table) in {
        ("named", t) for t in ("batch_noise", "quantile", "evaluation")
    }
    for row, expected in zip(read.to_pylist(), rows):
        assert all(same(row[column], expected[column]) for column in columns), (row, expected)
    vectors = [field.type for field in read.schema if arrow.types.is_list(field.type)]
    assert vectors == [arrow.list_(arrow.float32())] * len(vectors)


def test_vectors_are_those_of_moments(database):
    pytest.importorskip("pyarrow")
    run = database["trained"]
    read = run.to_arrow(layer=2, tap="preactivation", population="batch", first=3, last=5)
    moments = run.moments(2, first=3, last=5)
    assert read["step"].to_pylist() == [3, 4, 5] == [int(step) for step in moments.steps]
    for name in ("mean", "variance", "gamma", "beta"):
        expected = [[float(number) for number in vector] for vector in getattr(moments, name)]
        assert read[name].to_pylist() == expected


def test_tensors_are_chosen_by_number_name_pattern_and_coordinates(database):
    pytest.importorskip("pyarrow")

    def chosen(name, **coordinates):
        return set(database[name].to_arrow(**coordinates)["layer"].to_pylist())

    assert chosen("trained") == {1, 2, 3} and chosen("trained", layer=2) == {2}
    assert chosen("named", layer="block.*") == {1, 2} and chosen("named", layer="block.2") == {2}
    assert chosen("trained", tap="normalized", population="probe") == {1, 2}
    for wrong, sentence in (
        ({"layer": 9}, "Run trained has no layer 9"),
        ({"layer": "block*"}, "no layer block"),
        ({"layer": True}, "A layer is its number or its name, not True"),
        ({"tap": "output"}, "no such tensor; there are tap "),
    ):
        with pytest.raises(normscope.NotRecorded, match=sentence):
            database["trained"].to_arrow(**wrong)
    with pytest.raises(ValueError, match="no table 'moments' for Arrow; there are moment, "):
        database["trained"].to_arrow("moments")
    with pytest.raises(ValueError, match="The rows of the table step are of no layer"):
        database["trained"].to_arrow("step", layer=2)


def test_missing_vectors_and_numbers_are_null(database):
    pytest.importorskip("pyarrow")
    read = database["named"].to_arrow()
    assert read["gamma"].to_pylist() == [[5, 6]] * 3 + [None] * 3
    assert read["skewness"].null_count == 6
    first = read["mean"].to_pylist()[3]
    assert math.isnan(first[0]) and first[1:] == [math.inf, -2]
    assert database["named"].to_arrow("step")["loss"].to_pylist() == [0.5, None, 0.5]


def test_a_mark_of_nan_is_nan(database, tmp_path):
    """Newer files mark a loss that was NaN, and keep it apart from one that was not given."""
    pytest.importorskip("pyarrow")
    import shutil
    import sqlite3
    from contextlib import closing

    path = tmp_path / "marked.db"
    shutil.copy(database.path, path)
    with closing(sqlite3.connect(path)) as connection:
        if "loss_is_nan" not in str(connection.execute("PRAGMA table_info(step)").fetchall()):
            connection.execute("ALTER TABLE step ADD COLUMN loss_is_nan INTEGER DEFAULT 0")
        connection.execute("UPDATE step SET loss = NULL, loss_is_nan = 1 WHERE step = 2")
        connection.commit()
    marked = normscope.open(database.path, database._program)["named"]
    marked._database.path = path
    read = marked.to_arrow("step")
    losses = read["loss"].to_pylist()
    assert losses[:2] == [0.5, None] and math.isnan(losses[2])
    assert "loss_is_nan" not in read.column_names


@pytest.fixture
def unknown(program, tmp_path):
    """A run with values that are NaN, values that nobody gave and values that are numbers."""
    path = tmp_path / "unknown.db"
    with normscope.start("unknown", db=path, program=program) as run:
        for loss, accuracy in ((0.5, 0.25), (math.nan, math.nan), (None, None), (1.5, None)):
            run.step(loss=loss, accuracy=accuracy)
            run.evaluate("test", loss=loss, accuracy=accuracy)
    return normscope.open(path, program)["unknown"]


@pytest.mark.parametrize("table", ["step", "evaluation"])
def test_what_was_nan_is_nan_and_what_nobody_gave_is_null(unknown, tmp_path, table):
    parquet = pytest.importorskip("pyarrow.parquet")
    unknown.to_parquet(tmp_path / "read.parquet", table)
    for read in (unknown.to_arrow(table), parquet.read_table(tmp_path / "read.parquet")):
        columns = {name: read[name].to_pylist() for name in ("loss", "accuracy")}
        assert repr(columns["loss"]) == "[0.5, nan, None, 1.5]"
        assert repr(columns["accuracy"]) == "[0.25, nan, None, None]"
        assert not [name for name in read.column_names if name.endswith("_is_nan")]
    assert set(unknown.to_arrow("step")["learning_rate"].to_pylist()) == {None}


@pytest.mark.parametrize("rows, size", [(5, 1 << 20), (1 << 16, 100)])
def test_a_file_has_the_rows_of_the_table_in_groups(database, tmp_path, monkeypatch, rows, size):
    parquet = pytest.importorskip("pyarrow.parquet")
    whole = database["trained"].to_arrow()
    monkeypatch.setattr(tables, "_MOST_ROWS", rows)
    monkeypatch.setattr(tables, "_MOST_BYTES", size)
    path = tmp_path / "moments.parquet"
    path.write_text("replaced")
    database["trained"].to_parquet(path)
    file = parquet.ParquetFile(path)
    assert file.metadata.num_row_groups > 5
    # As text: a NaN does not equal itself.
    for other in (file.read(), database["trained"].to_arrow()):
        assert other.schema == whole.schema and repr(other.to_pylist()) == repr(whole.to_pylist())
    assert [entry.name for entry in tmp_path.iterdir()] == ["moments.parquet"]
    group = file.metadata.row_group(0)
    chunks = {
        chunk.path_in_schema: chunk
        for chunk in (group.column(index) for index in range(group.num_columns))
    }
    for name in ("mean.list.element", "beta.list.element"):
        assert "BYTE_STREAM_SPLIT" in chunks[name].encodings
        assert not chunks[name].has_dictionary_page
    assert chunks["run"].has_dictionary_page and chunks["mean.list.element"].compression == "ZSTD"


def test_the_same_run_gives_the_same_bytes(database, tmp_path):
    pytest.importorskip("pyarrow")
    for name in ("a", "b"):
        database["trained"].to_parquet(tmp_path / name, "evaluation")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_that_cannot_be_completed_is_not_there(database, tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")

    def fail(*arguments):
        yield tables._arrow().RecordBatch.from_pylist([], schema=tables.schema(arguments[0]))
        raise OSError("No space left on device")

    monkeypatch.setattr(tables, "batches", fail)
    (tmp_path / "old.parquet").write_text("old")
    for name in ("old.parquet", "new.parquet"):
        with pytest.raises(OSError, match="No space left"):
            database["trained"].to_parquet(tmp_path / name)
    assert [entry.name for entry in tmp_path.iterdir()] == ["old.parquet"]
    assert (tmp_path / "old.parquet").read_text() == "old"


def test_other_libraries_read_the_file(database, tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "moments.parquet"
    run = database["trained"]
    run.to_parquet(path)
    means = run.to_arrow()["mean"].to_pylist()
    readers = {
        "pandas": lambda library: [list(row) for row in library.read_parquet(path)["mean"]],
        "polars": lambda library: library.read_parquet(path)["mean"].to_list(),
        "duckdb": lambda library: [
            row[0] for row in library.sql(f"SELECT mean FROM '{path}'").fetchall()
        ],
    }
    read = []
    for name, reader in readers.items():
        try:
            library = __import__(name)
        except ImportError:
            continue
        assert reader(library) == means, name
        read.append(name)
    if not read:
        pytest.skip("no reader of Parquet beside pyarrow")


def test_without_pyarrow_one_sentence_says_what_to_install(database, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    run = database["trained"]
    for call in (run.to_arrow, lambda: run.to_parquet(tmp_path / "x.parquet")):
        with pytest.raises(ImportError, match="^Tables of Arrow and Parquet need .* installs it"):
            call()
    assert not list(tmp_path.iterdir())
