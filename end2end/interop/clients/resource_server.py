"""A service that knows only the ISSUER and validates tokens by RFC 9068 with Authlib. Prints the results as JSON."""

import json
import os

import requests
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet

issuer = os.environ["ISSUER"]


class Validator(JWTBearerTokenValidator):
    def get_jwks(self):
        metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server").json()
        return KeySet.import_key_set(requests.get(metadata["jwks_uri"]).json())


validator = Validator(issuer, resource_server=issuer)


def claims(text):
    try:
        token = validator.authenticate_token(text)
        validator.validate_token(token, None, None)
    except InvalidTokenError:
        return None
    return {"client_id": token["client_id"], "scope": token["scope"]}


print(json.dumps({"good": claims(os.environ["GOOD"]), "changed": claims(os.environ["CHANGED"])}))
