"""Fixtures of the tests about helpers."""

import json

import pytest


@pytest.fixture
def versions(api, dana, open_case):
    """`versions(first, second, ...)` saves these helpers, values or JSON texts, of one case; returns its address."""

    def saved(first, *others):
        address = f"cases/{open_case(first)['case_id']}/helper"
        for number, helper in enumerate(others, 1):
            text = helper if isinstance(helper, bytes) else json.dumps(helper).encode()
            body = b'{"version": %d, "label": "%d", "helper": %b}' % (number, number + 1, text)
            assert api(dana).put(address, body).status_code == 200
        return address

    return saved
