"""What the sample gateways have received, and the fault that they were told to play next."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Channel = Literal["sms", "email"]
Mode = Literal["ok", "timeout", "error", "refuse"]
KEPT = 20_000
"""Messages of each channel in memory; the oldest go first."""


@dataclass(frozen=True)
class Message:
    """One message as its receiver would see it."""

    message_id: str
    to: str
    text: str
    subject: str = ""
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Fault:
    """How the next `count` calls fail."""

    mode: Mode = "ok"
    count: int = 0

    def take(self) -> Mode:
        """The mode of this call; one fewer of them is left."""
        if self.count <= 0:
            return "ok"
        self.count -= 1
        return self.mode


class Mailbox:
    """Messages by id, each stored once however often it is handed in."""

    def __init__(self) -> None:
        self._messages: dict[Channel, OrderedDict[str, Message]] = {
            "sms": OrderedDict(),
            "email": OrderedDict(),
        }
        self.handed_in: dict[Channel, int] = {"sms": 0, "email": 0}
        self.faults: dict[Channel, Fault] = {"sms": Fault(), "email": Fault()}

    def put(self, channel: Channel, message: Message) -> None:
        """Keep it unless a message with its id is there already."""
        self.handed_in[channel] += 1
        kept = self._messages[channel]
        kept.setdefault(message.message_id, message)
        if len(kept) > KEPT:
            kept.popitem(last=False)

    def find(self, channel: Channel, message_id: str) -> Message | None:
        """The message with that id."""
        return self._messages[channel].get(message_id)

    def newest(self, channel: Channel, limit: int = KEPT) -> list[Message]:
        """The latest messages, newest first."""
        return list(reversed(self._messages[channel].values()))[:limit]

    def count(self, channel: Channel) -> int:
        """How many different messages are kept."""
        return len(self._messages[channel])
