"""Where a hook is easily wrong: frozen layers, recomputed forward passes, copies, other modules."""

import copy
import pickle
import random
import warnings

import normscope
import numpy as np
import pytest
import torch
from oracle import Inputs, assert_same, convolutions, moments, perceptron, recorded, tensors, train
from torch import nn
from torch.utils.checkpoint import checkpoint


def rows(count=4):
    return [torch.randn(10 + step, 8) for step in range(count)]


def images(count=3):
    return [torch.randn(6 + step, 3, 8, 8) * 2 + 1 for step in range(count)]


def events(fake, kind):
    return [event for event in fake.messages("event") if event["kind"] == kind]


def test_frozen_batch_norm_is_said_and_measured_now_and_then(fake):
    model = convolutions()
    model[1].eval()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a", running_every=4) as run:
        for x in images(5):
            train(model, run, [x])
            truth.append((moments(*seen.take("1")), moments(*seen.take("4"))))
    (event,) = fake.messages("event")
    assert (event["kind"], event["layer"], event["step"]) == ("frozen", "1", 0)
    steps = recorded(fake)
    for step, (frozen, other) in enumerate(truth):
        assert_same(steps[step]["4"], other)
        assert "1" not in steps[step]
        assert ("1 preactivation batch running" in steps[step]) == (step != 3)
        if step != 3:
            assert_same(steps[step]["1 preactivation batch running"], frozen)
    assert tensors(fake)["1 preactivation batch running"]["statistics"] == "running"
    # Layers are numbered in the model's order, whatever their state.
    assert next(iter(tensors(fake))).startswith("1 ")


def test_batch_norm_in_evaluation_mode_without_gradients_is_said(fake):
    model = convolutions()
    model[1].eval()
    with normscope.watch(model, "a") as run:
        with torch.no_grad():
            model[:3](images(1)[0])
        model[3:](torch.randn(6, 6, 8, 8)).sum().backward()
        run.step()
    (event,) = events(fake, "frozen")
    assert event["message"].startswith("1 is in evaluation mode") and "layer" not in event
    assert list(recorded(fake)[0]) == ["4", "4 normalized batch running"]


def test_frozen_batch_norm_without_running_statistics_trains_on(fake):
    model = perceptron(nn.BatchNorm1d(12, track_running_stats=False))
    with normscope.watch(model, "a") as run:
        train(model, run, rows(1))
    assert not events(fake, "frozen") and list(recorded(fake)[0]) == ["1"]


@pytest.mark.parametrize("reentrant", [False, True], ids=["saved tensors", "reentrant"])
def test_activation_checkpointing_counts_once(fake, reentrant):
    plain, model = convolutions(), convolutions()
    model.load_state_dict(plain.state_dict())
    batches = images()
    seen = Inputs(model)

    def forward(network, x):
        seen.keeps = True
        output = checkpoint(network[:5], x.requires_grad_(), use_reentrant=reentrant)
        seen.keeps = False
        return network[5:](output)

    for x in batches:
        forward(plain, x).square().mean().backward()
    truth = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        with normscope.watch(model, "a") as run:
            for x in batches:
                train(model, run, [x], forward=lambda x: forward(model, x))
                truth.append({name: moments(*seen.take(name)) for name in ("1", "4")})
    steps = recorded(fake)
    for step, layers in enumerate(truth):
        for name, expected in layers.items():
            assert_same(steps[step][name], expected)
    # Batch norm is updated as often as without us.
    for ours, theirs in zip(model.buffers(), plain.buffers()):
        assert torch.equal(ours, theirs)
    assert model[1].num_batches_tracked == 6
    (event,) = events(fake, "updated-twice")
    assert event["step"] == 0 and event["layer"] == "1"
    assert event["message"].startswith("1 (first of 2 layers) updated")


def test_other_hooks_on_saved_tensors_do_not_run(fake):
    if not hasattr(torch._C._autograd, "_top_saved_tensors_default_hooks"):
        pytest.skip("this PyTorch does not say whether there are hooks")
    model = perceptron()
    unpacked = []

    def unpack(x):
        unpacked.append(1)
        return x

    seen = Inputs(model)
    with normscope.watch(model, "a") as run:
        with torch.autograd.graph.saved_tensors_hooks(lambda x: x, unpack):
            output = model(rows(1)[0])
        assert not unpacked
        output.sum().backward()
        run.step()
    assert_same(recorded(fake)[0]["1"], moments(*seen.take("1")))


@pytest.mark.parametrize("every", [1, 2])
def test_training_is_the_same_bit_for_bit(fake, every):
    def trained(watches):
        torch.manual_seed(3)
        model = convolutions()
        model.insert(0, nn.Dropout(0.2))
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        run = normscope.watch(model, "a", every=every, inputs=nn.Linear) if watches else None
        gradients = []
        for x in images(5):
            optimizer.zero_grad()
            output = model(x)
            if watches:
                run.probe(x[:4])
                run.measure_noise([x, x * 2])
            output.square().mean().backward()
            gradients.append([parameter.grad.clone() for parameter in model.parameters()])
            optimizer.step()
            if watches:
                run.step(loss=0.0)
        if watches:
            run.finish()
        return model, gradients, optimizer.state_dict(), torch.rand(3), random.random()

    random.seed(1)
    plain = trained(False)
    random.seed(1)
    watched = trained(True)
    assert all(map(torch.equal, plain[0].state_dict().values(), watched[0].state_dict().values()))
    for ours, theirs in zip(plain[1], watched[1]):
        assert all(map(torch.equal, ours, theirs))
    assert torch.equal(plain[3], watched[3]) and plain[4] == watched[4]
    for module in watched[0].modules():
        assert not module._forward_hooks and not module._forward_pre_hooks
    assert list(watched[0].state_dict()) == list(plain[0].state_dict())
    for ours, theirs in zip(watched[0].modules(), plain[0].modules()):
        assert set(vars(ours)) == set(vars(theirs)) and ours.training == theirs.training


def test_copies_are_not_recorded(fake):
    model = perceptron()
    (x,) = rows(1)
    with normscope.watch(model, "a", inputs=nn.Linear) as run:
        other = copy.deepcopy(model)
        stored = pickle.loads(pickle.dumps(model[1]))
        model(x)
        expected = moments(model[0](x))
        other(x * 100)
        stored(torch.randn(4, 12))
        run.step()
    assert_same(recorded(fake)[0]["1"], expected)
    again = pickle.loads(pickle.dumps(other[1]))
    for module in (stored, again):
        for hook in module._forward_hooks.values():
            assert hook.__module__ == "contextlib"


def test_script_of_a_watched_model_is_told_why_it_fails(fake):
    model = perceptron()
    with normscope.watch(model, "a"):
        for watched in (model, model[1], copy.deepcopy(model)):
            with pytest.raises(AttributeError, match="script it before watch, or after its run"):
                torch.jit.script(watched)
    x = rows(1)[0]
    assert torch.equal(torch.jit.script(model.eval())(x), model(x))


def test_saved_model_needs_no_normscope(fake, tmp_path):
    import subprocess
    import sys

    model = nn.Sequential(nn.Linear(8, 12), nn.BatchNorm1d(12))
    with normscope.watch(model, "a", inputs=nn.Linear):
        torch.save(model, tmp_path / "model.pt")
    script = (
        "import sys, inspect, torch\n"
        "sys.modules['normscope'] = None\n"
        "known = inspect.signature(torch.load).parameters\n"
        "more = {'weights_only': False} if 'weights_only' in known else {}\n"
        "model = torch.load(sys.argv[1], **more)\n"
        "print(tuple(model(torch.randn(3, 8)).shape))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "model.pt")], capture_output=True, text=True
    )
    assert done.stdout.strip() == "(3, 12)", done.stderr


def test_state_read_in_the_middle(fake):
    model = convolutions()
    state = {name: value.clone() * 2 for name, value in model.state_dict().items()}
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a") as run:
        for step, x in enumerate(images()):
            if step == 1:
                model.load_state_dict(state)
            train(model, run, [x])
            truth.append((moments(*seen.take("4")), seen.affine["4"][0]))
    for step, (expected, gamma) in enumerate(truth):
        values = recorded(fake)[step]["4"]
        assert_same(values, expected)
        np.testing.assert_array_equal(values["gamma"], gamma.numpy())


def test_model_moved_to_another_type(fake):
    model = perceptron()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a") as run:
        for kind in (torch.float32, torch.float64, torch.bfloat16):
            model.to(kind)
            train(model, run, [rows(1)[0].to(kind)])
            truth.append(moments(*seen.take("1")))
    for step, expected in enumerate(truth):
        assert_same(recorded(fake)[step]["1"], expected)


def test_replaced_module_is_watched_from_the_next_step_on(fake):
    model = convolutions()
    with normscope.watch(model, "a") as run:
        train(model, run, images(1))
        model[4] = nn.BatchNorm2d(5)
        train(model, run, images(1))
        seen = Inputs(model)
        train(model, run, images(1))
    steps = recorded(fake)
    assert "4" not in steps[1]
    assert_same(steps[2]["4"], moments(*seen.take("4")))
    (event,) = events(fake, "note")
    assert event["layer"] == "4" and event["step"] == 1
    assert not model[4]._forward_hooks


def test_batch_norm_that_is_added_later_is_said(fake):
    model = perceptron()
    with pytest.warns(RuntimeWarning, match="4 was added after watch, and is not recorded") as said:
        with normscope.watch(model, "a") as run:
            train(model, run, rows(1))
            model.append(nn.BatchNorm1d(3))
            train(model, run, rows(4))
    assert len(said) == 1
    (event,) = events(fake, "note")
    assert event["step"] == 1 and "layer" not in event


def test_module_replaced_by_another_width(fake):
    model = perceptron()
    with pytest.warns(RuntimeWarning, match="another kind or width"):
        with normscope.watch(model, "a", inputs=nn.Linear) as run:
            train(model, run, rows(1))
            model[0], model[1], model[3] = nn.Linear(8, 6), nn.BatchNorm1d(6), nn.Linear(6, 3)
            train(model, run, rows(2))
    steps = recorded(fake)
    assert "1" in steps[0] and 1 not in steps and list(steps[2]) == ["0"]


def test_nothing_seen_is_said(fake):
    model = perceptron().eval()
    with pytest.warns(RuntimeWarning, match="was not seen in a forward pass in training"):
        with normscope.watch(model, "a") as run:
            for x in rows(2):
                model(x)
                run.step()
    (event,) = fake.messages("event")
    assert event["step"] == 0


def test_nothing_to_watch():
    with pytest.raises(ValueError, match="no layer to watch"):
        normscope.watch(nn.Linear(2, 2), "a")
    with pytest.raises(ValueError, match="from 1"):
        normscope.watch(perceptron(), "a", every=0)


class Odd(nn.BatchNorm1d):
    def forward(self, x):
        return super().forward(x["x"])


def test_module_that_cannot_be_watched_is_said_and_trains_on(fake):
    model = nn.ModuleList([nn.BatchNorm1d(8), Odd(8)])
    with pytest.warns(RuntimeWarning, match="1 is not recorded any more: it was called without"):
        with normscope.watch(model, "a") as run:
            for x in rows(2):
                model[1]({"x": model[0](x).detach()})
                with torch.no_grad():
                    model[1]({"x": x})
                run.step(loss=1)
    steps = recorded(fake)
    assert "0" in steps[0] and "0" in steps[1] and "1" not in steps[1]
    assert len(events(fake, "note")) == 1


def test_failure_at_the_end_of_a_step_is_said_and_training_goes_on(fake, monkeypatch):
    model = perceptron()
    with pytest.warns(RuntimeWarning, match="layers of this step are not recorded: broken") as told:
        with normscope.watch(model, "a") as run:
            train(model, run, rows(1))

            def break_down(*arguments):
                raise ArithmeticError("broken")

            with monkeypatch.context() as context:
                context.setattr(type(run), "_record", break_down)
                train(model, run, rows(2))
            train(model, run, rows(1))
            monkeypatch.setattr(type(run), "_record", break_down)
            train(model, run, rows(4))
            assert not model[1]._forward_hooks
    assert len(fake.messages("step")) == 8 and list(recorded(fake)) == [0, 3]
    assert told[0].filename.endswith("oracle.py")
    assert "the layers are not recorded any more" in str(told[-1].message)


def test_recorder_that_dies_ends_nothing_but_the_record(fake):
    fake.behave("die:4")
    model = perceptron()
    with pytest.warns(RuntimeWarning, match="not recorded any more"):
        with normscope.watch(model, "a") as run:
            import time

            for _ in range(50):
                train(model, run, rows(1))
                time.sleep(0.01)
            assert not run._observations.is_active


def test_chosen_layers_and_taps(fake):
    model = convolutions()
    with normscope.watch(model, "a", layers="4", taps={"*": "activation"}) as run:
        train(model, run, images(1))
    assert list(recorded(fake)[0]) == ["4", "4 normalized batch running"]
    assert tensors(fake)["4"]["tap"] == "activation"
