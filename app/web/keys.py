"""Routes about API keys. A key goes in and never comes out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import ErrorKind
from app.web.api import Api
from app.web.parts import must_own, parts
from app.web.payloads import KeyBody, KeyReply, KeysReply

if TYPE_CHECKING:
    from app.models.keys import KeyInfo

api = Api("keys")
_ERRORS = (ErrorKind.CONFIG, ErrorKind.FORBIDDEN)


def key_reply(info: KeyInfo) -> KeyReply:
    """What may be shown of a key."""
    return KeyReply(
        provider=info.provider,
        set=info.source is not None,
        last4=info.tail,
        source=info.source,
        variable=info.variable,
    )


@api.route("GET", "/keys", reply=KeysReply)
def list_keys() -> KeysReply:
    """Which providers have a key, and where it is kept."""
    keys = parts().keys()
    kept = keys.status()
    return KeysReply(
        keys=[key_reply(info) for info in keys.list()], persistent=kept.persistent, detail=kept.detail
    )


@api.route("PUT", "/keys/<provider>", body=KeyBody, reply=KeyReply, errors=_ERRORS)
def set_key(provider: str, body: KeyBody) -> KeyReply:
    """Keep a key: in the system's keyring, or until the program ends where there is none."""
    must_own("keys")
    parts().keys().set(provider, body.key)
    return key_reply(parts().keys().info(provider))


@api.route("DELETE", "/keys/<provider>", reply=KeyReply, errors=_ERRORS)
def delete_key(provider: str) -> KeyReply:
    """Forget a key. One in the environment stays and is named in the answer."""
    must_own("keys")
    parts().keys().delete(provider)
    return key_reply(parts().keys().info(provider))
