"""What staff type about invoices: sums with commas and a shekel sign, dates as people write them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import search
from intake import figures
from invoices.models import Invoice, InvoiceLine, InvoiceSupplier
from parts.models import PartRequired

_AUTO = {"dir": "auto", "autocomplete": "off"}
_CODE = {"dir": "ltr", "autocomplete": "off"}


class FigureField(forms.CharField):
    """A number as people write it: "1,234.50", "₪ 1,234.50" or "18%"; as a Decimal, or None where it is empty."""

    def __init__(self, *, most: Decimal = figures.MOST_MONEY, least: Decimal | None = None, **more: Any) -> None:
        self.most, self.least = most, least
        attributes = {"dir": "ltr", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(**{"required": False, "max_length": 40, "widget": forms.TextInput(attrs=attributes), **more})

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        number = figures.number(text)
        if number is None:
            raise forms.ValidationError(_("This is not a number."))
        if number != number.quantize(Decimal("0.01")):
            raise forms.ValidationError(_("Not more than two digits behind the point."))
        if abs(number) >= self.most or (self.least is not None and number < self.least):
            raise forms.ValidationError(_("This number is out of range."))
        return number.quantize(Decimal("0.01"))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class DayField(forms.DateField):
    """A day, chosen or written as 27/09/2025."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "min": "1990-01-01", "max": "2100-01-01"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]
        super().__init__(**{"required": False, "widget": widget, "input_formats": formats, **more})


class _Form(forms.Form):
    """A form that knows which of its fields were changed, an empty text being none."""

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.said[name] for name in self.changed_data}

    @property
    def said(self) -> dict[str, Any]:
        return {name: None if value == "" else value for name, value in self.cleaned_data.items()}


class InvoiceForm(_Form):
    """An invoice's own facts; its supplier is one that is known, or a new name."""

    supplier = forms.ModelChoiceField(
        InvoiceSupplier.objects.none(), label=_("known supplier"), required=False, empty_label=_("— another one —")
    )
    supplier_name = forms.CharField(
        label=_("or a new supplier's name"), max_length=300, required=False, widget=forms.TextInput(attrs=_AUTO)
    )
    supplier_tax_id = forms.CharField(
        label=_("tax id"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )
    invoice_number = forms.CharField(
        label=_("invoice number"), max_length=100, required=False, widget=forms.TextInput(attrs=_CODE)
    )
    invoice_type = forms.ChoiceField(label=_("kind"), choices=Invoice.Type.choices, initial=Invoice.Type.OTHER)
    invoice_date = DayField(label=_("invoice date"))
    due_date = DayField(label=_("due date"))
    total_before_tax = FigureField(label=_("total before VAT"))
    vat_rate = FigureField(
        label=_("VAT rate"),
        least=Decimal(0),
        most=Decimal("100.01"),
        help_text=_("In percent, only if it stands on it."),
    )
    tax_amount = FigureField(label=_("VAT"))
    total_amount = FigureField(label=_("total with VAT"))
    notes = forms.CharField(
        label=_("notes"), max_length=5000, required=False, widget=forms.Textarea(attrs={"dir": "auto", "rows": 3})
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        suppliers: Any = self.fields["supplier"]
        suppliers.queryset = InvoiceSupplier.objects.standing()
        suppliers.label_from_instance = named

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "supplier" in self.changed_data and given.get("supplier") and given.get("supplier_name"):
            self.add_error("supplier_name", gettext("Choose a known supplier or name a new one, not both."))
        is_nameless = "supplier_name" in given and not given["supplier_name"]
        if is_nameless and ("supplier_tax_id" in self.changed_data or self._takes_supplier_away(given)):
            self.add_error("supplier_name", gettext("Choose whose invoice it is, or name a new supplier."))
        return given

    @property
    def changes(self) -> dict[str, Any]:
        """What was changed; who is chosen as the supplier brings name and tax id, a new name brings its own."""
        changed, said = super().changes, self.said
        supplier = changed.pop("supplier", None)
        if said["supplier_name"]:
            # The database finds the supplier of a name, or makes it.
            who = {"supplier_name": said["supplier_name"], "supplier_tax_id": said["supplier_tax_id"]}
            return {**changed, "supplier_id": None, **who}
        if supplier:
            who = {"supplier_name": supplier.name, "supplier_tax_id": supplier.tax_id}
            return {**changed, "supplier_id": supplier.pk, **who}
        return changed

    def _takes_supplier_away(self, given: dict[str, Any]) -> bool:
        return "supplier" in self.changed_data and "supplier" in given and not given["supplier"]


class NewInvoiceForm(InvoiceForm):
    """The same, and the case it belongs to."""

    field_order = ("plate",)

    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        required=False,
        help_text=_("Leave empty where the case is not known yet."),
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )

    def clean_plate(self) -> str:
        plate = search.digits(self.cleaned_data["plate"])
        if self.cleaned_data["plate"] and len(plate) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return plate

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not given.get("invoice_number"):
            self.add_error("invoice_number", gettext("Name the number that stands on the invoice."))
        if not given.get("supplier") and not given.get("supplier_name") and "supplier_name" not in self.errors:
            self.add_error("supplier_name", gettext("Choose whose invoice it is, or name a new supplier."))
        return given


class LineForm(_Form):
    """One line of an invoice."""

    description = forms.CharField(
        label=_("description"), max_length=2000, required=False, widget=forms.TextInput(attrs=_AUTO)
    )
    catalog_code = forms.CharField(
        label=_("catalogue number"), max_length=200, required=False, widget=forms.TextInput(attrs=_CODE)
    )
    quantity = FigureField(label=_("quantity"), required=True, most=Decimal(10) ** 8, initial="1")
    unit_price = FigureField(label=_("unit price"))
    discount_percent = FigureField(label=_("discount in percent"), least=Decimal(0), most=Decimal("100.01"))
    line_total = FigureField(label=_("total"), help_text=_("Before VAT, as it stands on the invoice."))
    item_category = forms.ChoiceField(label=_("category"), choices=InvoiceLine.Category.choices)
    part = forms.ModelChoiceField(
        PartRequired.objects.none(), label=_("required part"), required=False, empty_label=_("— none —")
    )

    def __init__(self, *args: Any, invoice: Invoice, **more: Any) -> None:
        super().__init__(*args, **more)
        parts: Any = self.fields["part"]
        parts.queryset = PartRequired.objects.filter(case=invoice.case).defer("metadata").order_by("part_name")
        parts.label_from_instance = _part
        if invoice.case_id is None:
            del self.fields["part"]


class SupplierForm(_Form):
    """What is known of a supplier."""

    name = forms.CharField(label=_("name"), max_length=300, widget=forms.TextInput(attrs=_AUTO))
    tax_id = forms.CharField(
        label=_("tax id"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={**_CODE, "inputmode": "numeric"}),
    )
    phone = forms.CharField(label=_("phone"), max_length=50, required=False, widget=forms.TextInput(attrs=_CODE))
    email = forms.EmailField(label=_("email"), required=False, widget=forms.EmailInput(attrs=_CODE))
    address = forms.CharField(label=_("address"), max_length=300, required=False, widget=forms.TextInput(attrs=_AUTO))
    city = forms.CharField(label=_("town"), max_length=100, required=False, widget=forms.TextInput(attrs=_AUTO))
    is_preferred = forms.BooleanField(label=_("preferred"), required=False)
    notes = forms.CharField(
        label=_("notes"), max_length=5000, required=False, widget=forms.Textarea(attrs={"dir": "auto", "rows": 3})
    )

    def clean_tax_id(self) -> str:
        digits = search.digits(self.cleaned_data["tax_id"])
        if self.cleaned_data["tax_id"] and not 1 <= len(digits) <= 12:
            raise forms.ValidationError(_("A tax id has digits, 12 at most."))
        return digits


class MergeForm(forms.Form):
    """The supplier that another one turned out to be."""

    into = forms.ModelChoiceField(InvoiceSupplier.objects.none(), label=_("It is the same as"), empty_label="—")

    def __init__(self, *args: Any, supplier: InvoiceSupplier, **more: Any) -> None:
        super().__init__(*args, **more)
        others: Any = self.fields["into"]
        others.queryset = InvoiceSupplier.objects.standing().exclude(pk=supplier.pk)
        others.label_from_instance = named


class RateForm(forms.Form):
    """A VAT rate of the office's own."""

    starts_on = DayField(label=_("from the day"), required=True)
    rate = FigureField(label=_("percent"), required=True, least=Decimal(0), most=Decimal("100.01"))


class ToleranceForm(forms.Form):
    """By how many shekels sums may differ."""

    tolerance = FigureField(label=_("shekels"), required=True, least=Decimal(0), most=Decimal(1000))


def named(supplier: InvoiceSupplier) -> str:
    """A supplier as a choice: the name, and the tax id where it is known."""
    return f"{supplier.name} ({supplier.tax_id})" if supplier.tax_id else supplier.name


def _part(part: PartRequired) -> str:
    code = part.oem or part.pcode
    return f"{part} · {code}" if code else str(part)
