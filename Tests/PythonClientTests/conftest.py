"""What the tests share: the package from its sources, and runs recorded by the fake recorder."""

import json
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "Sources" / "PythonClient"
sys.path.insert(0, str(SOURCES))
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(SOURCES), os.environ.get("PYTHONPATH")])
)


class Fake:
    """The fake recorder and what it has received."""

    program = str(HERE / "fake_recorder.py")

    def __init__(self, output, monkeypatch):
        self.output = output
        self.behave = lambda behavior: monkeypatch.setenv("FAKE_BEHAVIOR", behavior)
        monkeypatch.setenv("FAKE_OUTPUT", str(output))
        monkeypatch.setenv("NORMSCOPE_PROGRAM", self.program)

    @property
    def lines(self):
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    def messages(self, kind=None):
        return [line for line in self.lines if "type" in line and kind in (None, line["type"])]


@pytest.fixture
def fake(tmp_path, monkeypatch):
    return Fake(tmp_path / "messages", monkeypatch)


@pytest.fixture(scope="session")
def program():
    """The program normscope of this checkout: $NORMSCOPE_TEST_PROGRAM, else the newest build."""
    named = os.environ.get("NORMSCOPE_TEST_PROGRAM")
    builds = [HERE.parents[1] / ".build" / kind / "normscope" for kind in ("debug", "release")]
    found = [named] if named else [str(path) for path in builds if path.exists()]
    if not found:
        pytest.skip("no program normscope is built")
    return max(found, key=os.path.getmtime)


@pytest.fixture
def recording(program, tmp_path, monkeypatch):
    """The program and a database in a folder of the test's own."""
    monkeypatch.setenv("NORMSCOPE_PROGRAM", program)
    monkeypatch.delenv("NORMSCOPE_DB", raising=False)
    return program, tmp_path / "runs.db"
