"""The inputs of other modules than batch norm."""

import normscope.pytorch
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
    with normscope.watch(model, "a", inputs=[nn.Linear, "0"]) as run:
        train(model, run, [torch.randn(9, 3)])
    assert list(tensors(fake))[:3] == ["0", "1", "3"]


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(4, 4, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.convolution(x)) + x


PLACES = {
    "activation": nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()),
    "pooling": nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2)),
    "dropout": nn.Sequential(nn.Conv2d(3, 4, 3), nn.Dropout2d(0.1)),
    "activation after pooling": nn.Sequential(nn.Conv2d(3, 4, 3), nn.AvgPool2d(2), nn.GELU()),
    "block": nn.Sequential(nn.Conv2d(3, 4, 3), Residual()),
}


@pytest.mark.parametrize("case", PLACES)
def test_features_of_images_are_channels(fake, case):
    model = PLACES[case]
    name = str(len(model) - 1)
    x = torch.randn(5, 3, 9, 12)
    with normscope.watch(model, "a", inputs=name) as run:
        train(model, run, [x, torch.randn(5, 3, 12, 9)])
    count, mean, variance = truth(model[:-1](x), 1)
    values = recorded(fake)[0][name]
    assert values["count"] == count
    np.testing.assert_allclose(values["mean"], mean, atol=1e-6)
    np.testing.assert_allclose(values["variance"], variance, rtol=1e-5)
    assert 1 in recorded(fake)


def test_features_after_a_linear_layer_are_the_last_axis(fake):
    model = nn.Sequential(nn.Linear(6, 7), nn.GELU(), nn.Dropout(0.1))
    x = torch.randn(2, 3, 4, 6)
    with normscope.watch(model, "a", inputs=[nn.GELU, nn.Dropout]) as run:
        train(model, run, [x])
    count, mean, _ = truth(model[0](x), 3)
    assert recorded(fake)[0]["1"]["count"] == recorded(fake)[0]["2"]["count"] == count
    np.testing.assert_allclose(recorded(fake)[0]["1"]["mean"], mean, atol=1e-6)


class Transposed(nn.Module):
    def forward(self, x):
        return x.permute(0, 2, 3, 1)


REFUSED = {
    "axes moved": (
        nn.Sequential(nn.Conv2d(3, 4, 1), Transposed(), nn.ReLU()), torch.randn(2, 3, 8, 8),
        nn.ReLU, "which axis of its input .2, 8, 8, 4. has the features is unknown for a ReLU",
    ),
    "nothing near": (
        nn.Sequential(nn.Tanh()), torch.randn(2, 3, 8, 8, requires_grad=True),
        nn.Tanh, "unknown for a Tanh",
    ),
    "numbers of words": (
        nn.Sequential(nn.Embedding(9, 3)), torch.ones(4, 2).long(), nn.Embedding, "torch.int64",
    ),
    "complex": (
        nn.Sequential(nn.Linear(3, 2).to(torch.complex64)), torch.ones(4, 3).to(torch.complex64),
        nn.Linear, "torch.complex64",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_input_without_known_features_is_said(fake, case):
    model, x, kind, sentence = REFUSED[case]
    with pytest.warns(RuntimeWarning, match=sentence) as told:
        with normscope.watch(model, "a", inputs=kind) as run:
            for _ in range(3):
                train(model, run, [x], loss=lambda y: y.abs().sum())
    assert len(told) == 1 and recorded(fake) == {}


def test_packed_sequence_is_said(fake):
    model = nn.Sequential(nn.LSTM(3, 2))
    x = nn.utils.rnn.pack_sequence([torch.randn(4, 3), torch.randn(2, 3)])
    with pytest.warns(RuntimeWarning, match="0 is not recorded any more: it reads PackedSequence"):
        with normscope.watch(model, "a", inputs=nn.LSTM) as run:
            model[0](x)
            run.step()


def test_width_that_changes_ends_one_layer_alone(fake):
    class Activation(nn.Module):
        def forward(self, x):
            return x * 2

    model = nn.ModuleList([nn.Linear(6, 2), Activation()])
    with pytest.warns(RuntimeWarning, match="1 is not recorded any more: its input has 5 features"):
        with normscope.watch(model, "a", inputs="*") as run:
            for width in (4, 5, 4):
                model[1](torch.randn(3, width))
                model[0](torch.randn(5, 6)).sum().backward()
                run.step()
    steps = recorded(fake)
    assert set(steps[0]) == {"0", "1"} and set(steps[1]) == set(steps[2]) == {"0"}


def test_instance_norm_of_one_example(fake):
    model = nn.Sequential(nn.InstanceNorm2d(3))
    x = torch.randn(3, 6, 8)
    with normscope.watch(model, "a", inputs="0") as run:
        train(model, run, [x.requires_grad_()])
    count, mean, _ = truth(x, 0)
    assert recorded(fake)[0]["0"]["count"] == count and tensors(fake)["0"]["shape"] == [3, 6, 8]
    np.testing.assert_allclose(recorded(fake)[0]["0"]["mean"], mean, atol=1e-6)


def test_layer_that_never_runs_is_said(fake):
    model = nn.ModuleList([nn.BatchNorm1d(3), nn.BatchNorm1d(3)])
    with pytest.warns(RuntimeWarning, match="1 was not seen in a forward pass in training mode"):
        with normscope.watch(model, "a") as run:
            for _ in range(20):
                model[0](torch.randn(4, 3))
                run.step()
    (event,) = fake.messages("event")
    assert event["step"] == 8


MISTAKES = {
    "a pattern of nothing": ({"layers": "nonsense*"}, "layers: 'nonsense.' means no batch norm"),
    "inputs of nothing": ({"inputs": ["0", "typo"]}, "inputs: 'typo' means no module"),
    "no pattern": ({"inputs": True}, "not True"),
    "every": ({"every": 0.5}, "whole numbers of steps"),
    "optimizer": ({"optimizer": 3}, "optimizer is one of torch.optim, not 3"),
    "taps": ({"taps": {"typo*": "input"}}, "taps: 'typo.' means no batch norm"),
    "taps of another form": ({"taps": "activation"}, "taps"),
    "a tap": ({"taps": {"*": "output"}}, "'output'"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_found_at_once(fake, case):
    options, sentence = MISTAKES[case]
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 2))
    with pytest.raises(ValueError, match=sentence):
        normscope.pytorch.watch(model, "a", **options)
    assert not model[0]._forward_hooks


def test_an_option_that_is_not_there_is_named(fake):
    model = nn.Sequential(nn.BatchNorm1d(3))
    with pytest.raises(TypeError, match=r"^watch\(\) got an unexpected keyword argument 'foo'"):
        normscope.watch(model, "a", foo=1)
    assert not model[0]._forward_hooks


def test_no_model():
    with pytest.raises(ValueError, match="watch needs a model"):
        normscope.watch("a", nn.Linear(3, 2))
