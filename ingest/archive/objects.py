"""A shelf in object storage, whatever speaks S3."""

import os
from pathlib import Path
from typing import Final

from pyarrow import fs

_CHUNK: Final = 1 << 22
_CONNECT_S: Final = 5.0
_REQUEST_S: Final = 30.0
_TRIES: Final = 2  # of one request; whoever asked tries again later

# Checksums in a trailer are an extension that many servers lack; hashes are ours.
os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")


class ObjectShelf:
    """Objects below a prefix of a bucket; each is there as a whole or not at all."""

    def __init__(self, storage: fs.FileSystem, prefix: str) -> None:
        self.files: fs.FileSystem = fs.SubTreeFileSystem(prefix, storage)
        self._told: tuple[int, int] | None = None

    def put(self, unfinished: Path, name: str) -> None:
        self._upload(unfinished, name)
        unfinished.unlink()

    def remove(self, name: str) -> None:
        if self.files.get_file_info(name).type != fs.FileType.NotFound:
            self.files.delete_file(name)

    def tell(self, manifest: Path) -> None:
        """Upload the manifest if it changed: whoever reads the bucket needs nothing else."""
        if not manifest.exists():
            return
        stat = manifest.stat()
        stamp = (stat.st_ino, stat.st_mtime_ns)
        if stamp != self._told:
            self._upload(manifest, manifest.name)
            self._told = stamp

    def _upload(self, path: Path, name: str) -> None:
        with path.open("rb") as source, self.files.open_output_stream(name) as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)


def s3(
    prefix: str,
    *,
    region: str,
    endpoint: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
) -> ObjectShelf:
    """Return a shelf in `bucket/folder`; nothing is asked of the server yet.

    Without an endpoint (`https://host:port`) it is Amazon's; without keys, those of this
    machine open it.
    """
    _, _, host = (endpoint or "").partition("://")
    storage = fs.S3FileSystem(
        access_key=access_key,
        secret_key=secret_key,
        region=region,
        scheme="http" if (endpoint or "").startswith("http://") else "https",
        endpoint_override=host or None,
        connect_timeout=_CONNECT_S,
        request_timeout=_REQUEST_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_TRIES),
    )
    return ObjectShelf(storage, prefix)
