#!/usr/bin/env -S python3 -S
"""A recorder for tests: it decodes frames with its own few lines, and keeps each message as a line
of JSON.

Its behavior is in $FAKE_BEHAVIOR: `stall:PATH` reads nothing after it began until that file exists,
`die:N` ends with a disk's sentence after N messages, `refuse`, `old` and `protocol:N` end or answer
as other programs do. Messages go to the file of $FAKE_OUTPUT.
"""

import json
import os
import struct
import sys
import time


def read(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        raise EOFError
    return data


def messages():
    while True:
        first = sys.stdin.buffer.read(8)
        if not first:
            return
        if len(first) < 8:
            raise EOFError
        header = json.loads(read(struct.unpack("<Q", first)[0]))
        message = json.loads(header.pop("__metadata__")["message"])
        data = read(max((entry["data_offsets"][1] for entry in header.values()), default=0))
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            (count,) = entry["shape"]
            code = {"F32": "f", "I64": "q"}[entry["dtype"]]
            message.setdefault("columns", {})[name] = struct.unpack(
                f"<{count}{code}", data[start:end]
            )
        yield message


def say(message):
    print(json.dumps(message), flush=True)


def main():
    kind, _, number = os.environ.get("FAKE_BEHAVIOR", "").partition(":")
    if kind == "old":
        print("normscope: Unknown option '--acknowledge'", file=sys.stderr)
        return 64
    if kind == "refuse":
        print(
            "normscope: runs.db is not a database of Normscope; name another one.", file=sys.stderr
        )
        return 65
    seen = 0
    ended = None
    with open(os.environ.get("FAKE_OUTPUT", os.devnull), "a") as output:
        output.write(
            json.dumps({"arguments": sys.argv[1:], "pid": os.getpid(), "session": os.getsid(0)})
            + "\n"
        )
        try:
            for message in messages():
                output.write(json.dumps(message) + "\n")
                output.flush()
                seen += 1
                if message["type"] == "begin":
                    say(
                        {
                            "type": "recording",
                            "protocol": int(number) if kind == "protocol" else 1,
                            "version": "0.2.0",
                            "run": "0f" * 16,
                            "name": message["name"],
                            "database": "runs.db",
                            "next_step": message.get(
                                "first_step", 7 if "--resume=tiny" in sys.argv else 0
                            ),
                        }
                    )
                    while kind == "stall" and not os.path.exists(number):
                        time.sleep(0.01)
                if message["type"] == "step":
                    say({"type": "durable", "step": message["step"]})
                if kind == "remark" and message["type"] == "step":
                    print(
                        "normscope: The database is locked; waiting.", file=sys.stderr, flush=True
                    )
                    time.sleep(float(number))
                if message["type"] == "end":
                    ended = message["status"]
                if kind == "die" and seen >= int(number):
                    print("normscope: The disk is full; 3 steps were lost.", file=sys.stderr)
                    return 74
        except EOFError:
            print(
                "normscope: The stream ended in the middle of a message; the run is interrupted.",
                file=sys.stderr,
            )
            return 65
        output.write(json.dumps({"ended": ended}) + "\n")
    if ended is None:
        print(
            "normscope: The stream ended without an end; the run is interrupted.", file=sys.stderr
        )
        return 65
    say({"type": "ended", "status": ended})
    return 0


sys.exit(main())
