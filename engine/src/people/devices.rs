//! The browsers and networks that a member has signed in from. Attempts from these are limited separately, so that a stranger who
//! uses up all others does not lock the member out (OWASP's "device cookies").

use std::{net::IpAddr, time::Duration};

use latchkey_model::{email::Email, id::MemberId, network::Network, redacted::DeviceToken};
use latchkey_store::{StorageError, TokenDigest, member_devices, members};
use sqlx::AnyConnection;

use super::{People, sessions::NewSession, throttle::Familiarity};
use crate::crypto::{token_digest, token_tags::TokenKind};

/// How long a device or a network counts as known after the last sign-in from it.
pub(super) const REMEMBERED_FOR: Duration = Duration::from_hours(90 * 24);

impl People {
    /// Returns the device, if the member with an e-mail address has signed in with it. Unknown accounts are queried too, so that
    /// the database takes as long for them.
    pub(super) async fn known_device(
        &self,
        connection: &mut AnyConnection,
        email: &Email,
        device: &DeviceToken,
    ) -> Result<Option<TokenDigest>, StorageError> {
        let device = token_digest(device.expose());
        if self.throttle.device_lookup(&device).is_err() {
            return Ok(None);
        }
        let since = self.parts.clock.now().minus(REMEMBERED_FOR);
        Ok(member_devices::knows(connection, email, &device, since).await?.then_some(device))
    }

    /// Returns what the account of an e-mail address knows about a network. Unknown accounts are queried too.
    pub(super) async fn familiarity_of_network(
        &self,
        connection: &mut AnyConnection,
        email: &Email,
        address: IpAddr,
    ) -> Result<Familiarity, StorageError> {
        let since = self.parts.clock.now().minus(REMEMBERED_FOR);
        let is_known = members::knows_network(connection, email, Network::new(address), since).await?;
        Ok(if is_known { Familiarity::KnownNetwork } else { Familiarity::Unknown })
    }

    /// Returns a device's token, if Latchkey created it. A guessed one is not looked up.
    pub(super) fn genuine<'t>(&self, device: Option<&'t DeviceToken>) -> Option<&'t DeviceToken> {
        device.filter(|device| self.token_tags.is_genuine(TokenKind::Device, device.expose()))
    }

    /// Begins a session for a member with a device and an address, and stores both.
    pub(super) async fn begin_session_from(
        &self,
        connection: &mut AnyConnection,
        member: &MemberId,
        device: Option<&DeviceToken>,
        address: IpAddr,
    ) -> Result<NewSession, StorageError> {
        members::record_network(connection, member, Network::new(address), self.parts.clock.now()).await?;
        members::keep_latest_networks(connection, member, self.parts.limits.devices).await?;
        let device = self.record_device(connection, member, device).await?;
        Ok(NewSession { device: Some(device), ..self.begin_session(connection, member).await? })
    }

    /// Stores that a member has signed in with a device, and returns the device's token. One that was not created for this member is
    /// replaced, because an attacker may have planted it in the browser.
    async fn record_device(
        &self,
        connection: &mut AnyConnection,
        member: &MemberId,
        device: Option<&DeviceToken>,
    ) -> Result<DeviceToken, StorageError> {
        let now = self.parts.clock.now();
        if let Some(device) = self.genuine(device) {
            let since = now.minus(REMEMBERED_FOR);
            if member_devices::touch(connection, member, &token_digest(device.expose()), since, now).await? {
                return Ok(device.clone());
            }
        }
        let device = DeviceToken::from(self.token_tags.make(TokenKind::Device, &*self.parts.random));
        let digest = token_digest(device.expose());
        member_devices::insert(connection, member, &digest, now).await?;
        member_devices::keep_latest(connection, member, &digest, self.parts.limits.devices.saturating_sub(1)).await?;
        Ok(device)
    }
}
