"""Where the platform says that it is, and whose pages may connect."""

from __future__ import annotations

from config.addresses import lan_address
from tests.config.starts import given, production


def test_the_address_of_this_machine_alone(var_dir):
    """By default only this machine is served, under each of its names."""
    settings = given(var_dir)
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.allowed_origins == ["http://127.0.0.1:8080", "http://localhost:8080"]


def test_the_address_on_the_local_network(var_dir):
    """Served to the network, the address that phones can open is shown and allowed."""
    settings = given(var_dir, HOST="0.0.0.0", PORT="8081")
    assert settings.address == f"http://{lan_address()}:8081"
    assert {settings.address, "http://127.0.0.1:8081", "http://localhost:8081"} <= set(settings.allowed_origins)


def test_the_public_address_goes_before_all(var_dir):
    """Behind a proxy the public URL is shown and allowed, written as browsers send it."""
    settings = given(
        var_dir, QUIZ_PUBLIC_URL="https://Quiz.example.org:443/", QUIZ_ORIGINS="https://a.example, http://b.example:80/"
    )
    assert settings.address == "https://quiz.example.org"
    assert settings.allowed_origins[:3] == ["https://a.example", "http://b.example", "https://quiz.example.org"]


def test_production_allows_no_origin_of_a_developer(var_dir):
    """A page on somebody's own machine must not speak for them."""
    assert "http://localhost:8080" not in given(var_dir, **production()).allowed_origins
