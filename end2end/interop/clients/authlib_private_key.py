"""Authlib with private_key_jwt (RFC 7523) at the server ISSUER. Prints JSON."""

import json
import os

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc7523.assertion import private_key_jwt_sign

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "true"
issuer = os.environ["ISSUER"]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server").json()


class AssertionOfFiveMinutes(PrivateKeyJWT):
    """The library signs for an hour; the server allows five minutes, unless it is set to allow more."""

    def sign(self, auth, token_endpoint):
        return private_key_jwt_sign(auth.client_secret, auth.client_id, token_endpoint, alg="ES256", expires_in=300)


client = OAuth2Session(
    os.environ["CLIENT_ID"],
    json.loads(os.environ["PRIVATE_KEY"]),
    token_endpoint_auth_method=AssertionOfFiveMinutes(issuer),
)
client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
print(json.dumps({"ping": client.get(f"{issuer}/api/v1/ping").status_code}))
