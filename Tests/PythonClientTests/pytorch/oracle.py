"""Moments in double precision from the inputs that modules read, and what a run recorded."""

import numpy as np
import torch
from torch import nn

BatchNorm = nn.modules.batchnorm._BatchNorm
EXACT = 1e-6


def moments(*inputs):
    """Count, mean and biased variance for each channel over all inputs, in double precision."""
    rows = [x.detach().double().transpose(0, 1).reshape(x.shape[1], -1) for x in inputs]
    x = torch.cat(rows, 1)
    variance, mean = torch.var_mean(x, 1, unbiased=False)
    return x.shape[1], mean.numpy(), variance.numpy()


class Inputs:
    """The inputs of the batch norms of a model, kept while `keeps`."""

    def __init__(self, model):
        self.keeps = True
        self.seen = {}
        self.affine = {}
        for name, module in model.named_modules():
            if isinstance(module, BatchNorm):
                module.register_forward_pre_hook(self._hook(name))

    def _hook(self, name):
        def keep(module, inputs):
            if self.keeps:
                self.seen.setdefault(name, []).append(inputs[0].detach().clone())
                if module.weight is not None:
                    self.affine[name] = (
                        module.weight.detach().clone(),
                        module.bias.detach().clone(),
                    )

        return keep

    def take(self, name):
        """The inputs of a layer since the last call."""
        return self.seen.pop(name)


def recorded(fake):
    """For each step that has moments, by the names of tensors: count, mean, variance, and gamma and
    beta where the tensor has an epsilon.
    """
    tensors = [tensor for message in fake.messages("tensors") for tensor in message["tensors"]]
    steps = {}
    layers = set()
    for message in fake.messages():
        if message["type"] == "tensors":
            layers.update(tensor["layer"] for tensor in message["tensors"])
        # The recorder refuses an event of a layer that is not declared before.
        assert message.get("layer") in (None, *layers)
        columns = message.get("columns")
        if message["type"] not in ("step", "moments") or not columns:
            continue
        place = affine = 0
        for index, count in zip(columns["tensor"], columns["count"]):
            tensor = tensors[index]
            end = place + tensor["units"]
            values = {
                "count": count,
                "mean": np.array(columns["mean"][place:end]),
                "variance": np.array(columns["variance"][place:end]),
            }
            place = end
            if "epsilon" in tensor:
                end = affine + tensor["units"]
                values["gamma"] = np.array(columns["gamma"][affine:end])
                values["beta"] = np.array(columns["beta"][affine:end])
                affine = end
            steps.setdefault(message["step"], {})[tensor["name"]] = values
        assert place == len(columns["mean"]) and affine == len(columns.get("gamma", ()))
    return steps


def tensors(fake):
    """The declared tensors by name."""
    return {
        tensor["name"]: tensor
        for message in fake.messages("tensors")
        for tensor in message["tensors"]
    }


def assert_same(values, truth, epsilon=1e-5, tolerance=EXACT):
    """Compares with count, mean and variance: errors of a mean in standard deviations, of a
    variance in parts of what batch norm divides by.
    """
    count, mean, variance = truth
    assert values["count"] == count
    scale = np.sqrt(variance + epsilon)
    np.testing.assert_array_less(np.abs(values["mean"] - mean) / scale, tolerance)
    np.testing.assert_array_less(np.abs(values["variance"] - variance) / scale**2, tolerance)


def train(model, run, batches, optimizer=None, forward=None, loss=None):
    """Trains on batches of inputs, a step for each."""
    for x in batches:
        if optimizer is not None:
            optimizer.zero_grad()
        output = (model if forward is None else forward)(x)
        value = loss(output) if loss else output.float().square().mean()
        value.backward()
        if optimizer is not None:
            optimizer.step()
        run.step(loss=value)


def perceptron(norm=None, width=12):
    """A network of two linear layers with a batch norm between them."""
    norm = nn.BatchNorm1d(width) if norm is None else norm
    return nn.Sequential(nn.Linear(8, width, bias=False), norm, nn.ReLU(), nn.Linear(width, 3))


def convolutions(**norm):
    """A convolutional network with two batch norms."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1, bias=False),
        nn.BatchNorm2d(6, **norm),
        nn.ReLU(inplace=True),
        nn.Conv2d(6, 5, 3, stride=2, bias=False),
        nn.BatchNorm2d(5, **norm),
        nn.ReLU(inplace=True),
        nn.Flatten(),
        nn.Linear(45, 4),
    )
