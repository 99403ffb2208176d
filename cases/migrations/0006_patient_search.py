"""What a search looks in, once more: former names, a second telephone, and telephones as they are dialled at home."""

from django.db import migrations

from clinic.database import guards

DIALLED = guards.function(
    "cases_dialled",
    """
    DECLARE digits text := regexp_replace(phone, '[^0-9]', '', 'g');
    BEGIN
        IF digits LIKE '0044%' OR (digits LIKE '44%' AND btrim(phone) LIKE '+%') THEN
            RETURN '0' || regexp_replace(digits, '^(00)?440?', '');
        END IF;
        RETURN digits;
    END
    """,
    arguments="phone text",
    returns="text",
    kind="IMMUTABLE PARALLEL SAFE",
)

# Names without accents, numbers as digits, the date of birth as 1985-05-12.
PATIENT_SEARCHED = guards.function(
    "cases_patient_searched",
    """
    BEGIN
        RETURN public.clinic_plain(given || ' ' || known || ' ' || family || ' ' || array_to_string(former, ' ')) || ' '
            || coalesce(nhs, '') || ' ' || public.cases_dialled(phone) || ' ' || public.cases_dialled(other) || ' '
            || lpad(extract(year FROM born)::text, 4, '0') || '-' || lpad(extract(month FROM born)::text, 2, '0')
            || '-' || lpad(extract(day FROM born)::text, 2, '0');
    END
    """,
    arguments="given text, known text, family text, former varchar[], nhs text, phone text, other text, born date",
    returns="text",
    kind="IMMUTABLE PARALLEL SAFE",
)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_catalogue_guards")]
    operations = [DIALLED, PATIENT_SEARCHED]
