//! What the operator has set, parsed once.

mod error;
mod limits;
mod origin;
mod parse;
mod traces;

use std::{net::SocketAddr, time::Duration};

pub use error::SettingError;
use ipnet::IpNet;
use latchkey_credentials::{Limits, SealingKey, SecretPrefix, machines::Audience, signing::SigningPolicy};
use latchkey_model::redacted::Password;
pub use origin::Origin;
use parse::{
    Span, Unit, audiences, cors_origins, database, first_administrator, last_used, listen, log_format, metrics_listen,
    node_name, parsed, public_url, sealing_key, trusted_proxies,
};
pub(crate) use traces::TraceSettings;

use crate::{command_line::Options, listener::DEFAULT_KEEP_ALIVE};

const DEFAULT_FOLDER: &str = "./data";
const DEFAULT_DATABASE: &str = "sqlite://./data/latchkey.db";

/// The first administrator, for a start that nobody attends.
pub(crate) struct FirstAdministrator {
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) password: Password,
}

/// Where metrics are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricsListen {
    Off,
    /// Where nobody has asked for them: another process may have the port.
    IfFree(SocketAddr),
    On(SocketAddr),
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line.
    Json,
}

/// How long a node serves without proof that it is current.
const DEFAULT_STALENESS: Duration = Duration::from_secs(5);

/// How long a request may take.
const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a server that was told to stop goes on: long enough for a proxy that asks every half a second.
const DEFAULT_DRAIN: Duration = Duration::from_secs(2);

/// What the operator has set.
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: String,
    /// The origin of the public URL, without a slash at the end.
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The resources that access tokens can be for. The public URL, if there are none.
    pub(crate) audiences: Vec<Audience>,
    /// The origins whose pages may call the token endpoint.
    pub(crate) cors_origins: Vec<Origin>,
    pub(crate) secret_prefix: SecretPrefix,
    pub(crate) token_lifetime: Duration,
    pub(crate) assertion_lifetime: Duration,
    pub(crate) record_last_use: bool,
    pub(crate) sealing_key: Option<SealingKey>,
    pub(crate) previous_sealing_key: Option<SealingKey>,
    pub(crate) signing: SigningPolicy,
    pub(crate) limits: Limits,
    pub(crate) first_administrator: Option<FirstAdministrator>,
    pub(crate) node_name: String,
    pub(crate) max_staleness: Duration,
    pub(crate) request_timeout: Duration,
    /// How long a connection stays open between two requests.
    pub(crate) keep_alive: Duration,
    /// How long to serve on, no longer ready, once told to stop.
    pub(crate) drain: Duration,
    pub(crate) metrics: MetricsListen,
    pub(crate) log_format: LogFormat,
    /// Absent, if no traces are exported.
    pub(crate) traces: Option<TraceSettings>,
}

/// Looks an environment variable up.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Parses the options, and reads from the environment what has no option: the secrets.
    pub(crate) fn read(options: Options, environment: Environment<'_>) -> Result<Self, SettingError> {
        let listen = listen(options.listen)?;
        Ok(Self {
            listen,
            database: database(options.database, environment)?,
            public_url: options.public_url.map(public_url).transpose()?,
            trusted_proxies: trusted_proxies(options.trusted_proxies.as_deref().unwrap_or_default())?,
            audiences: audiences(options.audience.as_deref().unwrap_or_default())?,
            cors_origins: cors_origins(options.cors_origins.as_deref().unwrap_or_default())?,
            secret_prefix: parsed("LATCHKEY_SECRET_PREFIX", options.secret_prefix.as_deref())?.unwrap_or_default(),
            token_lifetime: Span::seconds("LATCHKEY_TOKEN_LIFETIME", 1, 86_400)
                .read(options.token_lifetime, Duration::from_hours(1))?,
            assertion_lifetime: Span::seconds("LATCHKEY_ASSERTION_LIFETIME", 1, 3_600)
                .read(options.assertion_lifetime, Duration::from_mins(5))?,
            record_last_use: options.last_used.map_or(Ok(true), last_used)?,
            sealing_key: sealing_key("LATCHKEY_SEALING_KEY", environment)?,
            previous_sealing_key: sealing_key("LATCHKEY_PREVIOUS_SEALING_KEY", environment)?,
            signing: SigningPolicy {
                algorithm: parsed("LATCHKEY_SIGNING_ALGORITHM", options.signing_algorithm.as_deref())?
                    .unwrap_or_default(),
                key_lifetime: Span { name: "LATCHKEY_SIGNING_KEY_DAYS", least: 1, most: 3650, unit: Unit::Days }
                    .read(options.signing_key_days, SigningPolicy::default().key_lifetime)?,
            },
            limits: limits::read(&options.limits)?,
            first_administrator: first_administrator(environment)?,
            node_name: node_name(options.node_name, listen),
            max_staleness: Span::seconds("LATCHKEY_MAX_STALENESS", 1, 300)
                .read(options.max_staleness, DEFAULT_STALENESS)?,
            request_timeout: Span::seconds("LATCHKEY_REQUEST_TIMEOUT", 1, 300)
                .read(options.request_timeout, DEFAULT_REQUEST_TIMEOUT)?,
            keep_alive: Span::seconds("LATCHKEY_KEEP_ALIVE", 1, 3600).read(options.keep_alive, DEFAULT_KEEP_ALIVE)?,
            drain: Span::seconds("LATCHKEY_DRAIN", 0, 60).read(options.drain, DEFAULT_DRAIN)?,
            metrics: metrics_listen(options.metrics_listen.as_deref())?,
            log_format: options.log_format.map_or(Ok(LogFormat::Text), log_format)?,
            traces: traces::read(environment)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
    fn audiences_are_a_list_in_which_order_counts() {
        let all = |text: &str| {
            let read = read(Options { audience: Some(text.to_owned()), ..options() }, &[]);
            read.map(|settings| {
                settings.audiences.iter().map(|audience| audience.as_str().to_owned()).collect::<Vec<_>>()
            })
        };
        assert_eq!(all("https://h/mcp, orders,,").unwrap(), ["https://h/mcp", "orders"]);
        for nothing in ["", " ", ","] {
            assert!(all(nothing).unwrap().is_empty(), "{nothing:?}");
        }
        for refused in ["https://h https://i", "https://h, https://h/#x"] {
            let error = all(refused).unwrap_err().to_string();
            assert!(error.starts_with("LATCHKEY_AUDIENCE: an audience has no "), "{error}");
        }
    }

    #[test]
    fn origins_of_pages_are_a_list() {
        let origins = |text: &str| {
            let read = read(Options { cors_origins: Some(text.to_owned()), ..options() }, &[]);
            read.map(|settings| settings.cors_origins.len())
        };
        assert_eq!(origins("https://app.example.com, http://localhost:5173,").unwrap(), 2);
        assert_eq!(origins("").unwrap(), 0);
        let error = origins("https://app.example.com,*").unwrap_err().to_string();
        assert!(error.starts_with("LATCHKEY_CORS_ORIGINS: "), "{error}");
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
    fn the_log_is_text_unless_it_is_json() {
        let format = |text: Option<&str>| {
            let options = Options { log_format: text.map(str::to_owned), ..options() };
            read(options, &[]).map(|settings| settings.log_format)
        };
        assert_eq!(format(None).unwrap(), LogFormat::Text);
        assert_eq!(format(Some("text")).unwrap(), LogFormat::Text);
        assert_eq!(format(Some("json")).unwrap(), LogFormat::Json);
        assert!(matches!(format(Some("JSON")), Err(SettingError::LogFormat(text)) if text == "JSON"));
    }

    #[test]
    fn a_token_lasts_between_a_second_and_a_day() {
        let read = |text: &str| read(Options { token_lifetime: Some(text.to_owned()), ..options() }, &[]);
        assert_eq!(read("60").unwrap().token_lifetime, Duration::from_mins(1));
        for text in ["0", "86401", "-1", "1h", ""] {
            let error = read(text).err().unwrap().to_string();
            assert_eq!(error, format!("LATCHKEY_TOKEN_LIFETIME must be 1 to 86400 seconds, and not {text:?}"));
        }
    }

    #[test]
    fn an_assertion_lasts_five_minutes_by_default_and_an_hour_at_most() {
        let read = |text: Option<&str>| {
            let options = Options { assertion_lifetime: text.map(str::to_owned), ..options() };
            read(options, &[]).map(|settings| settings.assertion_lifetime.as_secs())
        };
        assert_eq!((read(None).unwrap(), read(Some("1")).unwrap(), read(Some("3600")).unwrap()), (300, 1, 3600));
        for text in ["0", "3601", "5m"] {
            let error = read(Some(text)).unwrap_err().to_string();
            assert_eq!(error, format!("LATCHKEY_ASSERTION_LIFETIME must be 1 to 3600 seconds, and not {text:?}"));
        }
    }

    #[test]
    fn a_connection_is_kept_for_longer_than_load_balancers_do_unless_the_operator_says_otherwise() {
        let keep_alive = |text: Option<&str>| {
            let options = Options { keep_alive: text.map(str::to_owned), ..options() };
            read(options, &[]).map(|settings| settings.keep_alive)
        };
        assert_eq!(keep_alive(None).unwrap(), Duration::from_secs(75));
        assert_eq!(keep_alive(Some("650")).unwrap(), Duration::from_secs(650));
        for text in ["0", "3601", "75s"] {
            assert!(matches!(keep_alive(Some(text)), Err(SettingError::OutOfRange { .. })), "{text}");
        }
    }

    #[test]
    fn a_node_is_named_by_the_machine_and_the_port_unless_it_has_a_name() {
        let name = |set: Option<&str>| {
            let options = Options { node_name: set.map(str::to_owned), ..options() };
            read(options, &[]).unwrap().node_name
        };
        assert_eq!(name(Some("berlin-1")), "berlin-1");
        for none in [None, Some(" ")] {
            assert!(name(none).ends_with(":3000"));
        }
    }

    #[test]
    fn metrics_are_on_loopback_elsewhere_or_off() {
        let read = metrics_listen;
        assert!(matches!(read(None), Ok(MetricsListen::IfFree(address)) if address.ip().is_loopback()));
        assert!(matches!(read(Some("off")), Ok(MetricsListen::Off)));
        assert!(matches!(read(Some("10.0.0.2:9000")), Ok(MetricsListen::On(address)) if address.port() == 9000));
        assert!(matches!(read(Some("9000")), Err(SettingError::MetricsListen(text)) if text == "9000"));
    }
}
