from clinic.rules.api_routes import API_ROUTES
from clinic.rules.routes import ROUTES


def test_the_table_holds_the_interface_and_of_it_only_the_description_is_public() -> None:
    assert API_ROUTES.items() <= ROUTES.items()
    assert {name for name, route in API_ROUTES.items() if route.is_public} == {"api_docs"}
    assert all(name.startswith("api_") for name in API_ROUTES)
