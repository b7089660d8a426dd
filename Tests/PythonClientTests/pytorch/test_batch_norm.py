"""What is recorded of batch norms is right wherever they run."""

import normscope
import numpy as np
import pytest
import torch
from oracle import (
    Inputs,
    assert_same,
    convolutions,
    moments,
    perceptron,
    recorded,
    tensors,
    train,
)
from torch import nn


def images(count=4, dtype=torch.float32):
    return [torch.randn(6 + step, 3, 8, 8, dtype=dtype) * 2 + 1 for step in range(count)]


def rows(count=4):
    return [torch.randn(10 + step, 8) for step in range(count)]


def check(fake, model, batches, prepare=None, epsilon=1e-5, tolerance=1e-6, **options):
    """Records a training on batches and compares every step of every batch norm."""
    seen = Inputs(model)
    names = [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
    ]
    truth = []
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with normscope.watch(model, "a", **options) as run:
        for x in batches:
            train(model, run, [x], optimizer, prepare)
            truth.append(
                {name: (moments(*seen.take(name)), seen.affine.get(name)) for name in names}
            )
    steps = recorded(fake)
    assert sorted(steps) == list(range(len(truth)))
    for step, layers in enumerate(truth):
        for name, (expected, affine) in layers.items():
            values = steps[step][name]
            assert_same(values, expected, epsilon, tolerance)
            gamma, beta = affine or (
                torch.ones(len(values["mean"])),
                torch.zeros(len(values["mean"])),
            )
            np.testing.assert_array_equal(values["gamma"], gamma.float().numpy())
            np.testing.assert_array_equal(values["beta"], beta.float().numpy())
    return steps


def test_batch_norm_of_features(fake):
    check(fake, perceptron(), rows())
    assert tensors(fake)["1"] == {
        "name": "1", "layer": "1", "kind": "BatchNorm1d", "shape": [12], "units": 12,
        "tap": "preactivation", "population": "batch", "statistics": "batch", "epsilon": 1e-5,
    }  # fmt: skip


def test_batch_norm_of_channels_before_an_activation_in_place(fake):
    check(fake, convolutions(), images())
    assert tensors(fake)["1"]["shape"] == [6, 8, 8]
    assert tensors(fake)["4"]["kind"] == "BatchNorm2d"
    # Layers are numbered in the order of their first tensors.
    assert list(tensors(fake))[:2] == ["1", "4"]


@pytest.mark.parametrize(
    "norm",
    [
        {"affine": False},
        {"momentum": None},
        {"momentum": 0.001},
        {"track_running_stats": False},
        {"eps": 0.1},
    ],
    ids=str,
)
def test_any_batch_norm(fake, norm):
    check(fake, convolutions(**norm), images(), epsilon=norm.get("eps", 1e-5))


def test_three_dimensional_batch_norm(fake):
    model = nn.Sequential(nn.Conv3d(2, 4, 2), nn.BatchNorm3d(4), nn.Flatten())
    check(fake, model, [torch.randn(3, 2, 4, 4, 4) for _ in range(2)])


def test_lazy_batch_norm(fake):
    model = nn.Sequential(nn.Linear(8, 5), nn.LazyBatchNorm1d())
    with normscope.watch(model, "a") as run:
        x = torch.randn(9, 8)
        train(model, run, [x])
    assert_same(recorded(fake)[0]["1"], moments(model[0](x)))


def test_channels_last(fake):
    model = convolutions().to(memory_format=torch.channels_last)
    batches = [x.to(memory_format=torch.channels_last) for x in images()]
    check(fake, model, batches)


def test_input_far_from_zero(fake):
    # The step between floats at 1000 is 6e-5; it is the mean that batch norm itself subtracts.
    model = nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 2))
    check(fake, model, [x + 1000 for x in rows()], tolerance=3e-4)


def test_input_that_hardly_varies(fake):
    model = nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 2))
    check(fake, model, [x * 1e-4 for x in rows()])


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16], ids=str)
def test_autocast(fake, kind):
    model = convolutions()
    model(images(1)[0])
    with torch.no_grad():
        try:
            with torch.autocast("cpu", dtype=kind):
                model(images(1)[0])
        except RuntimeError:
            pytest.skip(f"this PyTorch has no autocast to {kind} on the CPU")

    def forward(x):
        with torch.autocast("cpu", dtype=kind):
            return model(x)

    check(fake, model, images(), forward)


def test_model_in_bfloat16(fake):
    model = perceptron().bfloat16()
    check(fake, model, [x.bfloat16() for x in rows()])


def test_model_in_double_precision(fake):
    model = perceptron().double()
    check(fake, model, [x.double() for x in rows()])


def test_without_gradients(fake):
    model = perceptron()
    seen = Inputs(model)
    with normscope.watch(model, "a") as run:
        with torch.no_grad():
            model(rows(1)[0])
        run.step()
    assert_same(recorded(fake)[0]["1"], moments(*seen.take("1")))


def test_gradient_accumulation_is_merged_exactly(fake):
    model = convolutions()

    def forward(x):
        return torch.cat([model(part) for part in x.split(3)])

    check(fake, model, images(), forward)


def test_module_called_twice_in_a_step(fake):
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(8)
            self.linear = nn.Linear(8, 8)

        def forward(self, x):
            return self.norm(self.linear(self.norm(x)) * 3 + 5)

    check(fake, Twice(), rows())


class Written(nn.BatchNorm1d):
    """A batch norm whose node keeps nothing that we know, as SyncBatchNorm's."""

    def forward(self, x):
        variance, mean = torch.var_mean(x, 0, unbiased=False)
        return (x - mean) / (variance + self.eps).sqrt() * self.weight + self.bias


def test_batch_norm_of_another_kind(fake):
    check(fake, perceptron(Written(12)), rows())


def test_replicas_of_data_parallel_are_merged(fake):
    model = perceptron()
    x, y = rows(2)
    with normscope.watch(nn.DataParallel(model), "a") as run:
        hidden = []
        for part in (x, y):
            # What DataParallel makes of a module on each of several GPUs.
            replica = model[1]._replicate_for_data_parallel()
            replica.weight, replica.bias = model[1].weight * 1, model[1].bias * 1
            hidden.append(model[0](part))
            replica(hidden[-1])
        run.step()
    assert_same(recorded(fake)[0]["1"], moments(*hidden))


def test_evaluation_in_a_step_is_not_of_the_batch(fake):
    model = perceptron()
    seen = Inputs(model)

    def forward(x):
        output = model(x)
        seen.keeps = False
        model.eval()
        model(x * 100)
        model.train()
        seen.keeps = True
        return output

    model_seen = seen.take
    truth = []
    with normscope.watch(model, "a") as run:
        for x in rows():
            train(model, run, [x], forward=forward)
            truth.append(moments(*model_seen("1")))
    for step, expected in enumerate(truth):
        assert_same(recorded(fake)[step]["1"], expected)
    assert not fake.messages("event")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("number", [float("inf"), float("nan"), 1e30])
def test_numbers_that_overflow_warn_of_nothing(fake, number):
    model = nn.Sequential(nn.BatchNorm1d(8))
    (x,) = rows(1)
    x[3, 2] = number
    with normscope.watch(model, "a") as run:
        model(x)
        model(x)  # Merged.
        run.probe(x)
        run.measure_noise([x, x])
        run.step()
    values = recorded(fake)[0]["0"]
    assert not np.isfinite(values["variance"][2]) and np.isfinite(values["variance"][3])
    assert np.geterr()["divide"] == "warn"


def test_not_finite(fake):
    model = convolutions()
    batches = images(3)
    batches[1][0, 0, 0, 0] = float("nan")
    with normscope.watch(model, "a") as run:
        train(model, run, batches)
    steps = recorded(fake)
    assert np.isfinite(steps[0]["1"]["mean"]).all()
    assert np.isnan(steps[1]["1"]["mean"]).all() and np.isnan(steps[1]["1"]["variance"]).all()
    (event,) = [event for event in fake.messages("event") if event["kind"] == "non-finite"]
    assert event["step"] == 1 and event["layer"] == "1"
    assert not torch.isfinite(model[1].running_mean).any()
    assert fake.messages("step")[1]["columns"]["non_finite"][:2] == [6, 5]


def test_every_third_step(fake):
    model = perceptron()
    seen = Inputs(model)
    truth = []
    with normscope.watch(model, "a", every=3) as run:
        for x in rows(7):
            train(model, run, [x])
            truth.append(moments(*seen.take("1")))
    steps = recorded(fake)
    assert sorted(steps) == [0, 3, 6] and len(fake.messages("step")) == 7
    for step, layers in steps.items():
        assert_same(layers["1"], truth[step])


def test_learning_rate_and_loss(fake):
    model = perceptron()
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    with normscope.watch(model, "a", optimizer=optimizer) as run:
        for x in rows(2):
            loss = model(x).square().mean()
            optimizer.step()
            run.step(loss=loss)
            schedule.step()
    steps = fake.messages("step")
    assert [step["learning_rate"] for step in steps] == [0.5, 0.25]
    assert steps[1]["loss"] == pytest.approx(loss.item(), rel=1e-12)
