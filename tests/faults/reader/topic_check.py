#!/usr/bin/python3
"""On real brokers: a server works, somebody else claims one of its partitions, records are repeated and come late, and
in the end this reader and the server's own agree about every record of every topic.

usage: topic_check.py BIN_FOLDER, with the brokers of REGARD_KAFKA_FOLDER
"""
import collections
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import confluent_kafka

import topics
from log_filter import partition_of

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.argv[1])
BROKERS = (pathlib.Path(os.environ["REGARD_KAFKA_FOLDER"]) / "bootstrap").read_text().strip()
DEPLOYMENT = f"reader-{os.getpid()}-{int(time.time())}"
PARTITIONS = 8
LOG = f"kafka://{BROKERS}/{DEPLOYMENT}?partitions={PARTITIONS}"
COUNCIL = "E08000009"


def field(number, data):
    """A field of bytes in protobuf's form; short enough for lengths of one byte."""
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def varint_field(number, value):
    data = bytearray([number << 3])
    while value >= 0x80:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(data + bytes([value]))


class Server:
    def __init__(self, folder):
        self.data = folder / "data"
        subprocess.run([BIN / "regard-standalone", "--log", LOG, "--make-log"], check=True, stderr=subprocess.DEVNULL)
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [BIN / "regard-standalone", "--log", LOG, "--data", self.data, "--listen", "127.0.0.1:0",
                 "--metrics-listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            raise SystemExit((folder / "log").read_text())
        self.address = line.split()[1]

    def ask(self, role, *words):
        token = subprocess.run([BIN / "regard", "token", "--data", self.data, "--role", role, "--subject", "check",
                                "--council", COUNCIL], check=True, capture_output=True, text=True).stdout.strip()
        answer = subprocess.run([BIN / "regard", "--server", self.address, *words, "--json"], check=False,
                                capture_output=True, text=True, env={**os.environ, "REGARD_TOKEN": token})
        if answer.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: {answer.stdout}{answer.stderr}")
        return json.loads(answer.stdout)

    def open_budget(self, person, budget):
        self.ask("practitioner", "open-budget", "--person", person, "--budget", budget, "--amount", "100", "--from",
                 "2026-04-06", "--to", "2027-04-05")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise SystemExit("the server did not stop well")


class Intruder:
    """Writes records of its own between the server's."""

    def __init__(self):
        self.offsets = set()
        self.producer = confluent_kafka.Producer({"bootstrap.servers": BROKERS, "acks": "all"})

    def write(self, partition, value):
        def done(error, message):
            if error:
                raise SystemExit(str(error))
            self.offsets.add((message.partition(), message.offset()))

        self.producer.produce(f"{DEPLOYMENT}.budgets", value, partition=partition, on_delivery=done)
        assert self.producer.flush(20) == 0


def read_budgets(partition):
    """What this reader makes of one partition, and its bytes."""
    judged = [one for at, one in topics.judged(BROKERS, DEPLOYMENT, "budgets", PARTITIONS) if at == partition]
    return judged, [value for at, _, value in topics.values(BROKERS, f"{DEPLOYMENT}.budgets", PARTITIONS)
                    if at == partition]


def disturb(server, intruder):
    """Everything that can be refused, once; the partition in which it was."""
    partition = partition_of("p1", PARTITIONS)
    server.open_budget("p1", "b-before")
    # The server does not know of this claim: its next record comes under a token that counts no more.
    intruder.write(partition, field(3, field(1, b"intruder")))
    server.open_budget("p1", "b-after")
    judged, values = read_budgets(partition)
    claims = [one.offset for one in judged if one.verdict == "claim"]
    last = [one for one in judged if one.verdict == "accepted"][-1]
    assert last.record.token == claims[-1], "the server did not claim again"
    # The last record again; what a fenced writer that wakes would write next; and a record from beyond a missing one.
    intruder.write(partition, values[last.offset])
    batch = values[last.offset][values[last.offset].index(b"\x22"):]
    intruder.write(partition, varint_field(1, claims[0]) + varint_field(2, 2) + batch)
    intruder.write(partition, varint_field(1, claims[-1]) + varint_field(2, 99) + batch)
    server.open_budget("p1", "b-last")
    return partition


def mine():
    """(topic, partition) -> its accepted appends, what was refused, and how many records each topic has."""
    output = subprocess.run([HERE / "read_topic", "--brokers", BROKERS, "--deployment", DEPLOYMENT, "--json"], check=True,
                            capture_output=True, text=True).stdout
    accepted, refused, records = collections.defaultdict(list), [], collections.defaultdict(set)
    for line in map(json.loads, output.splitlines()):
        topic, partition, offset = line["topic"], line["partition"], line["offset"]
        records[topic].add((partition, offset))
        if "refused" in line:
            refused.append((topic, partition, offset, line["refused"]))
        elif "position" in line:
            accepted[topic, partition].append((line["position"], offset, [tuple(fact) for fact in line["facts"]]))
    return accepted, refused, {topic: len(found) for topic, found in records.items()}


def theirs(server, topic, partition):
    """The same of the server's own reader."""
    entries = server.ask("operator", "log", "tail", topic, "--partition", str(partition), "--from", "1", "--count",
                         "1000").get("entries", [])
    return [(int(entry["position"]), int(entry["offset"]),
             [(fact["stream"], int(fact["version"])) for fact in entry.get("facts", [])]) for entry in entries]


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(pathlib.Path(folder))
        intruder = Intruder()
        try:
            for i in range(12):
                server.open_budget(f"person-{i}", f"b-{i}")
            partition = disturb(server, intruder)
            verified = server.ask("operator", "log", "verify")
            assert verified["ok"], verified
            accepted, refused, records = mine()
            for topic in ("providers", "bookings", "budgets", "feedback"):
                for at in range(PARTITIONS):
                    assert accepted[topic, at] == theirs(server, topic, at), (topic, at, accepted[topic, at])
            stats = {one["topic"]: one for one in server.ask("operator", "log", "stats")["topics"]}
            for topic in ("providers", "bookings", "budgets", "feedback"):
                assert int(stats[topic].get("records", 0)) == records[topic], (stats[topic], records)
            assert sum(len(appends) for appends in accepted.values()) == int(verified["appends"]), verified
        finally:
            server.stop()
    own = [why for topic, at, offset, why in refused if (at, offset) not in intruder.offsets]
    others = sorted(why for topic, at, offset, why in refused if (at, offset) in intruder.offsets)
    assert all((topic, at) == ("budgets", partition) for topic, at, _, _ in refused), refused
    assert own == ["fenced"], f"the server's own record under the lost token: {refused}"
    assert others == ["fenced", "out of order", "repeated"], refused
    total = sum(len(appends) for appends in accepted.values())
    print(f"both readers accept the same {total} appends of {sum(records.values())} records; refused: "
          f"the server's own {own}, the intruder's {others}")


if __name__ == "__main__":
    main()
