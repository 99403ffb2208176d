"""The chain over the audit log, added to by one function of the owner; and histories of keys and invitations."""

from django.db import migrations
from django.db.migrations import RunSQL

from clinic.database import guards

# Whoever calls it chooses how many rows at most, and nothing else. Rows are taken in the order of their transactions'
# numbers, once no older one is open; numbers beyond all that were given are of a server of which this is a copy: they
# are settled, and come first. sha256 over texts as clinic/rules/chains.py adds them up.
SEAL_AUDIT = guards.function(
    "clinic_seal_audit",
    """
    DECLARE
        last record;
        mark bigint := 0;
        previous text := repeat('0', 64);
        place bigint := 0;
        now_at timestamptz;
        each record;
    BEGIN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            PERFORM clinic_say_no('CB500', 'the audit log is sealed in transactions that are read committed');
        END IF;
        PERFORM pg_advisory_xact_lock(7120334251206);
        sealed := 0;
        settled_below := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
        SELECT l.position, l.xid, l.chained_sha256 INTO last FROM clinic_auditlink l ORDER BY l.position DESC LIMIT 1;
        IF found THEN
            place := last.position; previous := last.chained_sha256;
            IF last.xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint THEN mark := last.xid; END IF;
        END IF;
        now_at := clock_timestamp();
        FOR each IN
            WITH seen AS MATERIALIZED (
                SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS below,
                       pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS beyond
            )
            SELECT r.kind, r.id, r.xid, encode(sha256(convert_to(r.told, 'UTF8')), 'hex') AS row_sha256
              FROM seen, LATERAL (
                (SELECT 'EVENT' AS kind, e.id, e.xid, to_jsonb(e)::text AS told FROM clinic_auditevent e
                  WHERE e.xid >= mark AND (e.xid < seen.below OR e.xid >= seen.beyond)
                    AND NOT EXISTS (SELECT 1 FROM clinic_auditlink l WHERE l.row_id = e.id AND l.kind = 'EVENT')
                  ORDER BY e.xid >= seen.beyond DESC, e.xid, e.id LIMIT least(greatest(most, 1), 10000))
                 UNION ALL
                (SELECT 'CHANGE', c.id, c.xid, to_jsonb(c)::text FROM clinic_rowchange c
                  WHERE c.xid >= mark AND (c.xid < seen.below OR c.xid >= seen.beyond)
                    AND NOT EXISTS (SELECT 1 FROM clinic_auditlink l WHERE l.row_id = c.id AND l.kind = 'CHANGE')
                  ORDER BY c.xid >= seen.beyond DESC, c.xid, c.id LIMIT least(greatest(most, 1), 10000))
              ) r
             ORDER BY r.xid >= seen.beyond DESC, r.xid, r.kind DESC, r.id LIMIT least(greatest(most, 1), 10000)
        LOOP
            place := place + 1;
            previous := encode(sha256(convert_to(
                concat_ws('|', previous, place, each.kind, each.id, each.row_sha256, each.xid,
                          (extract(epoch FROM now_at) * 1000000)::bigint), 'UTF8')), 'hex');
            INSERT INTO clinic_auditlink (position, kind, row_id, xid, row_sha256, chained_sha256, sealed_at)
            VALUES (place, each.kind, each.id, each.xid, each.row_sha256, previous, now_at);
            sealed := sealed + 1;
        END LOOP;
    END
    """,
    arguments="most integer, OUT sealed integer, OUT settled_below bigint",
    returns="record",
    kind="SECURITY DEFINER SET timezone = 'UTC'",
)


class Migration(migrations.Migration):
    dependencies = [("clinic", "0008_audit_chain")]

    operations = [
        SEAL_AUDIT,
        RunSQL("REVOKE EXECUTE ON FUNCTION clinic_seal_audit(integer) FROM PUBLIC", RunSQL.noop),
        RunSQL("GRANT EXECUTE ON FUNCTION clinic_seal_audit(integer) TO casebook_app", RunSQL.noop),
        *guards.entry("clinic_auditlink"),
        guards.keeps_history("clinic_apikey", "digest"),
        guards.keeps_history("clinic_invitation", "digest"),
    ]
