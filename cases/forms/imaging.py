"""What is typed about pictures: shape only."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from cases.actions.imaging import Picture
from cases.actions.readings import NewMeasurement
from cases.forms.cases import DAY, ImpreciseDateField
from cases.models import BodyRegion, Case, Classification, Deposit, ImagingSource, Injury, Origin, Side, Term

REASON = "Why is it repeated?"
DEPOSITS = 6


class NumberField(forms.DecimalField):
    """A decimal number, with a point or a comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PictureForm(forms.Form):
    """What is seen: kind of picture, part of the body, view."""

    modality = forms.ChoiceField(label="Picture")
    region = forms.ChoiceField(label="Region")
    side = forms.ChoiceField(label="Side", choices=Side)
    view = forms.ChoiceField(label="View", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        terms = list(Term.objects.filter(list__in=["IMAGING_MODALITY", "VIEW"], retired_on=None))
        modalities = [t for t in terms if t.list == "IMAGING_MODALITY"]
        names = {"XRAY": "X-ray", "ULTRASOUND": "Ultrasound", "MR": "MRI", "CT": "CT"}
        self.fields["modality"].choices = [("", "–"), *((t.code, t.label) for t in modalities)]
        self.fields["view"].choices = [
            ("", "not said"),
            *(
                (name, [(t.code, t.label) for t in terms if t.list == "VIEW" and t.family == family])
                for family, name in names.items()
            ),
        ]
        regions = BodyRegion.objects.filter(retired_on=None).order_by("position")
        self.fields["region"].choices = [("", "–"), *regions.values_list("code", "label")]

    def picture(self) -> Picture:
        told = self.cleaned_data
        return Picture(told["modality"], told["region"], told["side"], told["view"])


class RequestForm(PictureForm):
    """A picture that is wanted."""

    why = forms.CharField(label="What it is to show", max_length=500)
    due_on = forms.DateField(label="Due by", widget=DAY)
    is_requested = forms.BooleanField(label="It is requested today", required=False)
    repeat_reason = forms.CharField(label=REASON, required=False, max_length=500)


class ResultForm(PictureForm):
    """A study that came."""

    taken = ImpreciseDateField(label="Taken", help_text="2026-11-03, or 2026-11 where the day is not known")
    source = forms.ChoiceField(label="From", choices=[("", "–"), *ImagingSource.choices])
    reporter = forms.CharField(label="Reported by", required=False, max_length=200)
    reporter_role = forms.CharField(label="Who is", required=False, max_length=100, help_text="Radiologist, surgeon …")
    report_text = forms.CharField(
        label="Report", required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    repeat_reason = forms.CharField(label=REASON, required=False, max_length=500)


class ReadingForm(forms.Form):
    """What was read on a picture, beside the sizes."""

    calibration = forms.ChoiceField(label="How the millimetres are known")
    error_percent = NumberField(label="Error of an area", initial=10, min_value=1, max_value=50)
    note = forms.CharField(
        label="What is seen", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    replaces_because = forms.CharField(label="What was wrong", max_length=500)

    def __init__(self, *args: Any, origin: str, corrects: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Term.objects.filter(list="CALIBRATION", retired_on=None)
        reported = ("REPORTED", "NONE")
        fits = [r for r in rows if (r.code in reported if origin == Origin.REPORTED else r.code != "REPORTED")]
        first = [] if origin == Origin.REPORTED else [("", "–")]
        self.fields["calibration"].choices = [*first, *((r.code, r.label) for r in fits)]
        if origin == Origin.REPORTED:
            self.fields["calibration"].initial = "REPORTED"
        if not corrects:
            del self.fields["replaces_because"]


class DepositForm(forms.Form):
    """One deposit on one picture."""

    deposit = forms.ChoiceField(label="Deposit", required=False)
    length_mm = NumberField(label="Length", required=False)
    width_mm = NumberField(label="Width", required=False)
    thickness_mm = NumberField(label="Thickness", required=False)
    area_mm2 = NumberField(label="Area", required=False)
    area_px = NumberField(label="Area in pixels", required=False)
    is_gone = forms.BooleanField(label="No longer seen", required=False)

    UNITS: Mapping[str, str] = {
        "length_mm": "mm",
        "width_mm": "mm",
        "thickness_mm": "mm",
        "area_mm2": "mm²",
        "area_px": "px",
    }

    @property
    def changed_data(self) -> list[str]:
        """A row in which only the deposit's name stands was left empty."""
        return [name for name in super().changed_data if name != "deposit"]

    def as_new(self) -> NewMeasurement:
        told = dict(self.cleaned_data)
        return NewMeasurement(is_visible=not told.pop("is_gone"), **told)

    @property
    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """Each field with its unit."""
        return [(field, self.UNITS.get(field.name, "")) for field in self]


class DepositFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """A row for each deposit that the case knows, and one for a new one."""

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        self.known = [d.label for d in Deposit.objects.filter(case=case)]
        super().__init__(*args, **options)
        self.extra = min(len(self.known) + 1, DEPOSITS)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["deposit"].choices = [("", "a new deposit"), *((d, d) for d in self.known)]
        if index is not None and index < len(self.known):
            form.fields["deposit"].initial = self.known[index]

    def filled(self) -> list[NewMeasurement]:
        return [form.as_new() for form in self.forms if form.has_changed()]


Deposits = forms.formset_factory(
    DepositForm, formset=DepositFormSet, extra=1, max_num=DEPOSITS, absolute_max=20, validate_max=True
)


def grade_rows(schemes: list[Classification], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The classifications that fit, each with its grades and what was chosen."""
    return [
        {
            "code": s.code,
            "label": s.label,
            "note": s.content.get("note", ""),
            "grades": s.content["grades"],
            "chosen": typed.get(f"grade-{s.code}", ""),
        }
        for s in schemes
    ]


def grades_in(schemes: list[Classification], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(s.code, typed[f"grade-{s.code}"]) for s in schemes if typed.get(f"grade-{s.code}")]


def suggested(injury: Injury | None) -> dict[str, str]:
    """Where a picture is likely to be taken: at the first injury of the case."""
    return {"region": injury.region.code, "side": injury.side} if injury else {}
