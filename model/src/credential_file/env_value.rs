/// Quotes a value so that sh and the dotenv dialects read it alike. They agree on plain text, on single quotes, and on double
/// quotes without anything to escape. Two cases have no form that all of them read alike. A backslash in quotes escapes the
/// next character (the closing quote, too) in some dialects and not in others: it becomes a set minus. And in a value with an
/// apostrophe *and* one of `"`, `$`, `` ` `` the apostrophes become typographic ones.
pub(super) fn quoted(value: &str) -> String {
    let value = value.replace('\\', "\u{2216}");
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/=+@%,".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_plain) {
        value
    } else if !value.contains('\'') {
        format!("'{value}'")
    } else if !value.contains(['"', '$', '`']) {
        format!("\"{value}\"")
    } else {
        format!("'{}'", value.replace('\'', "\u{2019}"))
    }
}
