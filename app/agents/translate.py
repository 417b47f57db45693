"""From AutoGen's stream to our events. Chunks and the full message repeat the text: the message wins."""

from __future__ import annotations

from autogen_agentchat.base import TaskResult
from autogen_agentchat.messages import (
    BaseAgentEvent,
    BaseChatMessage,
    ModelClientStreamingChunkEvent,
    TextMessage,
)

from app.domain.events import EventDraft, EventType


def to_draft(item: BaseAgentEvent | BaseChatMessage | TaskResult, speaker: str) -> EventDraft | None:
    """The event for an item of `run_stream`, None for what is recorded elsewhere or repeats.

    Thoughts are recorded by the call's observer while they stream; the task is in run.created.
    """
    if isinstance(item, ModelClientStreamingChunkEvent):
        return EventDraft(type=EventType.MESSAGE_DELTA, agent=speaker, message=item.content)
    if isinstance(item, TextMessage) and item.source == speaker:
        return EventDraft(type=EventType.MESSAGE_COMPLETED, agent=speaker, message=item.content)
    return None
