#!/usr/bin/env python3
"""Reads results as JSON lines and prints those that were asked for: as a table, again as JSON, or one figure."""
import argparse
import json
import sys

COLUMNS = ("name", "value", "unit", "yardstick", "", "ratio", "reach", "reached")


def reached(row):
    """Whether the ratio is where it should be; nothing for what is only stated."""
    words = row["reach"].split()
    if words[:2] == ["at", "least"]:
        return float(row["ratio"]) >= float(words[2])
    if words[:2] == ["at", "most"]:
        return float(row["ratio"]) <= float(words[2])
    return None


def figure(value):
    value = float(value)
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cells(row):
    answer = reached(row)
    return (row["name"], figure(row["value"]), row["unit"], figure(row["yardstick"]), row.get("yardstick_name", ""),
            f"{float(row['ratio']):.2f}", row["reach"], "-" if answer is None else "yes" if answer else "no")


def print_table(rows):
    lines = [COLUMNS] + [cells(row) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    to_the_right = (1, 3, 5)
    for line in lines:
        print("  ".join(cell.rjust(width) if i in to_the_right else cell.ljust(width)
                        for i, (cell, width) in enumerate(zip(line, widths))).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one object a line, as they come")
    parser.add_argument("--value", metavar="NAME", help="only the value of this one")
    parser.add_argument("names", nargs="*", help="which to print (default: all)")
    arguments = parser.parse_args()
    if arguments.json:
        for line in sys.stdin:
            if not arguments.names or json.loads(line)["name"] in arguments.names:
                print(line, end="", flush=True)
        return
    rows = [json.loads(line) for line in sys.stdin]
    for row in rows:
        if isinstance(row["reach"], (int, float)):
            row["reach"] = f"at least {row['reach']}"
    if arguments.value:
        values = [row["value"] for row in rows if row["name"] == arguments.value]
        if not values:
            sys.exit(f"table.py: {arguments.value} was not measured")
        print(values[-1])
        return
    print_table([row for row in rows if not arguments.names or row["name"] in arguments.names])


if __name__ == "__main__":
    main()
