#!/usr/bin/env python3
"""Fails unless both sides gave the same answer to every search; then prints the medians as one JSON line.

usage: compare.py REGARD.jsonl POSTGRES.txt...
"""
import json
import statistics
import sys

REACH = 10


def read_regard(path):
    """Answers in order, each with its milliseconds."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_postgres(path):
    """Answers of the timed half: psql prints a line of JSON and a line "Time: 1.234 ms" for each."""
    answers = []
    answer = None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("{"):
                answer = json.loads(line)
            elif line.startswith("Time: ") and answer is not None:
                answer["ms"] = float(line.split()[1])
                answers.append(answer)
                answer = None
    return answers


def comparable(answer):
    """What both sides must agree on."""
    results = [tuple(result) if isinstance(result, list) else (result["id"], result["fit"])
               for result in answer["results"] or []]
    return answer["total"], results, sorted(map(tuple, answer["facets"] or []))


def main():
    regard = read_regard(sys.argv[1])
    medians = {}
    for path in sys.argv[2:]:
        postgres = read_postgres(path)
        if len(postgres) != len(regard):
            sys.exit(f"search: {len(regard)} answers here, {len(postgres)} in {path}")
        for number, (ours, theirs) in enumerate(zip(regard, postgres), 1):
            if comparable(ours) != comparable(theirs):
                sys.exit(f"search: answer {number} differs\n  regard   {comparable(ours)}\n  postgres {comparable(theirs)}")
        medians[path] = statistics.median(answer["ms"] for answer in postgres)
    found = statistics.mean(answer["total"] for answer in regard)
    print("search: same results, totals and facets in all", len(regard), f"searches; {found:.0f} found on average;",
          "PostgreSQL p50 by way of planning:", ", ".join(f"{ms:.2f} ms" for ms in medians.values()), file=sys.stderr)
    ours = statistics.median(answer["ms"] for answer in regard)
    theirs = min(medians.values())
    print(json.dumps({"name": "search", "value": round(ours, 4), "unit": "ms p50", "yardstick": round(theirs, 4),
                      "ratio": round(theirs / ours, 2), "reach": REACH}))


if __name__ == "__main__":
    main()
