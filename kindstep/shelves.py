"""The archive that an operator chose: a folder in the data folder, or object storage."""

from ingest.archive import Archive
from ingest.archive.objects import ObjectShelf, s3
from kindstep.folder import Folder
from kindstep.settings import ArchiveSettings, Settings


def open_archive(settings: Settings) -> Archive:
    """Open it; nothing is asked of a storage before something is read or sealed."""
    folder = Folder(settings.data).archive
    chosen = settings.archive
    if chosen.url is None:
        return Archive(folder)
    return Archive(folder, _objects(chosen, chosen.url))


def _objects(chosen: ArchiveSettings, url: str) -> ObjectShelf:
    secret = chosen.secret_key_file and chosen.secret_key_file.read_text().strip()
    return s3(
        url.removeprefix("s3://"),
        region=chosen.region,
        endpoint=chosen.endpoint,
        access_key=chosen.access_key,
        secret_key=secret,
    )
