use url::form_urlencoded;

/// The parameters of a PostgreSQL URL that sqlx reads, in addition to `options[…]`.
const KNOWN_PARAMETERS: [&str; 18] = [
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

/// Returns the names of the parameters of a URL that have no effect.
pub(super) fn unused(url: &str) -> Vec<String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
    names.filter(|name| !is_known(name)).collect()
}

/// Removes the parameters that have no effect, because sqlx would log their values.
pub(super) fn without_unused(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
    let is_used = |parameter: &&str| {
        let mut pair = form_urlencoded::parse(parameter.as_bytes());
        pair.next().is_some_and(|(name, _)| is_known(&name))
    };
    let kept: Vec<&str> = query.split('&').filter(is_used).collect();
    if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) }
}

fn is_known(parameter: &str) -> bool {
    KNOWN_PARAMETERS.contains(&parameter) || parameter.starts_with("options[")
}
