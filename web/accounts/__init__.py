"""Who is signed in: one-time links, passkeys, passwords and sessions, in a file of their own.

Only hashes are kept: who reads the file cannot sign in with what stands there.
"""

from web.accounts.accounts import DAY_S, SESSION_S, Accounts
from web.accounts.passkeys import Here, NotProved
from web.accounts.passwords import BadChoice
from web.accounts.scopes import Scope
from web.accounts.sessions import Lack, Session
from web.accounts.tokens import Token

__all__ = [
    "DAY_S",
    "SESSION_S",
    "Accounts",
    "BadChoice",
    "Here",
    "Lack",
    "NotProved",
    "Scope",
    "Session",
    "Token",
]
