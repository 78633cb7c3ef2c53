"""Buckets behind an S3 endpoint, through one client that all threads share; a file is one request each way.

One request, because what a killed worker leaves of a multipart upload takes space and stands in no list.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings

_PIECE = 256 * 1024
_CONNECTIONS = 16


def put(bucket: str, key: str, content: IO[bytes]) -> None:
    """Raises FileExistsError for a key that was used."""
    if _lies_there(bucket, key):
        raise FileExistsError
    add(bucket, key, content)


def add(bucket: str, key: str, content: IO[bytes]) -> None:
    """The same under a key that nobody has used."""
    client().put_object(Bucket=bucket, Key=key, Body=content)


def pieces(bucket: str, key: str, start: int, length: int | None) -> Iterator[bytes]:
    """Raises ClientError with the status 404 where nothing lies there."""
    part = {} if length is None else {"Range": f"bytes={start}-{start + length - 1}"}
    body = client().get_object(Bucket=bucket, Key=key, **part)["Body"]
    return _read(body)


def _read(body: Any) -> Iterator[bytes]:
    with body:
        while piece := body.read(_PIECE):
            yield piece


def remove(bucket: str, key: str) -> None:
    client().delete_object(Bucket=bucket, Key=key)


def listed(bucket: str) -> Iterator[tuple[str, datetime]]:
    """Every key with the moment it was stored."""
    for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for one in page.get("Contents", ()):
            yield one["Key"], one["LastModified"].astimezone(UTC)


def forget_unfinished(before: datetime) -> None:
    """Nothing: what did not come whole was never taken."""


def _lies_there(bucket: str, key: str) -> bool:
    try:
        client().head_object(Bucket=bucket, Key=key)
    except ClientError as exc:
        if exc.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def client() -> Any:
    """The client of the endpoint in the settings."""
    return _client(
        settings.FILES_S3_ENDPOINT,
        settings.FILES_S3_REGION,
        settings.FILES_S3_ACCESS_KEY,
        settings.FILES_S3_SECRET_KEY,
    )


@lru_cache(maxsize=4)
def _client(endpoint: str, region: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # Supabase, like most that speak S3, knows nothing of the checksums boto3 has added since 2025.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            max_pool_connections=_CONNECTIONS,
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 2},
        ),
    )
