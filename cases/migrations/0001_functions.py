"""Immutable functions on which columns of the patients rest."""

from django.db import migrations

from clinic.database import guards

# 11 minus the weighted sum modulo 11 is the tenth digit; 11 stands for 0, and 10 never occurs.
NHS_NUMBER_IS_RIGHT = guards.function(
    "cases_nhs_number_is_right",
    """
    DECLARE total int := 0; rest int;
    BEGIN
        IF digits !~ '^[0-9]{10}$' THEN RETURN false; END IF;
        FOR i IN 1 .. 9 LOOP total := total + substr(digits, i, 1)::int * (11 - i); END LOOP;
        rest := 11 - total % 11;
        RETURN rest <> 10 AND rest % 11 = substr(digits, 10, 1)::int;
    END
    """,
    arguments="digits text",
    returns="boolean",
    kind="IMMUTABLE PARALLEL SAFE",
)

# What a search looks in: names without accents, numbers as digits, the date of birth as 1985-05-12 and 12/05/1985.
PATIENT_SEARCH_TEXT = guards.function(
    "cases_patient_search_text",
    """
    BEGIN
        RETURN public.clinic_plain(given || ' ' || known || ' ' || family) || ' ' || coalesce(nhs, '') || ' '
            || regexp_replace(phone, '[^0-9]', '', 'g') || ' '
            || lpad(extract(year FROM born)::text, 4, '0') || '-' || lpad(extract(month FROM born)::text, 2, '0')
            || '-' || lpad(extract(day FROM born)::text, 2, '0') || ' '
            || lpad(extract(day FROM born)::text, 2, '0') || '/' || lpad(extract(month FROM born)::text, 2, '0')
            || '/' || extract(year FROM born)::text;
    END
    """,
    arguments="given text, known text, family text, nhs text, phone text, born date",
    returns="text",
    kind="IMMUTABLE PARALLEL SAFE",
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("clinic", "0002_guards")]
    operations = [NHS_NUMBER_IS_RIGHT, PATIENT_SEARCH_TEXT]
