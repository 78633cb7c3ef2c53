"""How an import's questions and its report are said to people."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Question(NamedTuple):
    """A kind of finding: what it is called, what was done meanwhile, and what may be decided; the first is proposed."""

    title: Promise
    meaning: Promise
    options: tuple[str, ...]


_SEEN = ("leave_it",)
QUESTIONS: dict[str, Question] = {
    "several_open": Question(
        _("Several open cases of one plate"),
        _("A plate has one open case at a time. The one worked on last stayed open; this one came in closed."),
        ("leave_closed", "open_this"),
    ),
    "late_history": Question(
        _("Older than what is here"),
        _("The case had versions already, and versions never get another number. The document is kept beside it."),
        ("leave_it", "put_on_top"),
    ),
    "parts_repeated": Question(
        _("The same parts several times"),
        _("A save wrote these parts again under another id. All of them came in; their sums count them all."),
        ("cancel_copies", "leave_it"),
    ),
    "no_plate": Question(
        _("No plate was found"),
        _("Neither the document nor its name says which vehicle it is about. It is kept as it came."),
        ("leave_it", "give_plate"),
    ),
    "current_not_last": Question(
        _("Another version was marked as the current one"),
        _("The marked version is not the one saved last. The last one is current here."),
        ("leave_it", "put_on_top"),
    ),
    "current_unclear": Question(
        _("No version, or several, were marked as current"),
        _("The version saved last is the current one now."),
        _SEEN,
    ),
    "order_unsure": Question(
        _("The order of versions is a guess"),
        _("Neither their numbers nor their times put them in order; their place in the export did."),
        _SEEN,
    ),
    "which_case": Question(
        _("Which of the plate's cases is a guess"),
        _("The document names none; it went to the case whose documents were saved next to it."),
        _SEEN,
    ),
    "plates_differ": Question(
        _("Two plates in one document"),
        _("The plate inside the document was believed, not the one in its name."),
        _SEEN,
    ),
    "status_unknown": Question(
        _("A status nobody knows"),
        _("The case came in with another status; give it the right one on its page."),
        _SEEN,
    ),
    "unreadable": Question(_("Cannot be read"), _("The file is no JSON. It is kept as it came."), _SEEN),
    "unstorable": Question(
        _("Cannot be a version"),
        _("There is something in it that the database cannot give back as it came. It is kept as it came."),
        _SEEN,
    ),
    "partial": Question(
        _("Only a part of a case"),
        _("These are sections that were submitted, no whole case; as a version they would wipe out the others."),
        _SEEN,
    ),
    "no_helper": Question(
        _("Not the data of a case"), _("None of a case's sections is in it. It is kept as it came."), _SEEN
    ),
    "row_unfit": Question(
        _("A row that does not fit"),
        _("The table's rules refused it, or a word in it is not known. It is kept as it came."),
        _SEEN,
    ),
    "no_case": Question(_("A row without a case"), _("No case is there for it. It is kept as it came."), _SEEN),
    "invoice_repeated": Question(
        _("An invoice that was there already"),
        _("Same supplier and number: one invoice was made of both. The row is kept as it came."),
        _SEEN,
    ),
    "supplier_repeated": Question(
        _("A supplier that was there already"),
        _("Same name or number: what was missing of the supplier was filled in. The row is kept as it came."),
        _SEEN,
    ),
    "source_repeated": Question(
        _("Another text of the same source"),
        _("A source has one text here; this one came in as well, and its source has its number behind it."),
        _SEEN,
    ),
    "row_repeated": Question(
        _("Another row of the same key"),
        _("The table has one row of this key, and it is there already. This one is kept as it came."),
        _SEEN,
    ),
    "table_without_place": Question(
        _("A table that has no place here"),
        _("Its rows are kept as they came; tables that fill themselves from the cases need none."),
        _SEEN,
    ),
    "adoption_note": Question(
        _("Left over when the old tables were taken over"),
        _("The row still lies in the old schema."),
        _SEEN,
    ),
}
OPTIONS: dict[str, Promise] = {
    "leave_closed": _("Leave it closed"),
    "open_this": _("Open this one, and close the other"),
    "leave_it": _("Leave it as it is"),
    "put_on_top": _("Make it the newest version"),
    "cancel_copies": _("Cancel the copies, keep one of each"),
    "give_plate": _("It is about this plate:"),
}
# What a finding tells besides; file names, codes and numbers, never what a case says.
DETAILS: dict[str, Promise] = {
    "was": _("its status was"),
    "said": _("it said"),
    "other": _("the other plate"),
    "documents": _("documents"),
    "current": _("marked as current"),
    "of": _("of"),
    "rows": _("rows"),
    "copies": _("copies"),
    "number": _("invoice number"),
    "table": _("table"),
    "row": _("row"),
    "why": _("why"),
    "proposal": _("proposal"),
    "code": _("reason"),
    "column": _("column"),
    "line": _("line"),
    "pointer": _("place in the document"),
}
STATES: dict[str, Promise] = {
    "VERSION": _("became versions"),
    "SAME": _("say what was there already"),
    "ROW": _("became rows"),
    "KEPT": _("are kept as they came"),
    "FOUND": _("are not written yet"),
}
HOW: dict[str, Promise] = {
    "by_number": _("by the number in their names"),
    "by_time": _("by the time they were saved"),
    "by_place": _("by their place in the export, which is a guess"),
}
PROOF: dict[str, Promise] = {
    "version_equal": _("versions say exactly what their documents say"),
    "bytes_equal": _("kept documents are there, byte for byte"),
    "row_made": _("rows are there, and what they came from byte for byte"),
    "row_kept": _("rows repeat another one, and are kept byte for byte"),
    "version_differs": _("versions differ from their documents"),
    "version_missing": _("versions are missing"),
    "bytes_differ": _("documents differ from what came"),
    "not_written": _("documents are not written"),
}
