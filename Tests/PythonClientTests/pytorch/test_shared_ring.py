"""Rows that are copied at the end of the model's forward pass, those of all batch norms at once:
each is recorded as if it were copied when its batch norm ran.
"""

import contextlib
import math

import normscope
import numpy as np
import pytest
import torch
from normscope.pytorch.shared_ring import SharedRing
from oracle import Inputs, assert_same, convolutions, recorded, train
from oracle import moments as measured
from torch import nn


@pytest.fixture(autouse=True)
def no_limit_of_time(monkeypatch):
    monkeypatch.setattr("normscope.pytorch.waiting.LONGEST", math.inf)


def images(count):
    return [torch.randn(4 + step % 3, 3, 8, 8) * 2 + 1 for step in range(count)]


class Truth:
    """What the batch norms of a model read at each step, with gamma and beta as they used them."""

    def __init__(self, model):
        self._inputs = Inputs(model)
        self.steps = []

    def note(self):
        """Notes the end of a step."""
        affine = self._inputs.affine
        seen = self._inputs.seen
        self.steps.append({name: (measured(*seen[name]), *affine[name]) for name in seen})
        seen.clear()

    def check(self, fake, without=()):
        """Compares with all that was recorded."""
        steps = recorded(fake)
        assert set(steps) == set(range(len(self.steps))) - set(without)
        for step, values in steps.items():
            assert set(self.steps[step]) == {name for name in values if "running" not in name}
            for name, (truth, gamma, beta) in self.steps[step].items():
                assert_same(values[name], truth)
                np.testing.assert_array_equal(values[name]["gamma"], gamma.numpy())
                np.testing.assert_array_equal(values[name]["beta"], beta.numpy())


def trained(fake, model, batches=70, **options):
    """Trains a model, and returns the run's entries and what should be recorded."""
    optimizer = torch.optim.SGD(model.parameters(), 0.2, momentum=0.9)
    truth = Truth(model)
    with normscope.watch(model, "a", **options) as run:
        entries = run._observations.norms
        for x in images(batches):
            train(model, run, [x], optimizer)
            truth.note()
            with torch.no_grad():
                model[1].weight.mul_(1.01)
    return entries, truth


def test_all_rows_are_copied_at_once(fake, monkeypatch):
    copies = []
    put = SharedRing.put

    def counted(ring, place, rows):
        copies.append(len(rows))
        return put(ring, place, rows)

    monkeypatch.setattr(SharedRing, "put", counted)
    _, truth = trained(fake, convolutions())
    truth.check(fake)
    assert copies == [8] * (70 - 3)  # Two steps are alike, and at the third it is seen.


def test_copy_that_is_impossible_at_once(fake, monkeypatch):
    monkeypatch.setattr(SharedRing, "put", lambda *_: False)
    entries, truth = trained(fake, convolutions())
    assert entries.defers
    truth.check(fake)


def test_gradients_are_on_after_a_copy(fake):
    model = convolutions()
    modes = []
    with normscope.watch(model, "a") as run:
        model.register_forward_hook(lambda *_: modes.append(torch.is_grad_enabled()))
        train(model, run, images(9))
        assert run._observations.norms.defers
    assert modes == [True] * 9


def test_processes_that_train_together_copy_at_each_layer(fake, monkeypatch):
    if not torch.distributed.is_available():
        pytest.skip("this PyTorch trains in one process")
    watch = normscope.watch

    def alone(*arguments, **options):
        run = watch(*arguments, **options)
        monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
        return run

    monkeypatch.setattr(normscope, "watch", alone)
    entries, truth = trained(fake, convolutions())
    assert not entries.defers
    truth.check(fake)


def test_passes_that_are_not_the_model_s(fake):
    """Layers in another order, some alone, passes that fail, a second pass."""
    model = convolutions()
    layers = list(model)
    truth = Truth(model)
    x, seen = images(1)[0], truth._inputs.seen
    with normscope.watch(model, "a") as run:
        for number in range(96):
            kind = number % 5 if number > 16 else 4
            if kind == 0:  # The second batch norm before the first.
                loss = model[4](torch.randn(4, 5, 3, 3)).sum()
                loss = loss + model[1](torch.randn(4, 6, 3, 3)).sum()
            elif kind == 1:
                loss = nn.Sequential(*layers[:3])(x).square().mean()
            elif kind == 2:
                with contextlib.suppress(RuntimeError):
                    model(x[:, :, :4, :4])  # The last layer refuses it.
                seen.clear()
                loss = model(x).square().mean()
            elif kind == 3:
                loss = model(x).square().mean() + model(x * 2).square().mean()
            else:
                loss = model(x).square().mean()
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.sub_(0.01)
            run.step(loss=loss)
            truth.note()
        assert run._observations.norms.defers
    truth.check(fake)


class SelfTrained(nn.Module):
    """A model whose forward pass is a step of its training, from a call on."""

    def __init__(self, first):
        super().__init__()
        self.layers = convolutions()
        self.first = first
        self.calls = 0

    def forward(self, x):
        loss = self.layers(x).square().mean()
        loss.backward()
        if self.calls >= self.first:
            with torch.no_grad():
                for parameter in self.parameters():
                    parameter.sub_(0.01)
        self.calls += 1
        return loss.detach()


@pytest.mark.parametrize("first", [0, 20])
def test_model_that_trains_itself(fake, first, recwarn):
    model = SelfTrained(first)
    truth = Truth(model)
    with normscope.watch(model, "a") as run:
        for x in images(60):
            run.step(loss=model(x))
            truth.note()
        assert not run._observations.norms.defers
    warnings = [str(each.message) for each in recwarn if issubclass(each.category, RuntimeWarning)]
    if first:
        # The numbers of one step are gone, and all others are right.
        assert len(warnings) == 1 and "changed gamma or beta" in warnings[0]
        truth.check(fake, without=[first])
    else:
        assert not warnings
        truth.check(fake)
