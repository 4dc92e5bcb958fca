"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/): the hotline's programs file and read voices.

`api_key` is an API token of an account with the role `hotline`. Without it, a program reads the services, and of a
request that the hotline filed only the state. The city's settings switch these addresses on.
"""

from flask import Blueprint, Flask, Response, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from registration import database
from registration.access import ObjectFacts, access, allows
from registration.api.open311_format import Fields, error_answer, list_answer, record_answer, time_of
from registration.clock import now
from registration.errors import Forbidden, InvalidInput, NotFound, NotSignedIn, RegistrationError
from registration.http.context import PUBLIC_LIMIT, actor_here, lang_here, limited_by, limiter, say, the_actor
from registration.http.problem_json import status_and_code, title_of
from registration.matters import matter_title, matters
from registration.operations import hotline
from registration.operations.voices import VoiceData
from registration.queries.public_progress import check_word
from registration.queries.voices import VoiceRow, offices, voice_of_hotline
from registration.rules.city import city
from registration.rules.languages import pair
from registration.rules.problems import problem_text
from registration.rules.voices import KINDS

PREFIX = "/open311/v2"
MOST_AT_ONCE = 20
blueprint = Blueprint("open311", __name__, url_prefix=PREFIX)

_OFFICE = pair("给哪个登记机关", "The registrar that it is for")
_MATTER = pair("关于哪一事项", "The matter that it is about")
_NUMBERS = pair(
    "内容里的身份证号、银行卡号确实需要", "Numbers of identity or bank cards in the text are meant to be there"
)
_YES = pair("是", "Yes")
_WORD = pair(
    "请把编号和查询码读给来电人：查询码 {word}", "Read the number and this check word out to the caller: {word}"
)
_ABOUT = pair("{kind}，登记机关在{days}个工作日内答复", "{kind}; the registrar answers within {days} working days")
_NAMED = pair(
    "请在 service_request_id 里写编号，用逗号分开，最多{most}个",
    "Please name the numbers in service_request_id, with commas between them, {most} at most",
)
_GROUP = pair("企业登记", "Business registration")
# What the standard has for a place, which no voice has.
_NO_PLACE: Fields = dict.fromkeys(("address", "address_id", "zipcode", "lat", "long", "media_url"))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.before_request
def _look_at_request() -> None:
    """NotFound where the city has not switched it on, and for another jurisdiction than the city's prefecture."""
    asked = request.values.get("jurisdiction_id", "")
    if not city().about.open311 or asked not in ("", city().about.prefecture):
        raise NotFound


@blueprint.get("/services.json")
@blueprint.get("/services.xml")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def list_services() -> Response:
    days = city().about.service.voice_answer
    rows: list[Fields] = [
        {
            "service_code": key,
            "service_name": say(words),
            "description": say(_ABOUT).format(kind=say(words), days=days),
            "metadata": True,
            "type": "realtime",
            "keywords": "",
            "group": say(_GROUP),
        }
        for key, words in KINDS.items()
    ]
    return list_answer("services", rows)


@blueprint.get("/services/<code>.json")
@blueprint.get("/services/<code>.xml")
@access("public")
@limiter.limit(PUBLIC_LIMIT)
def define_service(code: str) -> Response:
    if code not in KINDS:
        raise NotFound(service=code)
    with database.reading() as session:
        registrars = [(one.code, say(one.name)) for one in offices(session)]
    titles = [(key, say(matter_title(key))) for key in matters()]
    attributes = (
        _attribute(1, "registrar", say(_OFFICE), registrars, required=True),
        _attribute(2, "matter", say(_MATTER), titles),
        _attribute(3, "with_numbers", say(_NUMBERS), [("yes", say(_YES))]),
    )
    return record_answer("service_definition", {"service_code": code, "attributes": attributes})


@blueprint.post("/requests.json")
@blueprint.post("/requests.xml")
@access("hotline.use")
@limiter.limit(PUBLIC_LIMIT, key_func=limited_by)
def file_request() -> Response:
    """Files a voice; the check word for the caller is in `service_notice`, here alone."""
    code = request.form.get("service_code", "")
    if code not in KINDS:
        raise NotFound(service=code)
    given = {name: request.form.get(f"attribute[{name}]", "") for name in ("registrar", "matter")}
    data = VoiceData(
        kind=code,
        words=_joined("\n", "description", "address_string", "media_url"),
        contact=_joined(" ", "first_name", "last_name", "phone", "email"),
        with_numbers=request.form.get("attribute[with_numbers]") == "yes",
        **given,
    )
    ref = hotline.file_for_caller(data, actor=the_actor(), now=now())
    notice = say(_WORD).format(word=check_word(ref))
    answer: Fields = {"service_request_id": ref, "service_notice": notice, "account_id": None}
    return list_answer("service_requests", [answer], 201)


@blueprint.get("/requests/<ref>.json")
@blueprint.get("/requests/<ref>.xml")
@access("public")
@limiter.limit(PUBLIC_LIMIT, key_func=limited_by)
def show_request(ref: str) -> Response:
    return list_answer("service_requests", [_request(ref)])


@blueprint.get("/requests.json")
@blueprint.get("/requests.xml")
@access("public")
@limiter.limit(PUBLIC_LIMIT, key_func=limited_by)
def list_requests() -> Response:
    """The requests whose numbers `service_request_id` lists, separated by commas. There is no list of all requests."""
    asked = [ref.strip() for ref in request.args.get("service_request_id", "").split(",") if ref.strip()]
    if not 0 < len(asked) <= MOST_AT_ONCE:
        return error_answer(400, [say(_NAMED).format(most=MOST_AT_ONCE)])
    return list_answer("service_requests", [_request(ref) for ref in asked])


def _request(ref: str) -> Fields:
    """With a key the text and the answer too, and a line in the audit. NotFound for what the hotline did not file."""
    actor = actor_here()
    own = actor is not None and allows("hotline.use", actor, ObjectFacts())
    if actor is not None and own:
        row = hotline.follow(ref, "", actor=actor, now=now())
    else:
        with database.reading() as session:
            found = voice_of_hotline(session, ref)
        if found is None:
            raise NotFound("voice_unknown")
        row = found
    return _fields(row, own=own)


def _fields(row: VoiceRow, *, own: bool) -> Fields:
    """`own`: the hotline asks, which wrote the text."""
    voice = row.voice
    return {
        "service_request_id": voice.ref,
        "status": "open" if row.is_open else "closed",
        "status_notes": row.answer if own else None,
        "service_name": say(KINDS[voice.kind]),
        "service_code": voice.kind,
        "description": row.words if own else None,
        "agency_responsible": say(row.office.name),
        "service_notice": None,
        "requested_datetime": time_of(voice.made_at),
        "updated_datetime": time_of(voice.ended_at or voice.made_at),
        "expected_datetime": time_of(voice.due_at),
        **_NO_PLACE,
    }


def _attribute(
    order: int, code: str, words: str, values: list[tuple[str, str]], *, required: bool = False
) -> dict[str, str | bool | int | list[Fields]]:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist",
        "required": required,
        "datatype_description": "",
        "order": order,
        "description": words,
        "values": [{"key": key, "name": name} for key, name in values],
    }


def _joined(between: str, *names: str) -> str:
    return between.join(filter(None, (request.form.get(name, "").strip() for name in names)))


@blueprint.errorhandler(RegistrationError)
@blueprint.errorhandler(RateLimitExceeded)
@blueprint.errorhandler(HTTPException)
def _refuse(error: Exception) -> Response:
    """As the standard has it: 403 for a key that is missing or wrong, 404 for what is not there, 400 for the rest."""
    if not city().about.open311:
        return error_answer(404, [title_of("not_found", 404)])
    if isinstance(error, InvalidInput):
        return error_answer(400, [problem_text(one, lang_here()) for one in error.problems])
    if isinstance(error, NotSignedIn | Forbidden):
        return error_answer(403, [title_of("open311_key", 403)])
    status, code = status_and_code(error)
    return error_answer(status, [title_of(code, status)])
