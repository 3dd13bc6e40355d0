"""Programs of others at this site: who does what they ask, and who tells them of news."""

from collections.abc import Callable

from ingest.store import Store
from kindstep.folder import Folder
from kindstep.programs import Programs, Take
from kindstep.reaching import Rounds
from kindstep.settings import Settings
from people.trail import Trail
from web.accounts import Accounts
from web.webhooks.postman import Postman


def begin(
    settings: Settings, folder: Folder, store: Store, take: Take, now_us: Callable[[], int]
) -> tuple[Programs, Rounds]:
    """Return both; the second is a thread that nobody has started yet."""
    hosts, key = settings.api.webhook_hosts, folder.webhook_key()
    tokens = Accounts(folder.sign_in).tokens
    postman = Postman(
        store, tokens.find, key, hosts, settings.api.webhook_days, Trail(folder.trail)
    )
    return Programs(store, take, key, hosts), Rounds(postman, now_us)
