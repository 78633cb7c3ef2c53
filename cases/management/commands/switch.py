"""`manage.py switch`: turns a switch of the cutover for every office, which no manager of one may."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import services
from cases.models import FeatureFlag
from core import acting
from core.errors import Refused


class Command(BaseCommand):
    """Prints every row of the switch as it stands afterwards."""

    help = "Turns a switch: writer.<module> to make, dual or supabase, USE_SUPABASE_<MODULE> to on or off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=FeatureFlag.Name.values)
        parser.add_argument("value", choices=["make", "dual", "supabase", "on", "off"])
        parser.add_argument("--org", type=uuid.UUID, help="only this office")
        parser.add_argument("--case", type=uuid.UUID, help="only this case")
        parser.add_argument("--note", help="why; kept with it")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting.acting(acting.SERVICE):
            try:
                services.turn_switch(
                    name=options["name"],
                    value=options["value"],
                    org_id=options["org"],
                    case_id=options["case"],
                    note=options["note"],
                )
            except Refused as refusal:
                raise CommandError(f"{refusal.message} {refusal.details or ''}".strip()) from None
            for row in FeatureFlag.objects.filter(name=options["name"]):
                place = f"case {row.case_id}" if row.case_id else f"office {row.org_id}" if row.org_id else "everybody"
                self.stdout.write(f"{row.name} {row.value} for {place}")
