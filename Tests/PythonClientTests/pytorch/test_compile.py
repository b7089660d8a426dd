"""Models that torch.compile compiles: recorded right, with no graph or compilation of ours."""

import copy

import normscope
import numpy as np
import pytest
import torch
from oracle import Inputs, assert_same, convolutions, moments, perceptron, recorded, train
from torch import nn

if not hasattr(torch, "compiler"):
    pytest.skip("this PyTorch has no torch.compile", allow_module_level=True)

BACKENDS = ["inductor", "aot_eager"]


@pytest.fixture(autouse=True)
def fresh():
    torch.compiler.reset()
    torch._dynamo.utils.counters.clear()


def images(count=4):
    return [torch.randn(6, 3, 8, 8) * 2 + 1 for _ in range(count)]


def graphs():
    return torch._dynamo.utils.counters["stats"]["unique_graphs"]


def expected(model, batches, parts=1):
    """The moments of each step of a training as `train` does it, by an equal model not compiled."""
    model = copy.deepcopy(model)
    seen = Inputs(model)
    optimizer = torch.optim.SGD(model.parameters(), 0.05)
    truth = []
    for x in batches:
        optimizer.zero_grad()
        torch.cat([model(part) for part in x.chunk(parts)]).square().mean().backward()
        truth.append(
            {name: (moments(*seen.take(name)), seen.affine[name][0]) for name in list(seen.seen)}
        )
        optimizer.step()
    return truth


def assert_recorded(fake, truth, tolerance):
    steps = recorded(fake)
    assert sorted(steps) == list(range(len(truth)))
    for step, layers in enumerate(truth):
        for name, (values, gamma) in layers.items():
            assert_same(steps[step][name], values, tolerance=tolerance)
            np.testing.assert_allclose(steps[step][name]["gamma"], gamma.numpy(), rtol=1e-4)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("order", ["watch the model", "watch the compiled model"])
def test_compiled_model(fake, backend, order):
    model = convolutions()
    batches = images()
    truth = expected(model, batches)
    compiled = torch.compile(model, backend=backend)
    with normscope.watch(compiled if "compiled" in order else model, "a") as run:
        optimizer = torch.optim.SGD(model.parameters(), 0.05)
        train(model, run, batches[:1], optimizer, compiled)
        first = graphs()
        train(model, run, batches[1:], optimizer, compiled)
        assert graphs() == first == 1
    # The first step is exact; later ones differ by what compiled training differs.
    assert_recorded(fake, truth[:1] + truth[1:], 1e-4)
    assert_recorded_first(fake, truth)
    assert not fake.messages("event")


def assert_recorded_first(fake, truth):
    for name, (values, _) in truth[0].items():
        assert_same(recorded(fake)[0][name], values, tolerance=2e-6)


def test_no_break_in_the_graph():
    model = convolutions()
    x = images(1)[0]
    plain = torch._dynamo.explain(model)(x)
    from normscope.pytorch.hooks import BatchNormHook, InputHook, Observations

    observations = Observations(model)
    for name in (1, 4):
        BatchNormHook(observations, str(name), model[name], "preactivation").attach()
    InputHook(observations, "0", model[0]).attach()
    torch.compiler.reset()
    watched = torch._dynamo.explain(model)(x)
    assert watched.graph_break_count == plain.graph_break_count == 0
    assert watched.graph_count == 1


def test_gradient_accumulation(fake):
    model = convolutions()
    batches = images(2)
    truth = expected(model, batches, parts=3)
    compiled = torch.compile(model, backend="aot_eager")

    def forward(x):
        return torch.cat([compiled(part) for part in x.chunk(3)])

    with normscope.watch(model, "a") as run:
        train(model, run, batches, torch.optim.SGD(model.parameters(), 0.05), forward)
        assert graphs() == 1
    assert_recorded(fake, truth, 1e-4)
    assert_recorded_first(fake, truth)


def test_training_is_the_same_bit_for_bit(fake):
    def trained(watches):
        torch.compiler.reset()
        torch.manual_seed(3)
        model = convolutions()
        compiled = torch.compile(model)
        optimizer = torch.optim.SGD(model.parameters(), 0.05)
        run = normscope.watch(model, "a", every=2) if watches else None
        for x in images(5):
            optimizer.zero_grad()
            compiled(x).square().mean().backward()
            optimizer.step()
            if watches:
                run.probe(x)
                run.step()
        gradients = [parameter.grad for parameter in model.parameters()]
        if watches:
            assert graphs() == 1
            run.finish()
        torch._dynamo.utils.counters.clear()
        return [*model.state_dict().values(), *gradients]

    assert all(map(torch.equal, trained(False), trained(True)))


def test_steps_that_are_not_recorded_leave_nothing(fake):
    model = perceptron()
    batches = [torch.randn(10, 8) for _ in range(5)]
    truth = expected(model, batches)
    compiled = torch.compile(model, backend="aot_eager")
    with normscope.watch(model, "a", every=2) as run:
        train(model, run, batches, torch.optim.SGD(model.parameters(), 0.05), compiled)
    steps = recorded(fake)
    assert sorted(steps) == [0, 2, 4]
    for step in steps:
        assert_same(steps[step]["1"], truth[step]["1"][0], tolerance=1e-4)


def test_evaluation_and_batches_of_another_size(fake):
    model = perceptron()
    compiled = torch.compile(model, backend="aot_eager")
    x, y = torch.randn(10, 8), torch.randn(7, 8)
    with normscope.watch(model, "a") as run:
        train(model, run, [x], forward=compiled)
        model.eval()
        compiled(x * 100)
        model.train()
        train(model, run, [y], forward=compiled)
    assert_same(recorded(fake)[0]["1"], moments(model[0](x)), tolerance=2e-6)
    assert_same(recorded(fake)[1]["1"], moments(model[0](y)), tolerance=2e-6)


def test_any_size(fake):
    model = convolutions()
    compiled = torch.compile(model, dynamic=True, backend="aot_eager")
    batches = [torch.randn(5, 3, 8, 8), torch.randn(9, 3, 8, 8)]
    with normscope.watch(model, "a") as run:
        for x in batches:
            train(model, run, [x], forward=compiled)
        assert graphs() == 1
    for step, x in enumerate(batches):
        assert_same(recorded(fake)[step]["1"], moments(model[0](x)), tolerance=2e-6)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16], ids=str)
def test_autocast(fake, kind):
    model = convolutions()
    compiled = torch.compile(model, backend="aot_eager")
    (x,) = images(1)

    def forward(x):
        with torch.autocast("cpu", dtype=kind):
            return compiled(x)

    with torch.autocast("cpu", dtype=kind):
        expected = moments(model[0](x))
    with normscope.watch(model, "a") as run:
        train(model, run, [x], forward=forward)
    assert_same(recorded(fake)[0]["1"], expected, tolerance=2e-6)


def test_activation_checkpointing(fake):
    class Checkpointed(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = convolutions()

        def forward(self, x):
            return torch.utils.checkpoint.checkpoint(self.body, x, use_reentrant=False)

    model = Checkpointed()
    (x,) = images(1)
    alone = torch._dynamo.explain(copy.deepcopy(model))(x)
    torch.compiler.reset()
    compiled = torch.compile(model, backend="aot_eager")
    with normscope.watch(model, "a") as run:
        train(model, run, [x], forward=compiled)
    expected = moments(model.body[0](x))
    assert_same(recorded(fake)[0]["body.1"], expected, tolerance=2e-6)
    torch.compiler.reset()
    with normscope.watch(model, "a"):
        ours = torch._dynamo.explain(model)(x)
    assert ours.graph_break_count == alone.graph_break_count


@pytest.fixture
def unguarded():
    torch._dynamo.config.skip_nnmodule_hook_guards = True


@pytest.mark.parametrize("other", [False, True], ids=["the model", "another of its class"])
def test_compiled_before_it_is_watched(fake, unguarded, other):
    model, before = perceptron(), perceptron()
    compiled = torch.compile(model, backend="aot_eager")
    before = torch.compile(before, backend="aot_eager") if other else compiled
    batches = [torch.randn(10, 8) for _ in range(3)]
    before(batches[0])
    with normscope.watch(model, "a", running_every=1) as run:
        for x in batches:
            before.eval()
            before(x * 100)
            if other:
                before.train()
                before(x * 100)
            train(model.train(), run, [x], forward=compiled)
    for step, x in enumerate(batches):
        assert_same(recorded(fake)[step]["1"], moments(model[0](x)), tolerance=2e-6)


def test_another_model_of_the_class_is_compiled_after_watch(fake, unguarded):
    model, other = perceptron(), torch.compile(perceptron(), backend="aot_eager")
    compiled = torch.compile(model, backend="aot_eager")
    batches = [torch.randn(10, 8) for _ in range(3)]
    with normscope.watch(model, "a") as run:
        for x in batches:
            train(model, run, [x], forward=compiled)
            other(x * 100)
    for step, x in enumerate(batches):
        assert_same(recorded(fake)[step]["1"], moments(model[0](x)), tolerance=2e-6)


def test_graph_that_passes_a_watched_model_by_is_said_and_compiled_anew(fake, unguarded):
    model, other = perceptron(), torch.compile(perceptron(), backend="aot_eager")
    compiled = torch.compile(model, backend="aot_eager")
    x = torch.randn(10, 8)
    with pytest.warns(RuntimeWarning, match="compiled anew, and recorded from now on"):
        with normscope.watch(model, "a", running_every=1) as run:
            torch._dynamo.config.skip_nnmodule_hook_guards = True
            other(x)
            train(model, run, [x, x], forward=compiled)
    assert list(recorded(fake)) == [1]
    assert_same(recorded(fake)[1]["1"], moments(model[0](x)), tolerance=2e-6)


class Noisy(nn.Module):
    """A parametrization that draws random numbers and counts its calls."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, weight):
        self.calls.add_(1)
        return weight + torch.rand_like(weight)


def test_parametrized_gamma_is_computed_once(fake):
    def trained(watches):
        torch.compiler.reset()
        torch.manual_seed(3)
        model = perceptron()
        nn.utils.parametrize.register_parametrization(model[1], "weight", Noisy())
        compiled = torch.compile(model, backend="aot_eager")
        run = normscope.watch(model, "a") if watches else None
        outputs = []
        for x in torch.randn(3, 10, 8):
            outputs.append(compiled(x))
            outputs[-1].square().mean().backward()
            if watches:
                run.step()
        if watches:
            run.finish()
            for module in model.modules():
                assert not module._forward_hooks
        return model, outputs

    plain, expected = trained(False)
    watched, outputs = trained(True)
    assert all(map(torch.equal, plain.state_dict().values(), watched.state_dict().values()))
    assert all(map(torch.equal, expected, outputs))
    assert not fake.messages("event") and watched[1].parametrizations.weight[0].calls == 1 + 3
    for values in recorded(fake).values():
        assert ((1 < values["1"]["gamma"]) & (values["1"]["gamma"] < 2)).all()


def test_no_recompilation_of_ours(fake):
    """Sizes that change compile the watched model as often as the plain one; steps that are not
    recorded, probes and validation compile nothing.
    """

    def compilations(watches):
        torch.compiler.reset()
        torch._dynamo.utils.counters.clear()
        model = convolutions()
        compiled = torch.compile(model, backend="aot_eager")
        run = normscope.watch(model, "a", every=2) if watches else None
        for count in (4, 4, 6, 4, 9, 6):
            x = torch.randn(count, 3, 8, 8)
            compiled(x).square().mean().backward()
            model.eval()
            with torch.no_grad():
                compiled(x)
            model.train()
            if watches:
                run.probe(x)
                run.step()
        found = graphs(), dict(torch._dynamo.utils.counters["graph_break"])
        if watches:
            run.finish()
        return found

    assert compilations(True) == compilations(False)


def test_second_run_of_a_compiled_model(fake):
    model = perceptron()
    compiled = torch.compile(model, backend="aot_eager")
    x, y = torch.randn(10, 8), torch.randn(10, 8)
    with normscope.watch(model, "first") as run:
        train(model, run, [x], forward=compiled)
    fake.output.unlink()
    with normscope.watch(model, "second") as run:
        train(model, run, [y], forward=compiled)
    assert_same(recorded(fake)[0]["1"], moments(model[0](y)), tolerance=2e-6)
    # PyTorch compiles once more when hooks went or came.
    assert graphs() == 2 and not fake.messages("event")


def test_module_compiled_in_place(fake):
    model = perceptron()
    model.compile(backend="aot_eager")
    x = torch.randn(10, 8)
    with normscope.watch(model, "a") as run:
        run.probe(x)
        train(model, run, [x])
    assert_same(recorded(fake)[0]["1"], moments(model[0](x)), tolerance=2e-6)
    assert_same(recorded(fake)[0]["1 preactivation probe batch"], moments(model[0](x)))


def test_parts_compiled_alone(fake):
    model = convolutions()
    (x,) = images(1)
    truth = expected(model, [x])
    model[:3].compile(backend="aot_eager")
    model[1].compile(backend="aot_eager")
    with normscope.watch(model, "a") as run:
        train(model, run, [x])
    assert_recorded_first(fake, truth)
