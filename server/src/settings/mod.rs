//! The operator's settings, parsed once.

mod addresses;
mod command_line_options;
mod environment;
mod error;
mod limits;
mod notices;
mod options;
mod origin;
mod parse;
mod secrets;
#[cfg(test)]
mod tests;
mod traces;

use std::{net::SocketAddr, path::Path, time::Duration};

pub(crate) use addresses::MetricsListen;
use addresses::{audiences, cors_origins, listen, metrics_listen, public_url, security_contact, trusted_proxies};
#[cfg(test)]
pub(crate) use command_line_options::CommandLineOption;
pub(crate) use command_line_options::CommandLineOptions;
pub(crate) use environment::Environment;
pub use error::SettingError;
use ipnet::IpNet;
use latchkey_engine::{Limits, Location, SealingKey, SecretPrefix, signing::SigningPolicy, verification::Audience};
pub(crate) use notices::{SettingNotice, environment_notices};
pub(crate) use options::Options;
pub use origin::Origin;
pub(crate) use parse::LogFormat;
use parse::{DurationRange, Unit, flag, log_format, non_blank, parse_optional};
pub(crate) use secrets::{FirstAdministrator, check_database};
use secrets::{check_not_blank, database, first_administrator, sealing_key};
pub(crate) use traces::TraceSettings;

/// The default of `LATCHKEY_KEEP_ALIVE`: longer than the 60 seconds of AWS's load balancers and of nginx.
pub(crate) const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The default of `LATCHKEY_MAX_STALENESS`: how long a node verifies credentials without having reached PostgreSQL.
const DEFAULT_STALENESS: Duration = Duration::from_secs(5);

/// The default of `LATCHKEY_REQUEST_TIMEOUT`.
const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The default of `LATCHKEY_DRAIN`: long enough for a proxy that checks readiness every half a second.
const DEFAULT_DRAIN: Duration = Duration::from_secs(2);

/// The operator's settings.
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: String,
    /// The origin of the public URL, without a trailing slash.
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The resources that access tokens can be for. If there are none, it is the public URL.
    pub(crate) audiences: Vec<Audience>,
    /// The origins whose pages may call the token endpoint.
    pub(crate) cors_origins: Vec<Origin>,
    /// Where to report a vulnerability, as a URI.
    pub(crate) security_contact: Option<String>,
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
    /// How long the server still serves after SIGTERM, while it reports that it is not ready.
    pub(crate) drain: Duration,
    pub(crate) metrics: MetricsListen,
    pub(crate) log_format: LogFormat,
    /// `None` if no traces are exported.
    pub(crate) traces: Option<TraceSettings>,
    /// Notices about settings that a server does not use.
    pub(crate) unused: Vec<SettingNotice>,
    /// The options on the command line that a running server would ignore if it ran the command.
    pub(crate) command_line_options: Vec<String>,
}

/// The options that a command reads even if a server runs it.
const READ_BY_COMMANDS: [&str; 2] = ["database", "log-format"];

/// The settings that are used only with PostgreSQL, by nodes that share a database.
const POSTGRES_ONLY: [&str; 1] = ["LATCHKEY_MAX_STALENESS"];

impl Settings {
    /// Reads the options, and from the environment the secrets, which have no option.
    ///
    /// A blank setting counts as not set. To add a setting, add an option in [`Options`], a field, and a line here.
    ///
    /// # Errors
    /// [`SettingError`] names the setting that cannot be used.
    pub(crate) fn read(
        options: Options,
        command_line: &CommandLineOptions,
        environment: &Environment,
    ) -> Result<Self, SettingError> {
        check_not_blank(environment, command_line)?;
        let listen = listen(options.listen)?;
        let database = database(options.database, command_line, environment)?;
        let first_administrator = first_administrator(environment)?;
        let traces = traces::read(environment)?;
        let mut unused = traces::notices(environment, traces.as_ref());
        unused.extend(unused_settings(&database, first_administrator.as_ref(), command_line, environment));
        Ok(Self {
            listen,
            database,
            public_url: public_url(options.public_url)?,
            trusted_proxies: trusted_proxies(options.trusted_proxies.as_deref())?,
            audiences: audiences(options.audience.as_deref())?,
            cors_origins: cors_origins(options.cors_origins.as_deref())?,
            security_contact: security_contact(options.security_contact)?,
            secret_prefix: parse_optional("LATCHKEY_SECRET_PREFIX", options.secret_prefix.as_deref())?
                .unwrap_or_default(),
            token_lifetime: DurationRange::seconds("LATCHKEY_TOKEN_LIFETIME", 1, 86_400)
                .read(options.token_lifetime, Duration::from_hours(1))?,
            assertion_lifetime: DurationRange::seconds("LATCHKEY_ASSERTION_LIFETIME", 1, 3_600)
                .read(options.assertion_lifetime, Duration::from_mins(5))?,
            record_last_use: flag("LATCHKEY_LAST_USED", options.last_used, true)?,
            sealing_key: sealing_key("LATCHKEY_SEALING_KEY", environment)?,
            previous_sealing_key: sealing_key("LATCHKEY_PREVIOUS_SEALING_KEY", environment)?,
            signing: SigningPolicy {
                algorithm: parse_optional("LATCHKEY_SIGNING_ALGORITHM", options.signing_algorithm.as_deref())?
                    .unwrap_or_default(),
                key_lifetime: DurationRange {
                    name: "LATCHKEY_SIGNING_KEY_DAYS",
                    least: 1,
                    most: 3650,
                    unit: Unit::Days,
                }
                .read(options.signing_key_days, SigningPolicy::default().key_lifetime)?,
            },
            limits: limits::read(&options.limits)?,
            first_administrator,
            node_name: non_blank(options.node_name).unwrap_or_else(|| default_node_name(listen)),
            max_staleness: DurationRange::seconds("LATCHKEY_MAX_STALENESS", 1, 300)
                .read(options.max_staleness, DEFAULT_STALENESS)?,
            request_timeout: DurationRange::seconds("LATCHKEY_REQUEST_TIMEOUT", 1, 300)
                .read(options.request_timeout, DEFAULT_REQUEST_TIMEOUT)?,
            keep_alive: DurationRange::seconds("LATCHKEY_KEEP_ALIVE", 1, 3600)
                .read(options.keep_alive, DEFAULT_KEEP_ALIVE)?,
            drain: DurationRange::seconds("LATCHKEY_DRAIN", 0, 60).read(options.drain, DEFAULT_DRAIN)?,
            metrics: metrics_listen(options.metrics_listen)?,
            log_format: log_format(options.log_format)?,
            traces,
            unused,
            command_line_options: command_line
                .iter()
                .map(|option| option.name.clone())
                .filter(|name| !READ_BY_COMMANDS.contains(&&**name))
                .collect(),
        })
    }
}

/// Returns the default name of a node: the machine's name and the port.
fn default_node_name(listen: SocketAddr) -> String {
    let machine = rustix::system::uname();
    format!("{}:{}", machine.nodename().to_string_lossy(), listen.port())
}

/// Returns a notice about the sealing key next to a SQLite database, if another one is configured.
fn unused_sealing_key(database: &Path, environment: &Environment) -> Option<SettingNotice> {
    let beside = database.with_extension("key").canonicalize().ok()?;
    let named = environment.get("LATCHKEY_SEALING_KEY_FILE").map(Path::new);
    let is_given = named.is_some() || environment.get("LATCHKEY_SEALING_KEY").is_some();
    let is_named = named.and_then(|file| file.canonicalize().ok()).is_some_and(|file| file == beside);
    let because = "LATCHKEY_SEALING_KEY is set";
    (is_given && !is_named)
        .then(|| SettingNotice::not_used(&format!("the sealing key in {}", beside.display()), because))
}

/// Returns notices about the given settings that a server does not use.
fn unused_settings(
    database: &str,
    first_administrator: Option<&FirstAdministrator>,
    command_line: &CommandLineOptions,
    environment: &Environment,
) -> Vec<SettingNotice> {
    let is_given = |name: &&str| {
        environment.get(name).is_some() || command_line.by_variable(name).is_some_and(|option| !option.is_blank())
    };
    let parameters = Location::unused_parameters(database).into_iter();
    let mut unused: Vec<SettingNotice> = parameters
        .map(|name| {
            SettingNotice::not_used(&format!("the parameter {name:?} of the database's URL"), "it is not known")
        })
        .collect();
    if let Ok(Location::Sqlite(file)) = Location::parse(database) {
        unused.extend(unused_sealing_key(&file, environment));
        let given = POSTGRES_ONLY.iter().filter(|name| is_given(name));
        unused.extend(
            given.map(|name| SettingNotice::not_used(name, "it is for PostgreSQL, and the database is SQLite")),
        );
    }
    if first_administrator.is_none() && environment.get("LATCHKEY_ORGANIZATION").is_some() {
        let because = "it names the organization of LATCHKEY_ADMIN_EMAIL, which is not set";
        unused.push(SettingNotice::not_used("LATCHKEY_ORGANIZATION", because));
    }
    unused
}
