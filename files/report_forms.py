"""What staff choose for a new report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.models import Report
from helpers.models import CaseHelper

_MOST_VERSIONS = 200


class ReportForm(forms.Form):
    """Type, draft or final, and the version of the case it is made from."""

    report_type = forms.ChoiceField(label=_("report type"), choices=Report.Type.choices)
    nature = forms.ChoiceField(label=_("nature"), choices=Report.Nature.choices)
    version = forms.TypedChoiceField(label=_("made from"), coerce=int)

    def __init__(self, case_id: Any, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        found = CaseHelper.objects.filter(case_id=case_id).order_by("-version").values_list("version", "helper_name")
        self.fields["version"].choices = list(found[:_MOST_VERSIONS])  # type: ignore[attr-defined]
