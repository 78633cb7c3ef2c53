"""A model of thirty lines against the API: open, save, stale save, import, restore, with two clients."""

import json
import os
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.cast import DANA, NOAM
from tests.conftest import any_plate
from tests.core.test_strict import texts, values

helpers = st.dictionaries(texts, values, max_size=4)
clients = st.sampled_from([DANA, NOAM])


class Model:
    """What a case is, in a few lines: a list of documents, and what each client has read."""

    def __init__(self, first):
        self.versions = [first]
        self.seen = {DANA: 1, NOAM: 1}

    @property
    def current(self):
        return len(self.versions)

    def save(self, who, helper):
        if self.seen[who] != self.current:
            return 409
        if not same(helper, self.versions[-1]):
            self.versions.append(helper)
        self.seen[who] = self.current
        return 200

    def restore(self, who, version):
        if self.seen[who] != self.current:
            return 409
        if version > self.current:
            return 422
        self.versions.append(self.versions[version - 1])
        self.seen[who] = self.current
        return 200

    def take_in(self, helper):
        if not same(helper, self.versions[-1]):
            self.versions.append(helper)


def same(a, b):
    return exact(a) == exact(b)


def exact(document):
    """A document with each number as Postgres writes it: all digits, no exponent, no negative zero."""

    def number(text):
        plain = format(Decimal(text), "f")
        return f"number {plain.lstrip('-') if not Decimal(text) else plain}"

    return json.loads(json.dumps(document), parse_float=number, parse_int=number)


def test_the_api_does_what_the_model_does(site):
    class Machine(RuleBasedStateMachine):
        @initialize(first=helpers)
        def open(self, first):
            self.plate = any_plate()
            answer = site.call("POST", "cases", DANA, {"plate": self.plate, "helper": first})
            assert answer.status == 201, answer.body
            self.url = f"cases/{answer.json()['case_id']}/helper"
            self.model = Model(first)

        @rule(who=clients)
        def read(self, who):
            loaded = site.call("GET", self.url, who).json()
            assert same(loaded["helper"], self.model.versions[-1])
            self.model.seen[who] = loaded["version"]

        @rule(who=clients, helper=helpers)
        def save(self, who, helper):
            seen = self.model.seen[who]
            answer = site.call("PUT", self.url, who, {"version": seen, "helper": helper})
            assert answer.status == self.model.save(who, helper), answer.body
            if answer.status == 200:
                assert answer.json()["version"] == self.model.current

        @rule(who=clients, version=st.integers(1, 12))
        def restore(self, who, version):
            asked = {"version": version, "expected_version": self.model.seen[who]}
            answer = site.call("POST", f"{self.url}/restore", who, asked)
            assert answer.status == self.model.restore(who, version), answer.body

        @rule(who=clients, helper=helpers)
        def take_in(self, who, helper):
            answer = site.call(
                "POST", "helpers/import", who, {"name": f"{self.plate}_helper_v9", "data": {"meta": helper}}
            )
            assert answer.status == 201, answer.body
            self.model.take_in({"meta": helper})

        @invariant()
        def every_version_is_as_it_was(self):
            rows = site.call("GET", f"{self.url}/versions?limit=200", DANA).json()
            assert [row["version"] for row in rows] == list(range(self.model.current, 0, -1))
            assert [row["version"] for row in rows if row["is_current"]] == [self.model.current]
            oldest = site.call("GET", f"{self.url}/versions/1", DANA).json()
            assert same(oldest["helper"], self.model.versions[0])

    # A night may take longer: MODEL_EXAMPLES=5000 MODEL_STEPS=50.
    examples, steps = int(os.environ.get("MODEL_EXAMPLES", "200")), int(os.environ.get("MODEL_STEPS", "30"))
    quick = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Machine.TestCase.settings = quick
    Machine.TestCase().runTest()
