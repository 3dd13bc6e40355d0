"""Measurements that programs bring: batches of the wire contract, stored once."""

from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from gateway import wire
from gateway.wire import Batch
from web import programs
from web.accounts import Scope
from web.api import answers, problems
from web.api.bearer import Bears, Call
from web.api.problems import Error, Problem
from web.parts import parts_of
from web.programs import Bring, Brought, NotDone

router = APIRouter(prefix="/measurements", tags=["measurements"])

MOST_BATCHES: Final = 64
MOST_BYTES: Final = 900_000  # the line to the hub carries a little more

Brings = Annotated[Call, Depends(Bears(Scope.MEASURE))]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    batches: Annotated[tuple[Batch, ...], msgspec.Meta(min_length=1, max_length=MOST_BATCHES)]


_decoder = msgspec.json.Decoder(_Body)
_BODY: Final = {
    "type": "object",
    "required": ["batches"],
    "additionalProperties": False,
    "properties": {
        "batches": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_BATCHES,
            "items": {"$ref": "#/components/schemas/Batch"},
        }
    },
}
_BROUGHT: Final = {
    "type": "object",
    "required": ["batches"],
    "properties": {
        "batches": {"type": "array", "items": {"$ref": "#/components/schemas/Settled"}}
    },
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Every batch is durable.",
        "content": {"application/json": {"schema": _BROUGHT}},
    }
} | problems.documented(
    s413=f"The request is larger than {MOST_BYTES:,} bytes.",
    s503="Nobody knows yet whether it is stored. Send the same again.",
)


@router.post(
    "",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _BODY}},
        }
    },
)
async def bring(request: Request, call: Brings) -> Response:
    """Store batches of devices that the token's person wore then, each sample once.

    What is answered is durable. A batch is known by device, boot, stream and sequence: sent
    again it is refused and counted as duplicate, so send again whatever had no answer.
    """
    batches = _read(await _body(request))
    source = f"api-{call.token.handle[:12]}"
    wanted = Bring(source=source, batches=tuple(map(_encoded, range(len(batches)), batches)))
    answer = await parts_of(request).serve(call.actor, wanted)
    if isinstance(answer, NotDone):
        raise problem(answer)
    return answers.told(request, {"batches": _settled(answer)})


def schemas() -> dict[str, Any]:
    """Return the OpenAPI components that measurements are made of."""
    _, components = msgspec.json.schema_components(
        [Batch, programs.Settled], ref_template="#/components/schemas/{name}"
    )
    return components


def problem(answer: NotDone) -> Problem:
    """Return what the hub did not do, as a program is told."""
    if answer.why == "busy":
        return Problem(503, answer.says, (), {"Retry-After": "2"})
    if answer.why == "unusable":
        return problems.unusable(f"body/{answer.where}", answer.says)
    errors = [Error(f"body/{answer.where}", answer.says)] if answer.where else []
    return Problem(404, "There is nothing here that you may see.", errors)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Problem(413, f"A request has at most {MOST_BYTES:,} bytes.")
    return bytes(body)


def _read(body: bytes) -> tuple[Batch, ...]:
    try:
        return _decoder.decode(body).batches
    except (msgspec.MsgspecError, UnicodeError, OverflowError, RecursionError) as error:
        what, _, where = str(error).partition(" - at `$")
        parts = where.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
        raise problems.unusable(f"body{parts}", what) from error


def _encoded(place: int, batch: Batch) -> bytes:
    try:
        return wire.encode(batch)
    except wire.BrokenContract as broken:
        raise problems.unusable(f"body/batches/{place}", str(broken)) from broken


def _settled(answer: programs.Answer) -> tuple[programs.Settled, ...]:
    return answer.batches if isinstance(answer, Brought) else ()
