#!/usr/bin/env python3
"""The judge on a small history, right and spoiled in every way that it must notice."""
import copy
import unittest

import judge


def call(number, op, outcome="ok", client="a", **more):
    return {"id": f"0000-{number}", "client": client, "start_ns": number, "end_ns": number + 1, "key": "budget/b",
            "op": op, "args": {}, "outcome": outcome, **more}


def append(number, position, version, topic="budgets"):
    return {"topic": topic, "partition": 3, "position": position, "request": f"0000{number}", "subject": "a",
            "facts": [["budget/b", version]]}


CALLS = [
    call(1, "open", args={"lines": {"main": 100}}),
    call(2, "place_hold", args={"line": "main", "hold": "h", "pence": 70}),
    call(3, "place_hold", outcome="refused", reason="NOT_ENOUGH_FREE", args={"line": "main", "hold": "i", "pence": 31}),
    call(4, "post_hold", args={"hold": "h", "pence": 60}),
    call(5, "allocate", outcome="unknown", args={"line": "main", "pence": 5}),
    call(6, "balance", client="s1-closing",
         result={"lines": {"main": {"allocated": 105, "held": 0, "spent": 60, "free": 45}}}),
]
APPENDS = [append(1, 1, 1), append(2, 2, 2), append(4, 3, 3), append(5, 4, 4)]


class JudgeTest(unittest.TestCase):
    def setUp(self):
        self.calls = copy.deepcopy(CALLS)
        self.appends = copy.deepcopy(APPENDS)

    def kinds(self):
        return sorted({kind for kind, _ in judge.judge(self.calls, self.appends)})

    def test_right(self):
        self.assertEqual(judge.judge(self.calls, self.appends), [])
        self.assertEqual(judge.controls(self.calls, self.appends), [])

    def test_an_unknown_call_may_be_there_or_not(self):
        del self.appends[3]
        self.calls[5]["result"]["lines"]["main"].update(allocated=100, free=40)
        self.assertEqual(self.kinds(), [])

    def test_acknowledged_and_not_there(self):
        self.calls.append(call(7, "request", key="diary/p"))
        self.assertEqual(self.kinds(), [judge.LOST])

    def test_applied_twice(self):
        self.calls = self.calls[:5]
        self.appends.append(append(2, 5, 5))
        self.assertIn(judge.TWICE, self.kinds())

    def test_applied_twice_elsewhere(self):
        self.appends.append({**append(1, 1, 1, topic="bookings"), "facts": [["booking/x", 1]]})
        self.assertEqual(self.kinds(), [judge.TWICE])

    def test_unknown_and_applied_twice(self):
        self.appends.append(append(5, 5, 5))
        self.assertIn(judge.TWICE, self.kinds())

    def test_refused_and_there(self):
        self.calls[2]["args"]["pence"] = 1
        self.calls[5]["result"]["lines"]["main"].update(held=1, free=44)
        self.appends.append(append(3, 5, 5))
        self.assertEqual(self.kinds(), [judge.OTHER])

    def test_versions_with_a_hole(self):
        self.appends[3]["facts"] = [["budget/b", 5]]
        self.assertEqual(self.kinds(), [judge.OTHER])

    def test_more_held_than_free(self):
        self.calls[1]["args"]["pence"] = 101
        self.assertEqual(self.kinds(), [judge.MONEY])

    def test_more_posted_than_held(self):
        self.calls[3]["args"]["pence"] = 71
        self.calls[5]["result"]["lines"]["main"].update(spent=71, free=34)
        self.assertEqual(self.kinds(), [judge.MONEY])

    def test_a_hold_that_ended_twice(self):
        self.calls.append(call(7, "void_hold", args={"hold": "h"}))
        self.appends.append(append(7, 5, 5))
        self.assertEqual(self.kinds(), [judge.MONEY])

    def test_a_balance_that_is_off(self):
        self.calls[5]["result"]["lines"]["main"]["free"] = 44
        self.assertEqual(self.kinds(), [judge.MONEY])

    def test_no_last_balance(self):
        self.calls[5]["outcome"] = "unknown"
        self.assertEqual(self.kinds(), [judge.OTHER])

    def test_controls_say_when_there_was_nothing(self):
        self.assertEqual(judge.controls([], []), ["nothing was acknowledged"])


if __name__ == "__main__":
    unittest.main()
