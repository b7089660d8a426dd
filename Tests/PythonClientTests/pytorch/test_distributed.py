"""Distributed training: the moments are those of all ranks together, and the first one records."""

import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from oracle import assert_same, moments, recorded

COUNT = 2


def train(script, argument, program):
    """Runs a script on all ranks; what each wrote to standard output and error."""
    if not (torch.distributed.is_available() and torch.distributed.is_gloo_available()):
        pytest.skip("this PyTorch has no gloo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    ranks = [
        subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / script)]
            + [str(rank), str(COUNT), port, str(argument), program],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(COUNT)
    ]
    answer = []
    for rank in ranks:
        output, errors = rank.communicate(timeout=600)
        assert rank.returncode == 0, errors
        answer.append((output, errors))
    return answer


@pytest.fixture
def trained(fake, tmp_path):
    train("ranks.py", tmp_path, fake.program)
    return [torch.load(tmp_path / f"inputs-{rank}.pt") for rank in range(COUNT)]


def test_moments_of_all_ranks(fake, trained):
    steps = recorded(fake)
    assert sorted(steps) == [0, 2, 3]
    for step in (0, 2):
        for name in ("0", "2", "5"):
            # A layer that is frozen on one rank is that of the others.
            ranks = trained[:1] if (step, name) == (2, "2") else trained
            truth = moments(*(rank[step][name] for rank in ranks))
            assert_same(steps[step][name], truth, tolerance=2e-6)
        np.testing.assert_array_equal(steps[step]["0"]["gamma"], trained[0][step]["gamma"].numpy())
    frozen = steps[2]["2 preactivation batch running"]
    assert_same(frozen, moments(trained[1][2]["2"]), tolerance=2e-6)
    assert len(fake.messages("begin")) == len(fake.messages("end")) == 1
    assert [event["message"] for event in fake.messages("event")].count("from every rank") == 1
    assert steps[3]["0 preactivation probe batch"]["count"] == 4 * 64


APART = {
    # How: what each rank says, the counts of the first layer.
    "watch": ("other ranks did not call watch within 3", "", [8] * 5),
    "step": ("they began the next step without a call of step", "", [8] * 5),
    "later": ("they began the next step without a call of step", "", [16, 16, 8, 8, 8]),
    "join": ("Inside of join", "", [8] * 5),
    "inside": ("Inside of join", "", [8] * 5),
    "error": ("", "layers of this step are not recorded", [8] * 5),
    "unknown": ("", "", [16] * 5),
}


@pytest.mark.parametrize("how", APART)
def test_ranks_that_are_apart_never_hang(fake, how):
    *sentences, counts = APART[how]
    said = train("ranks_apart.py", how, fake.program)
    for sentence, (_, errors) in zip(sentences, said):
        assert sentence in errors
        assert sentence or "RuntimeWarning" not in errors, errors
    steps = recorded(fake)
    assert [steps[step]["0"]["count"] for step in sorted(steps)] == counts
    if how == "unknown":
        assert [steps[step]["sum"]["count"] for step in sorted(steps)] == [8] * 5


def test_all_ranks_raise_what_the_recorder_refuses(fake):
    fake.behave("refuse")
    for output, _ in train("ranks_apart.py", "refused", fake.program):
        assert "refused: runs.db is not a database" in output
