#!/usr/bin/env python3
"""Fails when a source file knows what its room must not know.

It reads include lines against the table below, which is the direction of knowledge in docs/architecture.md, and checks
what keeps the sources readable elsewhere: one include guard, own header first, no path or host of one machine, no file
too long, nothing left open. Prints one line for each finding and exits with 1 when there is one.

usage: check_structure.py [ROOT]
"""
import pathlib
import re
import subprocess
import sys

MAX_LINES = 600

# Who may include whom. A room is libs/<name>, a folder of a service (domain, views, api), or one of the words below.
# Every room may include itself, generated protos, Abseil, protobuf and the standard library.
ROOMS = {
    "base": [],
    "fields": ["base"],
    "es": ["base"],
    "geo": ["base"],
    "taxonomy": ["base"],
    "acting": ["base", "es"],
    "telemetry": ["base", "es"],
    "privacy": ["base", "es"],
    "auth": ["base"],
    # Adapters implement ports of es (and the key store port of privacy).
    "rocks": ["base", "es", "privacy"],
    "kafka": ["base", "es", "privacy"],
    "rpc": ["base", "es", "auth", "privacy", "telemetry"],
    # Several instances on one log: who should own what, and what they ask of each other.
    "cluster": ["base", "es"],
    "peers": ["base", "es", "auth", "rpc", "cluster", "telemetry"],
    # What a service is to the process that hosts it.
    "hosting": ["base", "es", "privacy", "rpc"],
    # Puts one process together. It may name an adapter, and so never a domain.
    "app": ["base", "es", "auth", "privacy", "rpc", "telemetry", "rocks", "kafka", "cluster", "peers", "hosting"],
    "domain": ["base", "es", "acting"],
    "views": ["base", "es", "acting", "geo", "taxonomy", "domain"],
    "api": ["base", "fields", "es", "acting", "geo", "taxonomy", "auth", "privacy", "rpc", "telemetry", "domain", "views",
            "hosting"],
}
# Only these name both an adapter and a domain: a main, the standalone that composes all services, tools and tests.
COMPOSERS = ("main", "standalone", "tools", "tests")

# A third-party header -> the rooms that may include it, and how far it may be seen: "inside" the room only, so that no
# header that another room includes brings it along, or "any"where. What is not listed may not be included at all.
THIRD_PARTY = [
    (r"rocksdb/", ["rocks"], "inside"),
    (r"librdkafka/", ["kafka"], "inside"),
    (r"grpc(pp)?/|.*\.grpc\.pb\.h$", ["rpc", "peers", "app", "api", *COMPOSERS], "any"),
    (r"sodium(\.h|/)", ["privacy", "auth"], "inside"),
    (r"openssl/", ["base", "auth", "privacy", "rocks", "rpc"], "inside"),
    (r"jwt\.h", ["auth"], "inside"),
    (r"s2/", ["geo"], "inside"),
    (r"(roaring/|libstemmer\.h)", ["geo", "views"], "inside"),
    (r"prometheus/", ["telemetry"], "inside"),
    (r"CLI/", ["app", *COMPOSERS], "any"),
]
TEST_HEADERS = r"(gtest|gmock|rapidcheck)(/|\.h)"
ALWAYS = r"(absl|google/protobuf|google/rpc|regard)/"
# Headers that read time, chance, disk or network, or start threads: a domain is a pure function.
IMPURE = (r"(chrono|ctime|random|thread|mutex|atomic|future|condition_variable|fstream|iostream|filesystem)$|"
          r"(unistd|fcntl|time|pthread)\.h$|(sys|netinet|arpa)/|absl/(time/clock|random|synchronization)|"
          r"libs/base/clock\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:wo" r"rk/|tmp/b-|ho" r"me/\w+/)")
REGISTRY = re.compile(r"registry" r"\.npmjs|registry" r"\.yarnpkg|deb" r"\.debian\.org|files" r"\.pythonhosted|"
                      r"pypi" r"\.org|(?:index|static)\.crates" r"\.io|proxy" r"\.golang|repo1?\.maven" r"\.|"
                      r"registry-1\.docker" r"\.io")
LEFT_OPEN = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b")

VENDORED = ("proto/google/", "data/", "LICENSE")
GENERATED = ("package-lock.json",)
SOURCES = (".cc", ".h", ".py", ".proto", ".cmake", ".sh", ".sql")


def files_of(root):
    """Paths of the product relative to root: what git tracks or would, or every file where there is no git."""
    if (root / ".git").exists():
        listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                                 check=True, capture_output=True).stdout.decode()
        paths = [path for path in listing.split("\0") if path]
    else:
        paths = [str(path.relative_to(root)) for path in root.rglob("*")]
    return sorted(path for path in paths if (root / path).is_file())


def room_of(path):
    """(room, service or "") of a source path; (None, "") where no rule applies."""
    parts = path.split("/")
    if parts[0] == "libs" and len(parts) > 2:
        return parts[1], ""
    if parts[0] == "services" and len(parts) > 2:
        service = parts[1]
        if service in ("standalone", "deployment"):
            return "standalone", ""
        if parts[2] in ("domain", "views", "api"):
            return parts[2], service
        # What stands beside them puts one service together without naming an adapter, unless it is the main.
        return ("main" if parts[2].startswith("main.") else "api"), service
    if parts[0] in ("tools", "tests"):
        return parts[0], ""
    return None, ""


def is_test_code(path):
    return path.endswith("_test.cc") or path.endswith("_kafkatest.cc") or "/testing/" in path or path.startswith("tests/")


def check_own_include(path, room, service, header):
    """A finding about an include of the product's own header, or None."""
    other, other_service = room_of(header)
    if other is None:
        return f"{header} is in no room"
    if "/testing/" in header and not is_test_code(path) and room != "tools":
        return f"{header} is for tests only"
    if room == "tests":
        return None
    if other in ("tests", "tools") and other != room:
        return f"{room} must not know {other}"
    if room in COMPOSERS:
        if service and other_service and other_service != service:
            return f"{service} must not know {other_service}"
        return None
    if other_service and service and other_service != service:
        return f"{service} must not know {other_service}: they meet in proto/ and in facts"
    if other != room and "/testing/" not in header and other not in ROOMS.get(room, []):
        return f"{room} must not know {other}"
    if other in ("domain", "views", "api") and room not in ("domain", "views", "api"):
        return f"{room} must not know a service"
    return None


def kept_inside(header):
    """Whether a third party's header must not be seen outside the room that includes it."""
    return any(re.match(pattern, header) and where == "inside" for pattern, _, where in THIRD_PARTY)


def brought_along(header, read, seen):
    """A third-party header that must stay inside its room and that this header of ours brings with it, or None."""
    if header in seen:
        return None
    seen.add(header)
    for _, other in INCLUDE.findall(read(header)):
        found = other if kept_inside(other) else None
        if found is None and room_of(other)[0] is not None:
            found = brought_along(other, read, seen)
        if found:
            return found
    return None


def check_third_party(path, room, quote, header):
    """A finding about an include of somebody else's header, or None."""
    if re.match(TEST_HEADERS, header):
        return None if is_test_code(path) else f"{header} is for tests only"
    for pattern, rooms, _ in THIRD_PARTY:
        if re.match(pattern, header):
            return None if room == "tests" or room in rooms else f"{room} must not know {header}"
    if re.match(ALWAYS, header):
        return None
    if quote == "<" and ("/" not in header or re.match(r"(sys|netinet|arpa|linux)/", header)):
        return None
    return f"{header} is neither ours nor listed in THIRD_PARTY"


def check_own_header_first(path, includes, exists):
    """Own header first proves that it compiles alone; where a header has no .cc, its test proves it."""
    stem = re.sub(r"\.cc$", "", path)
    tested = re.sub(r"(_kafkatest|_test)$", "", stem)
    own = (tested if tested != stem and not exists(tested + ".cc") else stem) + ".h"
    if path.endswith(".cc") and exists(own) and (not includes or includes[0][1] != own):
        return [f"{own} must be the first include"]
    return []


def check_cpp(path, text, root):
    def exists(other):
        return (root / other).is_file()

    def read(other):
        return (root / other).read_text(encoding="utf-8") if exists(other) else ""

    room, service = room_of(path)
    includes = INCLUDE.findall(text)
    findings = check_own_header_first(path, includes, exists)
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.MULTILINE):
        findings.append("no #pragma once")
    if room is None:
        return findings + ["is in no room"]
    if room not in ROOMS and room not in COMPOSERS:
        return findings + [f"room {room} has no line in the table of check_structure.py"]
    for quote, header in includes:
        ours = quote == '"' and header.split("/")[0] in ("libs", "services", "tools", "tests")
        source = re.sub(r"(\.grpc)?\.pb\.h$", ".proto", header)
        if header.endswith(".grpc.pb.h"):
            findings.append(check_third_party(path, room, quote, header))
        elif ours and not exists(source):
            findings.append(f"{header} does not exist")
        elif ours:
            findings.append(check_own_include(path, room, service, header))
            third = None if room in ("tests", "tools") else brought_along(header, read, set())
            if third and room_of(header) != (room, service):
                findings.append(f"{header} brings {third} along, which must stay inside its room")
        elif quote == '"' and "/" not in header and exists(str(pathlib.PurePosixPath(path).parent / header)):
            findings.append(f"{header} must be included by its full path")
        else:
            findings.append(check_third_party(path, room, quote, header))
        if room == "domain" and not is_test_code(path) and re.match(IMPURE, header):
            findings.append(f"a domain is pure: it must not include {header}")
    return [finding for finding in findings if finding]


def check_text(path, text):
    findings = []
    if MACHINE_PATH.search(text):
        findings.append("names a path of one machine")
    if REGISTRY.search(text):
        findings.append("names a package registry's host")
    if LEFT_OPEN.search(text):
        findings.append("leaves something open: " + LEFT_OPEN.search(text).group())
    lines = text.count("\n")
    if lines > MAX_LINES and (path.endswith(SOURCES) or text.startswith("#!")):
        findings.append(f"{lines} lines are too many (at most {MAX_LINES})")
    return findings


def check_tree(root):
    """Every finding of the tree as "path: what"."""
    findings = []
    for path in files_of(root):
        if path.startswith(VENDORED) or path.endswith(GENERATED):
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = check_text(path, text)
        if path.endswith((".cc", ".h")):
            found += check_cpp(path, text, root)
        findings += [f"{path}: {what}" for what in found]
    return findings


def undocumented_packages(root):
    """Packages that tools/bootstrap installs and docs/dependencies.md does not explain, and the other way round."""
    bootstrap, page = root / "tools/bootstrap", root / "docs/dependencies.md"
    if not bootstrap.is_file():
        return []
    installed = set()
    for block in re.findall(r"^packages_\w+=\(\n(.*?)^\)", bootstrap.read_text(), re.MULTILINE | re.DOTALL):
        installed.update(block.split())
    documented = set(re.findall(r"^\| `([^`]+)`", page.read_text(), re.MULTILINE)) if page.is_file() else set()
    return ([f"docs/dependencies.md: does not explain {name}" for name in sorted(installed - documented)] +
            [f"docs/dependencies.md: explains {name}, which tools/bootstrap does not install"
             for name in sorted(documented - installed -
                                   {"npm", "@bufbuild/buf", "github.com/anishathalye/porcupine"})])


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    findings = check_tree(root) + undocumented_packages(root)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
