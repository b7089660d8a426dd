"""One rank of a distributed training that uses the run in an unusual way.

`ranks_apart.py RANK COUNT PORT HOW PROGRAM`
"""

import contextlib
import os
import sys
from pathlib import Path

rank, count, port, how, program = sys.argv[1:]
sys.path.insert(0, str(Path(__file__).parents[3] / "Sources" / "PythonClient"))
os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port, NORMSCOPE_PROGRAM=program)

import normscope  # noqa: E402
import torch  # noqa: E402
from normscope.pytorch import ranks  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.parallel import DistributedDataParallel  # noqa: E402


class Sum(nn.Module):
    """A module whose class does not say how many features it reads; only the first rank runs it."""

    def forward(self, x):
        return x.sum()


is_first = rank == "0"
ranks._MEETING, ranks._REMARK, ranks._LIMIT = 3, 1, 3
if how in ("step", "later", "inside"):
    ranks._LIMIT = 120
torch.set_num_threads(1)
torch.distributed.init_process_group("gloo", rank=int(rank), world_size=int(count))
torch.manual_seed(0)
model = nn.Sequential(nn.BatchNorm1d(5), nn.Linear(5, 2))
model.sum = Sum()
model.forward = lambda x: model[1](model[0](x))
parallel = DistributedDataParallel(model)
run = None
if is_first or how != "watch":
    try:
        inputs = "sum" if how == "unknown" else None
        watched = parallel.module if how == "inside" else parallel
        run = normscope.watch(watched, "a", inputs=inputs)
    except normscope.RecorderError as error:
        assert how == "refused", error
        print("refused:", error)
        sys.exit()
joins = how in ("join", "inside")
total = 5 if is_first or not joins else 3
with parallel.join() if joins else contextlib.nullcontext():
    for step in range(total):
        x = torch.randn(8, 5)
        parallel(x).sum().backward()
        if how == "unknown" and is_first:
            model.sum(x)
        if how == "error" and not is_first:
            run._observations.norms.take = None
        leaves = how == "step" or how == "later" and step >= 2
        if run is not None and (is_first or not leaves):
            run.step()
if run is not None:
    run.finish()
# PyTorch's threads of a group may abort a process that ends: with the group, and also after it.
torch.distributed.destroy_process_group()
sys.stdout.flush()
sys.stderr.flush()
os._exit(0)
