"""What a run sends."""

import argparse
import array
import dataclasses
import math
import os
import pickle
import sys
import threading
import types
import warnings

import normscope
import pytest
from normscope.run import Run
from normscope.starting import begin


def test_record_sends_a_step_with_its_columns(fake):
    with normscope.start("tiny", {"learning_rate": 0.1}, tags={"seed": 1}) as run:
        run.record("first", count=32, mean=[1, 2], variance=[3, 4])
        run.record(
            "second",
            count=16,
            mean=[5.5],
            variance=[6],
            gamma=[7],
            beta=[8],
            epsilon=1e-5,
            kind="BatchNorm1d",
            layer="bn",
        )
        run.step(loss=0.5, accuracy=0.25, learning_rate=0.1, batch_size=32, duration=2)
        run.record("first", count=8, mean=[9, 10], variance=[11, 12], non_finite=3)
        run.step(loss=math.nan)
        assert run.next_step == 2
        assert run.id == "0f" * 16
    begin, first, second, step, last, end = fake.messages()
    assert (
        begin["configuration"] == {"learning_rate": 0.1}
        and begin["tags"] == {"seed": "1"}
        and begin["protocol"] == 1
    )
    assert begin["provenance"]["client"] == "python"
    assert first == {"type": "tensors", "tensors": [{"name": "first", "units": 2}]}
    assert second["tensors"] == [
        {"name": "second", "units": 1, "epsilon": 1e-5, "kind": "BatchNorm1d", "layer": "bn"}
    ]
    assert step == {
        "type": "step",
        "step": 0,
        "loss": 0.5,
        "accuracy": 0.25,
        "learning_rate": 0.1,
        "batch_size": 32,
        "duration": 2.0,
        "columns": {
            "tensor": [0, 1],
            "count": [32, 16],
            "mean": [1, 2, 5.5],
            "variance": [3, 4, 6],
            "gamma": [7],
            "beta": [8],
        },
    }
    assert last["step"] == 1 and last["loss"] == "NaN" and 0 <= last["duration"] < 60
    assert last["columns"] == {
        "tensor": [0],
        "count": [8],
        "non_finite": [3],
        "mean": [9, 10],
        "variance": [11, 12],
    }
    assert end == {"type": "end", "status": "finished"}


def test_columns_of_several_parts_are_joined_in_order(fake):
    with normscope.start("columns") as run:
        a = run.tensor("a", units=2, epsilon=1e-3)
        b = run.tensor("b", units=1)
        assert run.tensor("a", units=2) == a and (a, b) == (0, 1)
        run.record_columns(
            [a], [4], array.array("f", [1, 2]), array.array("f", [3, 4]), [5, 6], [7, 8]
        )
        for number in (-1, 9):
            with pytest.raises(ValueError, match="non_finite must be a whole number from 0 to 8"):
                run.record("bounds", 4, [1, 2], [1, 2], non_finite=number)
        run.record_columns(array.array("q", [b]), [5], b"\0\0\0\0", [9], non_finite=[2])
        run.step()
        run.record_columns([b], [6], [1], [2], step=1)
    (step,) = fake.messages("step")
    assert step["columns"] == {
        "tensor": [1],
        "count": [5],
        "non_finite": [2],
        "mean": [0],
        "variance": [9],
    }
    first, moments = fake.messages("moments")
    assert first["step"] == 0 and first["columns"] == {
        "tensor": [0],
        "count": [4],
        "mean": [1, 2],
        "variance": [3, 4],
        "gamma": [5, 6],
        "beta": [7, 8],
    }
    assert moments["step"] == 1 and moments["columns"] == {
        "tensor": [1],
        "count": [6],
        "mean": [1],
        "variance": [2],
    }


def test_other_messages(fake):
    with normscope.start("others") as run:
        run.tensor("a", units=1, epsilon=1e-3)
        run.step()
        run.evaluate("test", statistics="running", loss=math.inf, accuracy=0.5, count=100)
        run.event("note", "Halved the “rate”.", layer="a")
        run.noise([0, 0], [4, 4], [1, 2], [3, 4])
        run.config["momentum"] = 0.9
        run.config.update({"a": None}, path=fake.output)
        run.step(step=5)
        assert run.next_step == 6 and run.config["momentum"] == 0.9
        run.finish("diverged", "The loss is not finite.")
    assert fake.messages("evaluation") == [
        {
            "type": "evaluation",
            "step": 1,
            "split": "test",
            "statistics": "running",
            "loss": "Infinity",
            "accuracy": 0.5,
            "count": 100,
        }
    ]
    assert fake.messages("event") == [
        {"type": "event", "step": 1, "kind": "note", "message": "Halved the “rate”.", "layer": "a"}
    ]
    (noise,) = fake.messages("noise")
    assert noise["columns"] == {
        "tensor": [0, 0],
        "count": [4, 4],
        "mean": [1, 2],
        "variance": [3, 4],
    }
    assert [message["configuration"] for message in fake.messages("configuration")] == [
        {"momentum": 0.9},
        {"a": None, "path": str(fake.output)},
    ]
    assert fake.messages("step")[-1]["step"] == 5
    assert fake.messages("end") == [
        {"type": "end", "status": "diverged", "reason": "The loss is not finite."}
    ]


def test_a_resumed_run_continues_after_its_last_step(fake):
    with normscope.start("tiny", resume="tiny", db="my runs.db") as run:
        assert run.next_step == 7
        run.step()
    assert fake.lines[0]["arguments"] == [
        "ingest",
        "-",
        "--acknowledge",
        "--db=my runs.db",
        "--resume=tiny",
    ]
    assert fake.messages("step")[0]["step"] == 7
    with normscope.start("tiny", resume="tiny", first_step=3) as run:
        assert run.next_step == 3
    assert fake.messages("begin")[-1]["first_step"] == 3


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (lambda run: run.record("a", 1, [1, 2], [1]), "variance has 1 numbers and must have 2"),
        (
            lambda run: run.record("b", 1, [1, 2, 3], [1, 2, 3]),
            "Tensor b: mean has 3 numbers and must have 1",
        ),
        (lambda run: run.record("e", 1, [1], [1]), "gamma is missing"),
        (lambda run: run.record("b", 1, [1], [1], [1], [1]), "gamma has 1 numbers and must have 0"),
        (lambda run: run.record_columns([3], [1], [1], [1]), "Tensor 3 is not declared"),
        (
            lambda run: run.record_columns([0, 1], [1], [1], [1]),
            "The 2 tensors b to e: counts has 1 numbers and must have 2",
        ),
        (lambda run: run.tensor("b", units=2), "was declared with units 1 and cannot have 2"),
        (lambda run: run.tensor("c"), "needs units"),
        (lambda run: run.step(step=0), "Step 0 cannot follow step 0"),
        (lambda run: run.finish("done"), "finished, diverged or failed"),
        (lambda run: run.step(step=-1), "step must be a whole number from 0"),
        (lambda run: run.step(step=2.5), "step must be a whole number"),
        (lambda run: run.step(loss=[1, 2]), "loss must be a number"),
        (lambda run: run.step(batch_size=3.7), "batch_size must be a whole number from 0"),
        (lambda run: run.step(batch_size=-1), "batch_size must be a whole number from 0"),
        (lambda run: run.record("b", -1, [1], [1]), "count must be a whole number from 0"),
        (lambda run: run.record("b", 2.5, [1], [1]), "count must be a whole number from 0"),
        (lambda run: run.record_columns([0], [0], [1], [1]), "counts must be whole numbers from 1"),
        (lambda run: run.record_columns([0, 0], [1, 1], [1, 1], [1, 1]), "tensor b twice"),
        (lambda run: run.record_columns([0], [1], [1], [1], step=0), "Step 0 cannot follow"),
        (lambda run: run.step(accuracy=93.5), "accuracy must be a number from 0 to 1, not 93.5"),
        (lambda run: run.evaluate("test", accuracy=-0.5), "accuracy must be a number from 0 to 1"),
        (lambda run: run.record("b", 4, [1], [-1e-6]), "variance must be numbers from 0"),
        (lambda run: run.record("b", 1 << 33, [1], [1]), "count must be a whole number from 0"),
        (lambda run: run.evaluate("test set"), "split must be a word"),
        (lambda run: run.evaluate("val(ema)"), "split must be a word"),
        (lambda run: run.evaluate(""), "split must be a word"),
        (lambda run: run.evaluate("test", statistics="eval"), "statistics must be batch, running"),
        (lambda run: run.evaluate("test", count=0), "count must be a whole number"),
        (lambda run: run.event("Note", "text"), "kind must be a word"),
        (lambda run: run.event("note", "text", layer="absent"), "not 'absent'"),
        (lambda run: run.noise([0], [1], [1], [1]), "Tensor b has 1 batch"),
        (lambda run: run.tensor("c", 1, tap="output"), "tap must be input"),
        (lambda run: run.tensor("c", 1, population="test"), "population must be batch or probe"),
        (lambda run: run.tensor("c", 1, shape=[-1]), "length of shape"),
        (lambda run: run.tensor("c", 1, epsilon=-1), "epsilon must be a number from 0"),
        (lambda run: run.tensor("c", 1, epsilon=math.nan), "epsilon must be a number from 0"),
        (lambda run: run.tensor("c", 1, derives_normalized=True), "needs an epsilon"),
        (lambda run: run.tensor("c", 1, layer="b"), "statistics of tensor b"),
        (lambda run: run.tensor("", 1), "name must be a text"),
    ],
)
def test_wrong_use_raises_in_the_caller_and_sends_nothing(fake, wrong, sentence):
    with normscope.start("wrong") as run:
        run.tensor("b", units=1)
        run.tensor("e", units=1, epsilon=1e-3)
        run.step()
        with pytest.raises(ValueError, match=sentence):
            wrong(run)
        run.record("b", 1, [1], [1])
        run.step()
    assert [message["type"] for message in fake.messages()] == [
        "begin",
        "tensors",
        "tensors",
        "step",
        "step",
        "end",
    ]
    assert [message["step"] for message in fake.messages("step")] == [0, 1]
    assert fake.messages("end")[0]["status"] == "finished"


def test_what_comes_twice_at_a_step_is_recorded_once_with_a_warning(fake):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with normscope.start("twice") as run:
            for _ in range(2):
                run.record("a", 1, [1], [1])
                run.record("b", 2, [2], [2])
                run.record("a", 3, [3], [3])
                run.step()
            run.evaluate("test", loss=1)
            run.evaluate("test", loss=2)
            run.evaluate("test", statistics="running", loss=3)
            run.noise([0, 0], [4, 4], [1, 2], [3, 4])
            run.noise([0, 0], [4, 4], [5, 6], [7, 8])
            run.record_columns([0], [5], [5], [5], step=2)
            run.record_columns([0], [6], [6], [6], step=2)
            run.record("a", 7, [7], [7])
            run.record("b", 8, [8], [8])
            run.step()
            run.record("a", 9, [9], [9])
            run.step()
    columns = [message["columns"] for message in fake.messages("step")]
    assert [(column["tensor"], column["count"]) for column in columns] == [
        ([1, 0], [2, 3]),
        ([1, 0], [2, 3]),
        ([1], [8]),
        ([0], [9]),
    ]
    assert [message["loss"] for message in fake.messages("evaluation")] == [1, 3]
    assert [message["columns"]["mean"] for message in fake.messages("noise")] == [[1, 2]]
    assert [message["columns"]["count"] for message in fake.messages("moments")] == [[5]]
    assert [str(one.message) for one in caught] == [
        "Run twice: tensor a is recorded more than once at step 0; one record is kept. Give each "
        "call of a module a tensor of its own.",
        "Run twice: test is evaluated again at step 2; the first evaluation of a step is kept. "
        "Another loader needs another split.",
        "Run twice: the noise of tensor a is measured already at step 2.",
    ]


def test_after_a_loss_that_is_no_number_the_step_can_be_repeated(fake):
    with normscope.start("repeats") as run:
        run.record("a", 4, [1], [2])
        with pytest.raises(ValueError, match="loss must be a number or a tensor of one number"):
            run.step(loss=object())
        run.step(loss=1)
    (step,) = fake.messages("step")
    assert (step["step"], step["loss"], step["columns"]["count"]) == (0, 1, [4])


def test_figures_that_are_not_finite_are_left_out_where_the_recorder_refuses_them(fake):
    with pytest.warns(RuntimeWarning) as caught:
        with normscope.start("figures") as run:
            for _ in range(2):
                run.step(loss=math.inf, learning_rate=math.nan, duration=math.inf)
    assert fake.messages("step")[0] == {"type": "step", "step": 0, "loss": "Infinity"}
    assert [str(one.message) for one in caught] == [
        "Run figures: learning_rate is NaN, and is not recorded.",
        "Run figures: duration is Infinity, and is not recorded.",
    ]


def test_a_declaration_that_is_interrupted_is_sent_with_the_next(fake, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with normscope.start("interrupted") as run:
        run.tensor("a", units=1)
        with monkeypatch.context() as patch:
            patch.setattr(run._sender, "send", interrupt)
            with pytest.raises(KeyboardInterrupt):
                run.tensor("b", units=2)
        run.record("b", 4, [1, 2], [3, 4])
        assert run.tensor("c", units=3) == 2
        run.step()
    declared = [one["name"] for message in fake.messages("tensors") for one in message["tensors"]]
    assert declared == ["a", "b", "c"]
    assert fake.messages("step")[0]["columns"]["tensor"] == [1]


def test_a_negative_duration_is_left_out(fake):
    with pytest.warns(RuntimeWarning, match="duration is -1.0, and is not recorded"):
        with normscope.start("clock") as run:
            run.step(duration=-1, learning_rate=-0.5)
    assert fake.messages("step") == [{"type": "step", "step": 0, "learning_rate": -0.5}]


def test_a_batch_without_examples_is_left_out_with_a_warning(fake):
    with pytest.warns(RuntimeWarning) as caught:
        with normscope.start("empty") as run:
            for count in (4, 0, 0):
                run.record("a", count, [1], [2])
                run.step(batch_size=count, duration=1)
    assert fake.messages("step")[0]["columns"]["count"] == [4]
    assert fake.messages("step")[1:] == [
        {"type": "step", "step": step, "duration": 1.0} for step in (1, 2)
    ]
    assert [str(one.message) for one in caught] == [
        "Run empty: a batch without examples has neither moments nor a size."
    ]


class OtherRun(Run):
    """A run with a method of its own."""

    def probe(self, batch):
        raise AssertionError("This is the run itself.")


def test_a_copy_in_another_process_has_the_methods_and_records_nothing(fake):
    with OtherRun(begin("copied")) as run:
        copy = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(run))))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            copy.probe([1])
            copy.record("a", 1, [1], [2])
            copy.config["a"] = 1
            copy.step(loss=1)
        assert copy.name == "copied" and not copy.is_recording and copy.next_step == 1
        with pytest.raises(AttributeError, match="no attribute 'absent'"):
            copy.absent()
        run.step()
    assert [message["type"] for message in fake.messages()] == ["begin", "step", "end"]


def test_a_configuration_is_a_namespace_a_dataclass_or_a_mapping(fake):
    @dataclasses.dataclass
    class Hyperparameters:
        rate: float = 0.1
        optimizer: object = None

    for configuration in (
        argparse.Namespace(rate=0.1, optimizer=argparse.Namespace(beta=0.9)),
        Hyperparameters(optimizer=types.MappingProxyType({"beta": 0.9})),
        [("rate", 0.1), ("optimizer", {"beta": 0.9})],
    ):
        with normscope.start("settings", configuration) as run:
            assert run.config["rate"] == 0.1
    for message in fake.messages("begin"):
        assert message["configuration"] == {"rate": 0.1, "optimizer": {"beta": 0.9}}
    assert len(fake.messages("begin")) == 3
    for wrong in (5, "text", Hyperparameters):
        with pytest.raises(ValueError, match="configuration must be a dictionary, a dataclass"):
            normscope.start("settings", wrong)


def test_setting_a_part_of_the_configuration_records_the_whole_of_it(fake):
    with normscope.start("nested", {"a": {"b": {"c": 1, "d": 2}}, "e": 3}) as run:
        run.config["a"]["b"]["c"] = 4
        assert run.config["a"] == {"b": {"c": 4, "d": 2}}
        run.config["a"].update(f=[5])
    assert [message["configuration"] for message in fake.messages("configuration")] == [
        {"a": {"b": {"c": 4, "d": 2}}},
        {"a": {"b": {"c": 4, "d": 2}, "f": [5]}},
    ]


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"resume": True}, "resume must be a text"),
        ({"resume": "a", "first_step": -1}, "first_step must be a whole number from 0"),
        ({"db": ""}, "db must be a text that is not empty"),
    ],
)
def test_start_refuses_wrong_options(fake, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        normscope.start("wrong", **options)


def test_a_run_knows_its_database_after_the_script_has_changed_its_folder(
    fake, tmp_path, monkeypatch
):
    folder = os.getcwd()
    with normscope.start("folder") as run:
        monkeypatch.chdir(tmp_path)
        assert run.database == os.path.join(folder, "runs.db")
        run.step()
        assert repr(run) == f"<run folder: recording, step 1, {folder}/runs.db>"


def test_first_step_needs_resume(fake):
    with pytest.raises(ValueError, match="resume"):
        normscope.start("wrong", first_step=3)


def test_a_step_does_not_wait_for_a_slow_recorder(fake, tmp_path):
    gate = tmp_path / "gate"
    fake.behave(f"stall:{gate}")
    with normscope.start("slow") as run:
        run.tensor("a", units=1000)
        for _ in range(500):
            run.record("a", 1, bytes(4000), bytes(4000))
            run.step()
        assert run.durable_step is None and fake.messages("step") == []
        gate.touch()
    assert len(fake.messages("step")) == 500
    assert run.durable_step == 499


def test_figures_of_torch_and_numpy_are_numbers(fake):
    torch = pytest.importorskip("torch")
    loss = (torch.ones(3, requires_grad=True) * 2).sum()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with normscope.start("figures", {"rate": torch.tensor(0.5), "sizes": (1, 2)}) as run:
            run.record(
                "a", 4, torch.ones(2), torch.ones(2, dtype=torch.bfloat16, requires_grad=True)
            )
            run.step(loss=loss, accuracy=loss / 12)
            run.evaluate("test", loss=loss)
    assert fake.messages("begin")[0]["configuration"] == {"rate": 0.5, "sizes": [1, 2]}
    (step,) = fake.messages("step")
    assert (step["loss"], step["accuracy"], step["columns"]["variance"]) == (6, 0.5, [1, 1])
    assert fake.messages("evaluation")[0]["loss"] == 6


def test_a_run_that_is_left_has_no_end(fake, capfd):
    run = normscope.start("left")
    run.step()
    run.leave()
    assert not run.is_recording and len(fake.messages("step")) == 1
    assert fake.messages("end") == [] and "interrupted" in capfd.readouterr().err


def test_threads_declare_tensors_at_once(fake):
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(10):
            with normscope.start("threads") as run:
                indices = {}
                barrier = threading.Barrier(8)

                def declare(thread, run=run, indices=indices, barrier=barrier):
                    barrier.wait()
                    for number in range(20):
                        name = f"{thread}.{number}"
                        indices[name] = run.tensor(name, units=3)

                threads = [threading.Thread(target=declare, args=(one,)) for one in range(8)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            sent = {}
            for message in fake.messages("tensors"):
                for tensor in message["tensors"]:
                    sent.setdefault(tensor["name"], len(sent))
            assert sent == indices and sorted(sent.values()) == list(range(160))
            fake.output.unlink()
    finally:
        sys.setswitchinterval(before)


def test_a_tensor_is_looked_at_once_while_its_keys_stay(fake, monkeypatch):
    declared = []
    tensor = Run.tensor
    monkeypatch.setattr(Run, "tensor", lambda *a, **k: declared.append(a[1]) or tensor(*a, **k))
    keys = {"gamma": [1.0], "beta": [0.0], "shape": numpy_shape(), "epsilon": 1e-5}
    with normscope.start("a") as run:
        for _ in range(3):
            run.record("first", 4, [1.0], [2.0], kind="Linear")
            run.record("second", 4, [1.0], [2.0], **keys)
            run.step()
        with pytest.raises(ValueError, match="kind 'Linear' and cannot have 'Conv2d'"):
            run.record("first", 4, [1.0], [2.0], kind="Conv2d")
        with pytest.raises(ValueError, match="units 1 and cannot have 2"):
            run.record("first", 4, [1.0, 1.0], [2.0, 2.0], kind="Linear")
    assert declared.count("first") == 3  # The first record, and the two that are refused.
    assert [message["columns"]["tensor"] for message in fake.messages("step")] == [[0, 1]] * 3


def numpy_shape():
    numpy = pytest.importorskip("numpy")
    return numpy.array([2, 3])
