"""`kill -9` of the script and of the recorder at random moments, with the real recorder.

$NORMSCOPE_KILLS is how many of each; 3 without it.
"""

import json
import os
import random
import subprocess
import sys
import textwrap
import time

import pytest

KILLS = int(os.environ.get("NORMSCOPE_KILLS", "3"))

SCRIPT = """
    import sys, time, warnings
    import normscope
    database, program, seconds, how = sys.argv[1:]
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
        step += 1
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


def started(program, database, seconds, how):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(database), program, str(seconds), how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    run, pid = process.stdout.readline().split()
    return process, run, int(pid)


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
    most = 0
    for seed in range(KILLS):
        process, run, pid = started(program, database, 60, how)
        time.sleep(random.Random(seed).uniform(0, 1.5))
        process.kill()
        process.communicate()
        end = time.monotonic() + 30
        while os.path.exists(f"/proc/{pid}"):
            assert time.monotonic() < end, "the recorder did not see the end of the stream"
            time.sleep(0.01)
        status, steps = check(program, database, run)
        assert status == "interrupted"
        most = max(most, steps)
    assert most > 0


def test_a_killed_recorder_leaves_the_script_its_own_end(recording, how):
    program, database = recording
    for seed in range(KILLS):
        process, run, pid = started(program, database, 1.5, how)
        time.sleep(random.Random(seed).uniform(0, 1.4))
        os.kill(pid, 9)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 7, errors
        made, durable = output.split()
        assert (
            errors.count("RuntimeWarning") == 1 and "The recorder was ended by SIGKILL." in errors
        )
        status, steps = check(program, database, run)
        assert status == "interrupted"
        # What was acknowledged is there.
        assert steps >= (0 if durable == "None" else int(durable) + 1)
        assert steps <= int(made)
