"""Staff, endpoints and deliveries, as the tests of the admin know them."""

from tests.admin.conftest import add, demote, endpoint, may, post_all, staff  # noqa: F401
