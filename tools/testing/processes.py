"""Processes and ports of this machine, for tools that start servers and find them again later."""
import pathlib
import random
import socket


def started_at(pid):
    """When a process started, in the kernel's ticks, which no other of this id has; None when it is gone or only waits
    to be reaped."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if not fields or fields[0] in "ZX" else fields[19]


def free_ports(ports, count):
    """So many of the ports that nobody listens on now, fewer when there are no more. Any of them, so that two who look at
    the same moment seldom meet."""
    free = []
    for port in random.sample(ports, len(ports)):
        if len(free) == count:
            break
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        free.append(port)
    return free
