"""Adds one export to a WebAssembly module.

QuickJS comes with a stack of 64 KB in its memory, enough for a recursion of depth 300. The stack pointer is a
global that is not exported; exported, it can be set to a larger place before the program starts.
"""

from __future__ import annotations

from typing import Final

STACK_POINTER: Final = "__stack_pointer"
_HEADER: Final = 8  # magic number and version
_EXPORTS: Final = 7  # the section's number
_GLOBAL: Final = b"\x03"
_FIRST: Final = b"\x00"  # compilers of C make the stack pointer the first global


def with_stack_pointer(module: bytes) -> bytes:
    """The same module, its first global exported as STACK_POINTER. Raises ValueError without exports."""
    position = _HEADER
    while position < len(module):
        size, start = _number(module, position + 1)
        if module[position] == _EXPORTS:
            count, rest = _number(module, start)
            name = STACK_POINTER.encode()
            entry = _bytes(len(name)) + name + _GLOBAL + _FIRST
            body = _bytes(count + 1) + module[rest : start + size] + entry
            section = bytes([_EXPORTS]) + _bytes(len(body)) + body
            return module[:position] + section + module[start + size :]
        position = start + size
    raise ValueError("the module exports nothing")


def _number(data: bytes, position: int) -> tuple[int, int]:
    """The unsigned LEB128 number there, and where it ends."""
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position


def _bytes(value: int) -> bytes:
    """As unsigned LEB128."""
    low, high = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _bytes(high) if high else bytes([low])
