"""What a manager says to move a module on: where to, for whom, and why."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.models import FeatureFlag
from office import cutover

_OFFICE, _PILOT = "office", "pilot"


class SwitchForm(forms.Form):
    """The whole office, or a pilot of cases and people; the reason is kept with the step."""

    to = forms.ChoiceField(label=_("who shall write"), widget=forms.RadioSelect)
    scope = forms.ChoiceField(
        label=_("for whom"),
        widget=forms.RadioSelect,
        initial=_PILOT,
        choices=[(_PILOT, _("a pilot: some cases")), (_OFFICE, _("the whole office"))],
    )
    plates = forms.CharField(
        label=_("plates of the pilot"),
        required=False,
        max_length=2000,
        help_text=_("One in a line, in any spelling."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "autocomplete": "off"}),
    )
    people = forms.MultipleChoiceField(
        label=_("open cases of"),
        required=False,
        help_text=_("The cases of this moment; a case that comes to them later is not in the pilot."),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_("why"), max_length=500, widget=forms.TextInput(attrs={"dir": "auto"}))
    even_so = forms.BooleanField(label=_("even so: not every precondition is met, and I want it"), required=False)

    def __init__(self, *args: Any, org_id: UUID, is_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.org_id = org_id
        people = Profile.objects.filter(org_id=org_id, status=Profile.Status.ACTIVE).order_by("name")
        choices = dict(FeatureFlag.WRITER)
        self.choose("to", [(value, choices[value]) for value in (cutover.OURS, cutover.DUAL)])
        self.choose("people", [(str(one.pk), one.name) for one in people])
        self.fields["to"].initial = cutover.OURS
        if not is_owner:
            del self.fields["even_so"]

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        case_ids: list[UUID] | None = None
        if asked.get("scope") == _PILOT:
            plates = (asked.get("plates") or "").split()
            people = [UUID(one) for one in asked.get("people") or []]
            case_ids, unknown = cutover.cases_of(self.org_id, plates=plates, people=people)
            if unknown:
                self.add_error("plates", _("This office has no case of: %(plates)s") % {"plates": ", ".join(unknown)})
            elif not case_ids:
                self.add_error("plates", _("Name at least one case, or somebody who has one."))
        return {**asked, "case_ids": case_ids}
