use clap::{Args, Command};

/// What the operator sets, as written.
#[derive(Default, Args)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Options {
    /// The address and port to listen on. [default: 127.0.0.1:3000]
    #[arg(long, global = true, env = "LATCHKEY_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
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
    /// Where to report a vulnerability of this installation, served as /.well-known/security.txt: an e-mail address, or a URL
    /// with https or mailto.
    #[arg(long, global = true, env = "LATCHKEY_SECURITY_CONTACT", value_name = "CONTACT")]
    pub(crate) security_contact: Option<String>,
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
#[expect(clippy::struct_field_names, reason = "the names of fields are those of the options")]
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

/// The environment variables of all options.
pub(super) fn variables_of_options() -> Vec<String> {
    let command = Options::augment_args(Command::new("latchkey"));
    let variables = command.get_arguments().filter_map(|argument| argument.get_env());
    variables.map(|name| name.to_string_lossy().into_owned()).collect()
}
