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


@pytest.fixture
def trained(fake, tmp_path):
    if not (torch.distributed.is_available() and torch.distributed.is_gloo_available()):
        pytest.skip("this PyTorch has no gloo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = str(Path(__file__).parent / "ranks.py")
    ranks = [
        subprocess.Popen(
            [sys.executable, script, str(rank), str(COUNT), port, str(tmp_path), fake.program],
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(COUNT)
    ]
    for rank in ranks:
        _, errors = rank.communicate(timeout=300)
        assert rank.returncode == 0, errors
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
