"""One rank of a distributed training: `ranks.py RANK COUNT PORT FOLDER PROGRAM`.

Each rank keeps the inputs of its batch norms in FOLDER.
"""

import os
import sys
from pathlib import Path

rank, count, port, folder, program = sys.argv[1:]
sys.path.insert(0, str(Path(__file__).parents[3] / "Sources" / "PythonClient"))
os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port, NORMSCOPE_PROGRAM=program)

import normscope  # noqa: E402
import torch  # noqa: E402
from oracle import Inputs, convolutions  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.parallel import DistributedDataParallel  # noqa: E402

torch.set_num_threads(1)
torch.distributed.init_process_group("gloo", rank=int(rank), world_size=int(count))
torch.manual_seed(0)
model = convolutions()
model.insert(0, nn.BatchNorm2d(3))
seen = Inputs(model)
parallel = DistributedDataParallel(model)
optimizer = torch.optim.SGD(model.parameters(), 0.1)
torch.manual_seed(int(rank))
kept = []
collectives = []
reduce = torch.distributed.all_reduce


def counted(*arguments, **options):
    collectives.append(1)
    return reduce(*arguments, **options)


with normscope.watch(parallel, "a", inputs=nn.Conv2d, every=2) as run:
    torch.distributed.all_reduce = counted
    for step in range(3):
        # Far from zero, and another number of images on each rank.
        x = torch.randn(5 + 2 * int(rank) + step, 3, 8, 8) * (1 + int(rank)) + 100 * int(rank)
        if step == 2 and rank == "1":
            model[2].eval()
        optimizer.zero_grad()
        parallel(x).square().mean().backward()
        optimizer.step()
        kept.append({name: seen.take(name)[0] for name in ("0", "2", "5")})
        kept[-1]["gamma"] = seen.affine["0"][0]
        run.step(loss=step)
    assert len(collectives) == 2, collectives
    run.probe(torch.ones(4, 3, 8, 8))
    run.event("note", "from every rank")
torch.save(kept, Path(folder) / f"inputs-{rank}.pt")
torch.distributed.barrier()
