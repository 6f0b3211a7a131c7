//! How each setting is read.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
    os::unix::fs::DirBuilderExt,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;
use latchkey_credentials::{
    SealingKey,
    machines::{Audience, InvalidAudience},
};
use latchkey_model::redacted::Password;
use url::Url;
use zeroize::Zeroizing;

use super::{
    DEFAULT_DATABASE, DEFAULT_FOLDER, Environment, FirstAdministrator, LogFormat, MetricsListen, Origin, SettingError,
    origin::InvalidOrigin,
};

/// Where Prometheus looks by the convention of OpenTelemetry's exporters.
const DEFAULT_METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

pub(super) fn listen(text: String) -> Result<SocketAddr, SettingError> {
    let addresses = text.to_socket_addrs().ok();
    addresses.and_then(|mut addresses| addresses.next()).ok_or(SettingError::Listen(text))
}

pub(super) fn database(option: Option<String>, environment: Environment<'_>) -> Result<String, SettingError> {
    let file = environment("LATCHKEY_DATABASE_FILE");
    match (option, file) {
        (Some(_), Some(_)) => Err(SettingError::Twice("LATCHKEY_DATABASE")),
        (Some(url), None) => Ok(url),
        (None, Some(file)) => Ok(contents("LATCHKEY_DATABASE", file)?.to_string()),
        (None, None) => {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(DEFAULT_FOLDER).map_err(SettingError::Folder)?;
            Ok(DEFAULT_DATABASE.to_owned())
        }
    }
}

pub(super) fn public_url(text: String) -> Result<String, SettingError> {
    let url = Url::parse(&text).ok().filter(|url| {
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        matches!(url.scheme(), "http" | "https") && plain && url.fragment().is_none() && url.path() == "/"
    });
    url.map(|url| url.origin().ascii_serialization()).ok_or(SettingError::PublicUrl(text))
}

pub(super) fn trusted_proxies(text: &str) -> Result<Vec<IpNet>, SettingError> {
    let network = |text: &str| {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| address()).map_err(|_| SettingError::TrustedProxies(text.to_owned()))
    };
    listed(text).map(network).collect()
}

/// The parts of a list with commas between.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|text| !text.is_empty())
}

pub(super) fn audiences(text: &str) -> Result<Vec<Audience>, SettingError> {
    let refused = |error: InvalidAudience| SettingError::Refused("LATCHKEY_AUDIENCE", error.to_string());
    listed(text).map(|text| Audience::parse(text).map_err(refused)).collect()
}

pub(super) fn cors_origins(text: &str) -> Result<Vec<Origin>, SettingError> {
    let refused = |error: InvalidOrigin| SettingError::Refused("LATCHKEY_CORS_ORIGINS", error.to_string());
    listed(text).map(|text| text.parse().map_err(refused)).collect()
}

/// A whole number of seconds or days between two bounds.
pub(super) struct Span {
    pub(super) name: &'static str,
    pub(super) least: u64,
    pub(super) most: u64,
    pub(super) unit: Unit,
}

#[derive(Clone, Copy)]
pub(super) enum Unit {
    Seconds,
    Days,
}

impl Span {
    pub(super) const fn seconds(name: &'static str, least: u64, most: u64) -> Self {
        Self { name, least, most, unit: Unit::Seconds }
    }

    /// Reads what was set, or takes what stands if nothing was.
    pub(super) fn read(&self, given: Option<String>, by_default: Duration) -> Result<Duration, SettingError> {
        let Some(given) = given else { return Ok(by_default) };
        let (unit, one) = match self.unit {
            Unit::Seconds => ("seconds", Duration::from_secs(1)),
            Unit::Days => ("days", Duration::from_hours(24)),
        };
        match given.parse::<u32>() {
            Ok(number) if (self.least..=self.most).contains(&u64::from(number)) => Ok(one * number),
            _ => {
                let Self { name, least, most, .. } = *self;
                Err(SettingError::OutOfRange { name, least, most, unit, given })
            }
        }
    }
}

pub(super) fn last_used(text: String) -> Result<bool, SettingError> {
    match text.as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(SettingError::LastUsed(text)),
    }
}

pub(super) fn log_format(text: String) -> Result<LogFormat, SettingError> {
    match text.as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(SettingError::LogFormat(text)),
    }
}

/// The port is loopback's unless the operator says otherwise: what is counted is nobody else's business.
pub(super) fn metrics_listen(text: Option<&str>) -> Result<MetricsListen, SettingError> {
    match text {
        None => Ok(MetricsListen::IfFree(DEFAULT_METRICS)),
        Some("off") => Ok(MetricsListen::Off),
        Some(text) => {
            let address = text.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
            address.map(MetricsListen::On).ok_or_else(|| SettingError::MetricsListen(text.to_owned()))
        }
    }
}

/// What people are told a node is: the name that is set, or the machine's and the port.
pub(super) fn node_name(set: Option<String>, listen: SocketAddr) -> String {
    set.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| {
        let machine = rustix::system::uname();
        format!("{}:{}", machine.nodename().to_string_lossy(), listen.port())
    })
}

pub(super) fn sealing_key(
    name: &'static str,
    environment: Environment<'_>,
) -> Result<Option<SealingKey>, SettingError> {
    parsed(name, secret(name, environment)?.as_ref().map(|key| key.as_str()))
}

pub(super) fn first_administrator(environment: Environment<'_>) -> Result<Option<FirstAdministrator>, SettingError> {
    let email = environment("LATCHKEY_ADMIN_EMAIL").filter(|email| !email.is_empty());
    match (email, secret("LATCHKEY_ADMIN_PASSWORD", environment)?) {
        (Some(email), Some(password)) => Ok(Some(FirstAdministrator {
            organization: environment("LATCHKEY_ORGANIZATION").unwrap_or_else(|| "Default".to_owned()),
            email,
            password: Password::from(password.to_string()),
        })),
        (None, None) => Ok(None),
        _ => Err(SettingError::HalfAnAdministrator),
    }
}

pub(super) fn parsed<T: FromStr<Err: ToString>>(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, SettingError> {
    text.map(str::parse).transpose().map_err(|error: T::Err| SettingError::Refused(name, error.to_string()))
}

/// A secret from the variable itself, or from the file that the variable with `_FILE` at its end names.
pub(super) fn secret(
    name: &'static str,
    environment: Environment<'_>,
) -> Result<Option<Zeroizing<String>>, SettingError> {
    match (environment(name), environment(&format!("{name}_FILE"))) {
        (Some(_), Some(_)) => Err(SettingError::Twice(name)),
        (None, Some(file)) => contents(name, file).map(Some),
        (value, None) => Ok(value.filter(|value| !value.is_empty()).map(Zeroizing::new)),
    }
}

/// A file without the line break that editors put at its end.
pub(super) fn contents(name: &'static str, file: String) -> Result<Zeroizing<String>, SettingError> {
    match fs::read_to_string(&file).map(Zeroizing::new) {
        Ok(text) => Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())),
        Err(error) => Err(SettingError::File(name, file.into(), error)),
    }
}
