"""Who is in a room and what each of them may: joining, and what owners decide while a meeting goes on."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from voicemind.room.room import Room
from voicemind.server.access import MAX_NAME, tidy_name
from voicemind.server.bodies import json_bytes, json_response, read_object, text_field, unless_known
from voicemind.server.guard import visitor_of
from voicemind.server.services import Services, services
from voicemind.server.tokens import ROLES, Role


async def join(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/join: a personal token in place of an invitation, which many may have.

    Who comes with a personal token stays who they are, and may give another name.
    """
    shared = services(request)
    room = await shared.room(request.path_params["room"])
    name = tidy_name(text_field(await read_object(request), "name", MAX_NAME) or "")
    token, seated = shared.access.seat(visitor_of(request), room.name, name, shared.config.link_days)
    told = {"token": token, "participant": seated.participant, "name": seated.name, "role": seated.role}
    return json_response({**told, "expires": seated.expires})


async def list_people(request: Request) -> Response:
    """Answer GET /api/rooms/{room}/people: everybody who is or was here, how they arrive, and what they may."""
    shared = services(request)
    room = await shared.room(request.path_params["room"])
    people = _people(shared, room)
    for person, quality in (await room.qualities()).items():
        told = {"received": quality.received, "lost": quality.lost, "jitter": round(quality.jitter, 4)}
        people[person]["quality"] = told
    return unless_known(request, json_bytes({"people": list(people.values())}))


async def change_person(request: Request) -> Response:
    """Answer PUT /api/rooms/{room}/people/{participant}: another role, from now on."""
    role = (await read_object(request)).get("role")
    if role not in ROLES:
        raise HTTPException(422, f"role is one of {', '.join(ROLES)}")
    return await _decide(request, role)


async def send_away(request: Request) -> Response:
    """Answer DELETE /api/rooms/{room}/people/{participant}: out at once, and not in again by the same token."""
    return await _decide(request, None)


async def consent(request: Request) -> Response:
    """Answer PUT /api/rooms/{room}/people/{participant}/consent: whether the engine may hear oneself, from now on."""
    shared, person = services(request), _person(request)
    room = await shared.room(request.path_params["room"])
    _known(room, person)
    if person != visitor_of(request).participant:
        raise HTTPException(403, "whether somebody is heard is for themselves to say")
    heard = (await read_object(request)).get("heard")
    if not isinstance(heard, bool):
        raise HTTPException(422, "heard is true or false")
    await room.listen(person, heard)
    return json_response({"id": person, "heard": heard})


async def forget(request: Request) -> Response:
    """Answer DELETE /api/rooms/{room}/people/{participant}/record: delete what was heard of somebody.

    People may do that of themselves, and owners of anybody.
    """
    shared, person, visitor = services(request), _person(request), visitor_of(request)
    room = await shared.room(request.path_params["room"])
    _known(room, person)
    if person != visitor.participant and visitor.role != "owner":
        raise HTTPException(403, "an owner can do that, and everybody of themselves")
    turns = await room.forget(person)
    shared.events(room).forget()
    return json_response({"id": person, "turns": turns})


async def renew_links(request: Request) -> Response:
    """Answer POST /api/rooms/{room}/links: new invitations; the old ones do not count any more."""
    shared = services(request)
    room = await shared.room(request.path_params["room"])
    await shared.access.renew_links(room.name)
    return json_response({"room": room.name, "links": shared.links(room.name)})


def _person(request: Request) -> str:
    """Return whom an address is about; ``me`` is who asks."""
    person: str = request.path_params["participant"]
    return visitor_of(request).participant or person if person == "me" else person


def _known(room: Room, person: str) -> None:
    if all(known.id != person for known in room.participants):
        raise HTTPException(404, "nobody of that id has joined this room by voice")


async def _decide(request: Request, role: Role | None) -> Response:
    shared, person = services(request), request.path_params["participant"]
    room = await shared.room(request.path_params["room"])
    if person not in _people(shared, room):
        raise HTTPException(404, "there is nobody of that id in this room")
    if person == visitor_of(request).participant:
        raise HTTPException(409, "what you may yourself, another owner has to change")
    shared.events(room).publish("role", {"participant": person, "role": role}, person)
    await shared.access.decide(room.name, person, role)
    return json_response(_people(shared, room)[person])


def _people(shared: Services, room: Room) -> dict[str, dict[str, Any]]:
    """Return people by id; ``role`` is None for who was sent away, and left out where it is not known."""
    found: dict[str, dict[str, Any]] = {
        person.id: {"id": person.id, "name": person.name, "present": person.present, "heard": person.heard}
        for person in room.participants
    }
    for visitor in shared.access.here(room.name):
        if visitor.participant is not None:
            known = found.setdefault(visitor.participant, {"id": visitor.participant, "name": visitor.name})
            known |= {"present": True, "role": visitor.role}
    for person, role in shared.access.grants.all(room.name).items():
        found.setdefault(person, {"id": person, "name": None, "present": False})["role"] = role
    return found
