"""Authenticates at the server ISSUER with private_key_jwt (RFC 7523) through Authlib. Prints the result as JSON."""

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
    """Expires after five minutes, which is what the server allows by default; the library's assertions last an hour."""

    def sign(self, auth, token_endpoint):
        return private_key_jwt_sign(auth.client_secret, auth.client_id, token_endpoint, alg="ES256", expires_in=300)


client = OAuth2Session(
    os.environ["CLIENT_ID"],
    json.loads(os.environ["PRIVATE_KEY"]),
    token_endpoint_auth_method=AssertionOfFiveMinutes(issuer),
)
client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
print(json.dumps({"ping": client.get(f"{issuer}/api/v1/ping").status_code}))
