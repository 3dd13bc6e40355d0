"""The language that staff chose for their pages; a participant's is part of their profile."""

from web.accounts.sign_in_file import SignInFile


class Languages:
    """What each of them chose, wherever they sign in."""

    def __init__(self, file: SignInFile) -> None:
        self._file = file

    def choose(self, person: str, language: str) -> None:
        """Keep a choice in place of the one before."""
        with self._file.opened() as db:
            db.execute("INSERT OR REPLACE INTO languages VALUES (?, ?)", (person, language))

    def of(self, person: str) -> str | None:
        """Return what somebody chose; None as long as they did not."""
        rows = self._file.ask("SELECT language FROM languages WHERE person = ?", (person,))
        return rows[0][0] if rows else None
