"""What must hold between what clients were told and what is in the log, judged without any code of Regard's.

No I/O. An append is what the reader says of one that counts, in the order of its partition: a dict with `topic`,
`partition`, `position`, `request` (hex), `subject` and `facts`. A call is a line of a history: see
tests/linearizability/README.md.
"""
import collections

READS = ("balance",)
# What a finding is counted under.
LOST, TWICE, MONEY, OTHER = "acknowledged lost", "applied twice", "money", "other"


def hex_of(request_id):
    return request_id.replace("-", "")


class Findings:
    def __init__(self):
        self.found = []

    def add(self, kind, text):
        self.found.append((kind, text))

    def count(self, kind):
        return sum(1 for one, _ in self.found if one == kind)


def judge(calls, appends):
    """All that is wrong. `calls` of all clients in any order, `appends` of all topics, of each partition in order."""
    findings = Findings()
    appends = list(appends)
    check_once(calls, appends, findings)
    check_versions(appends, findings)
    check_money(calls, appends, findings)
    return findings.found


def check_once(calls, appends, findings):
    times = collections.Counter()
    subjects = collections.defaultdict(set)
    for append in appends:
        if append["request"]:
            times[(append["topic"], append["subject"], append["request"])] += 1
            subjects[append["request"]].add((append["topic"], append["subject"]))
    for (topic, subject, request), count in times.items():
        if count > 1:
            findings.add(TWICE, f"request {request} of {subject} is {count} times in {topic}")
    for request, named in subjects.items():
        if len(named) > 1:
            findings.add(TWICE, f"request {request} is there for {sorted(named)}")
    for call in calls:
        if call["op"] in READS:
            continue
        there = hex_of(call["id"]) in subjects
        if call["outcome"] == "ok" and not there:
            findings.add(LOST, f"{call['op']} {call['id']} of {call['key']} was acknowledged and is not in the log")
        if call["outcome"] == "refused" and there:
            findings.add(OTHER, f"{call['op']} {call['id']} of {call['key']} was refused and is in the log")


def check_versions(appends, findings):
    latest = collections.Counter()
    for append in appends:
        for stream, version in append["facts"]:
            name = (append["topic"], append["partition"], stream)
            if version != latest[name] + 1:
                findings.add(OTHER, f"{stream} has version {version} after {latest[name]} at "
                                    f"{append['topic']}/{append['partition']} position {append['position']}")
            latest[name] = version


class Account:
    """A budget, as its requests in the log make it."""

    def __init__(self):
        self.lines = {}
        self.holds = {}

    def apply(self, call):
        """What is wrong with it, or None."""
        args = call["args"]
        if call["op"] == "open":
            if self.lines:
                return "opened again"
            self.lines = {line: {"allocated": pence, "held": 0, "spent": 0} for line, pence in args["lines"].items()}
            return None
        if call["op"] in ("allocate", "place_hold") and args["line"] not in self.lines:
            return "a line that is not there"
        if call["op"] == "allocate":
            self.lines[args["line"]]["allocated"] += args["pence"]
            return None
        if call["op"] == "place_hold":
            self.lines[args["line"]]["held"] += args["pence"]
            self.holds[args["hold"]] = (args["line"], args["pence"])
            return "more held than free" if self.free(args["line"]) < 0 else None
        if args["hold"] not in self.holds:
            return "a hold that is not there or has ended"
        line, pence = self.holds.pop(args["hold"])
        self.lines[line]["held"] -= pence
        if call["op"] == "post_hold":
            self.lines[line]["spent"] += args["pence"]
            return "more posted than held" if args["pence"] > pence else None
        return None

    def free(self, line):
        sums = self.lines[line]
        return sums["allocated"] - sums["held"] - sums["spent"]

    def balance(self):
        return {line: {**sums, "free": self.free(line)} for line, sums in self.lines.items()}


def check_money(calls, appends, findings):
    """Budgets added up from requests in the order of the log: never below nothing, and as every instance says last."""
    by_id = {hex_of(call["id"]): call for call in calls if call["key"].startswith("budget/")}
    accounts = collections.defaultdict(Account)
    for append in appends:
        call = by_id.get(append["request"]) if append["topic"] == "budgets" else None
        if call is None:
            continue
        wrong = accounts[call["key"]].apply(call)
        if wrong:
            findings.add(MONEY, f"{call['key']} position {append['position']}: {call['op']} {call['id']}: {wrong}")
    for call in calls:
        if call["op"] != "balance" or not call["client"].endswith("-closing"):
            continue
        if call["outcome"] != "ok":
            findings.add(OTHER, f"{call['key']}: no last balance, {call['outcome']} {call.get('reason', '')}")
        elif call["result"]["lines"] != accounts[call["key"]].balance():
            findings.add(MONEY, f"{call['key']}: the last balance is {call['result']['lines']}, the log adds up to "
                                f"{accounts[call['key']].balance()}")


def controls(calls, appends):
    """Whether spoiling this very run is noticed: names of what was not. Needs acknowledged calls."""
    acknowledged = {hex_of(call["id"]) for call in calls if call["outcome"] == "ok" and call["op"] not in READS}
    at = next((i for i, append in enumerate(appends) if append["request"] in acknowledged), None)
    if at is None:
        return ["nothing was acknowledged"]
    missed = []
    for kind, spoiled in ((LOST, appends[:at] + appends[at + 1:]), (TWICE, appends + [appends[at]])):
        if not any(found == kind for found, _ in judge(calls, spoiled)):
            missed.append(f"{kind} was not noticed")
    return missed
