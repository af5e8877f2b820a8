"""A deployment of Regard on this machine: each service as some processes on a log on Kafka.

Everything of it is in one folder: keys/ that all instances share, a data folder and a log for each instance, and
deployment.json, which names them, their ports and processes. Only processes named there, and still the same, are signalled.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "testing"))
import processes  # noqa: E402

WRITERS = ("providers", "bookings", "budgets", "feedback")
READERS = ("directory", "market")
# Below the ports that the kernel hands out by itself, and above those of the brokers: an instance that was killed finds
# its own free when it comes back.
PORTS = range(32000, 32768)


class Failed(Exception):
    pass


def free_ports(count, taken=()):
    found = processes.free_ports([port for port in PORTS if port not in taken], count)
    if len(found) < count:
        raise Failed("no port is free")
    return found


class Instance:
    def __init__(self, deployment, said):
        self.deployment = deployment
        self.said = said
        self.process = None

    @property
    def name(self):
        return self.said["name"]

    @property
    def service(self):
        return self.said["service"]

    @property
    def address(self):
        return f"127.0.0.1:{self.said['port']}"

    @property
    def metrics_address(self):
        return f"127.0.0.1:{self.said['metrics_port']}"

    @property
    def folder(self):
        return self.deployment.folder / self.name

    @property
    def log_path(self):
        return self.deployment.folder / f"{self.name}.log"

    def program(self):
        """What it runs as."""
        return pathlib.Path(f"/proc/{self.said['pid']}/exe")

    def alive(self):
        pid = self.said.get("pid")
        return pid is not None and processes.started_at(pid) == self.said["started_at"]

    @property
    def bin(self):
        """The folder of its program: the deployment's, or since an upgrade or a rollback one of its own."""
        return pathlib.Path(self.said.get("bin", self.deployment.said["bin"]))

    def start(self, program=None, log=None):
        """Starts it and does not wait; `log` is another address of the brokers, as through a proxy."""
        if self.alive():
            raise Failed(f"{self.name} runs already")
        deployment = self.deployment.said
        program = program or self.bin / f"regard-{self.service}"
        ready = self.folder.with_suffix(".ready")
        command = [str(program), "--data", str(self.folder), "--keys", str(self.deployment.folder / "keys"), "--log",
                   log or deployment["log"], "--listen", self.said.get("listen", self.address), "--metrics-listen",
                   self.metrics_address, *deployment["connection"], *deployment["flags"], *self.said.get("flags", [])]
        with open(self.log_path, "ab") as errors, open(ready, "wb") as out:
            # In a session of its own, so that a signal to whoever started it does not reach it.
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors,
                                            start_new_session=True)
        self.said["pid"] = self.process.pid
        self.said["started_at"] = processes.started_at(self.process.pid)
        self.deployment.save()

    def ready(self):
        return self.folder.with_suffix(".ready").read_text().startswith("ready ")

    def await_ready(self, seconds=120):
        until = time.monotonic() + seconds
        while not self.ready():
            if self.process is not None:
                self.process.poll()
            if not self.alive():
                raise Failed(f"{self.name} ended before it was ready; see {self.log_path}:\n{self.last_lines()}")
            if time.monotonic() > until:
                raise Failed(f"{self.name} was not ready within {seconds} s; see {self.log_path}")
            time.sleep(0.05)

    def last_lines(self, count=10):
        try:
            return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""

    def signal(self, number):
        if not self.alive():
            raise Failed(f"{self.name} does not run")
        os.kill(self.said["pid"], number)

    def await_end(self, seconds=60):
        """Its exit code where it was started here, else None."""
        until = time.monotonic() + seconds
        while self.alive():
            if self.process is not None and self.process.poll() is not None:
                break
            if time.monotonic() > until:
                raise Failed(f"{self.name} did not end within {seconds} s")
            time.sleep(0.02)
        code = self.process.wait() if self.process is not None else None
        self.process = None
        self.said.pop("pid", None)
        self.deployment.save()
        return code

    def kill(self):
        self.signal(signal.SIGKILL)
        self.await_end()

    def stop(self, seconds=60):
        self.signal(signal.SIGTERM)
        code = self.await_end(seconds)
        if code:
            raise Failed(f"{self.name} ended with {code}; see {self.log_path}:\n{self.last_lines()}")


class Deployment:
    def __init__(self, folder, said):
        self.folder = pathlib.Path(folder)
        self.said = said
        self.instances = [Instance(self, one) for one in said["instances"]]

    @classmethod
    def make(cls, folder, bin_folder, brokers, name, of_each=2, readers=1, flags=(), query="", counts=None,
             kafka_properties=None):
        """Names the instances and their ports; nothing runs yet. `counts` has other numbers for some services;
        `kafka_properties` is a file with what brokers demand of a connection."""
        folder = pathlib.Path(folder)
        (folder / "keys").mkdir(mode=0o700, parents=True)
        instances = []
        wanted = {**dict.fromkeys(WRITERS, of_each), **dict.fromkeys(READERS, readers), **(counts or {})}
        ports = iter(free_ports(2 * sum(wanted.values())))
        for service, count in wanted.items():
            for number in range(1, count + 1):
                instances.append({"name": f"{service}-{number}", "service": service, "port": next(ports),
                                  "metrics_port": next(ports)})
        connection = ["--kafka-properties", str(pathlib.Path(kafka_properties).resolve())] if kafka_properties else []
        made = cls(folder, {"bin": str(bin_folder), "log": f"kafka://{brokers}/{name}{query}", "flags": list(flags),
                            "connection": connection, "instances": instances})
        made.save()
        return made

    @classmethod
    def open(cls, folder):
        return cls(folder, json.loads((pathlib.Path(folder) / "deployment.json").read_text()))

    def save(self):
        path = self.folder / "deployment.json"
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(self.said, indent=1))
        beside.rename(path)

    def instance(self, name):
        for one in self.instances:
            if one.name == name:
                return one
        raise Failed(f"no instance {name}: " + ", ".join(one.name for one in self.instances))

    def of(self, service):
        return [one for one in self.instances if one.service == service]

    @property
    def server(self):
        """What --server of the regard command takes."""
        return ";".join(f"{service}=" + ",".join(one.address for one in self.of(service))
                        for service in WRITERS + READERS if self.of(service))

    def make_log(self):
        program = pathlib.Path(self.said["bin"]) / "regard-standalone"
        done = subprocess.run([str(program), "--log", self.said["log"], *self.said["connection"], "--make-log"],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"the topics could not be made: {done.stderr.strip()}")
        return done.stdout.strip()

    def start(self):
        # The first makes the keys that all share; two that make one key at once both have the same.
        for one in self.instances:
            one.start()
        for one in self.instances:
            one.await_ready()

    def stop(self):
        """As an operator would: all are told, then each is waited for."""
        living = [one for one in self.instances if one.alive()]
        for one in living:
            one.signal(signal.SIGTERM)
        codes = {one.name: one.await_end() for one in living}
        wrong = [f"{name} with {code}" for name, code in codes.items() if code]
        if wrong:
            raise Failed("did not end cleanly: " + ", ".join(wrong))

    def kill(self):
        for one in self.instances:
            if one.alive():
                one.kill()
