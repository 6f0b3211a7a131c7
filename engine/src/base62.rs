//! Numbers as letters and digits of fixed width: a double click selects them, and no encoding changes them.

/// The digits in the order of their value.
pub(crate) const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number of digits for 256 bits.
pub(crate) const WIDTH_256: usize = 43;

/// The number of digits for 32 bits.
pub(crate) const WIDTH_32: usize = 6;

/// Encodes 256 bits, the most significant byte first, as 43 digits padded with zeros.
pub(crate) fn encode_256(bytes: &[u8; 32]) -> String {
    let mut number = *bytes;
    let mut digits = [b'0'; WIDTH_256];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0_u32;
        for byte in &mut number {
            let value = remainder << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            remainder = value % 62;
        }
        *digit = DIGITS[remainder as usize];
    }
    digits.iter().copied().map(char::from).collect()
}

/// Encodes 32 bits as 6 digits padded with zeros.
pub(crate) fn encode_32(mut number: u32) -> String {
    let mut digits = [b'0'; WIDTH_32];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

/// The largest number of 256 bits.
const LARGEST_256: &str = "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1";

/// Returns whether a text is 43 digits of a number that fits 256 bits. The digits are in the order of their ASCII codes, so
/// that numbers of one width compare as texts.
pub(crate) fn is_256(text: &str) -> bool {
    text.len() == WIDTH_256 && text.bytes().all(|digit| digit.is_ascii_alphanumeric()) && text <= LARGEST_256
}

/// Decodes 6 digits. Returns `None` if a character is not a digit, or the number does not fit 32 bits.
pub(crate) fn decode_32(text: &str) -> Option<u32> {
    if text.len() != WIDTH_32 {
        return None;
    }
    text.bytes().try_fold(0_u32, |number, digit| number.checked_mul(62)?.checked_add(value_of(digit)?))
}

fn value_of(digit: u8) -> Option<u32> {
    let value = match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'Z' => digit - b'A' + 10,
        b'a'..=b'z' => digit - b'a' + 36,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_decoding_round_trip() {
        for bytes in [[0; 32], [255; 32], std::array::from_fn(|i| u8::try_from(i * 7).unwrap())] {
            assert!(is_256(&encode_256(&bytes)));
        }
        assert_eq!(encode_256(&[255; 32]), LARGEST_256);
        for number in [0, 1, 61, 62, u32::MAX] {
            assert_eq!(decode_32(&encode_32(number)), Some(number));
        }
    }

    #[test]
    fn a_number_too_large_for_its_bits_is_refused() {
        assert!(!is_256(&"z".repeat(WIDTH_256)));
        assert!(!is_256(&LARGEST_256.replace("Xp1", "Xp2")), "2^256 is too large");
        assert!(DIGITS.is_sorted(), "numbers compare as texts");
        assert_eq!(decode_32("zzzzzz"), None);
        assert_eq!(decode_32("4gfFC4"), None, "2^32 is too large");
        assert_eq!(decode_32("4gfFC3"), Some(u32::MAX));
    }

    #[test]
    fn other_characters_and_other_lengths_are_refused() {
        assert_eq!(decode_32("00000-"), None);
        assert_eq!(decode_32("0000000"), None);
        assert!(!is_256("0"));
        assert!(!is_256(&LARGEST_256.replace('h', "-")));
    }
}
