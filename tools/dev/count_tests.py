#!/usr/bin/env python3
"""Runs a build folder's ctest suites and counts tests, not executables, by label.

usage: tools/dev/count_tests.py BUILD RESULTS [ctest options]

A Catch2 executable counts its TEST_CASEs, lit its files, any other test one. A test that ctest fails counts at least
one failure, whatever it printed (a crash prints no summary). Appends lines `label passed failed skipped seconds` to
RESULTS and exits non-zero after a failure.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import collections
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

LIT = {
    "passed": ("Passed", "Passed With Retry", "Expectedly Failed"),
    "failed": ("Failed", "Unresolved", "Timed Out", "Unexpectedly Passed"),
    "skipped": ("Unsupported", "Skipped", "Excluded"),
}


def count_output(output):
    """(passed, failed, skipped) that a test program reports of itself, or None when it reports nothing known."""
    match = re.findall(r"^All tests passed \(.* in (\d+) test cases?\)", output, re.M)
    if match:
        return int(match[-1]), 0, 0
    match = re.findall(r"^test cases:\s*(\d+)(.*)$", output, re.M)
    if match:
        parts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed)", match[-1][1])}
        return parts.get("passed", 0), parts.get("failed", 0), 0
    if re.search(r"^Total Discovered Tests: \d+", output, re.M):
        counts = {word: 0 for word in LIT}
        for name, n in re.findall(r"^ +([A-Z][A-Za-z ]+?) *: (\d+)", output[output.rindex("Total Discovered"):], re.M):
            for word, names in LIT.items():
                counts[word] += int(n) * (name in names)
        return counts["passed"], counts["failed"], counts["skipped"]
    return None


def count_case(case):
    """(passed, failed, skipped) of one ctest entry of the JUnit file."""
    status = case.get("status")
    output = case.findtext("system-out") or ""
    counted = count_output(output)
    if status == "run":
        if counted is None:
            return 1, 0, 0
        # "All tests passed" of nothing, or lit without files, is no success.
        return counted if counted[0] + counted[1] + counted[2] > 0 else (0, 1, 0)
    if status in ("disabled", "notrun") and case.find("skipped") is not None and "SKIP" in ElementTree.tostring(
            case, encoding="unicode"):
        return 0, 0, 1
    # Failed, not built, timed out, crashed.
    passed, failed, skipped = counted or (0, 0, 0)
    return passed, max(failed, 1), skipped


def self_test():
    cases = [
        ("All tests passed (505 assertions in 17 test cases)\n", (17, 0, 0)),
        ("All tests passed (1 assertion in 1 test case)\n", (1, 0, 0)),
        ("test cases:  17 |  15 passed | 2 failed\nassertions: 504 | 502 passed | 2 failed\n", (15, 2, 0)),
        ("test cases: 1 | 1 failed\n", (0, 1, 0)),
        ("Total Discovered Tests: 7\n  Unsupported: 1 (1%)\n  Passed     : 4 (25.00%)\n  Failed     : 2 (75.00%)\n", (4, 2, 1)),
        ("12 inputs survived\n", None),
        ("", None),
    ]
    for text, expected in cases:
        if count_output(text) != expected:
            sys.exit(f"count_tests self-test: expected {expected}, got {count_output(text)} for {text!r}")
    for xml, expected in [
        ('<testcase status="run"><system-out>fine</system-out></testcase>', (1, 0, 0)),
        ('<testcase status="fail"><system-out>All tests passed (1 assertion in 3 test cases)</system-out></testcase>', (3, 1, 0)),
        ('<testcase status="fail"><system-out>Segmentation fault</system-out></testcase>', (0, 1, 0)),
        ('<testcase status="run"><system-out>Total Discovered Tests: 0\n</system-out></testcase>', (0, 1, 0)),
        ('<testcase status="notrun"><skipped message="Unable to find executable"/></testcase>', (0, 1, 0)),
        ('<testcase status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>', (0, 0, 1)),
    ]:
        if count_case(ElementTree.fromstring(xml)) != expected:
            sys.exit(f"count_tests self-test: expected {expected}, got {count_case(ElementTree.fromstring(xml))} for {xml}")
    print("count_tests self-test: 13 cases passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    build, results, options = sys.argv[1], sys.argv[2], sys.argv[3:]
    listing = json.loads(subprocess.check_output(["ctest", "--test-dir", build, "--show-only=json-v1"] + options))
    labels = {}
    for test in listing["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        # A test of several labels is counted under its first one, once.
        labels[test["name"]] = (properties.get("LABELS") or ["unlabelled"])[0]
    junit = os.path.join(os.path.abspath(build), "ctest.xml")
    if os.path.exists(junit):
        os.remove(junit)
    # Whole outputs: the summary of a Catch2 run is its last line.
    subprocess.call(["ctest", "--test-dir", build, "--output-on-failure", "--output-junit", junit,
                     "--test-output-size-passed", "8000000", "--test-output-size-failed", "8000000"] + options)
    counts = collections.OrderedDict()
    seen = set()
    for case in ElementTree.parse(junit).getroot().iter("testcase"):
        seen.add(case.get("name"))
        total = counts.setdefault(labels.get(case.get("name"), "unlabelled"), [0, 0, 0, 0.0])
        for i, n in enumerate(count_case(case)):
            total[i] += n
        total[3] += float(case.get("time") or 0)
    for name in set(labels) - seen:
        print(f"{name}: expected a result, got none")
        counts.setdefault(labels[name], [0, 0, 0, 0.0])[1] += 1
    if not counts:
        counts["ctest"] = [0, 1, 0, 0.0]
        print(f"{build}: expected tests, got none")
    with open(results, "a", encoding="utf-8") as file:
        for label, (passed, failed, skipped, seconds) in counts.items():
            file.write(f"{label} {passed} {failed} {skipped} {seconds:.1f}\n")
    sys.exit(1 if any(c[1] for c in counts.values()) else 0)


main()
