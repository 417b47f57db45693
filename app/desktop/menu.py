"""The window's menu. All of it is in the page, too: a browser has no such menu."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final

# What an entry asks of the page, by the menu that it is in; a blank is a line between entries.
_MENUS: Final = {
    "file": ("new", "check", "replay", "", "export", "", "quit"),
    "view": ("sessions", "settings"),
    "help": ("shortcuts", "about"),
}
QUIT: Final = "quit"
_WORDS: Final = {
    "en": {
        "file": "File",
        "new": "New session",
        "check": "Check files",
        "replay": "Replay a run capsule",
        "export": "Export this session",
        "quit": "Quit",
        "view": "View",
        "sessions": "Sessions",
        "settings": "Settings",
        "help": "Help",
        "shortcuts": "Keyboard shortcuts",
        "about": "About Roundtable",
    },
    "zh": {
        "file": "文件",
        "new": "新建会话",
        "check": "检查文件",
        "replay": "回放运行胶囊",
        "export": "导出此会话",
        "quit": "退出",
        "view": "查看",
        "sessions": "会话",
        "settings": "设置",
        "help": "帮助",
        "shortcuts": "键盘快捷键",
        "about": "关于 Roundtable",
    },
}


def menus(language: str, do: Callable[[str], None]) -> list[Any]:
    """For pywebview. language: en or zh. do: called with the entry's name, in a thread of its own."""
    library, words = importlib.import_module("webview.menu"), _WORDS[language]

    def entry(name: str) -> Any:
        return library.MenuAction(words[name], lambda: do(name)) if name else library.MenuSeparator()

    return [library.Menu(words[name], [entry(each) for each in entries]) for name, entries in _MENUS.items()]
