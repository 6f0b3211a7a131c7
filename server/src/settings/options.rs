use clap::{Args, Command};

/// The options of all settings, as given.
#[derive(Default, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Options {
    /// The address and port to listen on. [default: 127.0.0.1:3000]
    #[arg(long, global = true, env = "LATCHKEY_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// `sqlite://PATH` or `postgres://…`; also `LATCHKEY_DATABASE_FILE`. [default: a SQLite file in ./data]
    #[arg(long, global = true, env = "LATCHKEY_DATABASE", hide_env_values = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// The URL at which clients reach Latchkey, which is also the issuer of its tokens. [default: http:// and the
    /// listen address]
    #[arg(long, global = true, env = "LATCHKEY_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Addresses and networks of the proxies whose X-Forwarded-For is trusted, separated by commas.
    #[arg(long, global = true, env = "LATCHKEY_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub(crate) trusted_proxies: Option<String>,
    /// The resources that access tokens can be for (`aud`), separated by commas. The first is the default, and the one
    /// that Latchkey's own API accepts. [default: the public URL]
    #[arg(long, global = true, env = "LATCHKEY_AUDIENCE", value_name = "URLS")]
    pub(crate) audience: Option<String>,
    /// Origins whose pages may call the token endpoint, such as `https://app.example.com`, separated by commas.
    #[arg(long, global = true, env = "LATCHKEY_CORS_ORIGINS", value_name = "ORIGINS")]
    pub(crate) cors_origins: Option<String>,
    /// The contact for reports of vulnerabilities, served in /.well-known/security.txt: an e-mail address, or an https
    /// or mailto URL.
    #[arg(long, global = true, env = "LATCHKEY_SECURITY_CONTACT", value_name = "CONTACT")]
    pub(crate) security_contact: Option<String>,
    /// The prefix of new secrets: 1 to 16 characters of a-z and 0-9. [default: lk]
    #[arg(long, global = true, env = "LATCHKEY_SECRET_PREFIX", value_name = "PREFIX")]
    pub(crate) secret_prefix: Option<String>,
    /// The algorithm of access tokens' signatures: `ES256`, `EdDSA` or `RS256`. [default: ES256]
    #[arg(long, global = true, env = "LATCHKEY_SIGNING_ALGORITHM", value_name = "NAME")]
    pub(crate) signing_algorithm: Option<String>,
    /// The number of days that a signing key is used before the next one replaces it. [default: 90]
    #[arg(long, global = true, env = "LATCHKEY_SIGNING_KEY_DAYS", value_name = "DAYS")]
    pub(crate) signing_key_days: Option<String>,
    /// The lifetime of an access token in seconds. [default: 3600]
    #[arg(long, global = true, env = "LATCHKEY_TOKEN_LIFETIME", value_name = "SECONDS")]
    pub(crate) token_lifetime: Option<String>,
    /// The longest lifetime of a client assertion (`private_key_jwt`) in seconds, 1 to 3600. [default: 300]
    #[arg(long, global = true, env = "LATCHKEY_ASSERTION_LIFETIME", value_name = "SECONDS")]
    pub(crate) assertion_lifetime: Option<String>,
    /// Whether a key's last use and the caller's address are recorded: `on` or `off`. The first use is always recorded.
    /// [default: on]
    #[arg(long, global = true, env = "LATCHKEY_LAST_USED", value_name = "ON|OFF")]
    pub(crate) last_used: Option<String>,
    /// The name of this node in the console. [default: the machine's name and the port]
    #[arg(long, global = true, env = "LATCHKEY_NODE_NAME", value_name = "NAME")]
    pub(crate) node_name: Option<String>,
    /// The number of seconds that a node verifies credentials without having reached PostgreSQL. [default: 5]
    #[arg(long, global = true, env = "LATCHKEY_MAX_STALENESS", value_name = "SECONDS")]
    pub(crate) max_staleness: Option<String>,
    /// The timeout of a request in seconds. [default: 10]
    #[arg(long, global = true, env = "LATCHKEY_REQUEST_TIMEOUT", value_name = "SECONDS")]
    pub(crate) request_timeout: Option<String>,
    /// The number of seconds that a connection stays open between two requests. It must be longer than the load
    /// balancer keeps an idle connection. [default: 75]
    #[arg(long, global = true, env = "LATCHKEY_KEEP_ALIVE", value_name = "SECONDS")]
    pub(crate) keep_alive: Option<String>,
    /// The number of seconds that a server still serves after SIGTERM, while it reports that it is not ready. [default:
    /// 2]
    #[arg(long, global = true, env = "LATCHKEY_DRAIN", value_name = "SECONDS")]
    pub(crate) drain: Option<String>,
    /// The address and port of the metrics for Prometheus, or `off`. [default: 127.0.0.1:9464, if it is free]
    #[arg(long, global = true, env = "LATCHKEY_METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<String>,
    /// The format of the log: `text`, or `json` with one object a line. [default: text]
    #[arg(long, global = true, env = "LATCHKEY_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    #[command(flatten)]
    pub(crate) limits: LimitOptions,
}

/// The options of the limits, as given: how much an organization, member or client may store.
#[derive(Default, Args)]
#[expect(clippy::struct_field_names, reason = "the names of fields are those of the options")]
pub(crate) struct LimitOptions {
    /// The maximum number of access keys of an organization. Deleted keys count for 30 days. [default: 1000000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_KEYS", value_name = "NUMBER")]
    pub(crate) max_keys: Option<String>,
    /// The maximum number of scopes that an organization defines. [default: 1000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_SCOPES", value_name = "NUMBER")]
    pub(crate) max_scopes: Option<String>,
    /// The maximum number of members of an organization. [default: 10000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_MEMBERS", value_name = "NUMBER")]
    pub(crate) max_members: Option<String>,
    /// The maximum number of pending invitations of an organization. [default: 1000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_LINKS", value_name = "NUMBER")]
    pub(crate) max_links: Option<String>,
    /// The maximum number of sessions of a member. A new one ends the oldest. [default: 100]
    #[arg(long, global = true, env = "LATCHKEY_MAX_SESSIONS", value_name = "NUMBER")]
    pub(crate) max_sessions: Option<String>,
    /// The maximum number of known browsers, and of known networks, of a member. A new one replaces the oldest.
    /// [default: 100]
    #[arg(long, global = true, env = "LATCHKEY_MAX_DEVICES", value_name = "NUMBER")]
    pub(crate) max_devices: Option<String>,
    /// The maximum number of access tokens that a client may revoke in a minute. [default: 600]
    #[arg(long, global = true, env = "LATCHKEY_MAX_REVOCATIONS", value_name = "NUMBER")]
    pub(crate) max_revocations: Option<String>,
    /// The maximum number of revoked access tokens that are kept until they expire, of all clients together. [default:
    /// 1000000]
    #[arg(long, global = true, env = "LATCHKEY_MAX_REVOKED_TOKENS", value_name = "NUMBER")]
    pub(crate) max_revoked_tokens: Option<String>,
}

/// Returns the environment variables of all options.
pub(super) fn variables_of_options() -> Vec<String> {
    let command = Options::augment_args(Command::new("latchkey"));
    let variables = command.get_arguments().filter_map(|argument| argument.get_env());
    variables.map(|name| name.to_string_lossy().into_owned()).collect()
}
