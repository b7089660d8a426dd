"""What Python records is what it reads back, with the real recorder in between."""

import argparse
import math
import sqlite3
import subprocess
import sys
import warnings

import normscope
import pytest
from tables import records


def recorded(recording, name="latest"):
    program, database = recording
    return normscope.open(database, program)[name]


def test_everything_comes_back(recording):
    _, database = recording
    configuration = {"learning_rate": 0.5, "sizes": (1, 2), "path": database}
    with normscope.start("all", configuration, tags={"seed": 3}, db=database) as run:
        for step in range(50):
            run.record(
                "block.bn1",
                32,
                [step, math.nan],
                [step + 0.5, 1],
                [1, 2],
                [3, 4],
                epsilon=1e-5,
                kind="BatchNorm1d",
                shape=[2],
                non_finite=3,
            )
            run.record("fc", 32, [step] * 3, [1] * 3)
            run.step(loss=step / 2, accuracy=0.25, learning_rate=0.5, batch_size=32, duration=0.125)
        run.evaluate("validation", statistics="running", loss=2.0, accuracy=0.75, count=100)
        run.event("note", "Halved the “rate”.", layer="fc")
        assert run.database == str(database)
    read = recorded(recording)
    assert (read.id, read.name, read.status) == (run.id, "all", "finished")
    assert read.configuration["learning_rate"] == 0.5 and read.configuration["sizes"] == [1, 2]
    assert read.summary["provenance"]["client"] == "python"
    assert read.summary["tags"] == {"seed": "3"}
    moments = read.moments("block.bn1")
    assert [int(step) for step in moments.steps] == list(range(50))
    assert moments.mean[7][0] == 7 and math.isnan(moments.mean[7][1])
    assert list(moments.variance[7]) == [7.5, 1] and list(moments.gamma[7]) == [1, 2]
    assert list(moments.beta[7]) == [3, 4] and moments.non_finite[7] == 3
    assert moments.tensor["epsilon"] == pytest.approx(1e-5)
    assert moments.tensor["kind"] == "BatchNorm1d" and moments.tensor["tap"] == "preactivation"
    assert moments.tensor["name"] == "block.bn1" and moments.tensor["shape"] == [2]
    assert [row["name"] for row in records(read.layers())] == ["block.bn1", "fc"]
    assert read.moments("fc").gamma is None and read.moments(2).tensor["tap"] == "input"
    steps = records(read.steps())
    assert steps[9] == {
        "step": 9,
        "loss": 4.5,
        "accuracy": 0.25,
        "learning_rate": 0.5,
        "batch_size": 32,
        "duration": 0.125,
    }
    (evaluation,) = records(read.evaluations())
    assert evaluation["step"] == 50 and evaluation["split"] == "validation"
    assert (evaluation["loss"], evaluation["accuracy"], evaluation["count"]) == (2, 0.75, 100)
    notes = [event for event in records(read.events()) if event["kind"] == "note"]
    assert [(event["step"], event["message"]) for event in notes] == [(50, "Halved the “rate”.")]


def test_the_configuration_grows_while_the_run_is_recorded(recording):
    with normscope.start("grows", {"learning_rate": 0.5, "depth": 3}, db=recording[1]) as run:
        run.config["momentum"] = 0.9
        run.step()
        run.config.update(depth=4)
    configuration = recorded(recording).configuration
    assert configuration == {"learning_rate": 0.5, "depth": 4, "momentum": 0.9}


def test_what_is_unknown_stays_unknown(recording):
    _, database = recording
    with normscope.start("little", db=database) as run:
        run.step()
        run.evaluate("test", loss=1.0)
    (step,) = records(recorded(recording).steps())
    assert step["duration"] >= 0
    assert all(step[key] is None for key in ("loss", "accuracy", "learning_rate", "batch_size"))
    (evaluation,) = records(recorded(recording).evaluations())
    assert evaluation["accuracy"] is None and evaluation["count"] is None


@pytest.mark.parametrize("status", ["diverged", "failed", "interrupted"])
def test_a_run_has_the_status_of_its_end(recording, status):
    run = normscope.start("ends", db=recording[1])
    run.step(loss=1.0)
    if status == "interrupted":
        run.leave()
    else:
        run.finish(status, "The loss is not finite.")
        assert recorded(recording).summary["status_reason"] == "The loss is not finite."
    assert recorded(recording).status == status


def test_a_run_is_resumed_after_its_last_step_or_before(recording):
    _, database = recording
    run = normscope.start("resumed", db=database)
    for step in range(10):
        run.record("a", 4, [step], [1])
        run.step(loss=step)
    run.leave()
    with normscope.start("resumed", db=database, resume="resumed") as run:
        assert run.next_step == 10
        run.record("a", 4, [10], [1])
        run.step(loss=10)
    moments = recorded(recording).moments("a")
    assert [float(mean[0]) for mean in moments.mean] == list(range(11))
    with normscope.start("resumed", db=database, resume="resumed", first_step=4) as run:
        assert run.next_step == 4
        run.record("a", 4, [40], [1])
        run.step(loss=40)
    moments = recorded(recording).moments("a")
    assert [float(mean[0]) for mean in moments.mean] == [0, 1, 2, 3, 40]
    assert len(list(normscope.open(database, recording[0]))) == 1


def test_what_the_recorder_refuses_is_said_at_the_start(recording, tmp_path):
    _, database = recording
    normscope.start("first", db=database).finish()
    with pytest.raises(normscope.RecorderError, match="nothing"):
        normscope.start("resumed", db=database, resume="nothing")
    text = tmp_path / "text.db"
    text.write_text("text " * 1000)
    with pytest.raises(normscope.RecorderError, match="text.db"):
        normscope.start("refused", db=text)
    assert text.read_text() == "text " * 1000
    with pytest.raises(normscope.RecorderError, match="absent.runs.db cannot be opened"):
        normscope.start("refused", db=tmp_path / "absent" / "runs.db")


def test_two_recorders_of_one_run_are_one_too_many(recording):
    _, database = recording
    with normscope.start("first", db=database) as run:
        run.step()
        with pytest.raises(normscope.RecorderError, match="record"):
            normscope.start("first", db=database, resume=run.id)
        run.step()
    assert len(recorded(recording).steps()) == 2


def test_a_locked_database_delays_the_recording_and_loses_nothing(recording):
    _, database = recording
    with normscope.start("locked", db=database) as run:
        run.step()
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(500):
            run.record("a", 4, [1] * 100, [1] * 100)
            run.step()
        other.execute("COMMIT")
        other.close()
    assert len(recorded(recording).steps()) == 501


def test_a_full_disk_ends_the_recording_and_not_the_script(recording):
    _, database = recording
    script = f"""
import normscope
with normscope.start("full", db={str(database)!r}) as run:
    for step in range(8000):
        run.record("a", 4, [step] * 300, [1] * 300)
        run.step(loss=step)
print("trained")
raise SystemExit(5)
"""
    # No file may grow beyond 8 MB.
    process = subprocess.run(
        ["sh", "-c", 'ulimit -f 16000; exec "$0" -c "$1"', sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (process.returncode, process.stdout) == (5, "trained\n"), process.stderr
    assert process.stderr.count("RuntimeWarning: Run full is not recorded any more: ") == 1
    # Whether the last word still fits on the disk is chance.
    assert recorded(recording).status in ("failed", "interrupted")


def test_what_is_refused_or_comes_twice_does_not_end_the_record(recording, monkeypatch):
    _, database = recording
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with normscope.start("strict", argparse.Namespace(a={"b": 1}), db=database) as run:
            for step in range(3):
                run.record("a", 4, [step], [1], [1], [0], epsilon=1e-5)
                run.record("a", 5, [step], [1], [1], [0])
                run.evaluate("test", loss=1)
                run.evaluate("test", loss=2)
                run.noise([0, 0], [4, 4], [1, 2], [3, 4])
                run.noise([0, 0], [4, 4], [1, 2], [3, 4])
                run.record_columns(
                    [run.tensor("p", 1, population="probe")], [6], [1], [1], step=step
                )
                run.record("p", 7, [2], [2])
                with pytest.raises(ValueError):
                    run.evaluate("test set")
                run.config["a"]["b"] = step
                run.step(loss=1, learning_rate=math.nan, duration=math.nan)
    read = recorded(recording)
    assert read.status == "finished" and read.configuration == {"a": {"b": 2}}
    assert list(read.moments("a").count) == [5, 5, 5]
    assert list(read.moments("p").count) == [6, 6, 6]
    assert [row["loss"] for row in records(read.evaluations())] == [1, 1, 1]


def test_moments_larger_than_a_message_come_back(recording, monkeypatch):
    _, database = recording
    monkeypatch.setattr("normscope.frames.LARGEST_MESSAGE", 2000)
    monkeypatch.setattr("normscope.sender.LARGEST_MESSAGE", 2000)
    monkeypatch.setattr("normscope.sender._HEADER", 800)
    with normscope.start("wide", db=database) as run:
        for step in range(3):
            for name in "abc":
                run.record(name, 4, [step + unit for unit in range(130)], [1] * 130)
            run.step(loss=1)
    read = recorded(recording)
    assert read.status == "finished" and len(records(read.steps())) == 3
    for name in "abc":
        assert list(read.moments(name).mean[2]) == [2 + unit for unit in range(130)]


def test_a_refused_start_speaks_of_no_message(recording):
    with pytest.raises(normscope.RecorderError, match='^name is "latest", which cannot be'):
        normscope.start("latest", db=recording[1])


def test_batch_norms_are_frozen_for_the_rest_of_a_training(recording):
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 2))
    with normscope.watch(model, "frozen", db=recording[1], running_every=1 << 20) as run:
        for step in range(60):
            if step in (20, 40):
                model[0].train(step == 40)
            model(torch.randn(8, 3)).sum().backward()
            run.step(loss=1.0)
        assert run.is_recording
    read = recorded(recording)
    assert read.status == "finished" and len(records(read.steps())) == 60
    steps = [int(step) for step in read.moments("0", statistics="batch").steps]
    assert steps == [*range(20), *range(40, 60)]
