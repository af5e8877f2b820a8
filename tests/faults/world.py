"""What a fault happens to: real brokers, a deployment of several instances of each service, and clients at work."""
import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE / "reader"), str(ROOT / "tools/deployment")]
import deployment as d  # noqa: E402
import topics  # noqa: E402
from gates import Gates  # noqa: E402

PARTITIONS = 16
BROKERS = (1, 2, 3)
WRITERS = d.WRITERS


class Failed(Exception):
    pass


def wait_until(so, seconds, what):
    """How long it took."""
    began = time.monotonic()
    while not so():
        if time.monotonic() - began > seconds:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.05)
    return time.monotonic() - began


class Brokers:
    """Three of them, by tools/kafka."""

    def __init__(self, folder, own, lifetime_minutes=60):
        self.folder, self.own = folder, own
        if own:
            # Not a temporary one of theirs: when all are killed, they come back with what they kept.
            self.run("start", "3", "--lifetime-minutes", str(lifetime_minutes))

    def run(self, command, *words):
        done = subprocess.run([ROOT / "tools/kafka/run", command, "--folder", self.folder, *words], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"tools/kafka/run {command} {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout.strip()

    @property
    def bootstrap(self):
        return (self.folder / "bootstrap").read_text().strip()

    def doors(self):
        """(port of the gate, port behind it) of each broker."""
        return [(one["gate_port"], one["side_port"]) for one in json.loads(self.run("show", "--json"))["brokers"]]

    def leader(self, topic, partition):
        return self.run("leader", f"{topic}/{partition}")

    def close(self):
        # Somebody else's are left as they were found: all of them run.
        self.run(*(["stop"] if self.own else ["start", "3"]))


class Clients:
    """regard-fault-clients at work. What they saw is in their folder."""

    def __init__(self, world, name, seed, instances):
        self.folder = world.folder / f"clients-{name}"
        self.folder.mkdir()
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [world.bin / "regard-fault-clients", "--server", world.server, "--keys", world.deployment.folder / "keys",
             "--folder", self.folder, "--seed", str(seed), "--instances", str(instances)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise Failed(f"the clients did not begin: {(self.folder / 'log').read_text()}")

    def lines(self, name):
        path = self.folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def calls(self):
        return self.lines("history.jsonl") + self.lines("requests.jsonl")

    def answered(self):
        """How many calls were answered by now."""
        return sum(1 for _ in open(self.folder / "history.jsonl", "rb")) if self.begun() else 0

    def begun(self):
        return (self.folder / "history.jsonl").exists()

    def stop(self):
        """What they say of it all."""
        self.process.stdin.close()
        said = self.process.stdout.readline()
        code = self.process.wait()
        self.log.close()
        if code != 0:
            raise Failed(f"the clients ended with {code}: {(self.folder / 'log').read_text()}")
        return json.loads(said)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class World:
    """`gated`: budgets-1 reaches the brokers, and every instance of budgets its peers, through gates. `previous`: folder
    of the programs that all of it is started with, and its topics are made with, instead of `bin_folder`."""

    def __init__(self, folder, bin_folder, brokers, name, small, gated=False, previous=None):
        self.folder, self.bin, self.brokers, self.previous = folder, bin_folder, brokers, previous
        folder.mkdir(parents=True)
        counts = {"budgets": 3, "feedback": 0, "directory": 0, "market": 0} if small else {"budgets": 3}
        self.deployment = d.Deployment.make(folder / "deployment", previous or bin_folder, brokers.bootstrap, name,
                                            counts=counts, query=f"?partitions={PARTITIONS}")
        self.name = name
        self.gates = None
        self.broker_gates, self.peer_gates = [], {}
        if gated:
            self.put_gates()
        self.deployment.make_log()
        try:
            for one in self.deployment.instances:
                one.start(log=self.log_of(one))
            for one in self.deployment.instances:
                one.await_ready()
        except BaseException:
            self.deployment.kill()
            raise

    def put_gates(self):
        self.gates = Gates()
        self.broker_gates = [self.gates.add(gate, door) for gate, door in self.brokers.doors()]
        taken = {port for one in self.deployment.instances for port in (one.said["port"], one.said["metrics_port"])}
        budgets = self.of("budgets")
        for one, port in zip(budgets, d.free_ports(len(budgets), taken)):
            self.peer_gates[one.name] = self.gates.add(port, one.said["port"])
            one.said["flags"] = ["--advertise", f"127.0.0.1:{port}"]

    def log_of(self, instance):
        if not self.gates or instance.name != "budgets-1":
            return None
        doors = ",".join(f"127.0.0.1:{gate.port}" for gate in self.broker_gates)
        return f"kafka://{doors}/{self.name}?partitions={PARTITIONS}"

    def of(self, service):
        return self.deployment.of(service)

    @property
    def instances(self):
        return self.deployment.instances

    @property
    def server(self):
        return self.deployment.server

    def owned(self, instance):
        """How many partitions it says it serves; 0 when it says nothing."""
        try:
            with urllib.request.urlopen(f"http://{instance.metrics_address}/metrics", timeout=1) as answer:
                found = re.findall(r"^regard_owned_partitions(?:\{.*\})? (\S+)$", answer.read().decode(), re.MULTILINE)
        except OSError:
            return 0
        return sum(int(float(owned)) for owned in found)

    def partitions_of(self, instances):
        return sum(self.owned(one) for one in instances)

    def await_owners(self, instances, count, seconds=60):
        """Until these serve so many partitions together; the seconds it took."""
        names = ", ".join(one.name for one in instances)
        return wait_until(lambda: self.partitions_of(instances) >= count, seconds, f"{names} own {count} partitions")

    def appends_and_refused(self):
        """What counts in all topics, and how many records do not by why, as the independent reader has it."""
        found, refused = [], {}
        identity = topics.identity(self.brokers.bootstrap, self.name)
        for topic in topics.LOG_TOPICS:
            for partition, judged in topics.judged(self.brokers.bootstrap, self.name, topic, identity.partition_count):
                if judged.verdict == "refused":
                    refused[judged.why] = refused.get(judged.why, 0) + 1
                for position, append in zip(judged.positions, judged.record.appends):
                    found.append({"topic": topic, "partition": partition, "position": position,
                                  "request": append.request_id.hex(), "subject": append.subject,
                                  "facts": [(fact.stream, fact.version) for fact in append.facts]})
        return found, refused

    def verify(self):
        """What `regard log verify` finds wrong; nothing when all is right."""
        done = self.operator("log", "verify", "--timeout", "2m")
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()

    def operator(self, *words, server=None):
        """What `regard` says to whoever runs all this, of the instances in `server` or of all."""
        token = subprocess.run([self.bin / "regard", "token", "--data", self.deployment.folder / "keys", "--role",
                                "operator", "--subject", "faults"], check=True, capture_output=True, text=True)
        return subprocess.run([self.bin / "regard", "--server", server or self.server, *words],
                              env={"REGARD_TOKEN": token.stdout.strip()}, capture_output=True, text=True, check=False)

    def wake(self):
        """Nothing stays stopped."""
        for one in self.instances:
            if one.alive():
                one.signal(signal.SIGCONT)

    def close(self):
        """Ends all of it in good order; Failed when one does not end so."""
        self.wake()
        try:
            self.deployment.stop()
        except d.Failed as failed:
            self.deployment.kill()
            raise Failed(str(failed)) from failed
        finally:
            if self.gates:
                self.gates.close()
