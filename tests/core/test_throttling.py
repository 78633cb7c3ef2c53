"""Two processes count one caller's requests without asking the cache for each."""

import uuid

from core.throttling import _Tally


def test_two_processes_together_stop_near_the_limit():
    caller, limit, step = f"person:{uuid.uuid4()}", 300, 3
    processes = [_Tally(), _Tally()]
    passed = 0
    while processes[passed % 2].count(caller, 1, step) <= limit:
        passed += 1

    assert limit <= passed < limit + 2 * step


def test_a_small_limit_is_kept_to_the_last_request():
    caller, processes = f"person:{uuid.uuid4()}", [_Tally(), _Tally()]

    assert [processes[n % 2].count(caller, 1, 1) for n in range(6)] == [1, 2, 3, 4, 5, 6]


def test_a_new_minute_starts_from_nothing():
    caller, tally = f"person:{uuid.uuid4()}", _Tally()

    assert [tally.count(caller, 1, 5) for _ in range(4)] == [1, 2, 3, 4]
    assert tally.count(caller, 2, 5) == 1
