"""Run inside Pyodide by run.mjs: the unit tests, each outcome as one JSON line after the mark OUTCOMES."""

import json
import sys

import pytest


class Record:
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


record = Record()
code = pytest.main(["-p", "no:cacheprovider", "--continue-on-collection-errors", *sys.argv[1:]], plugins=[record])
print("OUTCOMES")
for nodeid, (outcome, reason) in record.outcomes.items():
    print(json.dumps({"test": nodeid, "outcome": outcome, "reason": reason}))
sys.exit(int(code))
