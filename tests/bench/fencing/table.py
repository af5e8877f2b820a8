#!/usr/bin/env python3
"""Prints the results of tests/bench/fencing/run as a table."""
import json
import sys


def main():
    rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    print(f"{'way':22} {'in flight':>9} {'per s':>7} {'acknowledged p50, p99 ms':>25} "
          f"{'seen by a reader p50, p99 ms':>29}")
    for row in rows:
        if "per_second" in row:
            print(f"{row['way']:22} {row['in_flight']:>9} {row['per_second']:>7,.0f} "
                  f"{row['acknowledged_p50_ms']:>15.1f} {row['acknowledged_p99_ms']:>9.1f} "
                  f"{row['visible_p50_ms']:>19.1f} {row['visible_p99_ms']:>9.1f}")
    for row in rows:
        if "takeover_p50_ms" in row:
            print(f"takeover by {row['way']}: p50 {row['takeover_p50_ms']} ms, longest {row['takeover_max_ms']} ms")
    loads = {name: value for row in rows for name, value in row.items() if name.startswith("load")}
    print(f"load of the machine: {loads['load_before']} before, {loads['load_after']} after (this run is in it)")


if __name__ == "__main__":
    main()
