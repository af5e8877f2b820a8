#!/usr/bin/env python3
"""The structure check must find each kind of crossing in a small tree, and nothing in a tree without one."""
import pathlib
import tempfile
import unittest

import check_structure

CLEAN = {
    "libs/base/ids.h": "#pragma once\n#include <string>\n",
    "libs/es/event_log.h": '#pragma once\n#include "libs/base/ids.h"\n',
    "libs/es/testing/given.h": '#pragma once\n#include "gtest/gtest.h"\n#include "libs/es/event_log.h"\n',
    "libs/rocks/log.h": '#pragma once\n#include "libs/es/event_log.h"\n',
    "libs/rocks/log.cc": '#include "libs/rocks/log.h"\n#include "rocksdb/db.h"\n',
    "services/budgets/domain/hold.h": '#pragma once\n#include "libs/es/event_log.h"\n'
                                      '#include "regard/budgets/v1/facts.pb.h"\n',
    "services/budgets/domain/hold_test.cc": '#include "services/budgets/domain/hold.h"\n'
                                            '#include "libs/es/testing/given.h"\n',
    "services/budgets/views/balance.h": '#pragma once\n#include "services/budgets/domain/hold.h"\n',
    "services/budgets/api/service.h": '#pragma once\n#include <grpcpp/grpcpp.h>\n'
                                      '#include "services/budgets/views/balance.h"\n',
    "services/budgets/main.cc": '#include "libs/rocks/log.h"\n#include "services/budgets/api/service.h"\n',
    "services/bookings/domain/booking.h": "#pragma once\n",
    "services/standalone/main.cc": '#include "libs/rocks/log.h"\n#include "services/bookings/domain/booking.h"\n'
                                   '#include "services/budgets/api/service.h"\n',
    "docs/operations.md": "Nothing to see.\n",
}

# A file that crosses, and a part of what must be said about it.
CROSSINGS = [
    ("libs/base/bad.h", '#pragma once\n#include "libs/es/event_log.h"\n', "base must not know es"),
    ("libs/es/bad.h", '#pragma once\n#include "libs/rocks/log.h"\n', "es must not know rocks"),
    ("libs/es/bad.h", '#pragma once\n#include "services/budgets/domain/hold.h"\n', "es must not know domain"),
    ("libs/rocks/bad.cc", '#include "services/budgets/domain/hold.h"\n', "rocks must not know domain"),
    ("libs/es/bad.cc", '#include "libs/es/testing/given.h"\n', "is for tests only"),
    ("libs/es/bad.cc", "#include <gtest/gtest.h>\n", "is for tests only"),
    ("libs/es/bad.cc", '#include "rocksdb/db.h"\n', "es must not know rocksdb/db.h"),
    ("services/budgets/domain/bad.h", '#pragma once\n#include "services/budgets/views/balance.h"\n',
     "domain must not know views"),
    ("services/budgets/domain/bad.h", '#pragma once\n#include "libs/rocks/log.h"\n', "domain must not know rocks"),
    ("services/budgets/domain/bad.h", "#pragma once\n#include <chrono>\n", "a domain is pure"),
    ("services/budgets/domain/bad.cc", '#include "grpcpp/grpcpp.h"\n', "domain must not know grpcpp"),
    ("services/budgets/views/bad.h", '#pragma once\n#include "services/budgets/api/service.h"\n',
     "views must not know api"),
    ("services/budgets/api/bad.cc", '#include "libs/rocks/log.h"\n', "api must not know rocks"),
    ("services/budgets/parts.cc", '#include "libs/rocks/log.h"\n', "api must not know rocks"),
    ("services/bookings/api/bad.cc", '#include "services/budgets/domain/hold.h"\n', "bookings must not know budgets"),
    ("services/bookings/main.cc", '#include "services/budgets/domain/hold.h"\n', "bookings must not know budgets"),
    ("libs/base/bad.cc", "#include <unheard/of.h>\n", "neither ours nor listed"),
    ("libs/novel/bad.h", "#pragma once\n", "has no line in the table"),
    ("libs/base/bad.h", "#include <string>\n", "no #pragma once"),
    ("libs/base/ids.cc", '#include <string>\n#include "libs/base/ids.h"\n', "must be the first include"),
    ("libs/base/bad.cc", '#include "ids.h"\n', "by its full path"),
    ("libs/base/bad.cc", '#include "libs/base/gone.h"\n', "does not exist"),
    ("docs/bad.md", "see /wo" "rk/main\n", "path of one machine"),
    ("tools/bad.sh", "curl deb" ".debian.org\n", "registry's host"),
    ("libs/base/bad.cc", "// TO" "DO: later\n", "leaves something open"),
    ("libs/base/bad.cc", "//\n" * 601, "lines are too many"),
]


LEAKING_HEADER = {
    "libs/rocks/handle.h": '#pragma once\n#include "rocksdb/db.h"\n',
    "libs/rocks/store.h": '#pragma once\n#include "libs/rocks/handle.h"\n',
    "libs/rocks/store_test.cc": '#include "libs/rocks/store.h"\n',
}


class CheckStructureTest(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                target = pathlib.Path(folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
            return check_structure.check_tree(pathlib.Path(folder))

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.findings(CLEAN), [])

    def test_each_crossing_is_found_and_nothing_else(self):
        for path, text, expected in CROSSINGS:
            with self.subTest(path=path, expected=expected):
                findings = self.findings({**CLEAN, path: text})
                self.assertEqual(len(findings), 1, findings)
                self.assertIn(f"{path}: ", findings[0])
                self.assertIn(expected, findings[0])

    def test_a_third_party_may_be_named_inside_its_room_only(self):
        self.assertEqual(self.findings({**CLEAN, **LEAKING_HEADER}), [])
        findings = self.findings(
            {**CLEAN, **LEAKING_HEADER, "services/budgets/main.cc": '#include "libs/rocks/store.h"\n'})
        self.assertEqual(len(findings), 1, findings)
        self.assertIn("libs/rocks/store.h brings rocksdb/db.h along", findings[0])


if __name__ == "__main__":
    unittest.main()
