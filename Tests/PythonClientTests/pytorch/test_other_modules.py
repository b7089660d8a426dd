"""The inputs of other modules than batch norm."""

import normscope
import numpy as np
import pytest
import torch
from oracle import recorded, tensors, train
from torch import nn


def truth(x, axis):
    x = x.detach().double().movedim(axis, -1).reshape(-1, x.shape[axis])
    variance, mean = torch.var_mean(x, 0, unbiased=False)
    return len(x), mean.numpy(), variance.numpy()


CASES = {
    "linear": (nn.Linear(6, 2), torch.randn(5, 6), 1, [6]),
    "linear of sequences": (nn.Linear(6, 2), torch.randn(5, 7, 6), 2, [7, 6]),
    "linear in bfloat16": (nn.Linear(6, 2).bfloat16(), torch.randn(5, 6).bfloat16(), 1, [6]),
    "convolution": (nn.Conv2d(3, 2, 3), torch.randn(4, 3, 6, 5) + 7, 1, [3, 6, 5]),
    "convolution of one example": (nn.Conv2d(3, 2, 3), torch.randn(3, 6, 5), 0, [3, 6, 5]),
    "layer norm": (nn.LayerNorm(6), torch.randn(5, 7, 6), 2, [7, 6]),
    "group norm": (nn.GroupNorm(2, 4), torch.randn(5, 4, 3), 1, [4, 3]),
    "tiny numbers": (nn.Linear(6, 2), torch.randn(50, 6) * 1e-7, 1, [6]),
}


@pytest.mark.parametrize("case", CASES)
def test_inputs(fake, case):
    module, x, axis, shape = CASES[case]
    model = nn.Sequential(module)
    with normscope.watch(model, "a", inputs="0") as run:
        for _ in range(2):
            train(model, run, [x])
    count, mean, variance = truth(x, axis)
    for step in (0, 1):
        values = recorded(fake)[step]["0"]
        assert values["count"] == count and "gamma" not in values
        np.testing.assert_allclose(values["mean"], mean, atol=1e-6 * np.sqrt(variance.max()))
        np.testing.assert_allclose(values["variance"], variance, rtol=2e-6)
    assert tensors(fake)["0"] == {
        "name": "0", "layer": "0", "kind": type(module).__name__, "shape": shape,
        "tap": "input", "population": "batch", "statistics": "none", "units": len(mean),
    }  # fmt: skip


def test_constant_input_has_no_variance(fake):
    model = nn.Sequential(nn.Linear(3, 2))
    with normscope.watch(model, "a", inputs=nn.Linear) as run:
        train(model, run, [torch.full((4, 3), 2.5)])
    values = recorded(fake)[0]["0"]
    assert values["mean"].tolist() == [2.5] * 3
    np.testing.assert_allclose(values["variance"], 0, atol=1e-20)


def test_input_changed_in_place_by_the_module(fake):
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(inplace=True))
    with normscope.watch(model, "a", inputs=nn.ReLU) as run:
        x = torch.randn(9, 3)
        train(model, run, [x])
    count, mean, variance = truth(model[0](x), 1)
    np.testing.assert_allclose(recorded(fake)[0]["1"]["mean"], mean, rtol=1e-5)


def test_model_without_batch_norm_in_order(fake):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    with normscope.watch(model, "a", inputs=[nn.Linear, "nothing*"]) as run:
        train(model, run, [torch.randn(9, 3)])
    assert list(tensors(fake))[:3] == ["0", "1", "3"]
