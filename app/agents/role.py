"""What the three agents with a model have in common: a brief in place of the chat, and passing a turn."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, Final

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.base import Response
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, TextMessage
from autogen_core import CancellationToken
from autogen_core.model_context import ChatCompletionContext
from autogen_core.models import AssistantMessage, ChatCompletionClient, LLMMessage, UserMessage
from typing_extensions import override

from app.agents import brief
from app.agents.workspace import Workspace
from app.models.guarded_client import GuardedClient
from app.models.tokens import estimate_tokens

LEAST_TOKENS: Final = 400  # what any further answer may have
LONGER: Final = 2  # times the length of the first
Spoken = AsyncGenerator[BaseAgentEvent | BaseChatMessage | Response, None]


class BriefContext(ChatCompletionContext):
    """A model context that renders the present state instead of collecting the chat.

    AutoGen's own contexts grow without bound, and render an agent's own messages as assistant and the
    others' as user, so that no two agents share a prefix. Nothing is saved: the brief is made anew.
    """

    def __init__(self, render: Callable[[], str]) -> None:
        super().__init__()
        self._render = render
        self._correction: tuple[str, str] | None = None

    def use(self, render: Callable[[], str]) -> None:
        """Speak from another text from now on."""
        self._render = render
        self._correction = None

    def correct(self, answer: str, request: str) -> None:
        """Show the model its last answer and what was wrong with it."""
        self._correction = (answer, request)

    def forget_correction(self) -> None:
        """Speak from the text alone again."""
        self._correction = None

    @override
    async def add_message(self, message: LLMMessage) -> None:
        """Ignored: what was said is in the state already, as far as it matters."""

    @override
    async def get_messages(self) -> list[LLMMessage]:
        messages: list[LLMMessage] = [UserMessage(content=self._render(), source="user")]
        if self._correction:
            answer, request = self._correction
            messages.append(AssistantMessage(content=answer, source="assistant"))
            messages.append(UserMessage(content=request, source="user"))
        return messages

    @override
    async def save_state(self) -> Mapping[str, Any]:
        return {}

    @override
    async def load_state(self, state: Mapping[str, Any]) -> None:
        self._correction = None


class RoleAgent(AssistantAgent):
    """An AssistantAgent that speaks from the workspace. Subclasses say what a turn consists of."""

    def __init__(
        self,
        name: str,
        description: str,
        instruction: str,
        client: ChatCompletionClient,
        workspace: Workspace,
    ) -> None:
        self.workspace = workspace
        self.context = BriefContext(self.render)
        self._instruction = instruction
        super().__init__(
            name=name,
            description=description,
            model_client=client,
            model_client_stream=True,
            model_context=self.context,
            system_message=brief.prompt("system.md"),
        )

    def render(self) -> str:
        """The brief of this agent: shared part first, its own instruction last."""
        return brief.join(self.workspace.shared, brief.role_part(self.name, self._instruction))

    @property
    def has_part(self) -> bool:
        """False where the settings leave the instruction empty: the turn is taken without a model."""
        return bool(self._instruction)

    async def ask(
        self, messages: Sequence[BaseChatMessage], token: CancellationToken, answers: list[str]
    ) -> AsyncGenerator[BaseAgentEvent | BaseChatMessage, None]:
        """One model call: passes on what it streams, and adds its text to `answers`."""
        async for item in super().on_messages_stream(messages, token):
            if isinstance(item, Response):
                answers.append(_text_of(item))
            else:
                yield item

    def speak_plainly(self, text: str) -> None:
        """Ask this in place of the brief, and without the rules that all agents share."""
        self._system_messages = []
        self.context.use(lambda: text)

    async def draw(self, temperature: float, like: str, token: CancellationToken) -> str:
        """One more answer to the same text, not streamed: what is made of it will be shown.

        like: an earlier answer; one that gets much longer has lost its way, at a cost of minutes.
        """
        client = self._model_client
        if isinstance(client, GuardedClient):
            client.vary(temperature, max(LEAST_TOKENS, LONGER * estimate_tokens(like)))
        messages = [*self._system_messages, *await self.context.get_messages()]
        result = await client.create(messages, cancellation_token=token)
        return result.content if isinstance(result.content, str) else ""

    @property
    def was_cut(self) -> bool:
        """Whether the last answer ended at the bound on its length."""
        return getattr(self._model_client, "finish_reason", "stop") == "length"

    def said(self, text: str) -> Response:
        """The end of a turn."""
        return Response(chat_message=TextMessage(content=text, source=self.name))


def _text_of(response: Response) -> str:
    """The words of a response."""
    message = response.chat_message
    return message.content if isinstance(message, TextMessage) else message.to_text()
