"""Devices are edited by versions; what is given with one is among what it gives."""

from django.db import migrations

from clinic.database import guards

DEVICE_GIVES_IT = guards.function(
    "treatments_device_gives_it",
    """
    BEGIN
        IF new.device_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM treatments_device d
             WHERE d.id = new.device_id AND split_part(new.modality_key, '@', 1) = ANY (d.modalities)) THEN
            PERFORM clinic_say_no('CB422', 'this device does not give this treatment');
        END IF;
        RETURN new;
    END
    """,
)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0028_devices")]

    operations = [
        DEVICE_GIVES_IT,
        *guards.record("treatments_device"),
        *guards.tells_the_audit_log("treatments_device"),
        guards.keeps_history("treatments_device"),
        guards.trigger("treatments_application", "c_device_gives_it", "BEFORE INSERT", "treatments_device_gives_it()"),
    ]
