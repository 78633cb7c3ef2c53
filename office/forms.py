"""What staff type of a payment and of its fee invoices."""

from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.payments import FeeInvoice, Payment
from cases.search import digits
from office.line_drawing import LineRenderer

_DAY = {"type": "date", "dir": "ltr"}


def _field(name: str, field: forms.Field) -> None:
    field.required = name in {"payment_status", "invoice_type"}
    if isinstance(field, forms.CharField):
        field.empty_value = None


class PaymentForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the office says of a payment; all but the status may be empty."""

    class Meta:
        model = Payment
        fields = (
            *("payment_status", "total_fee", "expected_payment_date", "broadcast_date", "fee_invoice_date"),
            *("owner_name", "phone", "manufacturer", "year_of_manufacture", "damage_date", "damage_type"),
            *("agent", "claim_handler", "garage", "notes"),
        )
        widgets = {
            name: forms.DateInput(format="%Y-%m-%d", attrs=_DAY)
            for name in ("expected_payment_date", "broadcast_date", "fee_invoice_date", "damage_date")
        } | {
            name: forms.TextInput(attrs={"dir": "auto", "maxlength": 200})
            for name in ("owner_name", "manufacturer", "damage_type", "agent", "claim_handler", "garage")
        } | {
            "phone": forms.TextInput(attrs={"dir": "ltr", "maxlength": 60}),
            "notes": forms.Textarea(attrs={"dir": "auto", "rows": 3, "maxlength": 5000}),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _field(name, field)
            if name == "total_fee":
                field.validators.append(MinValueValidator(0))

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class LineForm(PaymentForm):
    """What may be changed in the list itself; what a colleague wrote there meanwhile is not overwritten."""

    default_renderer = LineRenderer()

    class Meta(PaymentForm.Meta):
        fields = ("payment_status", "expected_payment_date", "total_fee", "notes")  # type: ignore[assignment]
        widgets = PaymentForm.Meta.widgets | {
            "total_fee": forms.NumberInput(attrs={"dir": "ltr", "step": "0.01", "min": "0"}),
            "notes": forms.Textarea(attrs={"dir": "auto", "rows": 1, "maxlength": 5000}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stood = {name: getattr(self.instance, name) for name in self.Meta.fields}
        for name in self.Meta.fields:
            field = self.fields[name]
            # The page sends back what it showed, so that only what this person changed counts as changed.
            field.show_hidden_initial = True
            field.widget.attrs |= {"aria-label": f"{field.label} {self.instance.plate}", "data-label": field.label}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("notes"):
            given["notes"] = _lines(given["notes"])
        for name in self.changed_data:
            if name in self.stood and not self._stands(name):
                self._tell(name)
        return given

    def _stands(self, name: str) -> bool:
        """Whether what the page showed still stands there."""
        field = self.fields[name]
        sent = field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
        try:
            shown = field.to_python(sent)
        except forms.ValidationError:
            return False
        return bool(_lines(shown or None) == _lines(self.stood[name] or None))

    def _tell(self, name: str) -> None:
        """Say what stands there by now; sent again, the form writes over it knowingly."""
        field, stands = self.fields[name], self.stood[name]
        words = gettext("%(who)s changed this meanwhile to: %(value)s. Nothing was saved; save again to write over it.")
        who = self.instance.updated_by.name if self.instance.updated_by else gettext("Somebody")
        shown = field.prepare_value(stands)
        self.add_error(name, words % {"who": who, "value": "—" if shown in (None, "") else shown})
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_initial_prefix(name)] = "" if shown is None else str(shown)


def _lines(value: Any) -> Any:
    """A text as it is stored: browsers send their own ends of lines."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class OfPlateForm(forms.Form):
    """Whose payment it is."""

    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_plate(self) -> str:
        plate = digits(self.cleaned_data["plate"])
        if len(plate) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return plate


class ContactForm(forms.Form):
    """What was said."""

    note = forms.CharField(
        label=_("what was said"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class FeeInvoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """An invoice of the fee."""

    class Meta:
        model = FeeInvoice
        fields = ("invoice_type", "invoice_number", "invoice_date", "invoice_amount", "notes")
        widgets = {
            "invoice_date": forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
            "invoice_number": forms.TextInput(attrs={"dir": "ltr", "maxlength": 100}),
            "notes": forms.TextInput(attrs={"dir": "auto", "maxlength": 2000}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _field(name, field)
