use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use curve25519_dalek::edwards::CompressedEdwardsY;
use latchkey_model::public_key::{InvalidPublicKey, PublicKey};

/// Checks that only the holder of the private key can sign for a public key. It runs when a key is registered, and again
/// for each matching signature: a key may have been written to the database in another way.
///
/// # Errors
/// [`InvalidPublicKey::Damaged`] if the key is not a point on its curve, or not in the form of its standard;
/// [`InvalidPublicKey::Weak`] if others could sign.
pub(crate) fn check_public_key(public: &PublicKey) -> Result<(), InvalidPublicKey> {
    public.check_numbers()?;
    match public {
        PublicKey::P256 { x, y } => check_p256(&decoded(x), &decoded(y)),
        PublicKey::Ed25519 { x } => check_ed25519(&decoded(x)),
        PublicKey::Rsa { n, .. } => check_modulus(&decoded(n)),
    }
}

fn decoded(number: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(number).unwrap_or_default()
}

fn check_p256(x: &[u8], y: &[u8]) -> Result<(), InvalidPublicKey> {
    // Uncompressed form of SEC 1 §2.3.3, which cannot represent the point at infinity.
    let point = [&[4][..], x, y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map(|_| ()).map_err(|_| InvalidPublicKey::Damaged)
}

/// Checks a key against points of small order, for which anyone can compute a signature. Every key from a correct generator is
/// in the large subgroup, and has one encoding (RFC 8032 §5.1.3).
fn check_ed25519(x: &[u8]) -> Result<(), InvalidPublicKey> {
    let written = CompressedEdwardsY(x.try_into().map_err(|_| InvalidPublicKey::Damaged)?);
    let point = written.decompress().ok_or(InvalidPublicKey::Damaged)?;
    if point.is_small_order() || !point.is_torsion_free() {
        return Err(InvalidPublicKey::Weak);
    }
    if point.compress() == written { Ok(()) } else { Err(InvalidPublicKey::Damaged) }
}

/// Returns the odd primes below 752, by which NIST SP 800-89 §5.3.3 divides an RSA modulus.
const SMALL_PRIMES: [u32; 132] = small_primes();

const fn small_primes() -> [u32; 132] {
    let mut primes = [0; 132];
    let (mut found, mut candidate) = (0, 3);
    while found < primes.len() {
        let mut divisor = 3;
        while divisor * divisor <= candidate && candidate % divisor != 0 {
            divisor += 2;
        }
        if divisor * divisor > candidate {
            primes[found] = candidate;
            found += 1;
        }
        candidate += 2;
    }
    primes
}

/// Refuses a modulus with a small factor, which is damaged or was constructed to be factored.
fn check_modulus(modulus: &[u8]) -> Result<(), InvalidPublicKey> {
    let remainder = |prime: u32| modulus.iter().fold(0, |remainder, byte| (remainder << 8 | u32::from(*byte)) % prime);
    if SMALL_PRIMES.into_iter().any(|prime| remainder(prime) == 0) { Err(InvalidPublicKey::Weak) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rsa::{KeyPair as RsaKeyPair, KeySize},
        signature::{Ed25519KeyPair, KeyPair},
    };
    use curve25519_dalek::constants::EIGHT_TORSION;

    use super::*;

    fn ed25519(bytes: &[u8]) -> PublicKey {
        PublicKey::Ed25519 { x: BASE64_URL_SAFE_NO_PAD.encode(bytes) }
    }

    fn rsa(modulus: &[u8], exponent: &[u8]) -> PublicKey {
        let encode = |number: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(number);
        PublicKey::Rsa { n: encode(modulus), e: encode(exponent) }
    }

    /// 2^255 - 19, the least significant byte first.
    fn prime() -> [u8; 32] {
        let mut prime = [0xFF; 32];
        (prime[0], prime[31]) = (0xED, 0x7F);
        prime
    }

    #[test]
    fn the_small_primes_are_all_below_752() {
        assert_eq!((SMALL_PRIMES[0], SMALL_PRIMES[131]), (3, 751));
    }

    #[test]
    fn every_encoding_of_a_point_of_small_order_is_refused() {
        let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().0).collect();
        // The same points in encodings that RFC 8032 does not allow: y and p + y, and the other sign where x is 0.
        for y in [0_u8, 1] {
            let mut above = prime();
            above[0] += y;
            encodings.push(above);
        }
        let mut below = prime();
        below[0] -= 1;
        encodings.push(below);
        let with_sign: Vec<[u8; 32]> = encodings
            .iter()
            .map(|encoding| {
                let mut signed = *encoding;
                signed[31] ^= 0x80;
                signed
            })
            .collect();
        encodings.extend(with_sign);
        encodings.sort_unstable();
        encodings.dedup();
        assert_eq!(encodings.len(), 14, "these are all encodings");
        for encoding in encodings {
            assert!(check_public_key(&ed25519(&encoding)).is_err(), "{encoding:02x?}");
        }
    }

    #[test]
    fn a_point_outside_the_large_subgroup_is_refused() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let honest = CompressedEdwardsY(pair.public_key().as_ref().try_into().unwrap());
        assert_eq!(check_public_key(&ed25519(&honest.0)), Ok(()));
        for torsion in &EIGHT_TORSION[1..] {
            let mixed = (honest.decompress().unwrap() + torsion).compress();
            assert_eq!(check_public_key(&ed25519(&mixed.0)), Err(InvalidPublicKey::Weak));
        }
    }

    #[test]
    fn a_point_that_is_not_on_the_curve_is_refused() {
        let off = (0..=255).map(|y| std::array::from_fn(|place| if place == 0 { y } else { 0 }));
        let off: Vec<[u8; 32]> = off.filter(|y| CompressedEdwardsY(*y).decompress().is_none()).collect();
        assert!(off.len() > 50);
        for y in off {
            assert_eq!(check_public_key(&ed25519(&y)), Err(InvalidPublicKey::Damaged));
        }
        let zero = BASE64_URL_SAFE_NO_PAD.encode([0; 32]);
        let origin = PublicKey::P256 { x: zero.clone(), y: zero };
        assert_eq!(check_public_key(&origin), Err(InvalidPublicKey::Damaged));
    }

    #[test]
    fn an_rsa_key_that_others_could_sign_with_is_refused() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let modulus = pair.public_key().modulus().big_endian_without_leading_zero();
        let f4 = &[1, 0, 1][..];
        assert_eq!(check_public_key(&rsa(modulus, f4)), Ok(()));
        assert_eq!(check_public_key(&rsa(modulus, &[0xFF, 0xFF, 0xFF, 0xFF])), Ok(()));
        for exponent in [&[1][..], &[3], &[0xFF, 0xFF], &[1, 0, 0], &[1, 0, 2], &[0]] {
            let refused = check_public_key(&rsa(modulus, exponent));
            assert_eq!(refused, Err(InvalidPublicKey::Exponent), "{exponent:?}");
        }
        let mut even = modulus.to_vec();
        *even.last_mut().unwrap() &= 0xFE;
        assert_eq!(check_public_key(&rsa(&even, f4)), Err(InvalidPublicKey::Weak));
        // Divisible by 3: each byte is a multiple of it, and 256 leaves 1.
        let of_three: Vec<u8> = (0..256).map(|place| if place == 0 { 0xC3 } else { 0x03 }).collect();
        assert_eq!(check_public_key(&rsa(&of_three, f4)), Err(InvalidPublicKey::Weak));
    }
}
