"""Who works in the clinic of the demo, in what they are trained, and what their lead makes of the rules."""

from clinic.actions.staff import add_site, add_staff_member
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from clinic.views.frame import DEMO_PASSWORD
from treatments.actions.rules import approve_rules, deviate_from_rule
from treatments.actions.training import set_training
from treatments.models import ContraindicationRule, Modality

ADMIN, PHYSIO, LEAD, RECEPTION = (f"{who}@example.org" for who in ("admin", "physio", "lead", "reception"))
HANNAH = "hannah@example.org"

PEOPLE = (
    (ADMIN, "Nora Whitfield", (Role.CLINIC_ADMIN,), ""),
    (PHYSIO, "Giulia Renna", (Role.PHYSIOTHERAPIST,), "PH999001"),
    (LEAD, "Tom Adeyemi", (Role.CLINICAL_LEAD, Role.PHYSIOTHERAPIST), "PH999002"),
    (HANNAH, "Hannah Brook", (Role.PHYSIOTHERAPIST,), "PH999003"),
    (RECEPTION, "Samir Patel", (Role.RECEPTIONIST,), ""),
)
TRAINED = {
    PHYSIO: ("RSWT", "FSWT", "DIAFIB", "IASTM", "HILT"),
    LEAD: ("RSWT", "DIAFIB", "IASTM", "MAN_MANIP"),
    HANNAH: ("RSWT", "IASTM", "MAN_MANIP"),
}


def employ() -> dict[str, StaffMember]:
    """The site and its people, by their address."""
    site = add_site(name="Harbour Lane Sports Physiotherapy", address="London", by=None)
    made: dict[str, StaffMember] = {}
    for email, name, roles, hcpc_number in PEOPLE:
        made[email] = add_staff_member(
            email=email,
            name=name,
            roles=roles,
            sites=[site],
            by=made.get(ADMIN),
            password=DEMO_PASSWORD,
            hcpc_number=hcpc_number,
        )
    for email, modalities in TRAINED.items():
        set_training(person=made[email], modalities=modalities, by=made[ADMIN])
    approve_the_rules(made[LEAD])
    return made


def approve_the_rules(lead: StaffMember) -> None:
    """The lead approved rules and limits, and changed one; cupping, and the limits of magnets, are still to be read."""
    rules = ContraindicationRule.objects.filter(retired_on=None).exclude(column="CU")
    modalities = Modality.objects.filter(retired_on=None).exclude(code__in=("CUPPING", "PEMF"))
    own = rules.get(code="CI_ANTIPLATELET.DN")
    deviate_from_rule(rule=own, level="R", window_days=None, reason="We ask the GP first, since a bruise.", by=lead)
    approve_rules(these=[*rules, *modalities], by=lead)
