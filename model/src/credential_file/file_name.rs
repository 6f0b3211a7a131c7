/// The maximum length of the key's name in a file name, in bytes. Common file systems allow 255 for the whole name.
const LONGEST_NAME_PART: usize = 100;

/// Returns the part of a file name that contains the key's name. It may be empty.
pub(super) fn name_part(name: &str) -> String {
    let mut part = String::new();
    for character in name.chars() {
        let character = if is_allowed_in_file_name(character) { character } else { '-' };
        if character == '-' && (part.is_empty() || part.ends_with('-')) {
            continue;
        }
        if part.len() + character.len_utf8() > LONGEST_NAME_PART {
            break;
        }
        part.push(character);
    }
    part.truncate(part.trim_end_matches('-').len());
    part
}

/// Returns whether a character is a letter or digit of any script, or a mark or symbol beyond ASCII, but not one that is
/// invisible, reorders text, or has a meaning in a file system or a shell.
fn is_allowed_in_file_name(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    }
    let is_invisible = matches!(
        character,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E0000}'..
    );
    !(character.is_control() || character.is_whitespace() || is_invisible)
}
