#!/usr/bin/env python3
"""Prints a table of suites and seconds from the results of one or more build folders, and the closing line.

A ctest test counts with every case of its GoogleTest report, or as one where it has none. A program that failed or did
not run counts at least one failure, whatever its report says, so a crash never passes.
"""
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


# Labels that say how a test runs, not which suite it belongs to.
MODIFIERS = ("threads", "both_cores")


class Row:
    def __init__(self):
        self.programs = self.passed = self.failed = self.skipped = 0
        self.seconds = 0.0


def labels_of_tests(build):
    """Name of every registered ctest test -> its labels."""
    listing = subprocess.run(["ctest", "--show-only=json-v1"], cwd=build, check=True, capture_output=True, text=True)
    labels = {}
    for test in json.loads(listing.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        # ctest sorts them, so the suites are put first here.
        labels[test["name"]] = sorted(properties.get("LABELS", ["other"]), key=lambda label: label in MODIFIERS)
    return labels


def count_cases(report):
    """(passed, failed, skipped) of a GoogleTest report, or None where there is none that can be read."""
    try:
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return None
    failed = sum(1 for case in cases if case.find("failure") is not None)
    skipped = sum(1 for case in cases if case.get("result") == "skipped")
    suppressed = sum(1 for case in cases if case.get("status") == "notrun")
    return len(cases) - failed - skipped - suppressed, failed, skipped


def read_results(build):
    """(steps, suites, failures): seconds of each step, a row for each suite, names of what failed."""
    results = build / "results"
    steps = [line.split() for line in (results / "steps").read_text().splitlines()]
    labels = labels_of_tests(build)
    suites, failures = {}, []
    for test in ElementTree.parse(results / "tests.xml").getroot().iter("testcase"):
        name = test.get("name")
        row = suites.setdefault(labels.get(name, ["other"])[0], Row())
        row.programs += 1
        row.seconds += float(test.get("time") or 0)
        ran_well = test.get("status") == "run"
        passed, failed, skipped = count_cases(results / "cases" / f"{name}.xml") or (int(ran_well), 0, 0)
        if not ran_well:
            failed = max(failed, 1)
            failures.append(name)
        row.passed += passed
        row.failed += failed
        row.skipped += skipped
    return steps, suites, failures


def main(builds):
    line = "{:<24} {:>8} {:>8} {:>8} {:>8} {:>9}"
    passed = failed = skipped = 0
    all_failures = []
    print()
    print(line.format("suite", "programs", "passed", "failed", "skipped", "seconds"))
    for build in builds:
        prefix = f"{build.name} " if len(builds) > 1 else ""
        try:
            steps, suites, failures = read_results(build)
        except (OSError, ElementTree.ParseError, subprocess.CalledProcessError) as error:
            print(f"{prefix}has no results: {error}")
            failed += 1
            continue
        for step, seconds in steps:
            print(line.format(f"{prefix}({step})", "", "", "", "", seconds))
        for suite, row in sorted(suites.items()):
            print(line.format(prefix + suite, row.programs, row.passed, row.failed, row.skipped, f"{row.seconds:.1f}"))
            passed += row.passed
            failed += row.failed
            skipped += row.skipped
        all_failures += [prefix + name for name in failures]
    print()
    if all_failures:
        print("failed: " + ", ".join(all_failures))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def list_tests(build):
    for name, labels in sorted(labels_of_tests(build).items(), key=lambda item: (item[1][0], item[0])):
        print(f"{labels[0]:<12} {name}" + (f"  (also {', '.join(labels[1:])})" if labels[1:] else ""))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--list"]:
        sys.exit(list_tests(pathlib.Path(sys.argv[2])))
    sys.exit(main([pathlib.Path(argument) for argument in sys.argv[1:]]))
