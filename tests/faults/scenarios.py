"""The faults. Each happens to a world while its clients are at work, and returns when the services should be well
again: then everybody who was ended runs, every broker too, and every partition has an owner."""
import json
import shutil
import signal
import time

from gates import BACK
from world import BROKERS, PARTITIONS, WRITERS, Failed, wait_until

FAULTS = {}
# The worlds: as it is, behind gates, and started with the programs of another build.
PLAIN, GATED, OLD = "plain", "gated", "old"
# How long the clients work in peace before and after, seconds.
PEACE = 2.0


class Fault:
    def __init__(self, run, title, world, late):
        self.run, self.title, self.world, self.late = run, title, world, late
        self.name = run.__name__
        # Nothing is lost without a word: every call is answered in the end.
        self.all_answered = world == OLD


def fault(title, world=PLAIN, late=False):
    """`world`: the kind of world that it happens to. `late`: a record of an owner that was replaced must have reached a
    topic, or nothing was shown."""
    def add(run):
        FAULTS[run.__name__] = Fault(run, title, world, late)
        return run
    return add


class Notes:
    """What happened: how often something was done, and the longest that it took the others to serve again."""

    def __init__(self):
        self.injected = 0
        self.regained_s = 0.0

    def regained(self, seconds):
        self.regained_s = max(self.regained_s, seconds)


def others(world, but):
    return [one for one in world.of(but.service) if one is not but]


def replaced(world, victim):
    """The seconds until the others serve all that it did."""
    return world.await_owners(others(world, victim), PARTITIONS)


def restart(world, *instances):
    for one in instances:
        one.start(log=world.log_of(one))
    for one in instances:
        one.await_ready()


def balanced(world, instance):
    """An instance that came back is given something to own again."""
    wait_until(lambda: world.owned(instance) > 0, 60, f"{instance.name} owns something again")


def answers_go_on(world, clients, seconds=90):
    """The seconds until calls are answered again."""
    before = clients.answered()
    return wait_until(lambda: clients.answered() > before + 20, seconds, "calls are answered")


@fault("kill -9 of an owner, and its return")
def kill_owner(world, clients, notes):
    victim = world.of("budgets")[0]
    victim.kill()
    notes.injected += 1
    notes.regained(replaced(world, victim))
    answers_go_on(world, clients)
    restart(world, victim)
    balanced(world, victim)


@fault("kill -9 of every instance of the writing services in turn")
def kill_each(world, clients, notes):
    for service in ("budgets", "bookings", "providers"):
        for victim in world.of(service):
            victim.kill()
            notes.injected += 1
            notes.regained(replaced(world, victim))
            restart(world, victim)
            balanced(world, victim)
            answers_go_on(world, clients)


@fault("kill -9 of an owner that loses its disk, and its return without one")
def lose_disk(world, clients, notes):
    victim = world.of("budgets")[0]
    victim.kill()
    notes.injected += 1
    shutil.rmtree(victim.folder)
    notes.regained(replaced(world, victim))
    restart(world, victim)
    balanced(world, victim)
    answers_go_on(world, clients)


@fault("SIGSTOP of an owner until it is replaced, then SIGCONT", late=True)
def stop_owner(world, clients, notes):
    for victim in world.of("budgets")[:2]:
        victim.signal(signal.SIGSTOP)
        notes.injected += 1
        try:
            notes.regained(replaced(world, victim))
            answers_go_on(world, clients)
        finally:
            victim.signal(signal.SIGCONT)
        balanced(world, victim)


@fault("kill -9 of a broker that leads, and its return")
def kill_leader(world, clients, notes):
    broker = world.brokers.leader(f"{world.name}.budgets", 0)
    world.brokers.run("kill", broker)
    notes.injected += 1
    notes.regained(answers_go_on(world, clients))
    world.brokers.run("restart", broker)
    answers_go_on(world, clients)


@fault("SIGSTOP of a broker that leads for 15 s, then SIGCONT")
def stop_leader(world, clients, notes):
    broker = world.brokers.leader(f"{world.name}.budgets", 0)
    began = time.monotonic()
    world.brokers.run("pause", broker)
    notes.injected += 1
    try:
        notes.regained(answers_go_on(world, clients))
        # So long that it has been replaced, and producers that had sent to it meet it again.
        time.sleep(max(0.0, began + 15 - time.monotonic()))
    finally:
        world.brokers.run("resume", broker)
    answers_go_on(world, clients)


@fault("kill -9 of two brokers: nothing is written until the second is back")
def kill_two_brokers(world, clients, notes):
    first, second = BROKERS[:2]
    world.brokers.run("kill", str(first))
    world.brokers.run("kill", str(second))
    notes.injected += 2
    # What is acknowledged now would be on one disk alone. The judge compares every acknowledgement with the log; here
    # it is seen that there are none once what was under way has ended.
    time.sleep(3)
    before = acknowledged_writes(clients)
    time.sleep(5)
    if acknowledged_writes(clients) != before:
        raise Failed("writes were acknowledged with one broker of three")
    began = time.monotonic()
    world.brokers.run("restart", str(first))
    answers_go_on(world, clients)
    notes.regained(time.monotonic() - began)
    world.brokers.run("restart", str(second))
    answers_go_on(world, clients)


def acknowledged_writes(clients):
    return sum(1 for call in clients.calls() if call["outcome"] == "ok" and call["op"] != "balance")


@fault("kill -9 of all brokers and all instances, and their return")
def kill_all(world, clients, notes):
    if not world.brokers.own:
        raise Failed("brokers of others may not all be killed")
    for one in world.instances:
        one.signal(signal.SIGKILL)
    for broker in BROKERS:
        world.brokers.run("kill", str(broker))
    for one in world.instances:
        one.await_end()
    notes.injected += len(world.instances) + len(BROKERS)
    began = time.monotonic()
    world.brokers.run("start", "3")
    restart(world, *world.instances)
    answers_go_on(world, clients)
    notes.regained(time.monotonic() - began)


def roll(world, notes, instances, bin_folder):
    """SIGTERM of each in turn, and its start with the programs of a folder."""
    for one in instances:
        one.stop()
        notes.injected += 1
        one.said["bin"] = str(bin_folder)
        began = time.monotonic()
        restart(world, one)
        if not one.program().samefile(one.bin / f"regard-{one.service}"):
            raise Failed(f"{one.name} runs as {one.program()}")
        if one.service not in ("directory", "market"):
            balanced(world, one)
        notes.regained(time.monotonic() - began)


@fault("SIGTERM and start of every instance in turn, under load")
def rolling_restart(world, clients, notes):
    roll(world, notes, world.instances, world.bin)
    answers_go_on(world, clients)


@fault("every instance in turn from another build to this one, one of each service back and up, what both know raised",
       world=OLD)
def upgrade(world, clients, notes):
    roll(world, notes, world.instances, world.bin)
    answers_go_on(world, clients)
    # Back on what only this build has written to meanwhile.
    firsts = [world.of(service)[0] for service in WRITERS]
    roll(world, notes, firsts, world.previous)
    answers_go_on(world, clients)
    known = levels(world)
    if min(known) < max(known):
        refused_beside_the_other(world, max(known))
    roll(world, notes, firsts, world.bin)
    answers_go_on(world, clients)
    # Partitions may be on the move.
    wait_until(lambda: world.operator("log", "raise-level").returncode == 0, 30, "the feature level is raised")
    answers_go_on(world, clients)
    # Where the other build knows as much there is nothing to stop it.
    if min(known) < max(known):
        stops_at_the_level(world, notes, world.of("budgets")[0])
        answers_go_on(world, clients)


def levels(world):
    """What each instance knows."""
    said = json.loads(world.operator("status", "--json").stdout)
    return [one["status"].get("feature_level", 1) for one in said["instances"]]


def refused_beside_the_other(world, level):
    """By the command, which asks all, and by an owner that was asked alone and has heard of the others."""
    alone = next(one for one in world.of("budgets") if one.bin == world.bin).address
    for server in (world.server, f"budgets={alone}"):
        done = world.operator("log", "raise-level", str(level), server=server)
        if done.returncode != 1 or "INSTANCE_KNOWS_LESS" not in done.stderr:
            raise Failed(f"raised beside the other build: {done.stdout}{done.stderr}")


def stops_at_the_level(world, notes, one):
    """The other build, with an empty disk, ends where the level was raised, and says so."""
    one.stop()
    shutil.rmtree(one.folder)
    one.said["bin"] = str(world.previous)
    one.start(log=world.log_of(one))
    notes.injected += 1
    code = one.await_end()
    if code != 70 or "needs feature level" not in one.last_lines():
        raise Failed(f"{one.name} of the other build ended with {code}: {one.last_lines()}")
    one.said["bin"] = str(world.bin)
    restart(world, one)
    balanced(world, one)


def cut(world, clients, notes, hold, release, is_replaced):
    victim = world.of("budgets")[0]
    hold()
    notes.injected += 1
    try:
        if is_replaced:
            notes.regained(replaced(world, victim))
        notes.regained(answers_go_on(world, clients))
        time.sleep(6)
    finally:
        release()
    balanced(world, victim)
    answers_go_on(world, clients)


def of_all(gates, act, *ways):
    return lambda: [getattr(gate, act)(*ways) for gate in gates]


@fault("an owner cut from the brokers, until it is replaced", world=GATED)
def cut_from_brokers(world, clients, notes):
    gates = world.broker_gates
    cut(world, clients, notes, of_all(gates, "hold"), of_all(gates, "release"), is_replaced=True)


@fault("an owner whose records reach the brokers, and no answer reaches it", world=GATED)
def cut_answers(world, clients, notes):
    gates = world.broker_gates
    cut(world, clients, notes, of_all(gates, "hold", BACK), of_all(gates, "release"), is_replaced=True)


@fault("instances of budgets cut from each other, not from the brokers", world=GATED)
def cut_from_peers(world, clients, notes):
    gates = list(world.peer_gates.values())
    cut(world, clients, notes, of_all(gates, "hold"), of_all(gates, "release"), is_replaced=False)


@fault("an owner that reaches its peers, and they do not reach it", world=GATED)
def cut_one_way(world, clients, notes):
    gate = world.peer_gates["budgets-1"]
    cut(world, clients, notes, gate.hold, gate.release, is_replaced=False)
