"""What is written is encoded by who writes it, and what cannot be stored is his error alone."""

import pytest

from services.runtime.bulk import encoded
from services.runtime.problems import Invalid


def test_a_number_that_the_database_cannot_hold_is_refused() -> None:
    assert encoded({"_id": "b-1", "grade": 2**63 - 1})["grade"] == 2**63 - 1
    with pytest.raises(Invalid) as refused:
        encoded({"_id": "b-1", "grade": 2**63})
    assert refused.value.code == "number-too-large"
