"""How stiff a joint is against the other side: what is lost, and the classes that need no picture."""

from decimal import Decimal

SAME_WITHIN_DEG = Decimal(5)  # the usual error of a goniometer: less than that is not a loss


def extension_loss(sound_deg: Decimal, affected_deg: Decimal) -> Decimal:
    """Degrees of extension lost against the sound side; beyond neutral is positive, short of it negative."""
    return sound_deg - affected_deg


def flexion_loss(sound_deg: Decimal, affected_deg: Decimal) -> Decimal:
    """Degrees of flexion lost against the sound side."""
    return sound_deg - affected_deg


def shelbourne(lost_extension_deg: Decimal, lost_flexion_deg: Decimal, *, patella_is_low: bool) -> str | None:
    """The type of knee arthrofibrosis (Shelbourne 1996); exactly 10° counts as more, by our choice.

    None where the scheme has no place for what is lost: it is then left empty.
    """
    if lost_flexion_deg <= SAME_WITHIN_DEG:
        return "SHEL_1" if lost_extension_deg < 10 else "SHEL_2"
    if lost_extension_deg < 10:
        return None
    if patella_is_low and lost_flexion_deg >= 30:
        return "SHEL_4"
    return "SHEL_3" if lost_flexion_deg > 25 else None


def meets_capsulitis_criterion(
    passive_external_rotation_deg: Decimal, other_side_deg: Decimal | None, *, xray_is_normal: bool
) -> bool:
    """More than half of passive external rotation lost, or less than 30° of it left, and a normal X-ray.

    Source: general knowledge (Kelley, JOSPT 2013); the wording varies.
    """
    if not xray_is_normal:
        return False
    if passive_external_rotation_deg < 30:
        return True
    return other_side_deg is not None and passive_external_rotation_deg * 2 < other_side_deg
