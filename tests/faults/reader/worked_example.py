#!/usr/bin/env python3
"""The worked example of docs/log-protocol.md: bytes and verdicts are Regard's own (regard-filter-says), why a record is
refused and what the bytes mean is this reader's.

usage: worked_example.py PROGRAM            compare the page with what the program does
       worked_example.py PROGRAM --write    put it into the page
"""
import json
import pathlib
import subprocess
import sys

from log_filter import Filter, fields

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs/log-protocol.md"
BEGIN, END = "<!-- worked example begins -->\n", "<!-- worked example ends -->"
# Of offset 1: path of field numbers -> name. Those with children are opened.
NAMES = {(2,): "sequence", (4,): "batch", (4, 1): "one of appends", (4, 1, 1): "record_time",
         (4, 1, 1, 1): "seconds", (4, 1, 2): "actor", (4, 1, 2, 1): "subject", (4, 1, 2, 3): "tenant",
         (4, 1, 3): "one of facts", (4, 1, 3, 1): "stream", (4, 1, 3, 2): "version", (4, 1, 3, 3): "body",
         (4, 1, 4): "request", (4, 1, 4, 1): "id", (4, 1, 4, 2): "digest"}


def records(program):
    lines = subprocess.run([program, "example"], check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def as_hex(data):
    return data.hex(" ")


def verdict_of(record, judged):
    """One line about a record on which both agree."""
    if judged.verdict != record["verdict"] or len(judged.positions) != record["appends"]:
        raise SystemExit(f"offset {judged.offset}: {record['verdict']}, this reader says {judged.verdict}")
    if judged.verdict == "claim":
        return f"claim by {judged.record.claim}: from here on the token is {judged.offset}"
    what = f"token {judged.record.token} sequence {judged.record.sequence}: {judged.verdict}"
    if judged.verdict == "refused":
        return f"{what}, {judged.why}"
    return f"{what}, position {' and '.join(map(str, judged.positions))}"


def explain(data, path=()):
    """Lines (bytes, what) of a message, field by field."""
    for number, kind, value in fields(data):
        where = path + (number,)
        key = bytes([number << 3 | kind])
        name = f"field {number}, `{NAMES[where]}`"
        if kind == 0:
            low, number_bytes = value, b""
            while low >= 0x80:
                number_bytes, low = number_bytes + bytes([low & 0x7F | 0x80]), low >> 7
            yield as_hex(key + number_bytes + bytes([low])), f"{name}: {value}"
            continue
        head = key + bytes([len(value)])
        if any(other[:len(where)] == where and other != where for other in NAMES):
            yield as_hex(head), f"{name}, {len(value)} bytes:"
            yield from explain(value, where)
            continue
        shown = f': "{value.decode()}"' if all(32 <= byte < 127 for byte in value) else f", {len(value)} bytes"
        yield as_hex(head + value), name + shown


def block(program):
    lines, judge = ["```"], Filter()
    for record in records(program):
        data = bytes.fromhex(record["value"])
        lines.append(f"offset {record['offset']}  {verdict_of(record, judge.judge(record['offset'], data))}")
        lines += ["    " + as_hex(data[i:i + 32]) for i in range(0, len(data), 32)]
    lines += ["```", "", "Offset 1 field by field. There is no field 1: the token is 0.", ""]
    lines += ["| bytes | what |", "|---|---|"]
    lines += [f"| `{data}` | {what} |" for data, what in explain(bytes.fromhex(records(program)[1]["value"]))]
    return "\n".join(lines) + "\n"


def main():
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    shown, after = rest.split(END)
    made = block(sys.argv[1])
    if sys.argv[2:] == ["--write"]:
        PAGE.write_text(before + BEGIN + made + END + after)
    elif shown != made:
        raise SystemExit(f"{PAGE.name} does not show what the code does; the code does:\n{made}")
    else:
        print("the page shows what the code does")


if __name__ == "__main__":
    main()
