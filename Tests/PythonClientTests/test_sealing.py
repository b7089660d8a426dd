"""Sealed vectors are read as those that were recorded."""

import sqlite3
import struct
import subprocess
import sys

import normscope
import pytest
from normscope import sealing


@pytest.fixture(scope="module")
def databases(program, tmp_path_factory):
    """The same run, sealed and plain."""
    folder = tmp_path_factory.mktemp("sealing")
    paths = [str(folder / "sealed.db"), str(folder / "plain.db")]
    for path in paths:
        subprocess.run(
            [
                *(program, "record", "--db", path, "--name", "run", "--layers", "8"),
                *("--steps", "200", "--batch-size", "20", "--probe", "0", "--noise-every", "0"),
            ],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    compact = [program, "db", "compact", "--db", paths[0]]
    subprocess.run(compact, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return [normscope.open(path, program) for path in paths]


def lists(vectors):
    return [[float(number) for number in vector] for vector in vectors]


def test_moments_are_the_same(databases):
    sealed, plain = (database["run"].moments(1, "preactivation") for database in databases)
    assert list(sealed.steps) == list(plain.steps) == list(range(200))
    for name in ("mean", "variance", "gamma", "beta"):
        assert lists(getattr(sealed, name)) == lists(getattr(plain, name))


def test_tables_of_arrow_are_the_same(databases):
    pytest.importorskip("pyarrow")
    sealed, plain = (database["run"].to_arrow() for database in databases)
    names = [name for name in plain.column_names if name != "run"]
    assert sealed.select(names).equals(plain.select(names))


def test_both_ways_of_unsealing_agree(databases, monkeypatch):
    connection = sqlite3.connect(databases[0].path)
    rows = connection.execute("SELECT bits FROM sealed WHERE vector > 0").fetchall()
    connection.close()
    assert len(rows) >= 8
    with_numpy = [sealing.unseal(bits) for (bits,) in rows]
    assert {bits[0] for (bits,) in rows} == {128, 72}
    assert all(len(steps) == bits[0] for steps, (bits,) in zip(with_numpy, rows))
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert [sealing.unseal(bits) for (bits,) in rows] == with_numpy


def test_bytes_that_are_not_sealed_numbers_are_refused():
    checksum = bytes(8)
    good = bytes([1, 1, 0, 0, 0, 0, 8, 7]) + checksum
    assert sealing.unseal(good) == [struct.pack("<I", 7)]
    too_wide = bytes([1, 1, 0, 0, 0, 0, 33, 1, 2, 3, 4, 5]) + checksum
    for bits in [b"", b"\1", good[:-1], good[:-8], good + b"0", too_wide]:
        with pytest.raises(ValueError, match="no sealed numbers"):
            sealing.unseal(bits)


def test_a_damaged_block_is_an_error(databases, tmp_path):
    path = tmp_path / "damaged.db"
    path.write_bytes(open(databases[0].path, "rb").read())
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM sealed WHERE vector = 2")
    with pytest.raises(sqlite3.OperationalError):
        normscope.open(str(path), databases[0]._program)["run"].moments(1, "preactivation")
