use serde_json::{Value, json};

use super::{
    Answer,
    latchkey::{Latchkey, PASSWORD, json_request, token_of},
};

/// A person who is signed in.
pub struct Person<'a> {
    latchkey: &'a Latchkey,
    pub email: String,
    pub cookie: String,
}

impl Latchkey {
    /// Creates an organization, and returns its administrator.
    pub async fn administrator(&self, email: &str) -> Person<'_> {
        let link = self.engine.people.make_set_up_link().await.unwrap();
        let token = token_of(link.link.expose());
        let organization = format!("Organization of {email}");
        let arguments = json!({ "token": token, "organization": organization, "email": email, "password": PASSWORD });
        self.person(email, &self.call("/api/set-up", arguments).await)
    }

    /// Signs a person in.
    pub async fn sign_in(&self, email: &str) -> Person<'_> {
        self.person(email, &self.call("/api/sign-in", json!({ "email": email, "password": PASSWORD })).await)
    }

    #[track_caller]
    fn person(&self, email: &str, answer: &Answer) -> Person<'_> {
        let cookie = answer.cookie().unwrap_or_else(|| panic!("{answer:?}"));
        Person { latchkey: self, email: email.to_owned(), cookie }
    }
}

impl<'a> Person<'a> {
    /// Calls a server function with this person's session.
    pub async fn call(&self, path: &str, arguments: Value) -> Answer {
        self.latchkey.send(json_request(path, Some(&self.cookie), &arguments)).await
    }

    /// Invites a person, who accepts.
    pub async fn invite(&self, email: &str, role: &str) -> Person<'a> {
        let answer = self.call("/api/members/invite", json!({ "email": email, "role": role })).await.is(200);
        let token = token_of(answer.json()["link"].as_str().unwrap());
        let arguments = json!({ "token": token, "password": PASSWORD });
        self.latchkey.person(email, &self.latchkey.call("/api/members/accept", arguments).await)
    }

    /// Creates a key, and returns its ID and its secret.
    pub async fn create(&self, kind: &str, name: &str) -> (String, String) {
        let answer = self.call("/api/access-keys/create", json!({ "kind": kind, "name": name })).await.is(200).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&answer["key"]["id"]), text(&answer["secret"]))
    }

    pub async fn create_active(&self, kind: &str, name: &str) -> (String, String) {
        let (id, secret) = self.create(kind, name).await;
        self.set_status(&id, "active").await.is(200);
        (id, secret)
    }

    /// Returns the secret of an active API key with `access-keys:manage`.
    pub async fn create_manager(&self) -> String {
        let (id, secret) = self.create_active("api_key", "manager").await;
        self.set_scopes(&id, &["access-keys:manage"]).await;
        secret
    }

    /// Sets all scopes of a key.
    pub async fn set_scopes(&self, id: &str, scopes: &[&str]) {
        self.call("/api/access-keys/set-scopes", json!({ "id": id, "scopes": scopes })).await.is(200);
    }

    pub async fn set_status(&self, id: &str, status: &str) -> Answer {
        self.call("/api/access-keys/set-status", json!({ "id": id, "status": status })).await
    }

    /// Returns this person's ID.
    pub async fn id(&self) -> String {
        self.call("/api/session", json!({})).await.is(200).json()["member_id"].as_str().unwrap().to_owned()
    }
}
