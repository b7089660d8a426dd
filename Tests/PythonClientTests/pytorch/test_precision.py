"""Moments where single precision loses digits: far from zero, and far below epsilon."""

import normscope
import numpy as np
import pytest
import torch
from oracle import Inputs, moments, recorded, train
from torch import nn


def record(fake, model, batches, layer="0", **options):
    """The values and the truth of each step, the epsilon-free errors of which are compared."""
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a", **options) as run:
        for x in batches:
            x = x.requires_grad_()
            train(model, run, [x])
            truth.append(moments(*seen.take(layer)) if layer in seen.seen else moments(x))
    return [(recorded(fake)[step][layer], *row) for step, row in enumerate(truth)]


def assert_exact(rows, mean_error, variance_error=1e-5):
    for values, count, mean, variance in rows:
        deviation = np.sqrt(variance)
        assert values["count"] == count
        assert (np.abs(values["mean"] - mean) <= mean_error * deviation).all()
        np.testing.assert_allclose(values["variance"], variance, rtol=variance_error)


KINDS = ["features", "channels last"]


def far(kind, module):
    """Batches whose mean is 1000 standard deviations from zero, in one of three units."""
    offset = torch.tensor([0.0, 1000.0, -3.0])
    for _ in range(3):
        if kind == "features":
            yield torch.randn(20000, 3) + offset
        else:
            x = torch.randn(8, 3, 50, 50) + offset[:, None, None]
            yield x.contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("kind", KINDS)
def test_batch_norm_far_from_zero(fake, kind):
    norm = nn.BatchNorm1d(3) if kind == "features" else nn.BatchNorm2d(3)
    # Half of the step between floats at 1000 is 3e-5.
    assert_exact(record(fake, nn.Sequential(norm), far(kind, norm)), 4e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_input_far_from_zero(fake, kind):
    module = nn.Linear(3, 2) if kind == "features" else nn.Conv2d(3, 2, 3)
    assert_exact(record(fake, nn.Sequential(module), far(kind, module), inputs="0"), 4e-5)


def test_unit_that_moves_away_from_zero(fake):
    model = nn.Sequential(nn.BatchNorm1d(2))
    batches = [torch.randn(20000, 2) + torch.tensor([shift, 0.0]) for shift in (0, 500, 500, 500)]
    rows = record(fake, model, batches)
    assert_exact([rows[0], *rows[2:]], 4e-5)


@pytest.mark.parametrize("scale", [1e-4, 1e-6])
def test_variance_far_below_epsilon(fake, scale):
    model = nn.Sequential(nn.BatchNorm1d(3))
    batches = [torch.randn(50, 3) * torch.tensor([1.0, scale, 1.0]) for _ in range(3)]
    assert_exact(record(fake, model, batches), 1e-5)


def test_variance_that_falls_below_epsilon(fake):
    model = nn.Sequential(nn.BatchNorm1d(3))
    batches = [torch.randn(50, 3) * torch.tensor([1.0, s, 1.0]) for s in (1, 1e-6, 1e-6)]
    rows = record(fake, model, batches)
    assert_exact([rows[0], rows[2]], 1e-5)


def test_constant_far_from_zero_has_no_variance(fake):
    model = nn.Sequential(nn.BatchNorm1d(2))
    batches = [torch.stack((torch.full((100,), 12345.678), torch.randn(100)), 1) for _ in "ab"]
    for values, _, mean, _ in record(fake, model, batches):
        assert values["variance"][0] < 1e-12
        np.testing.assert_allclose(values["mean"][0], mean[0], rtol=1e-7)


def test_epsilon_that_changes(fake):
    model = nn.Sequential(nn.BatchNorm1d(3, eps=1e-5))
    seen = Inputs(model)
    truth = []
    with pytest.warns(RuntimeWarning, match="0 has another epsilon"):
        with normscope.watch(model, "a") as run:
            for epsilon in (1e-5, 0.5, 0.5):
                model[0].eps = epsilon
                train(model, run, [torch.randn(50, 3)])
                truth.append(moments(*seen.take("0")))
    rows = [(recorded(fake)[step]["0"], *row) for step, row in enumerate(truth)]
    assert_exact(rows, 1e-5)
