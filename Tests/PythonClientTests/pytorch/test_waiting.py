"""Steps that wait until several are computed at once: each is recorded as if it were alone."""

import gc
import math
import subprocess
import sys
import textwrap
import time

import normscope
import numpy as np
import pytest
import torch
from normscope.pytorch.cadence import Cadence
from normscope.pytorch.observations import Observations
from normscope.pytorch.waiting import LONGEST, MOST_STEPS, Step, Waiting
from oracle import Inputs, assert_same, convolutions, moments, perceptron, recorded, train
from torch import nn


@pytest.fixture(autouse=True)
def no_limit_of_time(monkeypatch):
    """A slow machine makes as few steps wait as a fast one makes many."""
    monkeypatch.setattr("normscope.pytorch.waiting.LONGEST", math.inf)


def rows(count, units=8):
    return [torch.randn(10 + step % 3, units) * 2 + 1 for step in range(count)]


def affine(model, *names):
    modules = dict(model.named_modules())
    return {
        name: [getattr(modules[name], key).detach().clone() for key in ("weight", "bias")]
        for name in names
    }


def numbers(fake):
    return [message["step"] for message in fake.messages("step")]


def test_parameters_and_inputs_change_in_place_after_each_step(fake):
    model = perceptron()
    optimizer = torch.optim.Adam(model.parameters(), 0.3)
    seen = Inputs(model)
    truth, most = [], 0
    options = {"inputs": nn.Linear, "optimizer": optimizer, "running_every": 1 << 40}
    with normscope.watch(model, "a", **options) as run:
        for x in rows(270):
            before = affine(model, "1")["1"]
            first = moments(x)
            train(model, run, [x], optimizer)
            truth.append((moments(*seen.take("1")), before, first))
            with torch.no_grad():
                model[1].weight.mul_(1.5).clamp_(-3, 3)
                model[1].bias.data.add_(0.1)
                x.fill_(7)
            most = max(most, run._waiting.places)
    assert most == MOST_STEPS - 1
    assert numbers(fake) == list(range(270))
    steps = recorded(fake)
    for step, (expected, (gamma, beta), first) in enumerate(truth):
        assert_same(steps[step]["1"], expected)
        assert_same(steps[step]["0"], first)
        np.testing.assert_array_equal(steps[step]["1"]["gamma"], gamma.numpy())
        np.testing.assert_array_equal(steps[step]["1"]["beta"], beta.numpy())
        assert set(steps[step]) >= {"0", "1", "3"}


def test_figures_are_those_of_a_step_that_does_not_wait(fake):
    model = perceptron()
    optimizer = torch.optim.SGD(model.parameters(), 0.25)
    losses = [
        0.5,
        torch.tensor(1.5),
        torch.tensor([2.5]),
        3,
        np.float32(4.5),
        None,
        math.nan,
        torch.tensor(-math.inf),
        torch.tensor(7, dtype=torch.float64),
        1e-300,
    ]
    with normscope.watch(model, "a", optimizer=optimizer) as run:
        for number, x in enumerate(rows(33 + len(losses))):
            model(x)
            optimizer.param_groups[0]["lr"] = 1 if number == 40 else 0.25
            run.step(loss=losses[number - 33] if number >= 33 else None)
        model(x)
        run.step(accuracy=0.5, batch_size=4, duration=2.0)
    messages = fake.messages("step")
    found = [message.get("loss") for message in messages[33:-1]]
    assert found == [0.5, 1.5, 2.5, 3, 4.5, None, "NaN", "-Infinity", 7, 1e-300]
    assert [message["learning_rate"] for message in messages[38:43]] == [0.25, 0.25, 1, 0.25, 0.25]
    assert all(message["duration"] > 0 and "loss" not in message for message in messages[:33])
    assert messages[-1]["accuracy"] == 0.5 and messages[-1]["batch_size"] == 4
    assert messages[-1]["duration"] == 2.0 and len(recorded(fake)) == 44
    with pytest.raises(ValueError, match="loss must be"):
        with normscope.watch(model, "b") as run:
            for x in rows(20):
                model(x)
                run.step(loss=torch.ones(2) if run.next_step == 12 else 1.0)
    assert numbers(fake)[44:] == list(range(12))


class Far(torch.Tensor):
    """A loss on a device: it is not waited for at each step."""

    is_cpu = False
    is_broken = False
    readings = 0

    def item(self):
        raise AssertionError("a step waited for its loss")

    def tolist(self):
        if Far.is_broken:
            raise RuntimeError("the device is lost")
        Far.readings += 1
        return self.as_subclass(torch.Tensor).tolist()


def test_losses_on_a_device_are_read_at_once(fake, monkeypatch):
    monkeypatch.setattr(Far, "readings", 0)
    model = perceptron()
    with normscope.watch(model, "a", running_every=1 << 40) as run:
        for number, x in enumerate(rows(60)):
            model(x)
            usual = 32 < number < 64
            loss = torch.tensor([math.inf if number == 50 else number + 0.5])
            loss = loss.as_subclass(Far) if usual else loss
            run.step(loss=loss)
            loss.zero_()  # The script may change it.
        assert Far.readings == 0
    assert Far.readings == 1
    found = [message["loss"] for message in fake.messages("step")]
    assert found == [number + 0.5 if number != 50 else "Infinity" for number in range(60)]


def test_losses_that_cannot_be_read_end_nothing(fake, monkeypatch):
    monkeypatch.setattr(Far, "is_broken", True)
    model = perceptron()
    with pytest.warns(RuntimeWarning, match="a loss cannot be read.*: the device is lost"):
        with normscope.watch(model, "a", running_every=1 << 40) as run:
            for number, x in enumerate(rows(60)):
                model(x)
                loss = torch.tensor(0.5)
                run.step(loss=loss.as_subclass(Far) if 32 < number < 64 else loss)
    assert numbers(fake) == list(range(60)) and len(recorded(fake)) == 60
    losses = [message.get("loss") for message in fake.messages("step")]
    assert losses == [0.5] * 33 + [None] * 27


def test_other_messages_come_in_their_order(fake):
    model = perceptron()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a") as run:
        for number, x in enumerate(rows(30)):
            output = model(x)
            if number == 11:
                run.event("note", "in the middle of a step")
            output.sum().backward()
            truth.append(moments(*seen.take("1")))
            if number == 13:
                run.record("mine", 4, [1.0], [2.0], layer="mine")
            run.step(loss=0.5)
            if number == 21:
                run.evaluate("test", loss=1.0)
                run.config["more"] = 1
            if number == 23:
                seen.keeps = False
                run.probe(rows(1)[0])
                seen.keeps = True
    order = [
        (message["type"], message.get("step"))
        for message in fake.messages()
        if message["type"] not in ("begin", "tensors", "end", "moments")
    ]
    expected = [("step", number) for number in range(30)]
    expected[22:22] = [("evaluation", 22), ("configuration", None)]
    expected[11:11] = [("event", 11)]
    assert order == expected
    steps = recorded(fake)
    assert "mine" in steps[13] and "mine" not in steps[14] and "1" in steps[13]
    for step, values in enumerate(truth):
        assert_same(steps[step]["1"], values)


def test_numbers_that_are_not_finite_are_said_at_their_step(fake):
    model = convolutions()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a") as run:
        for number in range(31):
            x = torch.randn(6, 3, 8, 8)
            if number == 22:
                x[0, 0, 0, 0] = math.nan
            train(model, run, [x])
            truth.append([moments(*seen.take(name)) for name in ("1", "4")])
    (event,) = fake.messages("event")
    assert (event["kind"], event["step"], event["layer"]) == ("non-finite", 22, "1")
    assert numbers(fake) == list(range(31))
    (message,) = [message for message in fake.messages("step") if message["step"] == 22]
    assert message["columns"]["non_finite"] == (6, 5) or message["columns"]["non_finite"] == [6, 5]
    steps = recorded(fake)
    assert np.isnan(steps[22]["4"]["mean"]).all()
    for step in (*range(22), *range(23, 31)):
        for name, expected in zip(("1", "4"), truth[step]):
            assert_same(steps[step][name], expected)


def test_steps_that_are_not_alike(fake):
    """Several passes, another width, other layers, frozen ones, another type, failed passes."""
    model = perceptron()
    seen = Inputs(model)
    truth = {}
    with normscope.watch(model, "a") as run:
        for number, x in enumerate(rows(64)):
            if number == 50:
                model.double()
            x = x.to(model[1].weight.dtype)
            if number % 16 == 10:
                model(rows(1)[0].to(x.dtype))
            if number % 16 == 11:
                model[1].eval()
            if number % 16 == 12:
                model[1].eps = 1e-3
            if number % 16 == 13:
                with pytest.raises(RuntimeError):
                    model(torch.randn(5, 9, dtype=x.dtype))
            if number % 16 == 14:
                with torch.no_grad():
                    model(x * 3)
            if number % 16 != 15:
                train(model, run, [x])
            else:
                run.step()
            inputs = seen.seen.pop("1", [])
            model[1].train()
            model[1].eps = 1e-5
            if number % 16 not in (11, 15):
                truth[number] = moments(*(inputs if number % 16 == 10 else inputs[-1:]))
    steps = recorded(fake)
    assert numbers(fake) == list(range(64))
    for step in range(64):
        assert ("1" in steps.get(step, {})) == (step in truth)
        if step in truth:
            assert_same(steps[step]["1"], truth[step])


def test_steps_without_moments_wait_too(fake):
    model = perceptron()
    seen = Inputs(model)
    truth = {}
    with normscope.watch(model, "a", every=3) as run:
        for number, x in enumerate(rows(40)):
            train(model, run, [x])
            truth[number] = moments(*seen.take("1"))
            if number == 38:
                assert len(run._waiting._steps) > 3
    assert numbers(fake) == list(range(40))
    steps = recorded(fake)
    assert list(steps) == list(range(0, 40, 3))
    for step, values in steps.items():
        assert_same(values["1"], truth[step])


def test_unit_that_moves_far_from_zero_is_measured_exactly_soon(fake):
    model = perceptron()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a", running_every=1 << 40) as run:
        for number, x in enumerate(rows(260)):
            if number == 70:
                with torch.no_grad():
                    model[0].bias = nn.Parameter(torch.full((12,), 100.0))
            train(model, run, [x])
            truth.append(moments(*seen.take("1")))
    steps = recorded(fake)
    for step in (*range(70), *range(70 + MOST_STEPS, 260)):
        assert_same(steps[step]["1"], truth[step], tolerance=1e-6 if step < 70 else 1e-5)


def test_too_wide_for_a_ring(fake, monkeypatch):
    monkeypatch.setattr("normscope.pytorch.ring._WIDEST", 11)
    model = perceptron()
    seen = Inputs(model)
    with normscope.watch(model, "a") as run:
        for x in rows(12):
            train(model, run, [x])
            assert run._waiting.places == 0
            last = moments(*seen.take("1"))
    assert_same(recorded(fake)[11]["1"], last)


def test_an_exception_and_a_dropped_run_lose_no_step(fake):
    model = perceptron()
    with pytest.raises(ArithmeticError):
        with normscope.watch(model, "a") as run:
            train(model, run, rows(25))
            assert run._waiting.places > 1
            raise ArithmeticError
    assert numbers(fake) == list(range(25)) and len(recorded(fake)) == 25
    (end,) = fake.messages("end")
    assert end["status"] == "failed"
    run = normscope.watch(model, "b")
    train(model, run, rows(26))
    assert run._waiting.places > 1
    recorder = run._recorder
    del run
    gc.collect()
    recorder.close()
    assert numbers(fake)[25:] == list(range(26))


SCRIPT = """
    import os, signal, sys, time, torch
    from torch import nn
    import normscope
    from normscope.pytorch import waiting
    waiting.LONGEST = 1e9
    torch.set_num_threads(1)
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    run = normscope.watch(model, "a")
    for step in range(90):
        model(torch.randn(5, 4)).sum().backward()
        run.step(loss=1.0)
    assert run._waiting.places == 90 - 65
    {end}
"""


def script(fake, end):
    text = textwrap.dedent(SCRIPT).replace("{end}", end)
    return subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)


def wait_for(fake, text, count):
    """Waits until the recorder has received a text so many times."""
    end = time.monotonic() + 60
    while fake.output.read_text().count(text) < count:
        assert time.monotonic() < end, "the recorder has not received what did not wait"
        time.sleep(0.01)


@pytest.mark.parametrize("end", ["", "raise SystemExit(3)", "os.kill(os.getpid(), signal.SIGINT)"])
def test_the_end_of_a_script_loses_no_step(fake, end):
    process = script(fake, end)
    process.communicate(timeout=600)
    assert (process.returncode == 0) == (end == "")
    assert "ended" in fake.lines[-1]
    assert numbers(fake) == list(range(90)) and len(recorded(fake)) == 90


def test_a_killed_script_loses_the_steps_that_wait(fake):
    process = script(fake, "print(flush=True); time.sleep(600)")
    process.stdout.readline()
    wait_for(fake, '"type": "step"', 65)
    process.kill()
    process.communicate()
    wait_for(fake, '"ended"', 1)
    assert numbers(fake) == list(range(65)) and len(recorded(fake)) == 65


def test_how_many_steps_wait_and_how_long(monkeypatch):
    seen = Observations(nn.Module())
    waiting = Waiting(seen)
    step = Step(0, True, "")
    assert [waiting.add(step, 0.01, 0.01) for _ in range(MOST_STEPS)] == [False] * 127 + [True]
    monkeypatch.setattr("normscope.pytorch.waiting.LONGEST", LONGEST)
    waiting = Waiting(seen)
    assert not waiting.add(step, 1.00, 0.92) and not waiting.add(step, 1.08, 1.00)
    assert waiting.add(step, 1.16, 1.08), "the next step would end after 0.2 seconds"
    assert Waiting(seen).add(step, 2.0, 1.75), "the next step would be too late"
    assert (MOST_STEPS, LONGEST) == (128, 0.2)


@pytest.mark.parametrize("running_every", [1, 2, 3, 8, 100])
def test_until_when_no_step_is_looked_at_closely(running_every):
    cadence = Cadence(1, running_every)
    for step in range(350):
        until = cadence.usual_until(step)
        if cadence.is_due(step):
            assert until == 0
        else:
            assert not any(map(cadence.is_due, range(step, until))) and cadence.is_due(until)
    cadence.stride = 2
    assert cadence.usual_until(5) == 0 == Cadence(2, running_every).usual_until(5)


def test_steps_in_which_no_layer_is_seen_have_no_columns(fake):
    model = perceptron()
    with normscope.watch(model, "a") as run:
        train(model, run, rows(20))
        model[1].eval()
        train(model, run, rows(80))
    messages = fake.messages("step")
    assert [message["step"] for message in messages] == list(range(100))
    assert any("columns" not in message for message in messages[20:])
    assert all(len(message.get("columns", {"mean": 0})) != 2 for message in messages)
