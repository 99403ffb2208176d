"""What is typed when a patient is registered or corrected: shape only."""

from typing import Any

from django import forms
from django.http import QueryDict

from cases.models import DominantSide, Patient, Sex
from clinic.forms.conflicts import VersionedForm
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
DATE = {"inputmode": "numeric", "autocomplete": "off"}
WRONG_DATE = {"invalid": "Write the date as 12/05/1985."}


class NamesField(forms.CharField):
    """Names with commas between, as a list."""

    def to_python(self, value: Any) -> list[str]:
        return [name.strip() for name in (super().to_python(value) or "").split(",") if name.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class PatientForm(forms.Form):
    """Everything that a registration may hold. Clinical text is there for those who read cases."""

    given_names = forms.CharField(label="Given names", max_length=100)
    family_name = forms.CharField(label="Family name", max_length=100)
    born_on = forms.DateField(
        label="Date of birth",
        input_formats=DATE_FORMATS,
        help_text="For example 12/05/1985",
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages=WRONG_DATE,
    )
    sex = forms.ChoiceField(label="Sex", choices=Sex, initial=Sex.UNKNOWN)
    phone = forms.CharField(
        label="Telephone", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    nhs_number = forms.CharField(
        label="NHS number",
        required=False,
        max_length=20,
        help_text="Ten digits, if known",
        widget=forms.TextInput(DATE),
    )
    known_as = forms.CharField(label="Known as", required=False, max_length=100)
    former_names = NamesField(
        label="Former family names", required=False, max_length=300, help_text="With commas between"
    )
    other_phone = forms.CharField(
        label="Other telephone", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label="E-mail", required=False, max_length=254)
    address = forms.CharField(label="Address", required=False, max_length=1000, widget=forms.Textarea({"rows": 3}))
    gp_name = forms.CharField(label="GP", required=False, max_length=200)
    gp_practice = forms.CharField(label="GP practice", required=False, max_length=200)
    emergency_name = forms.CharField(label="In an emergency call", required=False, max_length=200)
    emergency_relation = forms.CharField(
        label="Who is", required=False, max_length=100, help_text="Wife, son, friend …"
    )
    emergency_phone = forms.CharField(
        label="Telephone of theirs", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    occupation = forms.CharField(label="Occupation", required=False, max_length=200)
    sport = forms.CharField(label="Sport", required=False, max_length=200)
    dominant_side = forms.ChoiceField(
        label="Stronger side", required=False, choices=DominantSide, initial=DominantSide.UNKNOWN
    )
    medicines = forms.CharField(label="Medicines", required=False, max_length=5000, widget=forms.Textarea({"rows": 3}))
    allergies = forms.CharField(label="Allergies", required=False, max_length=5000, widget=forms.Textarea({"rows": 2}))
    past_history = forms.CharField(
        label="Past history", required=False, max_length=20000, widget=forms.Textarea({"rows": 3})
    )

    FIRST = ("given_names", "family_name", "born_on", "sex", "phone", "nhs_number", "site")

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        if not by.may(Permission.CASE_READ):
            for name in Patient.CLINICAL:
                del self.fields[name]
        self.fields["given_names"].widget.attrs["autofocus"] = True

    def clean_dominant_side(self) -> str:
        return self.cleaned_data["dominant_side"] or DominantSide.UNKNOWN

    @property
    def first(self) -> list[forms.BoundField]:
        """What a registration needs: all else can follow."""
        return [field for field in self if field.name in self.FIRST]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.FIRST]

    @property
    def rest_is_open(self) -> bool:
        return any(
            field.errors or (self.is_bound and field.value()) for field in self.rest if field.name != "dominant_side"
        )


class RegisterPatientForm(PatientForm):
    """A registration: the person, and the site."""

    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, by=by, **options)
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)


class ChangePatientForm(PatientForm, VersionedForm):
    """A correction; and a date of death."""

    died_on = forms.DateField(
        label="Date of death",
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages=WRONG_DATE,
    )

    def change(self) -> tuple[int, dict[str, Any]]:
        """The version that was read, and everything else as it is to be."""
        told = dict(self.cleaned_data)
        return told.pop("version"), told

    @classmethod
    def of(cls, by: StaffMember, patient: Patient, typed: QueryDict | None = None) -> "ChangePatientForm":
        """Filled with what is known, or with what is typed over it."""
        known = {name: getattr(patient, name) for name in cls.base_fields}
        return cls(typed, initial={**known, "nhs_number": patient.nhs_spaced}, by=by)
