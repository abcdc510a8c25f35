"""Reproduce a published loss table: recover its start, run the real stage, compare line by line."""

from sinfit.replay.log import Log, read_log
from sinfit.replay.published import Published, published, replay_all
from sinfit.replay.replaying import replay
from sinfit.replay.report import Replay

__all__ = ["Log", "Published", "Replay", "published", "read_log", "replay", "replay_all"]
