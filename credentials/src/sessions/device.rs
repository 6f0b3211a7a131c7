//! The browsers and networks that a member has signed in from. Attempts from there are limited apart from all others, so
//! that a stranger who uses the others up does not lock the member out (OWASP's "device cookies").

use std::{net::IpAddr, time::Duration};

use latchkey_model::{email::Email, id::MemberId, redacted::DeviceToken};
use sqlx::AnyConnection;

use super::{NewSession, before, digest_of};
use crate::{
    Engine, StorageError,
    storage::{member_devices, members},
    throttle::Familiarity,
    token_tags::TokenKind,
};

/// A device or a network counts as known this long after the last sign-in from it.
pub(crate) const REMEMBERED_FOR: Duration = Duration::from_hours(90 * 24);

/// The SHA-256 of a device's token, in hexadecimal: what the database holds.
#[derive(Debug, Clone)]
pub(crate) struct DeviceDigest(String);

impl DeviceDigest {
    pub(crate) fn of(token: &DeviceToken) -> Self {
        Self(digest_of(token.expose()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Engine {
    /// The device, if the member of an e-mail address has signed in with it. Unknown accounts are asked about too, so
    /// that the database takes as long for them.
    pub(super) async fn known_device(
        &self,
        connection: &mut AnyConnection,
        email: &Email,
        device: &DeviceToken,
    ) -> Result<Option<DeviceDigest>, StorageError> {
        let device = DeviceDigest::of(device);
        if self.throttle().device_lookup(&device).is_err() {
            return Ok(None);
        }
        let since = before(self.now(), REMEMBERED_FOR);
        Ok(member_devices::knows(connection, email, &device, since).await?.then_some(device))
    }

    /// What the account of an e-mail address knows of a network. Unknown accounts are asked about too.
    pub(super) async fn familiarity_of_network(
        &self,
        connection: &mut AnyConnection,
        email: &Email,
        address: IpAddr,
    ) -> Result<Familiarity, StorageError> {
        let since = before(self.now(), REMEMBERED_FOR);
        let is_known = members::knows_address(connection, email, address, since).await?;
        Ok(if is_known { Familiarity::KnownNetwork } else { Familiarity::Unknown })
    }

    /// A device's token, if Latchkey made it. A guessed one is not looked up.
    pub(super) fn genuine<'t>(&self, device: Option<&'t DeviceToken>) -> Option<&'t DeviceToken> {
        device.filter(|device| self.token_tags().is_genuine(TokenKind::Device, device.expose()))
    }

    /// Begins a session for a member who has come from an address with a device, and remembers both.
    pub(crate) async fn begin_session_from(
        &self,
        connection: &mut AnyConnection,
        member: &MemberId,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<NewSession, StorageError> {
        members::remember_address(connection, member, address, self.now()).await?;
        members::keep_latest_addresses(connection, member, self.settings().limits.devices).await?;
        let device = self.remember_device(connection, member, device).await?;
        Ok(NewSession { device: Some(device), ..self.begin_session(connection, member).await? })
    }

    /// The device's token from now on. One that was not made for this member is replaced: whoever has planted it in the
    /// browser must not become known.
    async fn remember_device(
        &self,
        connection: &mut AnyConnection,
        member: &MemberId,
        device: Option<&DeviceToken>,
    ) -> Result<DeviceToken, StorageError> {
        let now = self.now();
        if let Some(device) = self.genuine(device) {
            let since = before(now, REMEMBERED_FOR);
            if member_devices::touch(connection, member, &DeviceDigest::of(device), since, now).await? {
                return Ok(device.clone());
            }
        }
        let device = DeviceToken::from(self.token_tags().make(TokenKind::Device, self.random()));
        let digest = DeviceDigest::of(&device);
        member_devices::insert(connection, member, &digest, now).await?;
        member_devices::keep_latest(connection, member, &digest, self.settings().limits.devices.saturating_sub(1))
            .await?;
        Ok(device)
    }
}
