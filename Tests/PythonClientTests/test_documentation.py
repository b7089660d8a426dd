"""The examples of the documents run, with the real recorder."""

import importlib.util
import inspect
import re
import textwrap
from pathlib import Path

import pytest
from tables import records

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    "README.md",
    "Sources/PythonClient/README.md",
    "Sources/NormscopeCommand/NormscopeCommand.docc/RecordingFromPython.md",
]


def blocks(document):
    text = (ROOT / document).read_text()
    return [
        block for block in re.findall(r"```python\n(.*?)```", text, re.S) if "sqlite3" not in block
    ]


def test_the_examples_run(recording, tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    pytest.importorskip("normscope.pytorch")
    import normscope

    monkeypatch.chdir(tmp_path)
    layer3 = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Sequential())
    block = torch.nn.Sequential()
    block.add_module("bn2", torch.nn.BatchNorm1d(4))
    layer3[1] = block
    model = torch.nn.Sequential()
    model.add_module("layer3", layer3)
    model.add_module("head", torch.nn.Linear(4, 2))
    generator = torch.Generator().manual_seed(1)
    inputs = [torch.randn(8, 4, generator=generator) for _ in range(5)]
    criterion = torch.nn.CrossEntropyLoss()
    names = {
        "normscope": normscope,
        "model": model,
        "loader": [(x, torch.zeros(8, dtype=torch.long)) for x in inputs],
        "batches": inputs,
        "criterion": criterion,
        "optimizer": torch.optim.SGD(model.parameters(), 0.1),
        "mean": [1.0, 2.0],
        "variance": [1.0, 2.0],
        "gamma": [1.0, 1.0],
        "beta": [0.0, 0.0],
        "test_loss": 1.0,
        "accuracy": 0.5,
    }
    has_pyarrow = importlib.util.find_spec("pyarrow") is not None
    ran = 0
    for document in DOCUMENTS:
        for block in blocks(document):
            if "normscope.callbacks" in block:
                continue  # Each has a test inside its framework.
            if "to_arrow" in block and not has_pyarrow:
                continue
            source = textwrap.dedent(block)
            if "loss=loss" in source and "criterion(" not in source:
                # What the example leaves out: the training step.
                source = source.replace("...  ", "model(x); loss = 0.5  ", 1)
            exec(compile(source, document, "exec"), names)
            ran += 1
    assert ran >= 6
    rows = records(normscope.open("normscope.db").runs())
    assert {row["status"] for row in rows} == {"finished"} and len(rows) >= 4
    assert names["moments"].mean is not None and len(names["moments"]) == 5
    if has_pyarrow:
        statistics = list(names["frame"]["statistics"])
        assert statistics.count("batch") == 5 == len(statistics) - statistics.count("running")
        assert (tmp_path / "moments.parquet").exists() and (tmp_path / "losses.parquet").exists()


def test_watch_has_every_option_of_a_start_and_passes_it_on(monkeypatch):
    torch = pytest.importorskip("torch")
    import normscope
    from normscope.pytorch import watching
    from normscope.starting import begin

    def options(function):
        parameters = inspect.signature(function).parameters.values()
        return {one.name: one.default for one in parameters}

    known = options(normscope.watch)
    assert options(begin).items() <= known.items() and options(normscope.start) == options(begin)
    assert (
        normscope.watch is normscope.pytorch.watch and "normscope.start" in normscope.watch.__doc__
    )
    passed = []

    def fail(*arguments):
        passed.extend(arguments)
        raise normscope.RecorderError

    monkeypatch.setattr(watching, "begin", fail)
    values = {name: name for name in options(begin) if name != "configuration"}
    with pytest.raises(normscope.RecorderError):
        normscope.watch(torch.nn.BatchNorm1d(3), configuration={"width": 3}, **values)
    configuration = {"model": "BatchNorm1d", "width": 3}
    assert passed == [configuration if name not in values else name for name in options(begin)]


def test_help_lists_the_options_of_a_step_and_says_whose_a_pass_is():
    pytest.importorskip("torch")
    import normscope

    watched = inspect.getattr_static(normscope.pytorch.run.WatchedRun, "step")
    assert list(inspect.signature(watched).parameters) == list(
        inspect.signature(normscope.Run.step).parameters
    )
    # The list stands in one place, and help() finds it for both.
    assert watched.__doc__ is None and "learning_rate: by default" in inspect.getdoc(watched)
    assert "as in a GAN" in normscope.watch.__doc__


def test_what_the_package_does_not_have_is_an_attribute_error():
    import normscope

    assert not hasattr(normscope, "wach") and set(normscope.__all__) >= {"watch", "start", "open"}
