"""The route that finds words in all sessions."""

from __future__ import annotations

from app.web.api import Api
from app.web.parts import identity, parts
from app.web.search_payloads import FoundReply, SearchQuery, SearchReply
from app.web.sessions import session_reply

api = Api("search")


@api.route("GET", "/search", query=SearchQuery, reply=SearchReply)
def search_sessions(query: SearchQuery) -> SearchReply:
    """Your sessions that hold all the words, with the places where they stand.

    Titles, requirements, given files, agents' messages, code of versions, findings and feedback are searched;
    a turn in progress is not.
    """
    store = parts().store
    found = [
        FoundReply(
            session=session_reply(each.session), title=each.title, hits=list(each.hits), more=each.more
        )
        for each in store.search(query.query, query.limit, identity().sees)
    ]
    return SearchReply(found=found, complete=store.index(seconds=0))
