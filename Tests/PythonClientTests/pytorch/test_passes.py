"""Which forward passes count, and modules that are called in unusual ways."""

import contextlib

import normscope
import numpy as np
import pytest
import torch
from oracle import Inputs, assert_same, convolutions, moments, perceptron, recorded, tensors, train
from torch import nn


def images(count, size=6):
    return [torch.randn(size, 3, 8, 8) * 2 + 1 for _ in range(count)]


@pytest.mark.parametrize("is_frozen_first", [False, True])
def test_frozen_and_trained_in_turn(fake, is_frozen_first):
    model = convolutions()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a", inputs=nn.Linear) as run:
        for step, x in enumerate(images(9)):
            model.train()
            if (step < 4) == is_frozen_first:
                model[1].eval()
                model[4].eval()
            train(model, run, [x])
            truth.append({name: moments(*seen.take(name)) for name in ("1", "4")})
    steps = recorded(fake)
    for step, layers in enumerate(truth):
        for name, expected in layers.items():
            if (step < 4) != is_frozen_first:
                assert_same(steps[step][name], expected)
            else:
                assert name not in steps[step]
        assert "7" in steps[step]
    frozen = "1 preactivation batch running"
    step = 0 if is_frozen_first else 4
    assert_same(steps[step][frozen], truth[step]["1"])


@pytest.mark.parametrize("layer", ["norm", "linear"])
def test_empty_batch_is_passed_over(fake, layer, recwarn):
    if layer == "norm":
        model, options = nn.Sequential(nn.Linear(5, 5), Norm(5)), {}
    else:
        model, options = nn.Sequential(nn.Identity(), nn.Linear(5, 2)), {"inputs": nn.Linear}
    batches = [torch.randn(7, 5), torch.empty(0, 5), torch.randn(7, 5)]
    with normscope.watch(model, "a", **options) as run:
        train(model, run, batches, loss=lambda y: y.sum())
    steps = recorded(fake)
    assert sorted(steps) == [0, 2] and not recwarn.list and not fake.messages("event")
    for step in (0, 2):
        count, mean, _ = moments(model[0](batches[step]))
        assert steps[step]["1"]["count"] == count
        np.testing.assert_allclose(steps[step]["1"]["mean"], mean, atol=1e-6)


class Norm(nn.BatchNorm1d):
    """A batch norm that takes an empty batch, as that of detection models."""

    def forward(self, x):
        if len(x):
            return super().forward(x)
        self.num_batches_tracked.add_(1)
        return x * self.weight


def test_input_by_keyword(fake):
    if not hasattr(torch, "vmap"):
        pytest.skip("this PyTorch does not pass keywords to hooks")
    norm, linear = nn.BatchNorm1d(5), nn.Linear(5, 2)
    with normscope.watch(nn.ModuleList([norm, linear]), "a", inputs=nn.Linear) as run:
        x = torch.randn(9, 5)
        linear(input=norm(input=x))
        run.step()
        with torch.no_grad():
            linear(input=norm(input=x))
        run.step()
    for step in (0, 1):
        assert_same(recorded(fake)[step]["0"], moments(x))
        assert_same(recorded(fake)[step]["1"], moments(norm(x)))


class Pair(nn.BatchNorm1d):
    def forward(self, x):
        return super().forward(x), 1


def test_batch_norm_that_returns_a_tuple(fake):
    model = nn.ModuleList([Pair(5)])
    batches = torch.randn(5, 9, 5)
    with normscope.watch(model, "a") as run:
        for x in batches:
            model[0](x)
            run.step()
    for step, x in enumerate(batches):
        assert_same(recorded(fake)[step]["0"], moments(x))


def test_passes_without_gradients_are_not_the_batch(fake):
    model = perceptron()
    batches = [torch.randn(8, 8) for _ in range(3)]
    with normscope.watch(model, "a", inputs=nn.Linear) as run:
        for x in batches:
            torch.optim.swa_utils.update_bn([torch.randn(8, 8) for _ in range(5)], model)
            model.train()
            train(model, run, [x])
    for step, x in enumerate(batches):
        assert_same(recorded(fake)[step]["1"], moments(model[0](x)))
        assert recorded(fake)[step]["0"]["count"] == 8


class Teacher(nn.Module):
    """A student that learns from a network without gradients, as in momentum contrast."""

    def __init__(self):
        super().__init__()
        self.student, self.teacher = nn.BatchNorm1d(5), nn.BatchNorm1d(5)

    def forward(self, x):
        with torch.no_grad():
            target = self.teacher(x * 2)
        return self.student(x) - target


def test_layer_that_never_has_gradients_is_recorded(fake):
    model = Teacher()
    batches = [torch.randn(8, 5) for _ in range(2)]
    with normscope.watch(model, "a") as run:
        train(model, run, batches)
    for step, x in enumerate(batches):
        assert_same(recorded(fake)[step]["student"], moments(x))
        assert_same(recorded(fake)[step]["teacher"], moments(x * 2))


class Failing(nn.Module):
    def forward(self, x):
        if len(x) > 4:
            raise MemoryError
        return x


@pytest.mark.parametrize("is_repeated", [True, False])
def test_pass_that_fails_is_forgotten(fake, is_repeated):
    model = nn.Sequential(nn.BatchNorm1d(5), Failing(), nn.BatchNorm1d(5))
    with normscope.watch(model, "a") as run:
        for _ in range(2):
            x = torch.randn(8, 5)
            with contextlib.suppress(MemoryError):
                model(x)
            if is_repeated:
                model(x[:4])
            run.step()
            train(model, run, [x[4:]])
    steps = recorded(fake)
    for step in (0, 1, 2, 3):
        if step % 2 == 0 and not is_repeated:
            assert step not in steps
        else:
            assert steps[step]["0"]["count"] == steps[step]["2"]["count"] == 4
    assert not [event for event in fake.messages("event") if event["kind"] == "updated-twice"]


class Recursive(nn.Module):
    """A module that calls itself with a half."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(5)

    def forward(self, x):
        y = self.norm(x)
        return self(x[:4]).sum() + y.sum() if len(x) > 4 else y


def test_module_that_calls_itself(fake):
    model = Recursive()
    x = torch.randn(8, 5)
    with normscope.watch(model, "a") as run:
        model(x).sum().backward()
        run.step()
    assert_same(recorded(fake)[0]["norm"], moments(x, x[:4]))


def test_passes_without_steps_are_merged_as_they_come(fake, monkeypatch):
    from normscope.pytorch import entries

    monkeypatch.setattr(entries, "_MOST", 16)
    model = perceptron()
    batches = [torch.randn(6 + number % 3, 8) for number in range(100)]
    with normscope.watch(model, "a", inputs=nn.Linear) as run:
        for x in batches:
            model(x)
            assert len(run._observations.norms.rows) < 16
        run.step()
    seen = [model[0](x) for x in batches]
    assert_same(recorded(fake)[0]["1"], moments(*seen))
    assert_same(recorded(fake)[0]["0"], moments(*batches))


def test_numbers_that_cannot_be_read_are_left_out(fake):
    if not hasattr(torch, "vmap"):
        pytest.skip("this PyTorch has no vmap")
    model = perceptron()
    x = torch.randn(9, 8)
    with pytest.warns(RuntimeWarning, match="ran on tensors without numbers"):
        with normscope.watch(model, "a", inputs=nn.Linear) as run:
            torch.vmap(model[0])(torch.randn(3, 9, 8))
            train(model, run, [x])
    assert_same(recorded(fake)[0]["0"], moments(x))
    assert_same(recorded(fake)[0]["1"], moments(model[0](x)))


@pytest.mark.parametrize("numbers", [range(0, 1000, 100), range(1, 20, 2)])
def test_every_with_numbers_of_the_script(fake, numbers):
    model = perceptron()
    every = numbers[1] - numbers[0]
    with normscope.watch(model, "a", every=every) as run:
        for step in numbers:
            model(torch.randn(9, 8)).sum().backward()
            run.step(step=step)
    # The second step shows how far apart they are.
    assert set(recorded(fake)) >= {numbers[0], *numbers[2:]}


def test_wrong_loss_leaves_the_step_as_it_was(fake):
    model = perceptron()
    x = torch.randn(9, 8)
    with normscope.watch(model, "a") as run:
        model(x)
        with pytest.raises((ValueError, RuntimeError)):
            run.step(loss=torch.ones(3))
        run.step(loss=torch.ones(1))
    assert_same(recorded(fake)[0]["1"], moments(model[0](x)))


def test_run_that_is_dropped_lets_go_of_the_model(fake):
    import gc
    import time

    model = perceptron()
    run = normscope.watch(model, "a", inputs=nn.Linear)
    recorder = run._recorder
    train(model, run, [torch.randn(9, 8)])
    del run
    gc.collect()
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    for _ in range(200):
        if not recorder.is_alive and fake.lines[-1] == {"ended": None}:
            break
        time.sleep(0.05)
    assert fake.lines[-1] == {"ended": None}


def test_model_is_freed_while_the_finished_run_is_kept(fake):
    import gc
    import weakref

    model = perceptron()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with normscope.watch(model, "a", optimizer=optimizer) as run:
        train(model, run, [torch.randn(9, 8)])
    freed = weakref.ref(model)
    del model, optimizer
    gc.collect()
    assert freed() is None and run.name == "a"


def test_model_on_the_meta_device(fake):
    model = perceptron().to("meta")
    with normscope.watch(model, "a") as run:
        model.to_empty(device="cpu")
        for parameter in model.parameters():
            nn.init.uniform_(parameter)
        model[1].reset_running_stats()
        x = torch.randn(9, 8)
        train(model, run, [x])
    assert_same(recorded(fake)[0]["1"], moments(model[0](x)))


class Counting(nn.Module):
    """A parametrization with a state and random numbers."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, weight):
        self.calls += 1
        return weight + torch.rand(()) + self.calls


@pytest.mark.parametrize("mode", ["train", "probe"])
def test_parametrized_gamma_is_evaluated_as_often_as_without_us(fake, mode):
    def trained(watches):
        torch.manual_seed(2)
        model = perceptron()
        nn.utils.parametrize.register_parametrization(model[1], "weight", Counting())
        run = normscope.watch(model, "a") if watches else None
        for x in torch.randn(3, 9, 8):
            model(x).sum().backward()
            if watches:
                if mode == "probe":
                    run.probe(x)
                run.step()
        if watches:
            run.finish()
        return model, torch.rand(1)

    plain, watched = trained(False), trained(True)
    assert plain[1] == watched[1]
    ours, theirs = watched[0].state_dict(), plain[0].state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert tensors(fake)["1"]["kind"] == "BatchNorm1d"
    # The gamma that the pass used: 1, a random number, and how often it was evaluated.
    gammas = [values["1"]["gamma"][0] for _, values in sorted(recorded(fake).items())[:3]]
    assert [int(gamma - first) for gamma, first in zip(gammas, gammas)] == [0, 0, 0]
    assert all(1 + 2 * number <= gamma for number, gamma in enumerate(gammas))
