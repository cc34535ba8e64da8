import pytest

from tests.diet.travel import Bot, travel_examples


@pytest.fixture(scope="session")
def travel_bot() -> Bot:
    return Bot(travel_examples(), epochs=100)
