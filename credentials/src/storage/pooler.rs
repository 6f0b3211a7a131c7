//! What stands between this process and PostgreSQL.

use sqlx::{AnyConnection, Connection, Executor, Row};

/// How often two connections are compared. A transaction pooler gives the server connection that it used last to whoever comes
/// next, unless another client is faster.
const ROUNDS: usize = 3;

/// Whether a connection pooler hands each transaction to another server connection. Then locks of a session, `LISTEN` and named
/// statements do not work: two client connections that are open at once meet the same server process, or one client connection
/// meets several.
pub(super) async fn pools_transactions(one: &mut AnyConnection, url: &str) -> Result<bool, sqlx::Error> {
    let mut other = AnyConnection::connect(url).await?;
    let own = server_process(one).await?;
    let mut found = false;
    for _ in 0..ROUNDS {
        found |= server_process(&mut other).await? == own || server_process(one).await? != own;
    }
    other.close().await?;
    Ok(found)
}

/// By the simple protocol, which poolers of every kind pass on.
async fn server_process(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    connection.fetch_one("SELECT CAST(pg_backend_pid() AS BIGINT) AS pid").await?.try_get("pid")
}

/// The parameters of a PostgreSQL URL that sqlx reads.
const KNOWN: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// The parameters of a PostgreSQL URL that nobody reads, by their names: a value may be a misspelt password.
pub(super) fn unknown_parameters(url: &str) -> Vec<String> {
    let Ok(url) = url::Url::parse(url) else { return Vec::new() };
    let names = url.query_pairs().map(|(name, _)| name.into_owned());
    names.filter(|name| !KNOWN.contains(&name.as_str()) && !name.starts_with("options[")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_is_misspelt_is_found_and_its_value_is_not_shown() {
        let url = "postgres://latchkey@db/keys?sslmode=require&pasword=hunter2&options[search_path]=x";
        assert_eq!(unknown_parameters(url), ["pasword"]);
        assert_eq!(unknown_parameters("postgres://latchkey@db/keys"), [""; 0]);
    }
}
