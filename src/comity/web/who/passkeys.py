"""Passkeys (WebAuthn): one is made with an invitation, and somebody comes in with it. A library verifies what an authenticator says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import webauthn
from starlette.exceptions import HTTPException
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, PublicKeyCredentialDescriptor, ResidentKeyRequirement, UserVerificationRequirement

from comity.accounts.account import INVITATION, PASSKEY, Account
from comity.accounts.accounts import AccountRefusedError
from comity.accounts.passkeys import Passkey
from comity.edge.accounts import digest
from comity.text.source import SourceError
from comity.web.who.challenges import PATIENCE
from comity.web.who.house import House

T = TypeVar("T")

SIGNING_IN: Final = "sign in"
NOBODY: Final = "this does not let you in: ask whoever keeps the accounts"
"""All that is told of a failure, whichever it was."""
LONGEST: Final = 1023
"""Bytes of a credential's id, as the standard bounds it."""


def asked(house: House) -> dict[str, Any]:
    """What a browser asks of an authenticator, for somebody to come in: whichever passkey they have for this site, unlocked by themselves."""
    options = webauthn.generate_authentication_options(
        rp_id=house.origin.host, challenge=house.challenges.made(SIGNING_IN), timeout=PATIENCE * 1000, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json_dict(options)


def signed_in(house: House, whence: str, credential: dict[str, Any]) -> str:
    """Whoever holds a passkey comes in; what their browser is told of the session. Raises HTTPException for everybody else."""
    house.attempt(whence)
    one, challenge = _held(house, credential), _challenge(credential)
    if one is None or challenge is None or not house.challenges.holds(challenge, SIGNING_IN):
        raise HTTPException(401, NOBODY)
    try:
        house.attempt(f"as {one.account}")
    except HTTPException:
        house.attempts.passed(whence)  # nothing was tried: whoever else is at this address waits for nobody's account
        raise
    told = _sure(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=house.origin.host,
            expected_origin=house.origin.url,
            credential_public_key=one.key,
            credential_current_sign_count=one.used,
            require_user_verification=True,
        )
    )
    if told is None or not house.challenges.spend(challenge) or not house.office.passkeys.use(one, told.new_sign_count):
        raise HTTPException(401, NOBODY)
    for who in (whence, f"as {one.account}"):
        house.attempts.passed(who)
    return house.sessions.begin(one.account, one.digest)


def offered(house: House, whence: str, invitation: str) -> dict[str, Any]:
    """What a browser asks of an authenticator, to make a passkey for whoever has an invitation. Raises HTTPException."""
    account, known = _invited(house, whence, invitation)
    options = webauthn.generate_registration_options(
        rp_id=house.origin.host,
        rp_name="Comity",
        user_id=account.name.encode(),
        user_name=house.label(account.name),
        challenge=house.challenges.made(known),
        timeout=PATIENCE * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in house.office.passkeys.of(account.name) if one.digest in account.passes],
    )
    return options_to_json_dict(options)


def enrolled(house: House, whence: str, invitation: str, credential: dict[str, Any]) -> None:
    """Takes down the passkey that was made, which uses the invitation up. Raises HTTPException, and then nothing was taken down."""
    account, known = _invited(house, whence, invitation)
    challenge = _challenge(credential)
    if challenge is None or not house.challenges.holds(challenge, known):
        raise HTTPException(401, NOBODY)
    told = _sure(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=house.origin.host,
            expected_origin=house.origin.url,
            require_user_verification=True,
        )
    )
    if told is None or len(told.credential_id) > LONGEST or not house.challenges.spend(challenge):
        raise HTTPException(401, NOBODY)
    one = Passkey(told.credential_id, account.name, told.credential_public_key, told.sign_count)
    if not house.office.passkeys.keep(one):
        raise HTTPException(401, NOBODY)
    try:
        house.office.put(account.name, PASSKEY, passkey=one.digest, invitation=known)
    except AccountRefusedError as fault:  # of any other fault it is not known whether it was recorded before: then the key is needed
        house.office.passkeys.drop(one)
        raise HTTPException(401, NOBODY) from fault
    except SourceError as fault:
        raise HTTPException(503, "nothing can be written about accounts now: try again") from fault


def _invited(house: House, whence: str, invitation: str) -> tuple[Account, str]:
    """The account that an invitation is for, and the invitation's digest. Raises HTTPException."""
    house.attempt(whence)
    known = digest(invitation)
    account = house.office.book.now().by(INVITATION, known, house.at)
    if account is None:
        raise HTTPException(401, NOBODY)
    house.attempts.passed(whence)
    return account, known


def _held(house: House, credential: dict[str, Any]) -> Passkey | None:
    """The passkey that a browser speaks of, if it is one with which somebody comes in, and the authenticator says whose it is as the ledger does."""
    told = _sure(lambda: parse_authentication_credential_json(credential))
    one = house.office.passkeys.find(told.raw_id) if told is not None else None
    if told is None or one is None or told.response.user_handle != one.account.encode():
        return None
    account = house.office.book.now().by(PASSKEY, one.digest, house.at)
    return one if account is not None and account.name == one.account else None


def _challenge(credential: dict[str, Any]) -> bytes | None:
    """The challenge that was signed, as far as the browser says so."""
    return _sure(lambda: parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge)


def _sure(read: Callable[[], T]) -> T | None:
    """What comes of what somebody sent, if anything does."""
    try:
        return read()
    except Exception:  # noqa: BLE001 -- the library reads hostile bytes; whatever it makes of them, nobody is let in by a fault
        return None
