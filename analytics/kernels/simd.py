"""Numbers side by side: a value of several float64 that a kernel computes with as with one.

A kernel written over plain floats takes these as well, and does for each lane, in one
instruction, what it does for one number: the same operations in the same order, so that results
are the same to the last bit. Nothing is contracted or reordered.
"""

import functools
import operator
from collections.abc import Callable
from typing import Any, Final

from llvmlite import ir
from numba import extending, njit, types
from numba.core.typing import templates

Numba = Any  # what numba hands to its extensions, and takes from them: it declares no types
_intrinsic: Numba = extending.intrinsic
_infer_global: Numba = templates.infer_global

_DOUBLE: Final = ir.DoubleType()
WIDTH: Final = 4
_WIDE: Final = ir.VectorType(_DOUBLE, WIDTH)


class Lanes(types.Type):
    """The type of four float64 side by side."""

    def __init__(self) -> None:
        super().__init__(f"Lanes({WIDTH})")


@extending.register_model(Lanes)
class _LanesModel(extending.models.PrimitiveModel):
    def __init__(self, dmm: Numba, fe_type: Numba) -> None:
        super().__init__(dmm, fe_type, _WIDE)


FOUR: Final[Numba] = Lanes()
_NUMBER: Final[Numba] = types.float64


def _spread(builder: Numba, value: Numba) -> Numba:
    """Return a number in every lane; lanes as they are."""
    if value.type == _WIDE:
        return value
    undefined = ir.Constant(_WIDE, ir.Undefined)
    first = builder.insert_element(undefined, value, ir.Constant(ir.IntType(32), 0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(first, undefined, everywhere)


def _lower_operator(function: Callable[..., object], instruction: str) -> None:
    operands = ((FOUR, FOUR), (FOUR, _NUMBER), (_NUMBER, FOUR))

    class Typing(templates.ConcreteTemplate):
        cases = tuple(templates.signature(FOUR, *pair) for pair in operands)

    _infer_global(function)(Typing)

    def lower(_context: Numba, builder: Numba, _sig: Numba, args: Numba) -> Numba:
        return getattr(builder, instruction)(*(_spread(builder, value) for value in args))

    for pair in operands:
        extending.lower_builtin(function, *pair)(lower)


for _symbol, _instruction in (
    (operator.add, "fadd"),
    (operator.iadd, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _lower_operator(_symbol, _instruction)


def _function(result: Numba, *operands: Numba) -> Callable[[Callable[..., Numba]], Numba]:
    """Make a function that kernels call from one that builds its instructions.

    An operand that is None takes an array, and gives where its numbers are.
    """

    def decorate(build: Callable[..., Numba]) -> Numba:
        def lower(context: Numba, builder: Numba, sig: Numba, args: Numba) -> Numba:
            made = [
                context.make_array(kind)(context, builder, value).data
                if isinstance(kind, types.Array)
                else value
                for kind, value in zip(sig.args, args, strict=True)
            ]
            return build(builder, *made)

        def typed(_: Numba, *given: Numba) -> Numba:
            kinds = [kind or array for kind, array in zip(operands, given, strict=True)]
            return result(*kinds), lower

        functools.update_wrapper(typed, build)  # numba looks at name and parameters
        return _intrinsic(typed)

    return decorate


def _place(builder: Numba, numbers: Numba, at: Numba) -> tuple[Numba, Numba]:
    """Return where lanes begin in an array, and the type of a number there."""
    where = builder.gep(numbers, [at])
    kind = ir.VectorType(where.type.pointee, WIDTH)
    return builder.bitcast(where, kind.as_pointer()), kind.element


@_function(FOUR, None, types.intp)
def load4(builder: Numba, numbers: Numba, at: Numba) -> Numba:
    """Return four numbers of a flat array, integers as float64."""
    where, kind = _place(builder, numbers, at)
    loaded = builder.load(where, align=1)
    return loaded if kind == _DOUBLE else builder.sitofp(loaded, _WIDE)


@_function(types.none, None, types.intp)
def fetch(builder: Numba, numbers: Numba, at: Numba) -> Numba:
    """Have memory sent for that will be read soon; beyond the array nothing happens."""
    byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
    function = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    how = [ir.Constant(flag, value) for value in (0, 3, 1)]  # to read, kept near, data
    builder.call(function, [builder.bitcast(builder.gep(numbers, [at]), byte), *how])
    return ir.Constant(byte, None)


@_function(types.none, None, types.intp, FOUR)
def store4(builder: Numba, numbers: Numba, at: Numba, value: Numba) -> Numba:
    """Write four numbers into a flat array."""
    builder.store(value, _place(builder, numbers, at)[0], align=8)
    return ir.Constant(ir.IntType(8).as_pointer(), None)


@_function(FOUR, None, types.intp)
def load3(builder: Numba, numbers: Numba, at: Numba) -> Numba:
    """Return three numbers of a flat array, and 0 beside them."""
    value = ir.Constant(_WIDE, [0.0] * WIDTH)
    for lane in range(3):
        where = builder.gep(numbers, [builder.add(at, ir.Constant(at.type, lane))])
        number = builder.load(where)
        number = number if number.type == _DOUBLE else builder.fpext(number, _DOUBLE)
        value = builder.insert_element(value, number, ir.Constant(ir.IntType(32), lane))
    return value


@_function(types.none, None, types.intp, FOUR)
def store3(builder: Numba, numbers: Numba, at: Numba, value: Numba) -> Numba:
    """Write the first three of four numbers into a flat array."""
    for lane in range(3):
        number = builder.extract_element(value, ir.Constant(ir.IntType(32), lane))
        where = builder.gep(numbers, [builder.add(at, ir.Constant(at.type, lane))])
        kind = where.type.pointee
        builder.store(number if kind == _DOUBLE else builder.fptrunc(number, kind), where)
    return ir.Constant(ir.IntType(8).as_pointer(), None)


@_function(FOUR, *[_NUMBER] * WIDTH)
def four(builder: Numba, a: Numba, b: Numba, c: Numba, d: Numba) -> Numba:
    """Return four numbers side by side."""
    value = ir.Constant(_WIDE, ir.Undefined)
    for at, number in enumerate((a, b, c, d)):
        value = builder.insert_element(value, number, ir.Constant(ir.IntType(32), at))
    return value


@_function(FOUR, _NUMBER)
def fill4(builder: Numba, number: Numba) -> Numba:
    """Return a number four times."""
    return _spread(builder, number)


@_function(_NUMBER, FOUR, types.intp)
def lane4(builder: Numba, value: Numba, at: Numba) -> Numba:
    """Return one of four numbers."""
    return builder.extract_element(value, at)


@_function(types.boolean, FOUR, FOUR)
def same3(builder: Numba, a: Numba, b: Numba) -> Numba:
    """Return whether the first three numbers of two values are the same bits."""
    whole, three = ir.IntType(64 * WIDTH), ir.IntType(64 * 3)
    first, second = (builder.trunc(builder.bitcast(value, whole), three) for value in (a, b))
    return builder.icmp_unsigned("==", first, second)


@_function(types.boolean, FOUR, _NUMBER)
def below4(builder: Numba, value: Numba, limit: Numba) -> Numba:
    """Return whether all four numbers are less than a limit."""
    each = builder.fcmp_ordered("<", value, _spread(builder, limit))
    all_of_them = ir.Constant(ir.IntType(WIDTH), (1 << WIDTH) - 1)
    return builder.icmp_unsigned("==", builder.bitcast(each, all_of_them.type), all_of_them)


@_function(FOUR, FOUR, _NUMBER, FOUR, FOUR)
def from4(builder: Numba, value: Numba, limit: Numba, high: Numba, low: Numba) -> Numba:
    """Return one value in the lanes that reach a limit, another in those that do not."""
    each = builder.fcmp_ordered(">=", value, _spread(builder, limit))
    return builder.select(each, high, low)


@_function(FOUR, FOUR, FOUR)
def lesser(builder: Numba, a: Numba, b: Numba) -> Numba:
    """Return the lesser of two values in each lane; the second where they are equal."""
    return builder.select(builder.fcmp_ordered("<", a, b), a, b)


@_function(FOUR, FOUR, FOUR)
def greater(builder: Numba, a: Numba, b: Numba) -> Numba:
    """Return the greater of two values in each lane; the second where they are equal."""
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


def _of_one(name: str) -> Numba:
    """Return a function of one value that the processor has an instruction for."""

    def build(builder: Numba, value: Numba) -> Numba:
        kind = ir.FunctionType(_WIDE, [_WIDE])
        function = builder.module.declare_intrinsic(f"llvm.{name}.v{WIDTH}f64", (), kind)
        return builder.call(function, [value])

    return _function(FOUR, FOUR)(build)


root: Final = _of_one("sqrt")
near: Final = _of_one("rint")  # the nearest whole number, of two the even one
down: Final = _of_one("floor")
size: Final = _of_one("fabs")


def _shuffle(*lanes: int) -> Numba:
    """Return a function that picks lanes of two values, the second's from 4 on."""

    def build(builder: Numba, a: Numba, b: Numba) -> Numba:
        chosen = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), lanes)
        return builder.shuffle_vector(a, b, chosen)

    return _function(FOUR, FOUR, FOUR)(build)


_even_pairs, _odd_pairs = _shuffle(0, 4, 2, 6), _shuffle(1, 5, 3, 7)
_low_halves, _high_halves = _shuffle(0, 1, 4, 5), _shuffle(2, 3, 6, 7)


@njit(cache=True, nogil=True)
def columns(a: Numba, b: Numba, c: Numba, d: Numba) -> tuple[Numba, Numba, Numba]:
    """Return the first three columns of four rows."""
    x_ab, y_ab = _even_pairs(a, b), _odd_pairs(a, b)
    x_cd, y_cd = _even_pairs(c, d), _odd_pairs(c, d)
    return _low_halves(x_ab, x_cd), _low_halves(y_ab, y_cd), _high_halves(x_ab, x_cd)
