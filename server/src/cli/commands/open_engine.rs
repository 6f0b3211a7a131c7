use std::{net::SocketAddr, sync::Arc};

use latchkey_engine::{
    Engine, NodeSettings, OpenError, OsRandom, SystemClock,
    verification::{Audience, Audiences},
};

use crate::settings::Settings;

/// Opens the engine of a command that changes something and exits.
pub(super) async fn open_engine(settings: &mut Settings) -> Result<Engine, OpenError> {
    let listen = settings.listen;
    open(settings, listen, None).await
}

/// Opens the engine of a server. `listen` determines the public URL if the operator has set none.
pub(super) async fn open_node(settings: &mut Settings, listen: SocketAddr) -> Result<Engine, OpenError> {
    let node = NodeSettings { name: settings.node_name.clone(), max_staleness: settings.max_staleness };
    open(settings, listen, Some(node)).await
}

async fn open(settings: &mut Settings, listen: SocketAddr, node: Option<NodeSettings>) -> Result<Engine, OpenError> {
    Engine::open(engine_settings(settings, listen, node), Arc::new(SystemClock), Arc::new(OsRandom)).await
}

/// Converts the settings to the engine's. Takes the secrets out of them.
pub(super) fn engine_settings(
    settings: &mut Settings,
    listen: SocketAddr,
    node: Option<NodeSettings>,
) -> latchkey_engine::Settings {
    let issuer = settings.public_url.clone().unwrap_or_else(|| local_url(listen));
    latchkey_engine::Settings {
        database: settings.database.clone(),
        audiences: audiences(&settings.audiences, &issuer),
        issuer,
        public_url_is_set: settings.public_url.is_some(),
        secret_prefix: settings.secret_prefix.clone(),
        token_lifetime: settings.token_lifetime,
        assertion_lifetime: settings.assertion_lifetime,
        record_last_use: settings.record_last_use,
        sealing_key: settings.sealing_key.take(),
        previous_sealing_key: settings.previous_sealing_key.take(),
        signing: settings.signing,
        limits: settings.limits,
        node,
    }
}

/// Returns the configured audiences, or the issuer alone if there are none.
fn audiences(named: &[Audience], issuer: &str) -> Audiences {
    let Some((first, others)) = named.split_first() else { return Audiences::from_issuer(issuer) };
    let mut audiences = Audiences::from(first.clone());
    for audience in others {
        audiences.push(audience.clone());
    }
    audiences
}

/// Returns the URL at which this machine reaches a server that listens on `listen`.
pub(super) fn local_url(mut listen: SocketAddr) -> String {
    if listen.ip().is_unspecified() {
        listen.set_ip([127, 0, 0, 1].into());
    }
    format!("http://{listen}")
}
