use url::Url;

use super::DatabaseUrlError;

pub(super) fn check_characters(text: &str) -> Result<(), DatabaseUrlError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(DatabaseUrlError::Empty);
    }
    let is_quote = |character| "\"'`“”‘’".contains(character);
    if trimmed.starts_with(is_quote) || trimmed.ends_with(is_quote) {
        return Err(DatabaseUrlError::Quotes);
    }
    // Control characters, and the direction and byte order marks that copied text may contain.
    let is_invisible = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
    };
    if trimmed.contains(is_invisible) {
        return Err(DatabaseUrlError::Invisible);
    }
    if trimmed == text { Ok(()) } else { Err(DatabaseUrlError::Space) }
}

/// Refuses a path that contains URL syntax or shell syntax.
pub(super) fn check_path(path: &str) -> Result<(), DatabaseUrlError> {
    if path.is_empty() {
        return Err(DatabaseUrlError::NoPath);
    }
    if path.starts_with(char::is_whitespace) {
        return Err(DatabaseUrlError::Space);
    }
    if let Some(character) = path.chars().find(|character| "?#;&".contains(*character)) {
        return Err(DatabaseUrlError::Parameters(character));
    }
    if let Some(digits) = percent_encoded(path) {
        return Err(DatabaseUrlError::PercentEncoded(digits));
    }
    if path.contains('\\') {
        return Err(DatabaseUrlError::Backslash);
    }
    if path.starts_with('~')
        || path.contains("${")
        || path.contains("$(")
        || path.split('/').any(|part| part.starts_with('$'))
    {
        return Err(DatabaseUrlError::Unexpanded);
    }
    let first = path.split('/').next().unwrap_or_default();
    if first.contains([':', '@']) {
        return Err(DatabaseUrlError::NestedUrl);
    }
    match path.rsplit('/').next() {
        Some("" | "." | "..") => Err(DatabaseUrlError::Folder),
        _ => Ok(()),
    }
}

/// Returns the first two hexadecimal digits that follow a percent sign.
fn percent_encoded(path: &str) -> Option<String> {
    let mut digits = path.split('%').skip(1).filter_map(|rest| rest.get(..2));
    digits.find(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit())).map(str::to_owned)
}

pub(super) fn check_postgres(url: &str) -> Result<(), DatabaseUrlError> {
    if url.contains('#') {
        return Err(DatabaseUrlError::Fragment);
    }
    let url = Url::parse(url).map_err(DatabaseUrlError::Malformed)?;
    let has_no_server =
        url.host_str().is_none_or(str::is_empty) && matches!(url.path(), "" | "/") && url.query().is_none();
    if has_no_server { Err(DatabaseUrlError::NoServer) } else { Ok(()) }
}
