"""`kill -9` of the script and of the recorder at random moments, with the real recorder.

$NORMSCOPE_KILLS is how many of each; 3 without it. `pytest -s` prints how many steps were lost.
"""

import json
import mmap
import os
import random
import struct
import subprocess
import sys
import textwrap
import threading
import time

import pytest

KILLS = int(os.environ.get("NORMSCOPE_KILLS", "3"))
#: The steps whose times are kept, the last ones of a script.
LONGEST = 8192

SCRIPT = """
    import mmap, os, struct, sys, time, warnings
    import normscope
    database, program, seconds, how, times = sys.argv[1:]
    with open(times, "r+b") as file:
        made = mmap.mmap(file.fileno(), 0)  # What is in it outlives the script.
    if how == "watch":
        import torch
        torch.set_num_threads(1)
        model = torch.nn.BatchNorm1d(300)
        run = normscope.watch(model, "killed", db=database, program=program, running_every=1 << 20)
    else:
        run = normscope.start("killed", db=database, program=program)
    print(run.id, run._recorder.pid, flush=True)
    end = time.monotonic() + float(seconds)
    step = 0
    while time.monotonic() < end:
        value = float(step)
        if how == "watch":
            model(torch.full((4, 300), value))
        else:
            run.record("a", 4, [value] * 300, [value + 1] * 300, [1] * 300, [0] * 300, epsilon=1e-3)
        run.step(loss=value, learning_rate=0.5, batch_size=4)
        struct.pack_into("d", made, 8 + step % LONGEST * 8, time.monotonic())
        step += 1
        struct.pack_into("q", made, 0, step)
        if step % 100 == 0:
            time.sleep(0.01)
    durable = run.durable_step
    run.finish()
    print(step, durable, flush=True)
    raise SystemExit(7)
"""


@pytest.fixture(params=["start", "watch"])
def how(request):
    if request.param == "watch":
        pytest.importorskip("torch")
    return request.param


class Script:
    """A running script, which keeps the number of its steps where a kill leaves it."""

    def __init__(self, program, database, seconds, how):
        times = database.with_name("times")
        times.write_bytes(bytes(8 + 8 * LONGEST))
        with open(times, "r+b") as file:
            self._times = mmap.mmap(file.fileno(), 0)
        source = textwrap.dedent(SCRIPT).replace("LONGEST", str(LONGEST))
        arguments = [database, program, seconds, how, times]
        self.process = subprocess.Popen(
            [sys.executable, "-c", source, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.run, pid = self.process.stdout.readline().split()
        self.recorder = int(pid)

    @property
    def made(self):
        """The number of steps that it has made."""
        return struct.unpack_from("q", self._times)[0]

    def lost(self, recorded, made):
        """How many of its `made` steps are not recorded, and the seconds from first to last."""
        if recorded >= made:
            return 0, 0.0
        first, last = (
            struct.unpack_from("d", self._times, 8 + step % LONGEST * 8)[0]
            for step in (recorded, made - 1)
        )
        return made - recorded, last - first


def report(what, how, losses, made):
    """What `pytest -s` prints."""
    counts, seconds = zip(*losses)
    print(
        f"\n{len(losses)} kills of {what} ({how}): {made} steps made; lost at most "
        f"{max(counts)} (median {sorted(counts)[len(counts) // 2]}), "
        f"within at most {1000 * max(seconds):.1f} ms (median "
        f"{1000 * sorted(seconds)[len(seconds) // 2]:.1f})"
    )


def ask(program, database, *arguments):
    process = subprocess.run(
        [program, *arguments, "--db", str(database)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    return process.returncode, process.stdout.decode(), process.stderr.decode()


def check(program, database, run):
    """`db check` finds nothing; the run's status and the recorded steps, which are 0, 1, 2…"""
    code, output, errors = ask(program, database, "db", "check", "--format", "json")
    assert code == 0, output + errors
    assert [row for row in json.loads(output)["rows"] if row.get("severity") == "fault"] == []
    code, output, errors = ask(program, database, "show", run, "--format", "json")
    assert code == 0, errors
    shown = json.loads(output)["rows"][0]
    query = f"""SELECT step.step, loss, vec_mean(mean) AS mean
        FROM step JOIN run ON run.id = step.run LEFT JOIN site
          ON site.run = run.id AND site.statistics = 'batch'
        LEFT JOIN moment ON moment.site = site.id AND moment.step = step.step
        WHERE uuid = '{run}' ORDER BY step.step"""
    code, output, errors = ask(program, database, "sql", query, "--format", "json")
    assert code == 0, errors
    rows = json.loads(output)["rows"]
    assert [row["step"] for row in rows] == list(range(len(rows)))
    assert all(row["loss"] == row["mean"] == row["step"] for row in rows)
    return shown["status"], len(rows)


def test_a_killed_script_leaves_an_interrupted_run(recording, how):
    program, database = recording
    losses, all_made = [], 0
    for seed in range(KILLS):
        script = Script(program, database, 60, how)
        time.sleep(random.Random(seed).uniform(0, 1.5))
        script.process.kill()
        script.process.communicate()
        end = time.monotonic() + 30
        while os.path.exists(f"/proc/{script.recorder}"):
            assert time.monotonic() < end, "the recorder did not see the end of the stream"
            time.sleep(0.01)
        status, steps = check(program, database, script.run)
        assert status == "interrupted"
        made = script.made
        assert steps <= made + 1
        losses.append(script.lost(steps, made))
        # The most steps that ever wait: for being computed, and for being written.
        assert losses[-1][0] <= 32 + 1024
        all_made += made
    report("the script", how, losses, all_made)
    assert all_made > 0


def test_a_killed_recorder_leaves_the_script_its_own_end(recording, how):
    program, database = recording
    losses, all_made = [], 0
    for seed in range(KILLS):
        script = Script(program, database, 1.5, how)
        time.sleep(random.Random(seed).uniform(0, 1.4))
        before = script.made
        os.kill(script.recorder, 9)
        output, errors = script.process.communicate(timeout=600)
        assert script.process.returncode == 7, errors
        made, durable = output.split()
        assert (
            errors.count("RuntimeWarning") == 1 and "The recorder was ended by SIGKILL." in errors
        )
        status, steps = check(program, database, script.run)
        assert status == "interrupted"
        # What was acknowledged is there.
        assert steps >= (0 if durable == "None" else int(durable) + 1)
        assert steps <= int(made)
        losses.append(script.lost(steps, before))
        all_made += before
    report("the recorder", how, losses, all_made)


def line(step):
    """A message of a step in the lines that any language can write."""
    value = float(step)
    moments = {"count": 4, "mean": [value] * 30, "variance": [value + 1] * 30}
    moments.update(gamma=[1] * 30, beta=[0] * 30)
    message = {"type": "step", "step": step, "loss": value, "moments": {"a": moments}}
    return json.dumps(message).encode() + b"\n"


BEGIN = {
    "type": "begin",
    "protocol": 1,
    "name": "piped",
    "tensors": [{"name": "a", "units": 30, "epsilon": 1e-3}],
}


def test_a_killed_ingest_leaves_a_run_that_resumes(recording):
    program, database = recording
    command = [program, "ingest", "--acknowledge", "--db", str(database)]
    begin = json.dumps(BEGIN).encode() + b"\n"
    losses, all_made = [], 0
    for seed in range(KILLS):
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        process.stdin.write(begin)
        process.stdin.flush()
        run = json.loads(process.stdout.readline())["run"]
        written = []

        def write(stream=process.stdin, written=written):
            try:
                for step in range(1 << 20):
                    stream.write(line(step))
                    written.append(time.monotonic())
            except OSError:
                pass  # Its reader is dead.

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(random.Random(seed).uniform(0, 1))
        made = len(written)
        all_made += made
        process.kill()
        acknowledged = process.stdout.read().splitlines()
        process.wait()
        writer.join()
        status, steps = check(program, database, run)
        assert status == "interrupted"
        durable = max((json.loads(each).get("step", -1) for each in acknowledged[:-1]), default=-1)
        assert durable < steps <= len(written)
        lost = max(0, made - steps)
        losses.append((lost, written[made - 1] - written[steps] if lost else 0.0))
        rest = b"".join(map(line, range(steps, steps + 3))) + b'{"type": "end"}\n'
        resumed = subprocess.run(
            [*command, "--resume", run],
            input=begin + rest,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert resumed.returncode == 0, resumed.stderr
        assert check(program, database, run) == ("finished", steps + 3)
    report("ingest", "lines", losses, all_made)
