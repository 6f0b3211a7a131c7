"""Uses the server ISSUER through Authlib, with the client that the environment names. Prints the results as JSON."""

import json
import os

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "true"
issuer = os.environ["ISSUER"]
metadata = AuthorizationServerMetadata(requests.get(get_well_known_url(issuer, external=True)).json())
metadata.validate_response_types_supported()
metadata.validate_token_endpoint_auth_methods_supported()
metadata.validate_introspection_endpoint_auth_methods_supported()
metadata.validate_revocation_endpoint_auth_methods_supported()


def session(secret):
    return OAuth2Session(
        os.environ["CLIENT_ID"],
        secret,
        scope="orders:read",
        token_endpoint_auth_method=os.environ["METHOD"],
        revocation_endpoint_auth_method=os.environ["METHOD"],
    )


client = session(os.environ["CLIENT_SECRET"])
token = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
ping = client.get(f"{issuer}/api/v1/ping").status_code


def is_active():
    answer = client.introspect_token(metadata["introspection_endpoint"], token=token["access_token"])
    return answer.json()["active"]


active = is_active()
client.revoke_token(metadata["revocation_endpoint"], token=token["access_token"]).raise_for_status()
try:
    session(os.environ["CLIENT_SECRET"] + "x").fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    refusal = None
except OAuthError as error:
    refusal = error.error

print(
    json.dumps(
        {
            "scope": token["scope"],
            "ping": ping,
            "active": active,
            "active_after_revocation": is_active(),
            "wrong_secret": refusal,
        }
    )
)
