"""The names of everything that is kept in Redis. All keys of one game carry its PIN as hash tag, so they share a slot."""

from __future__ import annotations

from functools import lru_cache

QUIZZES, HOSTS = "quiz:quizzes", "quiz:hosts"
#: Hash: host → second up to which all sessions are over. Sorted set: sessions that are over, by when their tokens expire.
SIGNED_OUT, SESSIONS_OVER = "quiz:signed-out", "quiz:sessions-over"
#: Sorted sets: games by creation time, games by when to look at them, workers by last sign of life. All in milliseconds.
GAMES, CLOCKS, WORKERS = "quiz:games", "quiz:clocks", "quiz:workers"
#: Seconds since 1970 at which this Redis's memory began: the first epoch of its games.
EPOCH = "quiz:epoch"
#: Milliseconds for which the trace of a trial stays.
TRIAL_MS = 60_000
#: Hashes: picture → what is known of it, host → bytes of what they brought. And when it was last looked which are used.
IMAGES, IMAGE_BYTES, SWEPT = "quiz:images", "quiz:image-bytes", "quiz:images-swept"
#: There while somebody restores a backup, with a time to live.
RESTORING = "quiz:restoring"
#: Guesses of PINs, of all addresses; with those of each address they share a slot.
GUESSES = "quiz:{guesses}:all"


def guesses(address: str) -> str:
    """Hash: how many guesses of an address are spent, and when that was so. Goes away by itself."""
    return f"quiz:{{guesses}}:of:{address}"


def plays(address: str, pin: str) -> str:
    """There while a game is played at an address; goes away by itself."""
    return f"quiz:{{guesses}}:plays:{pin}:{address}"


def is_slug(asked: str) -> bool:
    """Whether what somebody asks for can be a slug: with a slash it would lead from the shared quizzes to those of a host."""
    return "/" not in asked


def quiz(slug: str, owner: str | None = None) -> str:
    """One quiz, JSON; neither slugs (`is_slug`) nor hosts' names have a slash."""
    return f"quiz:quiz:{slug}" if owner is None else f"quiz:quiz:{owner}/{slug}"


def owned(owner: str) -> str:
    """Of a host's own quizzes what lists show, by slug; the shared ones are in `QUIZZES`."""
    return f"{QUIZZES}:{owner}"


def changes(shelf: str) -> str:
    """How often a shelf, `QUIZZES` or one of `owned`, was changed; in its slot."""
    return f"quiz:changes:{{{shelf}}}"


def deleted(slug: str, owner: str | None = None) -> str:
    """A quiz that was deleted, in the slot of its place; goes away by itself."""
    return f"quiz:deleted-quiz:{{{quiz(slug, owner)}}}"


def bin(owner: str | None = None) -> str:
    """Of an owner's deleted quizzes what lists show, by slug."""
    return "quiz:deleted" if owner is None else f"quiz:deleted:{owner}"


def drafts(host: str) -> str:
    """Of a host's drafts what lists show, by `owner/slug` of the quiz, `/slug` for a shared one."""
    return f"quiz:drafts:{{{host}}}"


def draft(host: str, of: str) -> str:
    """What a host's draft holds, JSON, in the slot of `drafts`; goes away by itself."""
    return f"quiz:draft:{{{host}}}:{of}"


def editing(of: str) -> str:
    """Sorted set: `host/editor` of those who have a quiz open, by when they are forgotten, in milliseconds."""
    return f"quiz:editing:{of}"


def image(id: str) -> str:
    """A picture, base64."""
    return f"quiz:image:{id}"


def attempts(whose: str) -> str:
    """How often somebody tried to sign in of late; `whose` says who is counted."""
    return f"quiz:attempts:{whose}"


def signed_in(account: str, place: str) -> str:
    """There while it is remembered that a host has signed in from a place."""
    return f"quiz:signed-in:{account}:{place}"


def archive(game_id: str) -> str:
    """The record of one finished game, JSON."""
    return f"quiz:archive:{game_id}"


#: Hash: game → what lists show of its record. With the lists it shares a slot.
FINISHED = "quiz:{results}:about"
#: There while it is known that every record is on the lists; goes away by itself.
LISTED = "quiz:{results}:listed"


def finished(host: str | None, quiz: str | None = None) -> str:
    """Sorted set: games by when they ended, of a host, or, where that is "", of all; None: those that all hosts share."""
    whose = "shared" if host is None else f"host:{host}" if host else "all"
    return f"quiz:{{results}}:{whose}" if quiz is None else f"quiz:{{results}}:{whose}/{quiz}"


def trial(worker: str) -> str:
    """Written by a worker to see whether Redis takes writes; goes away by itself."""
    return f"quiz:trial:{worker}"


class GameKeys:
    """The keys of one game."""

    def __init__(self, pin: str) -> None:
        tag = f"quiz:{{{pin}}}:"
        self.game = tag + "game"  # hash: id, schema, created_at, generation, the fields of Phase, board, epoch, stamp, announced;
        # and of players "number:<id>", "renamed:<id>"
        self.content = tag + "content"  # string: domain.game.Game, JSON
        self.leaderboard = tag + "leaderboard"  # sorted set: player → domain.ranking.sort_score
        self.names = tag + "names"  # hash: player → nickname
        self.folded = tag + "folded"  # hash: nickname's comparison form → player
        self.streaks = tag + "streaks"  # hash: player → streak
        self.answered = tag + "answered"  # hash: player → indexes of the answered questions, "0,3"
        self.opened = (
            tag + "opened"
        )  # hash: "player|index" → when the player first saw it (self-paced), or, negative, when it was missed
        self.kicked = tag + "kicked"  # set of players
        self.presence = tag + "presence"  # set of "player|worker"
        self.teams = tag + "teams"  # hash: player → number of the team, where the game has teams; sizes are in `game`, "team:0" …
        self.roster = tag + "roster"  # list: changes that hosts have not been told, JSON
        self.sent = tag + "sent"  # hash: what was told last per topic, and when
        self._answers = tag + "answers:"

    def answers(self, index: int) -> str:
        """Hash: player → Receipt, JSON; of the question at `index`."""
        return f"{self._answers}{index}"

    def all(self, questions: int) -> list[str]:
        """Every key of a game with so many questions."""
        plain = [value for name, value in vars(self).items() if not name.startswith("_")]
        return plain + [self.answers(i) for i in range(questions)]


#: The keys of a game are asked for with every answer.
game_keys = lru_cache(maxsize=1000)(GameKeys)
