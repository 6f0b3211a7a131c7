//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use latchkey_credentials::signing::Rotation;

use crate::{
    commands::{self, CommandError},
    logging,
    settings::{LogFormat, Settings},
    traces::Traces,
};

/// Self-hosted access keys for any API.
///
/// Every option can be set by the environment variable that stands beside it. Secrets come by the environment
/// alone, or from a file that the variable with `_FILE` at its end names: `LATCHKEY_SEALING_KEY` (32 bytes in base64),
/// `LATCHKEY_PREVIOUS_SEALING_KEY` (the one that it replaces) and, for a first start without the set-up page, `LATCHKEY_ADMIN_EMAIL`, `LATCHKEY_ADMIN_PASSWORD` and
/// `LATCHKEY_ORGANIZATION`. `LATCHKEY_LOG` sets what is logged (info). `OTEL_EXPORTER_OTLP_ENDPOINT` has `serve` export traces.
#[derive(Parser)]
#[command(name = "latchkey", version, arg_required_else_help = true, verbatim_doc_comment)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the console and the API.
    Serve,
    /// Organizations.
    #[command(subcommand)]
    Organization(OrganizationCommand),
    /// Prints a one-time link by which a member chooses a new password.
    ResetPassword {
        /// The member's e-mail address.
        email: String,
    },
    /// Makes the next signing key, which signs ten minutes later. The key before stays published until its last token
    /// has ended.
    RotateSigningKeys {
        /// Signs with the new key at once and forgets all earlier ones: every access token ends.
        #[arg(long)]
        ending_all_tokens: bool,
    },
    /// Copies the SQLite database into a new file, served or not. The sealing key is not in it.
    Backup {
        /// The file; it must not be there yet.
        file: PathBuf,
    },
    /// Restores the SQLite database from a backup, and ends in it what may have been ended since: all access tokens, sessions
    /// and one-time links. The server must be stopped.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Replaces the database that is there, and keeps it beside as NAME.before-restore.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        after: AfterRestoreOptions,
    },
    /// Ends in the configured database what may have been ended since the backup that it was restored from: for PostgreSQL,
    /// after `pg_restore`.
    AfterRestore {
        #[command(flatten)]
        after: AfterRestoreOptions,
    },
    /// Moves an installation to another, empty database, and compares every table. Neither may be served.
    MigrateDatabase {
        /// `sqlite://PATH` or `postgres://…`. [default: the configured database]
        #[arg(long, value_name = "URL", required_unless_present = "to")]
        from: Option<String>,
        /// `sqlite://PATH` or `postgres://…`. [default: the configured database]
        #[arg(long, value_name = "URL", required_unless_present = "from")]
        to: Option<String>,
    },
}

/// What is to become of what a backup brings back.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct AfterRestoreOptions {
    /// Deactivates every key that was active: some may have been deactivated or deleted since the backup.
    #[arg(long, conflicts_with = "keep_active")]
    pub(crate) deactivate_all: bool,
    /// Leaves every key active that was.
    #[arg(long)]
    pub(crate) keep_active: bool,
    /// Leaves access tokens, sessions and one-time links as they were.
    #[arg(long)]
    pub(crate) keep_tokens: bool,
    /// Drops the backup's signing keys and makes new ones: for when its sealing key is lost.
    #[arg(long, conflicts_with = "keep_tokens")]
    pub(crate) forget_signing_keys: bool,
}

#[derive(Subcommand)]
enum OrganizationCommand {
    /// Prints a one-time link that creates another organization and its administrator.
    Create,
}

/// What the operator sets, as written.
#[derive(Default, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Options {
    /// The address and port to listen on.
    #[arg(long, global = true, env = "LATCHKEY_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub(crate) listen: String,
    /// `sqlite://PATH` or `postgres://…`; also `LATCHKEY_DATABASE_FILE`. [default: a SQLite file in ./data]
    #[arg(long, global = true, env = "LATCHKEY_DATABASE", hide_env_values = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Where browsers and machines reach Latchkey; the issuer of its tokens. [default: http and the listen address]
    #[arg(long, global = true, env = "LATCHKEY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Addresses and networks of proxies whose X-Forwarded-For is believed, separated by commas.
    #[arg(long, global = true, env = "LATCHKEY_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub(crate) trusted_proxies: Option<String>,
    /// The resources that access tokens can be for (`aud`), separated by commas. The first one is the default, and Latchkey's
    /// own API takes tokens for it. [default: the public URL]
    #[arg(long, global = true, env = "LATCHKEY_AUDIENCE", value_name = "URLS")]
    pub(crate) audience: Option<String>,
    /// Origins whose pages may call the token endpoint, such as `https://app.example.com`, separated by commas.
    #[arg(long, global = true, env = "LATCHKEY_CORS_ORIGINS", value_name = "ORIGINS")]
    pub(crate) cors_origins: Option<String>,
    /// What new secrets begin with: 1 to 16 of a-z and 0-9. [default: lk]
    #[arg(long, global = true, env = "LATCHKEY_SECRET_PREFIX", value_name = "PREFIX")]
    pub(crate) secret_prefix: Option<String>,
    /// What access tokens are signed with: `ES256`, `EdDSA` or `RS256`. [default: ES256]
    #[arg(long, global = true, env = "LATCHKEY_SIGNING_ALGORITHM", value_name = "NAME")]
    pub(crate) signing_algorithm: Option<String>,
    /// How many days a signing key signs before the next one does. [default: 90]
    #[arg(long, global = true, env = "LATCHKEY_SIGNING_KEY_DAYS", value_name = "DAYS")]
    pub(crate) signing_key_days: Option<String>,
    /// How many seconds an access token lasts. [default: 3600]
    #[arg(long, global = true, env = "LATCHKEY_TOKEN_LIFETIME", value_name = "SECONDS")]
    pub(crate) token_lifetime: Option<String>,
    /// How many seconds a client's assertion (`private_key_jwt`) may last, 1 to 3600. [default: 300]
    #[arg(long, global = true, env = "LATCHKEY_ASSERTION_LIFETIME", value_name = "SECONDS")]
    pub(crate) assertion_lifetime: Option<String>,
    /// Whether a key's last use and the caller's address are recorded: `on` or `off`. The first use is in any case.
    /// [default: on]
    #[arg(long, global = true, env = "LATCHKEY_LAST_USED", value_name = "ON|OFF")]
    pub(crate) last_used: Option<String>,
    /// What people are told that this node is. [default: the machine's name and the port]
    #[arg(long, global = true, env = "LATCHKEY_NODE_NAME", value_name = "NAME")]
    pub(crate) node_name: Option<String>,
    /// For how many seconds a node goes on judging credentials without having reached PostgreSQL. [default: 5]
    #[arg(long, global = true, env = "LATCHKEY_MAX_STALENESS", value_name = "SECONDS")]
    pub(crate) max_staleness: Option<String>,
    /// How many seconds a request may take. [default: 10]
    #[arg(long, global = true, env = "LATCHKEY_REQUEST_TIMEOUT", value_name = "SECONDS")]
    pub(crate) request_timeout: Option<String>,
    /// How many seconds a connection stays open between two requests: longer than the load balancer in front keeps it.
    /// [default: 75]
    #[arg(long, global = true, env = "LATCHKEY_KEEP_ALIVE", value_name = "SECONDS")]
    pub(crate) keep_alive: Option<String>,
    /// How many seconds, told to stop by SIGTERM, a server goes on while it says that it is not ready. [default: 2]
    #[arg(long, global = true, env = "LATCHKEY_DRAIN", value_name = "SECONDS")]
    pub(crate) drain: Option<String>,
    /// The address and port for Prometheus, or `off`. [default: 127.0.0.1:9464, if it is free]
    #[arg(long, global = true, env = "LATCHKEY_METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<String>,
    /// How the log is written: `text` for people, or `json`, one object a line. [default: text]
    #[arg(long, global = true, env = "LATCHKEY_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
}

/// How much one organization, member or client may leave in the database, as written.
#[derive(Default, Args)]
pub(crate) struct LimitOptions {
    /// How many access keys an organization has, deleted ones included for 30 days. [default: 1000000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_KEYS", value_name = "NUMBER")]
    pub(crate) max_keys: Option<String>,
    /// How many scopes an organization defines. [default: 1000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_SCOPES", value_name = "NUMBER")]
    pub(crate) max_scopes: Option<String>,
    /// How many members an organization has. [default: 10000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_MEMBERS", value_name = "NUMBER")]
    pub(crate) max_members: Option<String>,
    /// How many invitations of an organization are open. [default: 1000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_LINKS", value_name = "NUMBER")]
    pub(crate) max_links: Option<String>,
    /// How many sessions a member has; beyond it, the oldest ends. [default: 100]
    #[arg(long, global = true, env = "LATCHKEY_MAX_SESSIONS", value_name = "NUMBER")]
    pub(crate) max_sessions: Option<String>,
    /// How many browsers, and how many networks, of a member are known; beyond it, the oldest is forgotten. [default: 100]
    #[arg(long, global = true, env = "LATCHKEY_MAX_DEVICES", value_name = "NUMBER")]
    pub(crate) max_devices: Option<String>,
    /// How many of its access tokens a client revokes in a minute. [default: 600]
    #[arg(long, global = true, env = "LATCHKEY_MAX_REVOCATIONS", value_name = "NUMBER")]
    pub(crate) max_revocations: Option<String>,
    /// How many revoked access tokens are kept until they expire, of all clients together. [default: 1000000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_REVOKED_TOKENS", value_name = "NUMBER")]
    pub(crate) max_revoked_tokens: Option<String>,
}

impl CommandLine {
    /// Runs the command; `serve` until it is told to stop.
    ///
    /// # Errors
    /// [`CommandError`]: its text is one line for the operator.
    pub async fn run(self) -> Result<(), CommandError> {
        if let Command::MigrateDatabase { from: Some(from), to: Some(to) } = &self.command {
            // It needs no other setting, and no folder for a database by default.
            logging::start(LogFormat::Text, None);
            return commands::migrate_database(from, to).await;
        }
        let settings = Settings::read(self.options, &|name| std::env::var(name).ok())?;
        if let Command::Serve = self.command {
            let traces = settings.traces.as_ref().map(Traces::begin).transpose()?;
            logging::start(settings.log_format, traces.as_ref());
            return commands::serve(settings, traces).await;
        }
        logging::start(settings.log_format, None);
        match self.command {
            Command::Serve => Ok(()),
            Command::Organization(OrganizationCommand::Create) => commands::create_organization(settings).await,
            Command::ResetPassword { email } => commands::reset_password(settings, &email).await,
            Command::RotateSigningKeys { ending_all_tokens: false } => {
                commands::rotate_signing_keys(settings, Rotation::Planned).await
            }
            Command::RotateSigningKeys { ending_all_tokens: true } => {
                commands::rotate_signing_keys(settings, Rotation::EndingAllTokens).await
            }
            Command::Backup { file } => commands::backup(&settings, &file).await,
            Command::Restore { file, replace, after } => commands::restore(settings, &file, replace, &after).await,
            Command::AfterRestore { after } => commands::after_restore(settings, &after).await,
            Command::MigrateDatabase { from, to } => {
                commands::migrate_database(
                    from.as_ref().unwrap_or(&settings.database),
                    to.as_ref().unwrap_or(&settings.database),
                )
                .await
            }
        }
    }
}
