"""What the examples of the OpenAPI document name: made when one names it, so that each of them can be run."""

import json
import re
from functools import cached_property
from uuid import uuid4

from cases.sharing_views import PERSON_ID
from core import acting
from files import services, storage
from make.examples import CASE_ID
from make.message_ops import MESSAGE_ID
from make.reminder_ops import OCCURRENCE_ID
from reminders import releasing
from tests import cast
from tests.conftest import any_plate
from tests.files.content import FORM, form, pdf
from tests.invoices.desk import Invoices


class Stage:
    """One case, and around it what the address and the body of one example name."""

    def __init__(self, person, make, open_case, path, name):
        self.person, self.make, self.open_case, self.path, self.name = person, make, open_case, path, name
        self.case = open_case()
        self.of_its_case = {"case_id": self.case["case_id"]}
        person.put(f"cases/{self.case['case_id']}/helper", {"version": 1, "helper": {"a": 1}})

    def address(self, **known):
        """The path with ids of what is there."""
        named = set(re.findall(r"\{(\w+)\}", self.path)) - set(known) - {"case_id"}
        return self.path.removeprefix("/api/v1/").format(
            **self.of_its_case, **known, **{one: getattr(self, one)() for one in named}
        )

    def value(self, value):
        """The body with a case, a person and whatever else it names, that are really there."""
        if self.path.endswith("invoice_lines.bulk_upsert"):
            self.invoice(**{name: value[name] for name in ("invoice_number", "supplier_tax_id")})
        made = {one: make() for one, make in self.fields().items() if one in value}
        # A list is a JSON Patch, which names nothing.
        text = json.dumps({**value, **made} if made else value).replace(CASE_ID, self.case["case_id"])
        text = text.replace(PERSON_ID, str(cast.NOAM.user_id))
        for example, make in {MESSAGE_ID: self.message_id, OCCURRENCE_ID: self.occurrence_id}.items():
            text = text.replace(example, make()) if example in text else text
        return json.loads(re.sub(r"12-?3-?45-?678", self.case["plate"], text))

    def fields(self):
        return {"ticket": self.ticket, "file_id": self.uploaded, "image_ids": lambda: [self.image_id()]}

    def added(self, path, **body):
        answer = self.person.post(path, body)
        assert answer.status_code in {200, 201, 202}, (path, answer.content)
        return answer.json()

    def ticket(self):
        return self.added(f"cases/{self.case['case_id']}/helper/export-ticket")["ticket"]

    def answer_id(self):
        kind = self.path.split("/")[3]
        return self.added(kind, plate=any_plate(), answer={"מחיר בסיס": self.name})["id"]

    def result_id(self):
        return self.added("parts/search-results", **self.of_its_case, results=[{"part_name": "פנס"}])[0]["id"]

    def row_uuid(self):
        return self.added("parts/required", **self.of_its_case, part=self.name)[0]["row_uuid"]

    def doc_id(self):
        return self.added("kb/docs", title=self.name, body="")["id"]

    def uploaded(self):
        sent = form(pdf(self.name), **self.of_its_case)
        return self.person.request("POST", "files", sent, content_type=FORM).json()["id"]

    def file_id(self):
        """One that waits for a case; only what lies with us can be shared."""
        if self.path.endswith("/share"):
            return self.stored()
        return self.make.op("files.upsert", {"onedrive_file_id": uuid4().hex, "filename": "a.pdf"}).json()["id"]

    def stored(self):
        known = {"filename": "x.pdf", "mime_type": "application/pdf", "size_bytes": 1, "checksum": "1" * 64}
        with acting.acting(acting.SERVICE):
            key = storage.new_key(cast.NORTH.id, self.case["case_id"], "pdf")
            return services.keep(document_id=uuid4(), bucket="docs", key=key, **self.of_its_case, **known).pk

    def image_id(self):
        pictures = [{"item_id": self.name, "filename": "a.jpg"}]
        return self.make.op("images.upsert", {**self.of_its_case, "images": pictures}).json()[0]["id"]

    def invoice(self, **named):
        billed = {"invoice_number": uuid4().hex, "supplier_name": "חלפי דמו", "lines": [{"line_total": 5}]}
        return self.added("invoices", **self.of_its_case, **{**billed, **named})

    def invoice_id(self):
        if self.path.startswith("/api/v1/payments"):
            return self.added(f"payments/{self.payment}/fee-invoices")["id"]
        if self.path.endswith(("/assign", "/accept", "/undo")):
            return Invoices(self.person, self.open_case).ready_for(self.path.rpartition("/")[2])
        return self.invoice()["id"]

    def line_number(self):
        return 1

    def supplier_id(self):
        return self.invoice()["supplier_id"]

    @cached_property
    def payment(self):
        return self.added("payments", **self.of_its_case)["id"]

    def payment_id(self):
        return self.payment

    def reminder_id(self):
        return self.added("reminders", **self.of_its_case, title=self.name, due_date="2026-01-01")["id"]

    def occurrence_id(self):
        reminder = self.reminder_id()
        releasing.run()
        [time] = self.person.get(f"reminders/{reminder}/occurrences").json()
        return time["id"]

    def message_id(self):
        return self.added("messages", **self.of_its_case, channel="SMS", to="*2700", text=self.name)["id"]
