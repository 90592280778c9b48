"""A pickle reader that knows a fixed set of opcodes and what each may do.

Built on CPython's pure-Python unpickler: its C twin has no way to restrict what REDUCE, BUILD or
SETITEM may touch. Only opcodes listed here exist; those that call, make or change something are
replaced.
"""

import pickle
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from converter.loading import names
from converter.loading.arrays import read_joblib_array
from converter.loading.calls import constructor, vetted_call
from converter.loading.foreign import replaced_class
from converter.loading.hashing import HashBudget
from converter.loading.inert import JoblibArray, Replaced, Vetted
from converter.loading.pending import Memo, Pending
from converter.loading.reader import BoundedReader
from converter.loading.state import apply_state
from converter.loading.unknown import unknown_part
from inferx.errors import Refused

_FORGED = "The file is not one that saving a scikit-learn model writes; it is damaged or forged."

_DATA_OPCODES = """
PROTO FRAME STOP MARK POP POP_MARK DUP NONE NEWFALSE NEWTRUE INT BININT BININT1 BININT2 LONG
LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES BINBYTES8
UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 EMPTY_TUPLE
EMPTY_LIST LIST EMPTY_DICT EMPTY_SET GLOBAL STACK_GLOBAL GET BINGET LONG_BINGET
PUT BINPUT LONG_BINPUT MEMOIZE
"""


def _code(name: str) -> int:
    return int(getattr(pickle, name)[0])


class RestrictedUnpickler(pickle._Unpickler):  # the docstring above has the reason
    """Loads one model from a pickle or joblib stream, or refuses it."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {
        _code(name): pickle._Unpickler.dispatch[_code(name)] for name in _DATA_OPCODES.split()
    }

    # The machine's registers, set by the base class: typeshed does not list them.
    stack: list[Any]
    metastack: list[list[Any]]
    memo: Memo
    pop_mark: Callable[[], list[Any]]
    read: Callable[[int], bytes]

    def __init__(
        self,
        file: BoundedReader,
        hashing: HashBudget | None = None,
        tuples: HashBudget | None = None,
    ) -> None:
        super().__init__(file, encoding="latin1")
        self._file = file
        self.of_intel = False
        """Whether the file holds models of scikit-learn-intelex, which name no release."""
        self._of_categories = False
        self._hashing = hashing or HashBudget()
        self._tuples = tuples or HashBudget()
        self.memo = Memo()

    def load(self) -> Any:
        """Load one object.

        Raises:
            Refused: for anything that a saved model does not contain.
        """
        try:
            return super().load()
        except KeyError as unknown:
            raise Refused(_FORGED) from unknown

    def find_class(self, module: str, name: str) -> Any:
        """Return the object of an allowed name: a vetted call, a class to make, or a reference."""
        self.of_intel = self.of_intel or names.is_of_intel(module)
        module, name = names.current_name(module, name)
        call = vetted_call(module, name)
        if call is not None:
            return call
        self._of_categories = self._of_categories or module.startswith("category_encoders.")
        replaced = replaced_class(module, name, frames=self._of_categories)
        if replaced is not None:
            return replaced
        if (module, name) == ("joblib.numpy_pickle", "NumpyArrayWrapper"):
            return JoblibArray
        for kind in ("instances", "references", "native"):
            if names.is_allowed(kind, module, name):
                return names.fetch(module, name)
        raise Refused(unknown_part(module, name, self._places()))

    def _places(self) -> Iterator[str]:
        """Yield the keys and names that lead to what is read now: each is before what it names."""
        for level in (*self.metastack, self.stack):
            named = [part for part in level[-3:] if type(part) is str]
            yield from named[-1:]

    def _load_tuple(self) -> None:
        self._keep_tuple(tuple(self.pop_mark()))

    def _load_tuple1(self) -> None:
        self._keep_tuple((self.stack.pop(),))

    def _load_tuple2(self) -> None:
        last, first = self.stack.pop(), self.stack.pop()
        self._keep_tuple((first, last))

    def _load_tuple3(self) -> None:
        last, middle, first = self.stack.pop(), self.stack.pop(), self.stack.pop()
        self._keep_tuple((first, middle, last))

    def _keep_tuple(self, made: tuple[Any, ...]) -> None:
        # Bounded here, not only as a key of the file: what reads it may hash it, too.
        self._tuples.spend((made,))
        self.stack.append(made)

    def _load_reduce(self) -> None:
        arguments, function = self.stack.pop(), self.stack.pop()
        make = function.make if type(function) is Vetted else None
        if isinstance(function, type):
            make = constructor(function)
        if make is None or type(arguments) is not tuple:
            raise Refused(_FORGED)
        self._spend_on_items(arguments)
        self.stack.append(make(*arguments))

    def _spend_on_items(self, arguments: tuple[Any, ...]) -> None:
        """Bound what a call may hash: items of its arguments, alone or in pairs."""
        for argument in arguments:
            if isinstance(argument, list | tuple | set | frozenset):
                self._hashing.spend(argument)
                for pair in argument:
                    if isinstance(pair, list):
                        self._hashing.spend(pair)

    def _load_newobj(self) -> None:
        arguments, cls = self.stack.pop(), self.stack.pop()
        if type(cls) is Replaced and arguments == ():
            self.stack.append(Pending(cls.complete))
            return
        if not isinstance(cls, type) or type(arguments) is not tuple:
            raise Refused(_FORGED)
        if cls is JoblibArray and not arguments:
            self.stack.append(Pending(self._read_joblib_array))
            return
        if not names.is_allowed("instances", cls.__module__, cls.__name__):
            raise Refused(_FORGED)
        if arguments and not issubclass(cls, tuple):
            raise Refused(_FORGED)
        self.stack.append(cls.__new__(cls, *arguments))

    def _load_newobj_ex(self) -> None:
        keywords = self.stack.pop()
        if keywords != {}:
            raise Refused(_FORGED)
        self._load_newobj()

    def _load_build(self) -> None:
        state, target = self.stack.pop(), self.stack.pop()
        if type(target) is Pending:
            made = target.complete(state)
            self.memo.replace(target, made)
            target = made
        else:
            apply_state(target, state)
        self.stack.append(target)

    def _read_joblib_array(self, header: object) -> object:
        return read_joblib_array(header, self._file, self._load_nested)

    def _load_nested(self) -> object:
        return type(self)(self._file, self._hashing, self._tuples).load()

    def _load_append(self) -> None:
        item = self.stack.pop()
        self._expect(list).append(item)

    def _load_appends(self) -> None:
        items = self.pop_mark()
        self._expect(list).extend(items)

    def _load_additems(self) -> None:
        items = self.pop_mark()
        self._hashing.spend(items)
        self._expect(set).update(items)

    def _load_frozenset(self) -> None:
        items = self.pop_mark()
        self._hashing.spend(items)
        self.stack.append(frozenset(items))

    def _load_dict(self) -> None:
        items = self.pop_mark()
        self._hashing.spend(items[::2])
        self.stack.append(dict(zip(items[::2], items[1::2], strict=True)))

    def _load_setitem(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._hashing.spend((key,))
        dict.__setitem__(self._expect_dict(), key, value)

    def _load_setitems(self) -> None:
        items = self.pop_mark()
        target = self._expect_dict()
        self._hashing.spend(items[::2])
        for key, value in zip(items[::2], items[1::2], strict=True):
            dict.__setitem__(target, key, value)

    def _expect[T](self, kind: type[T]) -> T:
        if type(self.stack[-1]) is not kind:
            raise Refused(_FORGED)
        target: T = self.stack[-1]
        return target

    def _expect_dict(self) -> dict[Any, Any]:
        if not isinstance(self.stack[-1], dict):
            raise Refused(_FORGED)
        return self.stack[-1]

    def _load_bytearray8(self) -> None:
        size = int.from_bytes(self.read(8), "little")
        content = self.read(size)
        if len(content) != size:
            raise Refused(_FORGED)
        self.stack.append(bytearray(content))

    dispatch.update(
        {
            _code("TUPLE"): _load_tuple,
            _code("TUPLE1"): _load_tuple1,
            _code("TUPLE2"): _load_tuple2,
            _code("TUPLE3"): _load_tuple3,
            _code("REDUCE"): _load_reduce,
            _code("NEWOBJ"): _load_newobj,
            _code("NEWOBJ_EX"): _load_newobj_ex,
            _code("BUILD"): _load_build,
            _code("APPEND"): _load_append,
            _code("APPENDS"): _load_appends,
            _code("ADDITEMS"): _load_additems,
            _code("FROZENSET"): _load_frozenset,
            _code("DICT"): _load_dict,
            _code("SETITEM"): _load_setitem,
            _code("SETITEMS"): _load_setitems,
            _code("BYTEARRAY8"): _load_bytearray8,
        }
    )
