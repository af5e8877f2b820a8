#!/usr/bin/env python3
"""This reader's filter against Regard's own: on the bytes that docs/log-protocol.md shows, and on seeded random
partitions; and that a filter with a fault would have been noticed.

usage: filter_test.py PROGRAM
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import unittest

import log_filter
from log_filter import Filter, Stop, partition_of

PAGE = pathlib.Path(__file__).resolve().parents[3] / "docs/log-protocol.md"
PROGRAM = ""
SEEDS = (1, 2, 3)
PARTITIONS = 400


def shown_on_page():
    """(offset, verdict, bytes) of the example, as the page has it."""
    shown = []
    for line in PAGE.read_text().split("worked example begins")[1].split("worked example ends")[0].splitlines():
        head = re.fullmatch(r"offset (\d+)  (?:token.*: )?(.*)", line)
        if head:
            shown.append([int(head[1]), head[2], b""])
        elif line.startswith("    "):
            shown[-1][2] += bytes.fromhex(line)
    return shown


def differences(make_filter, seed, seen=None):
    """Where a filter and Regard's own differ."""
    output = subprocess.run([PROGRAM, "random", str(seed), str(PARTITIONS)], check=True, capture_output=True, text=True)
    filters = collections.defaultdict(make_filter)
    found = []
    for record in map(json.loads, output.stdout.splitlines()):
        try:
            judged = filters[record["partition"]].judge(record["offset"], bytes.fromhex(record["value"]))
            mine = (judged.verdict, list(judged.positions))
            what = judged.why or judged.verdict
        except Stop:
            mine, what = ("stop", []), "stop"
        first = record["position"]
        if mine != (record["verdict"], list(range(first, first + record["appends"]))):
            found.append((record, mine))
        if seen is not None:
            seen[what] += 1
    return found


class WithoutSequence(Filter):
    def refusal(self, record):
        return "" if record.token == self.token else "fenced"


class WithoutToken(Filter):
    def refusal(self, record):
        return "" if record.sequence == self.sequence + 1 else "out of order"


class AnyLaterSequence(Filter):
    def refusal(self, record):
        return "" if record.token == self.token and record.sequence > self.sequence else "repeated"


class SequenceGoesOn(Filter):
    """Does not begin anew with a claim."""

    def judge(self, offset, value):
        before = self.sequence
        judged = super().judge(offset, value)
        if judged.verdict == "claim":
            self.sequence = before
        return judged


class AbsentTokenIsNone(Filter):
    """Takes a token that is not on the wire for none, not for 0."""

    def refusal(self, record):
        return "fenced" if record.token == 0 else super().refusal(record)


class CountsRecords(Filter):
    """Positions by records, not by appends."""

    def judge(self, offset, value):
        before = self.position
        judged = super().judge(offset, value)
        if judged.verdict == "accepted":
            self.position = before + 1
            judged.positions = range(before + 1, before + 2)
        return judged


class KnowsEveryLevel(Filter):
    def judge(self, offset, value):
        level, log_filter.FEATURE_LEVEL = log_filter.FEATURE_LEVEL, 99
        try:
            return super().judge(offset, value)
        finally:
            log_filter.FEATURE_LEVEL = level


class HolesAreFine(Filter):
    def judge(self, offset, value):
        self.offset = offset
        return super().judge(offset, value)


class FilterTest(unittest.TestCase):
    def test_the_page(self):
        judge, shown = Filter(), shown_on_page()
        self.assertEqual(len(shown), 10)
        for offset, said, data in shown:
            judged = judge.judge(offset, data)
            if judged.verdict == "claim":
                mine = f"claim by {judged.record.claim}: from here on the token is {offset}"
            elif judged.verdict == "refused":
                mine = f"refused, {judged.why}"
            else:
                mine = "accepted, position " + " and ".join(map(str, judged.positions))
            self.assertEqual(said, mine)
        self.assertEqual((judge.offset, judge.token, judge.sequence, judge.position), (10, 8, 1, 5))
        self.assertEqual({said for _, said, _ in shown if said.startswith("refused")},
                         {"refused, repeated", "refused, fenced", "refused, out of order"})

    def test_a_fact_of_the_page(self):
        append = log_filter.parse_record(shown_on_page()[1][2]).appends[0]
        self.assertEqual((append.subject, append.seconds, len(append.request_id)), ("anna", 1780000256, 16))
        self.assertEqual([(fact.stream, fact.version) for fact in append.facts], [("budget/b1", 1)])

    def test_agrees_on_random_partitions(self):
        seen = collections.Counter()
        for seed in SEEDS:
            self.assertEqual(differences(Filter, seed, seen), [])
        for what in ("claim", "accepted", "fenced", "foreign", "repeated", "out of order", "stop"):
            self.assertGreater(seen[what], 20, seen)
        print(dict(seen), file=sys.stderr)

    def test_a_faulty_filter_is_noticed(self):
        for faulty in (WithoutSequence, WithoutToken, AnyLaterSequence, SequenceGoesOn, AbsentTokenIsNone,
                       CountsRecords, KnowsEveryLevel, HolesAreFine):
            with self.subTest(faulty.__name__):
                self.assertNotEqual(differences(faulty, SEEDS[0]), [])

    def test_a_newer_append_stops_the_reader(self):
        judge = Filter()
        judge.judge(0, bytes.fromhex("1a00"))
        judge.judge(1, bytes.fromhex("1001" "2204" "0a02" "4002"))
        with self.assertRaisesRegex(Stop, "newer"):
            judge.judge(2, bytes.fromhex("1002" "2204" "0a02" "4003"))

    def test_a_log_for_newer_readers_is_not_read(self):
        made = b"\x1a\x0efnv1a64-fold32" + bytes.fromhex("2001")
        self.assertEqual(log_filter.parse_identity(made + bytes.fromhex("2802")).feature_level, 2)
        with self.assertRaisesRegex(Stop, "newer"):
            log_filter.parse_identity(made + bytes.fromhex("2803"))

    def test_partitions(self):
        self.assertEqual([partition_of(key, 64) for key in ("a", "foobar")], [0, 25])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
