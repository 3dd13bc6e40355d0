"""What was measured at home, one reading at a time."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from analytics import scores
from analytics.scores import TOLD, Reading
from people.authorize import Topic
from web.accounts import Scope
from web.api import answers, problems
from web.api.answers import After, Limit, VitalSign, VitalSigns
from web.api.bearer import Bears, Call
from web.measure import doubts
from web.parts import parts_of

router = APIRouter(prefix="/people/{participant}", tags=["activity"])

Sees = Annotated[Call, Depends(Bears(Scope.VITAL_SIGNS, Topic.VITAL_SIGNS))]


@router.get("/vital-signs", response_model=VitalSigns, responses=problems.documented())
def vital_signs(
    request: Request, call: Sees, after: After = None, limit: Limit = 100
) -> Response:
    """List each weight, blood pressure, temperature and oxygen that was read, in order."""
    start = answers.behind(after, str, "")
    with parts_of(request).store.reading() as db:
        known = scores.readings(db, [call.subject], 0, call.now_us)
    page, more = answers.cut([each for each in known if _key(each) > start], limit)
    following = answers.cursor(_key(page[-1])) if more else None
    items = tuple(_told(each) for each in page)
    return answers.told(request, VitalSigns(call.subject, items, following))


def _key(reading: Reading) -> str:
    return f"{reading.at_us:020}/{reading.stream}/{reading.device}"


def _told(reading: Reading) -> VitalSign:
    return VitalSign(
        stream=reading.stream,
        at=answers.moment(reading.at_us),
        value=reading.value,
        second=reading.second,
        unit=TOLD[reading.stream].unit,
        doubts=tuple(doubts(reading.quality)),
    )
