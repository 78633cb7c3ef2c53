"""The database server and the broker that a system leans on: given to us, or started by us."""

import hashlib
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from devkit import broker, database, ports, postgres
from devkit.crew import Crew
from devkit.keys import Keys
from devkit.ports import LOOPBACK
from devkit.progress import step

DATABASE = "backoffice"
LOGIN = "backoffice_app"
START_SECONDS = 60.0


@dataclass(frozen=True)
class Servers:
    owner_url: str
    app_url: str
    broker_url: str
    cache_url: str | None


def start(crew: Crew, keys: Keys, *, database_name: str = DATABASE, is_durable: bool = True) -> Servers:
    """Have both servers answer and an empty database, at least, be there."""
    owner_url, app_url = given_database(database_name) or _own_database(crew, keys, database_name, is_durable)
    database.create(owner_url, crew.place.setup_log)
    broker_url, cache_url = _given_broker() or _own_broker(crew)
    return Servers(owner_url, app_url, broker_url, cache_url)


def is_database_given() -> bool:
    return bool(os.environ.get("OWNER_DATABASE_URL"))


def given_database(name: str) -> tuple[str, str] | None:
    """The owner's and the app's way in to a server that was given to us, to its own database or another of ours."""
    owner_url = os.environ.get("OWNER_DATABASE_URL")
    if not owner_url:
        return None
    app_url = os.environ.get("DATABASE_URL") or _login_on(owner_url)
    if name == DATABASE:
        return owner_url, app_url
    return database.beside(owner_url, name), database.beside(app_url, name)


def _login_on(owner_url: str) -> str:
    """The app's login there; its password follows from the owner's, as all our places share one role."""
    url = urlsplit(owner_url)
    password = hashlib.sha256(f"{LOGIN}:{url.password}".encode()).hexdigest()
    return url._replace(netloc=f"{LOGIN}:{password}@{url.netloc.rpartition('@')[2]}").geturl()


def _own_database(crew: Crew, keys: Keys, name: str, is_durable: bool) -> tuple[str, str]:
    server = postgres.at(crew.place, is_durable=is_durable)
    server.prepare(keys.owner_password)
    port = ports.choose(crew.place.run().get("postgres_port"))
    with step(f"Starting {server.found}"):
        crew.start(server.service(port))
        crew.await_ready("postgres", START_SECONDS)
    crew.place.remember(postgres_port=port)
    host = f"{LOOPBACK}:{port}/{name}"
    return (
        f"postgresql://{postgres.OWNER}:{keys.owner_password}@{host}",
        f"postgresql://{LOGIN}:{keys.app_password}@{host}",
    )


def _given_broker() -> tuple[str, str | None] | None:
    url = os.environ.get("CELERY_BROKER_URL")
    return (url, broker.cache_beside(url)) if url else None


def _own_broker(crew: Crew) -> tuple[str, str]:
    service, path = broker.service_at(crew.place)
    with step("Starting the broker"):
        crew.start(service)
        crew.await_ready("broker", START_SECONDS)
    return broker.urls_of(path)
