"""The probe, the gap to the running statistics, and the noise of batches."""

from functools import partial

import normscope
import numpy as np
import pytest
import torch
from oracle import Inputs, assert_same, convolutions, moments, perceptron, recorded, tensors, train
from torch import nn


def images(count=3):
    return [torch.randn(6 + step, 3, 8, 8) * 2 + 1 for step in range(count)]


def keep(outputs, name, module, inputs, output):
    outputs[name] = output.clone()


def test_probe(fake):
    model = convolutions()
    model.insert(7, nn.Dropout(0.5))
    x = torch.randn(20, 3, 8, 8)
    with normscope.watch(model, "a") as run:
        train(model, run, images())
        run.probe(x)
        run.probe(x)  # Once a step.
        before = {name: value.clone() for name, value in model.state_dict().items()}
        run.step()
    values = recorded(fake)[3]
    for statistics in ("batch", "running"):
        model.load_state_dict(before)
        model.eval()
        for norm in (model[1], model[4]):
            norm.train(statistics == "batch")
        seen = Inputs(model)
        outputs = {}
        for name in ("1", "4"):
            model.get_submodule(name).register_forward_hook(partial(keep, outputs, name))
        model(x)
        for name in ("1", "4"):
            tensor = f"{name} preactivation probe {statistics}"
            assert_same(values[tensor], moments(*seen.take(name)))
            assert ("epsilon" in tensors(fake)[tensor]) == (statistics == "batch")
            if statistics == "running":
                assert_same(values[f"{name} normalized probe running"], moments(outputs[name]))
    assert "1 normalized probe batch" not in values
    gamma = values["4 preactivation probe batch"]["gamma"]
    np.testing.assert_array_equal(gamma, before["4.weight"].numpy())


def test_probe_of_arguments(fake):
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(3)

        def forward(self, x, y):
            return self.norm(x + y)

    model = Sum()
    x, y = torch.randn(5, 3), torch.randn(5, 3)
    with normscope.watch(model, "a") as run:
        run.probe((x, y))
        model(x, y)
        run.step()
        run.probe({"x": x, "y": y})
    steps = recorded(fake)
    for step in (0, 1):
        assert_same(steps[step]["norm preactivation probe batch"], moments(x + y))


class Counting(nn.Module):
    """A model that keeps what is no buffer."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(3)
        self.calls, self.sizes, self.average = 0, [], torch.zeros(3)

    def forward(self, x):
        self.calls += 1
        self.sizes.append(len(x))
        self.average.mul_(0.5).add_(x.mean(0))
        self.newest = x
        return self.norm(x)


def test_attributes_are_as_before(fake):
    model = Counting()
    average = model.average
    with normscope.watch(model, "a") as run:
        run.probe(torch.randn(5, 3))
        run.measure_noise([torch.randn(5, 3), torch.randn(5, 3)])
    assert model.calls == 0 and model.sizes == [] and not hasattr(model, "newest")
    assert model.average is average and not average.any()


def test_lazy_model_runs_before_its_probe(fake):
    model = nn.Sequential(nn.LazyLinear(3), nn.LazyBatchNorm1d())
    x = torch.randn(5, 4)
    with normscope.watch(model, "a") as run:
        for early in (run.probe, lambda x: run.measure_noise([x, x])):
            with pytest.raises(ValueError, match="0.weight has no shape before the model's first"):
                early(x)
        model(x)
        run.step()
        run.probe(x)
    assert_same(recorded(fake)[1]["1 preactivation probe batch"], moments(model[0](x)))


def test_noise_of_a_model_with_two_inputs(fake):
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(3)

        def forward(self, x, y, scale=1):
            return self.norm(x + scale * y)

    model = Sum()
    x, y = torch.randn(5, 3), torch.randn(5, 3)
    with normscope.watch(model, "a") as run:
        # A loader adds the targets.
        run.measure_noise([(x, y), [y, y, torch.zeros(5)]])
    (message,) = fake.messages("noise")
    expected = np.concatenate([moments(x + y)[1], moments(2 * y)[1]])
    np.testing.assert_allclose(message["columns"]["mean"], expected, rtol=1e-5, atol=1e-6)


def test_probe_between_forward_and_backward(fake):
    model = perceptron()
    with normscope.watch(model, "a") as run:
        output = model(torch.randn(9, 8))
        run.probe(torch.randn(7, 8))
        output.sum().backward()
        run.step()
    assert model[1].num_batches_tracked == 1


def test_batch_by_running_statistics(fake):
    model = convolutions(momentum=0.01)
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a", running_every=3) as run:
        for x in images(7):
            train(model, run, [x])
            norm = model[4]
            read = seen.take("4")[0].double()
            gamma, beta = seen.affine["4"]
            truth.append(
                nn.functional.batch_norm(
                    read, norm.running_mean.double(), norm.running_var.double(),
                    gamma.double(), beta.double(), False, 0, norm.eps,
                )
            )  # fmt: skip
    steps = recorded(fake)
    for step, expected in enumerate(truth):
        # Every third, and powers of two before.
        assert ("4 normalized batch running" in steps[step]) == (step in (0, 1, 2, 3, 6))
        if step in (0, 1, 2, 3, 6):
            assert_same(
                steps[step]["4 normalized batch running"], moments(expected), tolerance=3e-6
            )


def test_noise(fake):
    model = convolutions()
    batches = images(4)
    with normscope.watch(model, "a", inputs=nn.Conv2d) as run:
        train(model, run, images(1))
        state = {name: value.clone() for name, value in model.state_dict().items()}
        run.measure_noise(((x, torch.zeros(len(x))) for x in batches), limit=3)
        assert all(map(torch.equal, state.values(), model.state_dict().values()))
        assert model.training
    (message,) = fake.messages("noise")
    assert message["step"] == 1
    seen = Inputs(model)
    columns = message["columns"]
    names = list(tensors(fake))
    assert len(columns["tensor"]) == 3 * 4
    expected = {name: [] for name in ("1", "4")}
    for x in batches[:3]:
        model.load_state_dict(state)
        model(x)
        for name in expected:
            expected[name].append(moments(*seen.take(name)))
    place = 0
    for index, count in zip(columns["tensor"], columns["count"]):
        units = tensors(fake)[names[index]]["units"]
        values = {
            "count": count,
            "mean": np.array(columns["mean"][place : place + units]),
            "variance": np.array(columns["variance"][place : place + units]),
        }
        place += units
        if names[index] in expected:
            assert_same(values, expected[names[index]].pop(0))
    assert expected == {"1": [], "4": []}
