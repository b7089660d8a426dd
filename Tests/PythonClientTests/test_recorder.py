"""The recording process and the training beside it: neither ends the other, and nothing is lost in
between.
"""

import json
import math
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings

import normscope
import pytest
from normscope import bell, frame_queue
from normscope import recorder as recorder_module
from normscope.program import _script_folders, find_program


def script(fake, text, wait=True, **options):
    """Runs a script in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    if not wait:
        return process
    output, errors = process.communicate(timeout=600)
    return process.returncode, output, errors


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


@pytest.mark.parametrize(
    "behavior, sentence",
    [
        ("refuse", "runs.db is not a database of Normscope; name another one."),
        ("old", "is older than this package"),
        ("protocol:2", "speaks version 2 of the protocol and this package version 1"),
    ],
)
def test_a_recorder_that_cannot_start_raises_its_sentence(fake, behavior, sentence):
    fake.behave(behavior)
    with pytest.raises(normscope.RecorderError, match=sentence):
        normscope.start("refused")


def test_without_a_program_start_says_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.delenv("NORMSCOPE_PROGRAM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("normscope.program._script_folders", lambda: iter([str(tmp_path)]))
    with pytest.raises(normscope.ProgramNotFound, match="no program normscope"):
        normscope.start("nothing")
    monkeypatch.setenv("NORMSCOPE_PROGRAM", str(tmp_path / "absent"))
    with pytest.raises(normscope.ProgramNotFound, match="absent"):
        normscope.start("nothing")


def test_the_program_of_the_wheel_comes_before_that_on_the_path(tmp_path, monkeypatch):
    monkeypatch.delenv("NORMSCOPE_PROGRAM", raising=False)
    for folder in ("scripts", "path"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "normscope").write_text("")
        (tmp_path / folder / "normscope").chmod(0o755)
    scripts, path = tmp_path / "scripts" / "normscope", tmp_path / "path" / "normscope"
    monkeypatch.setenv("PATH", str(path.parent))
    monkeypatch.setattr("sys.executable", str(scripts.parent / "python"))
    assert find_program() == str(scripts)
    scripts.chmod(0o644)
    assert find_program() in (str(path), *map(str, real_scripts()))
    assert find_program(path) == str(path)
    monkeypatch.setenv("NORMSCOPE_PROGRAM", str(path))
    assert find_program() == str(path)


def real_scripts():
    """The programs of a wheel that is installed where the tests run."""
    return (os.path.join(folder, "normscope") for folder in _script_folders())


def test_a_program_that_does_not_run_is_named(tmp_path):
    program = tmp_path / "normscope"
    program.write_text("no program")
    program.chmod(0o755)
    with pytest.raises(normscope.RecorderError, match="normscope does not start"):
        normscope.start("nothing", program=program)


def test_the_recorder_has_a_lower_priority_than_the_training(fake):
    with normscope.start("nice") as run:
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, run._recorder.pid) == min(own + 10, 19)


def test_a_recorder_whose_priority_cannot_be_changed_records(fake, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    with normscope.start("nice") as run:
        run.step()
    assert len(fake.messages("step")) == 1


def test_when_the_recorder_ends_the_training_continues_after_one_warning(fake):
    fake.behave("die:4")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with normscope.start("dies") as run:
            while run.is_recording:
                run.step()
                time.sleep(0.001)
            for _ in range(100):
                run.record("a", 1, [1], [1])
                run.step()
                run.event("note", "continues")
    assert [(one.category, str(one.message)) for one in caught] == [
        (RuntimeWarning, "Run dies is not recorded any more: The disk is full; 3 steps were lost.")
    ]
    assert caught[0].filename == __file__


def test_a_recorder_that_ends_while_the_training_waits_lets_it_continue(
    fake, monkeypatch, tmp_path
):
    monkeypatch.setattr(frame_queue, "MOST_FRAMES", 4)
    fake.behave(f"stall:{tmp_path / 'never'}")
    run = normscope.start("killed")
    pid = fake.lines[0]["pid"]
    subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -9 {pid}"])
    with pytest.warns(RuntimeWarning, match="The recorder was ended by SIGKILL."):
        for _ in range(1000):
            run.record("a", 1, bytes(4000), bytes(4000))
            run.step()
        run.finish()


@pytest.mark.parametrize("limit, value", [("MOST_FRAMES", 8), ("MOST_BYTES", 50_000)])
def test_at_the_bound_the_training_waits_and_nothing_is_lost(
    fake, monkeypatch, tmp_path, limit, value
):
    monkeypatch.setattr(frame_queue, limit, value)
    monkeypatch.setattr(recorder_module, "_PIPE", 4096)
    gate = tmp_path / "gate"
    fake.behave(f"stall:{gate}")
    threading.Timer(0.5, gate.touch).start()
    most = 0
    with normscope.start("slow") as run:
        run.tensor("a", units=1000)
        for _ in range(100):
            run.record("a", 1, bytes(4000), bytes(4000))
            run.step()
            most = max(most, run._recorder._queue.frames)
        assert run._recorder._queue.bytes <= frame_queue.MOST_BYTES
    assert most <= frame_queue.MOST_FRAMES
    assert [message["step"] for message in fake.messages("step")] == list(range(100))


def test_a_frame_larger_than_the_bound_passes_alone(fake, monkeypatch):
    monkeypatch.setattr(frame_queue, "MOST_BYTES", 1000)
    with normscope.start("wide") as run:
        for _ in range(3):
            run.record("a", 1, bytes(40_000), bytes(40_000))
            run.step()
    assert len(fake.messages("step")) == 3


def test_moments_larger_than_a_message_are_sent_in_several(fake, monkeypatch):
    monkeypatch.setattr("normscope.frames.LARGEST_MESSAGE", 1200)
    monkeypatch.setattr("normscope.sender.LARGEST_MESSAGE", 1200)
    monkeypatch.setattr("normscope.sender._HEADER", 400)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with normscope.start("wide") as run:
            a = run.tensor("a", units=30, epsilon=0.1)
            b = run.tensor("b", units=40)
            c = run.tensor("c", units=500)
            for _ in range(2):
                numbers = [float(number) for number in range(570)]
                affine = [float(-number) for number in range(30)]
                run.record_columns([a, b, c], [1, 2, 3], numbers, numbers, affine, affine)
                run.step(loss=1)
            pair = numbers[:30] + numbers[30:70] + numbers[100:170]
            run.noise([a, b, a, b], [4, 5, 6, 7], pair, pair)
    first, second = fake.messages("moments")[:2]
    assert (first["step"], first["columns"]["tensor"], first["columns"]["count"]) == (0, [0], [1])
    assert first["columns"]["mean"] == [float(number) for number in range(30)]
    assert first["columns"]["beta"] == [float(-number) for number in range(30)]
    assert (second["columns"]["tensor"], second["columns"]["count"]) == ([1], [2])
    assert second["columns"]["variance"] == [float(number) for number in range(30, 70)]
    assert "gamma" not in second["columns"]
    assert [message["columns"] for message in fake.messages("step") if "columns" in message] == []
    assert [message["step"] for message in fake.messages("step")] == [0, 1]
    one, other = fake.messages("noise")
    assert (one["columns"]["tensor"], one["columns"]["count"]) == ([0, 0], [4, 6])
    assert one["columns"]["mean"] == [*range(30), *range(100, 130)]
    assert (other["columns"]["tensor"], other["columns"]["count"]) == ([1, 1], [5, 7])
    assert [str(one.message) for one in caught] == [
        "Run wide: tensor c is not recorded: its moments are larger than a message, which has at "
        "most 64 MiB."
    ]


def test_a_handler_of_a_signal_may_record(fake):
    code, output, errors = script(
        fake,
        """
        import faulthandler, signal, time, normscope
        faulthandler.dump_traceback_later(40, exit=True)
        run = normscope.start("signals")
        handled = 0
        def handle(*_):
            global handled
            handled += 1
            run.event("note", "preempted")
            # One alarm after the other: on a busy machine they would nest without end.
            signal.setitimer(signal.ITIMER_REAL, 0.0005)
        signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.0005)
        for step in range(20000):
            run.step()
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        run.finish()
        print(handled)
        """,
    )
    assert code == 0, errors
    assert int(output) > 100
    assert [message["step"] for message in fake.messages("step")] == list(range(20000))
    assert len(fake.messages("event")) == int(output)


def test_a_handler_of_a_signal_may_finish_a_run_that_waits(fake, tmp_path):
    fake.behave(f"stall:{tmp_path / 'gate'}")
    code, output, errors = script(
        fake,
        f"""
        import faulthandler, pathlib, signal, warnings, normscope
        from normscope import frame_queue
        faulthandler.dump_traceback_later(40, exit=True)
        warnings.simplefilter("ignore")
        frame_queue.MOST_FRAMES = 4
        run = normscope.start("preempted")
        def handle(*_):
            pathlib.Path({str(tmp_path / "gate")!r}).touch()
            run.finish("failed", "preempted")
        signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        while run.is_recording:
            run.record("a", 1, bytes(400000), bytes(400000))
            run.step()
        print("done")
        """,
    )
    assert (code, output) == (0, "done\n"), errors
    steps = [message["step"] for message in fake.messages("step")]
    assert len(steps) >= 3 and steps == list(range(len(steps)))
    assert fake.messages("end") == [{"type": "end", "status": "failed", "reason": "preempted"}]


def test_a_start_that_is_interrupted_leaves_no_recorder(fake, tmp_path):
    program = tmp_path / "normscope"
    program.write_text("#!/bin/sh\necho $$ > %s\nexec cat > /dev/null\n" % (tmp_path / "pid"))
    program.chmod(0o755)

    def interrupt(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(TimeoutError):
            normscope.start("mute", program=program)
    finally:
        signal.signal(signal.SIGALRM, before)
    pid = (tmp_path / "pid").read_text().strip()
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"))


def test_a_put_inside_of_a_put_does_not_wedge_the_queue(monkeypatch):
    monkeypatch.setattr(frame_queue, "MOST_FRAMES", 2)
    queue = frame_queue.FrameQueue()
    queue.put(b"outer")
    assert queue.take(1) == [b"outer"]
    queue.written(-4, 0)  # Too few are written: as a put inside of a put leaves them.
    assert queue.frames == 5
    taker = threading.Thread(target=lambda: queue.take(1))
    taker.start()
    queue.put(b"next")
    taker.join(10)
    assert not taker.is_alive()


def test_warnings_as_errors_do_not_reach_the_training(fake, capfd):
    fake.behave("die:3")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with normscope.start("strict") as run:
            while run.is_recording:
                run.step(learning_rate=math.nan)
            run.step()
    errors = capfd.readouterr().err
    assert errors.count("Run strict is not recorded any more: The disk is full") == 1
    assert errors.count("learning_rate is NaN") == 1


def test_a_run_that_is_dropped_is_left_interrupted(fake):
    run = normscope.start("dropped")
    run.config["a"] = 1
    run.step()
    pid = fake.lines[0]["pid"]
    run = normscope.start("next")
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"))
    run.step()
    run.finish()
    assert len(fake.messages("step")) == 2 and len(fake.messages("end")) == 1


def test_a_recorder_that_says_nothing_is_ended(monkeypatch, tmp_path, capfd):
    program = tmp_path / "normscope"
    program.write_text("#!/bin/sh\necho $$ > %s\nexec sleep 60\n" % (tmp_path / "pid"))
    program.chmod(0o755)
    monkeypatch.setattr(bell, "_PATIENCE", 0.2)
    monkeypatch.setattr(recorder_module, "_START", 0.6)
    with pytest.raises(normscope.RecorderError, match="has not begun run mute in 0.6 seconds"):
        normscope.start("mute", program=program)
    assert capfd.readouterr().err.count("waiting for") == 1
    pid = (tmp_path / "pid").read_text().strip()
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"))


def test_the_training_never_waits_in_a_condition(fake, monkeypatch, tmp_path):
    """A Ctrl-C there may raise without the lock, and then `with` raises another error; a handler of
    a signal that waits there inside of a put would hold it.
    """
    wait = threading.Condition.wait

    def wait_elsewhere(condition, timeout=None):
        assert threading.current_thread() is not threading.main_thread()
        return wait(condition, timeout)

    fake.behave(f"stall:{tmp_path / 'gate'}")
    monkeypatch.setattr(frame_queue, "MOST_FRAMES", 4)
    threading.Timer(0.3, (tmp_path / "gate").touch).start()
    monkeypatch.setattr(threading.Condition, "wait", wait_elsewhere)
    before = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: started(before, thread, wait))
    with normscope.start("full") as run:
        for _ in range(20):
            run.record("a", 1, bytes(400000), bytes(400000))
            run.step()
    assert len(fake.messages("step")) == 20


def started(start, thread, wait):
    """Starts a thread, which waits for it in a condition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Condition, "wait", wait)
        start(thread)


def test_an_exception_inside_makes_the_run_failed_with_its_sentence(fake):
    with pytest.raises(KeyError):
        with normscope.start("fails") as run:
            run.step()
            raise KeyError("weights")
    assert fake.messages("end") == [
        {"type": "end", "status": "failed", "reason": "KeyError: 'weights'"}
    ]


def test_ctrl_c_leaves_the_run_interrupted(fake, capfd):
    with pytest.raises(KeyboardInterrupt):
        with normscope.start("interrupted") as run:
            run.step()
            raise KeyboardInterrupt
    assert fake.messages("end") == [] and len(fake.messages("step")) == 1
    assert "run interrupted is not finished" in capfd.readouterr().err


def test_ctrl_c_in_the_terminal_does_not_reach_the_recorder(fake):
    process = script(
        fake,
        """
        import time, normscope
        with normscope.start("interrupted") as run:
            run.step()
            while run.durable_step is None:
                time.sleep(0.01)
            print("ready", flush=True)
            time.sleep(60)
        """,
        wait=False,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=600)
    assert process.returncode in (-signal.SIGINT, 130, 1) and "KeyboardInterrupt" in errors
    assert len(fake.messages("step")) == 1 and fake.messages("end") == []
    assert fake.lines[0]["session"] != process.pid
    assert "run interrupted is not finished: it is left interrupted after step 0" in errors


def test_a_run_that_is_not_finished_is_left_interrupted_with_all_its_steps(fake):
    code, _, errors = script(
        fake,
        """
        import normscope
        run = normscope.start("forgotten")
        for _ in range(500):
            run.step()
        raise SystemExit(7)
        """,
    )
    assert code == 7, errors
    assert len(fake.messages("step")) == 500 and fake.messages("end") == []
    assert errors == (
        "normscope: run forgotten is not finished: it is left interrupted after step 499, and can "
        "be resumed\n"
    )


@pytest.mark.parametrize("behavior", ["die:5", "die:1"])
def test_the_exit_code_of_the_script_is_its_own(fake, behavior):
    fake.behave(behavior)
    code, output, errors = script(
        fake,
        """
        import signal, time, normscope
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        with normscope.start("dies") as run:
            for _ in range(200):
                run.record("a", 1, bytes(4000), bytes(4000))
                run.step()
                time.sleep(0.001)
        print("done")
        raise SystemExit(3)
        """,
    )
    assert (code, output) == (3, "done\n"), errors
    assert errors.count("RuntimeWarning") == 1 and "The disk is full" in errors


def test_the_recorder_sees_the_end_of_a_killed_script(fake):
    process = script(
        fake,
        """
        import time, normscope
        run = normscope.start("killed")
        while True:
            run.step()
            time.sleep(0.0005)
        """,
        wait=False,
    )
    wait_until(lambda: fake.output.exists() and len(fake.messages("step")) > 50)
    process.kill()
    process.communicate()
    pid = fake.lines[0]["pid"]
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"))
    steps = [message["step"] for message in fake.messages("step")]
    assert steps == list(range(len(steps)))
    assert fake.messages("end") == []


def test_a_forked_process_records_nothing_and_does_not_keep_the_stream_open(fake):
    code, output, errors = script(
        fake,
        """
        import os, sys, time, normscope
        run = normscope.start("forks")
        run.step()
        child = os.fork()
        if child == 0:
            run.step()
            run.step()
            run.finish()
            print(run.is_recording, flush=True)
            os.close(1)
            os.close(2)
            time.sleep(30)
            os._exit(0)
        print(child, flush=True)
        run.step()
        os._exit(0)  # Without a word: the kernel closes the stream.
        """,
    )
    child = int(re.search(r"\d+", output)[0])  # The two may write into one line.
    try:
        assert code == 0 and "False" in output
        assert errors.count("RuntimeWarning") == 1
        assert "Run forks is not recorded in this process, a fork of the one" in errors
        pid = fake.lines[0]["pid"]
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"), seconds=10)
        assert os.path.exists(f"/proc/{child}")
        assert [message["step"] for message in fake.messages("step")][:1] in ([0], [])
        assert len(fake.messages("step")) <= 2
    finally:
        os.kill(child, signal.SIGKILL)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_worker_processes_do_not_disturb_the_recording(fake, tmp_path, method):
    path = tmp_path / "workers.py"
    path.write_text(
        textwrap.dedent(f"""
        import multiprocessing, time, warnings
        import normscope

        def work(run):
            warnings.simplefilter("ignore")
            run.record("a", 1, [1], [1])
            run.step()
            return run.is_recording

        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            with normscope.start("workers") as run:
                with context.Pool(2) as pool:
                    for _ in range(20):
                        run.step()
                        assert pool.map(work, [run, run]) == [False, False]
            print("done")
        """)
    )
    code = subprocess.run(
        [sys.executable, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600
    )
    assert code.stdout == b"done\n", code.stderr
    assert code.returncode == 0
    assert [message["step"] for message in fake.messages("step")] == list(range(20))
    assert len(fake.messages("end")) == 1


def test_two_runs_at_once_have_a_recorder_each(fake):
    with normscope.start("first") as first, normscope.start("second") as second:
        first.step()
        second.step()
        first.finish()
        second.step()
    assert [message["name"] for message in fake.messages("begin")] == ["first", "second"]
    assert len(fake.messages("step")) == 3 and len(fake.messages("end")) == 2


def test_after_its_end_a_run_warns_once(fake):
    run = normscope.start("over")
    run.finish()
    run.finish()
    with pytest.warns(RuntimeWarning, match="it is finished"):
        run.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run.step()
        run.config["a"] = 1
    assert len(fake.messages("end")) == 1


def test_remarks_of_the_recorder_are_passed_on(fake, capfd):
    fake.behave("remark:1")
    with normscope.start("remarks") as run:
        run.step()
        wait_until(lambda: "The database is locked" in capfd.readouterr().err)
    assert json.loads(fake.output.read_text().splitlines()[-1]) == {"ended": "finished"}
