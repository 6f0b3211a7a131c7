//! An administrator of a running binary.

use serde_json::{Value, json};

use super::{
    PASSWORD,
    binary::Binary,
    server::{Reply, Server},
};

pub const ADMINISTRATOR: &str = "ana@example.com";

impl Binary {
    /// Starts a server with a first administrator. The public URL is the same whatever the port, because tokens name
    /// it.
    pub fn with_administrator(self) -> Self {
        self.with("LATCHKEY_ADMIN_EMAIL", ADMINISTRATOR)
            .with("LATCHKEY_ADMIN_PASSWORD", PASSWORD)
            .with("LATCHKEY_PUBLIC_URL", "http://keys.example.com")
    }
}

/// A running server, and the session of its administrator.
pub struct Console {
    pub server: Server,
    pub cookie: String,
}

impl Console {
    pub fn open(binary: &Binary) -> Self {
        let server = binary.serve();
        let sign_in = json!({ "email": ADMINISTRATOR, "password": PASSWORD });
        let cookie = server.call("/api/sign-in", "", &sign_in).is(200).cookie;
        Self { server, cookie }
    }

    pub fn call(&self, path: &str, arguments: &Value) -> Reply {
        self.server.call(path, &self.cookie, arguments)
    }

    /// Creates and activates a key. Returns its ID and its secret.
    pub fn create_active(&self, kind: &str, name: &str) -> (String, String) {
        let created = self.call("/api/access-keys/create", &json!({ "kind": kind, "name": name })).is(200).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, secret) = (text(&created["key"]["id"]), text(&created["secret"]));
        self.set_status(&id, "active");
        (id, secret)
    }

    pub fn set_status(&self, id: &str, status: &str) {
        self.call("/api/access-keys/set-status", &json!({ "id": id, "status": status })).is(200);
    }

    pub fn status(&self, id: &str) -> String {
        let details = self.call("/api/access-keys/get", &json!({ "id": id })).is(200).json();
        details["key"]["status"].as_str().unwrap().to_owned()
    }

    /// Returns an access token of a client.
    pub fn token(&self, client: &(String, String)) -> String {
        let basic = super::latchkey::basic(&client.0, &client.1);
        let answer = self.server.post_form("/oauth/token", &basic, &[("grant_type", "client_credentials")]);
        answer.is(200).json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Returns the response to a call with a credential.
    pub fn ping(&self, credential: &str) -> u16 {
        self.server.get("/api/v1/ping", &format!("Bearer {credential}")).status
    }
}
