"""The one export that QuickJS needs beside its own."""

from __future__ import annotations

import pytest
import wasmtime

from app.checks.sandbox.wasm_export import STACK_POINTER, with_stack_pointer

MODULE = wasmtime.wat2wasm(
    '(module (global (mut i32) (i32.const 7)) (func (export "f") (result i32) (global.get 0)))'
)


def test_the_first_global_can_be_set_from_outside() -> None:
    store = wasmtime.Store()
    module = wasmtime.Module(store.engine, with_stack_pointer(bytes(MODULE)))
    exports = wasmtime.Instance(store, module, []).exports(store)
    pointer, function = exports[STACK_POINTER], exports["f"]
    assert isinstance(pointer, wasmtime.Global)
    assert isinstance(function, wasmtime.Func)
    assert pointer.value(store) == 7
    pointer.set_value(store, wasmtime.Val.i32(300))
    assert function(store) == 300


def test_a_module_without_exports_is_refused() -> None:
    with pytest.raises(ValueError, match="exports nothing"):
        with_stack_pointer(bytes(wasmtime.wat2wasm("(module)")))
