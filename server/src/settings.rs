//! What the operator has set, parsed once.

use std::{
    fs, io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;
use latchkey_credentials::{SealingKey, SecretPrefix, signing::SigningPolicy};
use latchkey_model::redacted::Password;
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

use crate::command_line::Options;

const DEFAULT_FOLDER: &str = "./data";
const DEFAULT_DATABASE: &str = "sqlite://./data/latchkey.db";

/// A setting that cannot be used. Each is one line, and none repeats a secret.
#[derive(Debug, Error)]
pub enum SettingError {
    /// `LATCHKEY_LISTEN`.
    #[error("LATCHKEY_LISTEN must be an address and a port, such as 127.0.0.1:3000, and not {0:?}")]
    Listen(String),
    /// `LATCHKEY_PUBLIC_URL`.
    #[error("LATCHKEY_PUBLIC_URL must be http:// or https:// with a host and no path, and not {0:?}")]
    PublicUrl(String),
    /// `LATCHKEY_TRUSTED_PROXIES`.
    #[error("LATCHKEY_TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, and not {0:?}")]
    TrustedProxies(String),
    /// `LATCHKEY_LAST_USED`.
    #[error("LATCHKEY_LAST_USED must be on or off, and not {0:?}")]
    LastUsed(String),
    /// `LATCHKEY_TOKEN_LIFETIME`.
    #[error("LATCHKEY_TOKEN_LIFETIME must be 1 to 86400 seconds, and not {0:?}")]
    TokenLifetime(String),
    /// `LATCHKEY_SIGNING_KEY_DAYS`.
    #[error("LATCHKEY_SIGNING_KEY_DAYS must be 1 to 3650 days, and not {0:?}")]
    SigningKeyDays(String),
    /// A setting whose own parser says what is wrong.
    #[error("{0}: {1}")]
    Refused(&'static str, String),
    /// A setting was given twice: by itself and by a file.
    #[error("set {0} or {0}_FILE, and not both")]
    Twice(&'static str),
    /// A secret's file.
    #[error("{0}_FILE: cannot read {path}: {2}", path = .1.display())]
    File(&'static str, PathBuf, io::Error),
    /// The unattended first start needs an address and a password.
    #[error("set LATCHKEY_ADMIN_EMAIL and LATCHKEY_ADMIN_PASSWORD both, or neither")]
    HalfAnAdministrator,
    /// The folder of the default database.
    #[error("cannot create the folder {DEFAULT_FOLDER}: {0}")]
    Folder(io::Error),
}

/// The first administrator, for a start that nobody attends.
pub(crate) struct FirstAdministrator {
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) password: Password,
}

/// What the operator has set.
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: String,
    /// The origin of the public URL, without a slash at the end.
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) audience: Option<String>,
    pub(crate) secret_prefix: SecretPrefix,
    pub(crate) token_lifetime: Duration,
    pub(crate) record_last_use: bool,
    pub(crate) sealing_key: Option<SealingKey>,
    pub(crate) previous_sealing_key: Option<SealingKey>,
    pub(crate) signing: SigningPolicy,
    pub(crate) first_administrator: Option<FirstAdministrator>,
}

/// Looks an environment variable up.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Parses the options, and reads from the environment what has no option: the secrets.
    pub(crate) fn read(options: Options, environment: Environment<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            listen: listen(options.listen)?,
            database: database(options.database, environment)?,
            public_url: options.public_url.map(public_url).transpose()?,
            trusted_proxies: trusted_proxies(options.trusted_proxies.as_deref().unwrap_or_default())?,
            audience: options.audience.filter(|audience| !audience.is_empty()),
            secret_prefix: parsed("LATCHKEY_SECRET_PREFIX", options.secret_prefix.as_deref())?.unwrap_or_default(),
            token_lifetime: options.token_lifetime.map_or(Ok(Duration::from_hours(1)), token_lifetime)?,
            record_last_use: options.last_used.map_or(Ok(true), last_used)?,
            sealing_key: sealing_key("LATCHKEY_SEALING_KEY", environment)?,
            previous_sealing_key: sealing_key("LATCHKEY_PREVIOUS_SEALING_KEY", environment)?,
            signing: SigningPolicy {
                algorithm: parsed("LATCHKEY_SIGNING_ALGORITHM", options.signing_algorithm.as_deref())?
                    .unwrap_or_default(),
                key_lifetime: options
                    .signing_key_days
                    .map_or(Ok(SigningPolicy::default().key_lifetime), signing_key_days)?,
            },
            first_administrator: first_administrator(environment)?,
        })
    }
}

fn listen(text: String) -> Result<SocketAddr, SettingError> {
    let addresses = text.to_socket_addrs().ok();
    addresses.and_then(|mut addresses| addresses.next()).ok_or(SettingError::Listen(text))
}

fn database(option: Option<String>, environment: Environment<'_>) -> Result<String, SettingError> {
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

fn public_url(text: String) -> Result<String, SettingError> {
    let url = Url::parse(&text).ok().filter(|url| {
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        matches!(url.scheme(), "http" | "https") && plain && url.fragment().is_none() && url.path() == "/"
    });
    url.map(|url| url.origin().ascii_serialization()).ok_or(SettingError::PublicUrl(text))
}

fn trusted_proxies(text: &str) -> Result<Vec<IpNet>, SettingError> {
    let network = |text: &str| {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| address()).map_err(|_| SettingError::TrustedProxies(text.to_owned()))
    };
    text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(network).collect()
}

fn token_lifetime(text: String) -> Result<Duration, SettingError> {
    match text.parse() {
        Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err(SettingError::TokenLifetime(text)),
    }
}

fn last_used(text: String) -> Result<bool, SettingError> {
    match text.as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(SettingError::LastUsed(text)),
    }
}

fn signing_key_days(text: String) -> Result<Duration, SettingError> {
    match text.parse() {
        Ok(days @ 1..=3650) => Ok(Duration::from_hours(days * 24)),
        _ => Err(SettingError::SigningKeyDays(text)),
    }
}

fn sealing_key(name: &'static str, environment: Environment<'_>) -> Result<Option<SealingKey>, SettingError> {
    parsed(name, secret(name, environment)?.as_ref().map(|key| key.as_str()))
}

fn first_administrator(environment: Environment<'_>) -> Result<Option<FirstAdministrator>, SettingError> {
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

fn parsed<T: FromStr<Err: ToString>>(name: &'static str, text: Option<&str>) -> Result<Option<T>, SettingError> {
    text.map(str::parse).transpose().map_err(|error: T::Err| SettingError::Refused(name, error.to_string()))
}

/// A secret from the variable itself, or from the file that the variable with `_FILE` at its end names.
fn secret(name: &'static str, environment: Environment<'_>) -> Result<Option<Zeroizing<String>>, SettingError> {
    match (environment(name), environment(&format!("{name}_FILE"))) {
        (Some(_), Some(_)) => Err(SettingError::Twice(name)),
        (None, Some(file)) => contents(name, file).map(Some),
        (value, None) => Ok(value.filter(|value| !value.is_empty()).map(Zeroizing::new)),
    }
}

/// A file without the line break that editors put at its end.
fn contents(name: &'static str, file: String) -> Result<Zeroizing<String>, SettingError> {
    match fs::read_to_string(&file).map(Zeroizing::new) {
        Ok(text) => Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())),
        Err(error) => Err(SettingError::File(name, file.into(), error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options {
            listen: "127.0.0.1:3000".to_owned(),
            database: Some("sqlite://x.db".to_owned()),
            ..Options::default()
        }
    }

    fn read(options: Options, variables: &[(&str, &str)]) -> Result<Settings, SettingError> {
        let look_up = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Settings::read(options, &look_up)
    }

    #[test]
    fn a_public_url_is_kept_as_its_origin() {
        for (given, kept) in [
            ("https://keys.example.com/", "https://keys.example.com"),
            ("https://Keys.example.com:443", "https://keys.example.com"),
            ("http://10.0.0.2:8080", "http://10.0.0.2:8080"),
        ] {
            assert_eq!(public_url(given.to_owned()).unwrap(), kept);
        }
        for given in
            ["", "keys.example.com", "ftp://x", "https://x/path", "https://x/?a", "https://u@x", "https://x/#f"]
        {
            assert!(public_url(given.to_owned()).is_err(), "{given:?} was taken");
        }
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let proxies = trusted_proxies("127.0.0.1, 10.0.0.0/8,fd00::/8,").unwrap();
        assert_eq!(proxies.len(), 3);
        assert!(
            matches!(trusted_proxies("10.0.0.0/8, proxy"), Err(SettingError::TrustedProxies(text)) if text == "proxy")
        );
    }

    #[test]
    fn a_secret_may_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs::write(&file, "correct horse battery\n").unwrap();
        let file = file.to_str().unwrap();
        let variables = [("LATCHKEY_ADMIN_EMAIL", "ana@example.com"), ("LATCHKEY_ADMIN_PASSWORD_FILE", file)];
        let administrator = read(options(), &variables).unwrap().first_administrator.unwrap();
        assert_eq!(administrator.password.expose(), "correct horse battery");
        assert_eq!(administrator.organization, "Default");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let twice = [("LATCHKEY_SEALING_KEY", "x"), ("LATCHKEY_SEALING_KEY_FILE", "y")];
        assert!(matches!(read(options(), &twice), Err(SettingError::Twice("LATCHKEY_SEALING_KEY"))));
        let half = [("LATCHKEY_ADMIN_EMAIL", "ana@example.com")];
        assert!(matches!(read(options(), &half), Err(SettingError::HalfAnAdministrator)));
    }

    #[test]
    fn an_error_names_the_setting_and_never_its_secret() {
        let error = read(options(), &[("LATCHKEY_SEALING_KEY", "hunter2")]).err().unwrap().to_string();
        assert!(error.starts_with("LATCHKEY_SEALING_KEY: "), "{error}");
        assert!(!error.contains("hunter2"));
    }

    #[test]
    fn last_uses_are_recorded_unless_that_is_off() {
        let record_last_use = |text: Option<&str>| {
            let options = Options { last_used: text.map(str::to_owned), ..options() };
            read(options, &[]).map(|settings| settings.record_last_use)
        };
        assert!(record_last_use(None).unwrap() && record_last_use(Some("on")).unwrap());
        assert!(!record_last_use(Some("off")).unwrap());
        assert!(matches!(record_last_use(Some("no")), Err(SettingError::LastUsed(text)) if text == "no"));
    }

    #[test]
    fn a_token_lasts_between_a_second_and_a_day() {
        assert_eq!(token_lifetime("60".to_owned()).unwrap(), Duration::from_mins(1));
        for text in ["0", "86401", "-1", "1h", ""] {
            assert!(token_lifetime(text.to_owned()).is_err(), "{text:?} was taken");
        }
    }
}
