import pytest

from cases.actions.faults import Faults
from clinic.errors import RuleBroken


def test_all_faults_are_told_at_once_and_none_stops_nothing() -> None:
    faults = Faults()
    faults.stop()
    faults.add("/a", "missing", "Say a.")
    faults.add("/b", "missing", "Say b.")
    with pytest.raises(RuleBroken) as no:
        faults.stop()
    assert [fault.pointer for fault in no.value.faults] == ["/a", "/b"]
