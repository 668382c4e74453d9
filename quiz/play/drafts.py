"""What somebody has written and not saved yet, and who has which quiz open."""

from __future__ import annotations

from typing import Protocol

import msgspec

#: Milliseconds after which an editor that says nothing is forgotten.
LEASE_MS = 30_000


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A quiz as somebody has it before them, finished or not: `content` is whatever their editor makes of it, not checked.

    It is of the quiz of a slug and owner (None: shared), which need not exist yet. `base` is the version of the quiz that it
    began from. `version` grows with each time that it is kept; `updated_at` is in epoch milliseconds.
    """

    version: int = 0
    updated_at: int = 0
    slug: str
    owner: str | None = None
    title: str = ""
    base: int | None = None
    content: msgspec.Raw


class DraftSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What lists show of a draft."""

    version: int
    updated_at: int
    slug: str
    owner: str | None = None
    title: str = ""
    base: int | None = None


class Drafts(Protocol):
    """The drafts of each host; forgotten some time after they were kept last. Raises ServerBusy."""

    def get(self, host: str, slug: str, owner: str | None) -> Draft | None:
        """A host's draft of a quiz."""

    def keep(self, host: str, draft: Draft, version: int | str) -> int:
        """Keeps a draft in place of the one of this version ("none": there must be none; "any"); the new version.

        Raises VersionConflict, or LimitReached where the host has too many.
        """

    def drop(self, host: str, slug: str, owner: str | None) -> bool:
        """Removes one; False if there was none."""

    def all(self, host: str) -> list[DraftSummary]:
        """A host's, the newest first."""

    def editing(self, slug: str, owner: str | None, who: str, leave: bool = False) -> list[str]:
        """Notes that `who` has a quiz open, for `LEASE_MS`, or has left; all who have, the one who asks too."""
