"""The parts of a session beside treatments and measures, as they are sent and read."""

from rest_framework import serializers

from clinic.api.fields import StrictSerializer
from treatments.models import AdverseEvent, GivenAgainst, HomeExercise, Response, Severity, SinceLast


class SinceIn(StrictSerializer):
    """How it was after the last signed treatment, learnt at this visit. Pain: NPRS, 0 to 10."""

    response = serializers.ChoiceField(Response.choices, required=False)
    pain = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10)
    skin_reaction = serializers.CharField(required=False, allow_blank=True)
    was_flare = serializers.BooleanField(required=False)
    adherence_percent = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="How much of the exercises for home was done; null: not asked.",
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class ExerciseIn(StrictSerializer):
    """An exercise for home. `load_rm` is a repetition maximum, `load_kg` a weight."""

    name = serializers.CharField(max_length=200)
    sets = serializers.IntegerField(required=False, allow_null=True)
    reps = serializers.IntegerField(required=False, allow_null=True)
    load_rm = serializers.IntegerField(required=False, allow_null=True)
    load_kg = serializers.FloatField(required=False, allow_null=True)
    times_a_week = serializers.IntegerField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class EventIn(StrictSerializer):
    """An adverse event; `modality` is what may have caused it."""

    what = serializers.CharField(max_length=500)
    severity = serializers.ChoiceField(Severity.choices)
    onset_on = serializers.DateField()
    modality = serializers.CharField(required=False, allow_blank=True)
    told = serializers.CharField(required=False, allow_blank=True, max_length=500)
    resolved_on = serializers.DateField(required=False, allow_null=True)


class SinceOut(serializers.ModelSerializer[SinceLast]):
    about = serializers.UUIDField(source="about_id", help_text="The session that it is about.")

    class Meta:
        model = SinceLast
        fields = ("about", "response", "pain", "skin_reaction", "was_flare", "adherence_percent", "note")


class ExerciseOut(serializers.ModelSerializer[HomeExercise]):
    load_kg = serializers.FloatField(allow_null=True)

    class Meta:
        model = HomeExercise
        fields = ("name", "sets", "reps", "load_rm", "load_kg", "times_a_week", "note")


class EventOut(serializers.ModelSerializer[AdverseEvent]):
    modality = serializers.SerializerMethodField(help_text="The code of what may have caused it, or null.")

    class Meta:
        model = AdverseEvent
        fields = ("id", "what", "severity", "onset_on", "modality", "told", "resolved_on")

    def get_modality(self, row: AdverseEvent) -> str | None:
        return row.suspected_id.split("@")[0] if row.suspected_id else None


class AgainstOut(serializers.ModelSerializer[GivenAgainst]):
    """What was said of a treatment that the screening holds back, with the rules as they stood."""

    waived_by = serializers.CharField(
        source="waiver.answered_name",
        default=None,
        allow_null=True,
        help_text="The clinical lead who waived it beforehand, or null.",
    )
    waived_until = serializers.DateField(source="waiver.valid_until", default=None, allow_null=True)

    class Meta:
        model = GivenAgainst
        fields = ("demand", "because", "told", "happened", "matches", "waived_by", "waived_until")
