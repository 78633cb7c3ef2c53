"""What rules do: switched on and off by managers, run by beat."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection

from core import acting, rpc

# What changed so lately is looked at each minute; everything once a day.
_LATELY = "1 hour"
_RUN = "select made, moved, cancelled from private.reminder_rules_run(%s::interval)"


class Ran(NamedTuple):
    """How many reminders were made, moved and cancelled."""

    made: int
    moved: int
    cancelled: int


def switch(rule_id: UUID, *, is_on: bool) -> Ran:
    """Switch a rule; one that is switched on begins at once. Raises NotFound, and Refused `forbidden`."""
    return Ran(**rpc.record("private.reminder_rule_switch", Ran._fields, rule_id=rule_id, is_on=is_on))


def run(*, everything: bool) -> Ran:
    """Every rule over all cases, or over those that changed lately; as often as it likes."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(_RUN, [None if everything else _LATELY])
        return Ran(*cursor.fetchone())
