"""Runs the unit tests inside Pyodide (run.mjs). Prints each outcome as one JSON line after the line OUTCOMES."""

import json
import sys

import pytest


class Recorder:
    def __init__(self):
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.outcome != "passed":
            reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
            self.outcomes[report.nodeid] = [report.outcome, reason or str(report.longrepr or "")]

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
            self.outcomes[report.nodeid] = [report.outcome, reason or str(report.longrepr or "")]


recorder = Recorder()
code = pytest.main(["-p", "no:cacheprovider", "--continue-on-collection-errors", *sys.argv[1:]], plugins=[recorder])
print("OUTCOMES")
for nodeid, (outcome, reason) in recorder.outcomes.items():
    print(json.dumps({"test": nodeid, "outcome": outcome, "reason": reason}))
sys.exit(int(code))
