"""Sealed vectors are read as those that were recorded."""

import sqlite3
import struct
import subprocess

import normscope
import pytest
from normscope import sealing


@pytest.fixture(scope="module")
def databases(program, tmp_path_factory):
    """The same run, sealed and plain."""
    folder = tmp_path_factory.mktemp("sealing")
    paths = [str(folder / "sealed.db"), str(folder / "plain.db")]
    for path, options in zip(paths, ([], ["--no-seal"])):
        subprocess.run(
            [
                *(program, "record", "--db", path, "--name", "run", "--layers", "8"),
                *("--steps", "200", "--batch-size", "20", "--probe", "0", "--noise-every", "0"),
                *options,
            ],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
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


def test_both_ways_of_unsealing_agree(databases):
    connection = sqlite3.connect(databases[0].path)
    rows = connection.execute(
        """SELECT moment.mean, frame.mean FROM moment JOIN frame ON frame.site = moment.site
        WHERE length(moment.mean) % 4 = 1 AND moment.step < 128 AND frame.step = 0"""
    ).fetchall()
    connection.close()
    assert len(rows) >= 128
    for vector, frame in rows:
        unsealed = sealing.unseal(vector, frame)
        assert unsealed == sealing._unsealed(vector, sealing._units(frame))
        assert len(unsealed) == 4 * (len(frame) // 5 - 1)


def test_what_is_not_sealed_stays_and_what_is_damaged_is_refused():
    assert sealing.unseal(None, None) is None
    plain = struct.pack("<2f", 1, 2)
    assert sealing.unseal(plain, None) == plain
    for vector, frame, sentence in [
        (b"12345", None, "has no frame"),
        (b"12345", b"123", "3 bytes are no frame"),
        (b"12345", bytes(10), "wrong checksum"),
        (b"12345", b"\2\0\0\0\0\0\xe0\xb4\x4b\x1b", "wrong checksum"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            sealing.unseal(vector, frame)
