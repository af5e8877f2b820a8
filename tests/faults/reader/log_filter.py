"""Which records of Regard's log count: a second implementation, made from docs/log-protocol.md alone.

It shares nothing with Regard's own code, not even generated protobuf classes, so that the two can be compared.
"""
import dataclasses

FEATURE_LEVEL = 2
HASH = "fnv1a64-fold32"
FORMAT_VERSION = 1


class Stop(Exception):
    """What a reader must not go beyond: damage, a hole, or something it would misunderstand."""


def varint(data, at):
    """(value, where it ends) of an unsigned varint."""
    value = 0
    for i in range(10):
        if at + i >= len(data):
            raise Stop("a number is cut off")
        value |= (data[at + i] & 0x7F) << (7 * i)
        if data[at + i] < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at + i + 1
    raise Stop("a number is too long")


def fields(data):
    """(number, wire type, value) of a message's fields in order; a value is an int or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise Stop("a field has no number")
        if kind == 0:
            value, at = varint(data, at)
        else:
            if kind == 2:
                length, at = varint(data, at)
            elif kind in (1, 5):
                length = 8 if kind == 1 else 4
            else:
                raise Stop(f"wire type {kind}")
            if at + length > len(data):
                raise Stop("a field is cut off")
            value, at = bytes(data[at:at + length]), at + length
        yield number, kind, value


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def text(value):
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Stop("a string is not UTF-8") from error


@dataclasses.dataclass
class Fact:
    stream: str = ""
    version: int = 0
    body: bytes = b""
    sealed: int = 0
    ignorable: bool = False


def parse_fact(data):
    fact = Fact()
    for number, kind, value in fields(data):
        if (number, kind) == (1, 2):
            fact.stream = text(value)
        elif (number, kind) == (2, 0):
            fact.version = value
        elif (number, kind) == (3, 2):
            fact.body = value
        elif (number, kind) == (4, 2):
            fact.sealed += 1
        elif (number, kind) == (5, 0):
            fact.ignorable = value != 0
    return fact


@dataclasses.dataclass
class Append:
    facts: list = dataclasses.field(default_factory=list)
    seconds: int = 0
    subject: str = ""
    request_id: bytes = b""
    feature_level: int = 0


def parse_append(data):
    append = Append()
    for number, kind, value in fields(data):
        if (number, kind) == (1, 2):
            append.seconds = next((signed(v) for n, k, v in fields(value) if (n, k) == (1, 0)), 0)
        elif (number, kind) == (2, 2):
            append.subject = next((text(v) for n, k, v in fields(value) if (n, k) == (1, 2)), "")
        elif (number, kind) == (3, 2):
            append.facts.append(parse_fact(value))
        elif (number, kind) == (4, 2):
            append.request_id = next((v for n, k, v in fields(value) if (n, k) == (1, 2)), b"")
        elif (number, kind) == (8, 0):
            append.feature_level = value & 0xFFFFFFFF
    return append


@dataclasses.dataclass
class Record:
    token: int = 0
    sequence: int = 0
    claim: str = None  # the instance's id
    appends: list = dataclasses.field(default_factory=list)


def parse_record(data):
    record = Record()
    for number, kind, value in fields(data or b""):
        if (number, kind) == (1, 0):
            record.token = signed(value)
        elif (number, kind) == (2, 0):
            record.sequence = value
        elif (number, kind) == (3, 2):  # of claim and batch the later counts
            record.appends = []
            record.claim = next((text(v) for n, k, v in fields(value) if (n, k) == (1, 2)), "")
        elif (number, kind) == (4, 2):
            record.claim = None
            record.appends += [parse_append(v) for n, k, v in fields(value) if (n, k) == (1, 2)]
    return record


@dataclasses.dataclass
class Judged:
    """What became of one record. `positions` has one for each append that counts."""
    offset: int
    record: Record
    verdict: str  # claim, accepted or refused
    why: str = ""
    positions: range = range(0)


class Filter:
    """The state of one partition."""

    def __init__(self):
        self.offset, self.token, self.sequence, self.position = 0, -1, 0, 0
        self.claims = set()  # only for saying why

    def judge(self, offset, value):
        if offset != self.offset:
            raise Stop(f"offset {self.offset} is missing, found {offset}")
        try:
            record = parse_record(value)
        except Stop as stop:
            raise Stop(f"offset {offset} is damaged: {stop}") from stop
        self.offset = offset + 1
        if record.claim is not None:
            self.token, self.sequence = offset, 0
            self.claims.add(offset)
            return Judged(offset, record, "claim")
        why = self.refusal(record)
        if why:
            return Judged(offset, record, "refused", why)
        self.sequence = record.sequence
        first = self.position + 1
        self.position += len(record.appends)
        if any(append.feature_level > FEATURE_LEVEL for append in record.appends):
            raise Stop(f"offset {offset} needs a newer reader")
        return Judged(offset, record, "accepted", "", range(first, self.position + 1))

    def refusal(self, record):
        if record.token != self.token:
            return "fenced" if record.token in self.claims and record.token < self.token else "foreign"
        if record.sequence <= self.sequence:
            return "repeated"
        return "" if record.sequence == self.sequence + 1 else "out of order"


def partition_of(key, count):
    value = 0xCBF29CE484222325
    for byte in key.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return ((value >> 32) ^ (value & 0xFFFFFFFF)) % count


@dataclasses.dataclass
class Identity:
    log_id: str = ""
    partition_count: int = 0
    hash: str = ""
    format_version: int = 0
    feature_level: int = 0


def parse_identity(data):
    identity = Identity()
    for number, kind, value in fields(data):
        if (number, kind) == (1, 2):
            identity.log_id = text(value)
        elif (number, kind) == (2, 0):
            identity.partition_count = value
        elif (number, kind) == (3, 2):
            identity.hash = text(value)
        elif (number, kind) == (4, 0):
            identity.format_version = value
        elif (number, kind) == (5, 0):
            identity.feature_level = value & 0xFFFFFFFF
    if (identity.hash, identity.format_version) != (HASH, FORMAT_VERSION):
        raise Stop(f"a log of format {identity.format_version} with hash {identity.hash}")
    if identity.feature_level > FEATURE_LEVEL:
        raise Stop("a log for newer readers")
    return identity
