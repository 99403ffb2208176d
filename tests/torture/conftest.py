"""What the rough tests share: one running site, as building it takes longer than most of what is done to it."""

import os
from collections.abc import Iterator

import pytest

from tests.torture.live import Site, served


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("live"), dict(os.environ)) as made:
        yield made
