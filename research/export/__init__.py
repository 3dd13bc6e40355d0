"""The door of research: packages of a study's data, and the check of one."""

from research.deidentify.gate import Cell, Look
from research.deidentify.profile import Profile
from research.export.access_log import Access, AccessLog
from research.export.chapter_raw import TOPICS as RAW_STREAMS
from research.export.checking import Verified, verify
from research.export.desk import Desk, codebook
from research.export.documents import Unproven
from research.export.manifest import BadPackage
from research.export.package import Progress, Unsafe
from research.export.planning import Plan, Wish
from research.export.zipping import zipped

__all__ = [
    "RAW_STREAMS",
    "Access",
    "AccessLog",
    "BadPackage",
    "Cell",
    "Desk",
    "Look",
    "Plan",
    "Profile",
    "Progress",
    "Unproven",
    "Unsafe",
    "Verified",
    "Wish",
    "codebook",
    "verify",
    "zipped",
]
