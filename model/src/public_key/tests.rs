use super::*;

/// RFC 7515, appendix A.3.1.
const P256: &str = r#"{"kty":"EC","crv":"P-256","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
/// RFC 8037, appendix A.2.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn the_example_keys_of_the_rfcs_round_trip() {
    for (text, label) in [(P256, "P-256, for ES256"), (ED25519, "Ed25519, for EdDSA")] {
        let key: PublicKey = text.parse().unwrap();
        assert_eq!(key.label(), label);
        assert_eq!(PublicKey::try_from(&Jwk::from(key.clone())), Ok(key));
    }
}

#[test]
fn an_rsa_key_has_a_modulus_of_2048_to_4096_bits() {
    let rsa_of_size = |bytes: usize| {
        let n = BASE64_URL_SAFE_NO_PAD.encode(vec![0xC5; bytes]);
        format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB"}}"#).parse::<PublicKey>()
    };
    assert!(matches!(rsa_of_size(256), Ok(PublicKey::Rsa { .. })));
    assert!(rsa_of_size(512).is_ok());
    assert_eq!(rsa_of_size(255), Err(InvalidPublicKey::Damaged));
    assert_eq!(rsa_of_size(513), Err(InvalidPublicKey::Damaged));
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, InvalidPublicKey> {
    let (n, e) = (BASE64_URL_SAFE_NO_PAD.encode(modulus), BASE64_URL_SAFE_NO_PAD.encode(exponent));
    format!(r#"{{"kty":"RSA","n":"{n}","e":"{e}"}}"#).parse()
}

#[test]
fn the_numbers_of_an_rsa_key_must_conform_to_fips_186() {
    let modulus = |first: u8, last: u8, bytes: usize| {
        let mut modulus = vec![0xC5; bytes];
        modulus[0] = first;
        modulus[bytes - 1] = last;
        modulus
    };
    let good = modulus(0x80, 0x01, 256);
    assert!(rsa(&good, &[1, 0, 1]).is_ok());
    assert!(rsa(&good, &[0xFF, 0xFF, 0xFF, 0xFF]).is_ok());
    for exponent in [&[0][..], &[1], &[2], &[3], &[17], &[0xFF, 0xFF], &[1, 0, 0]] {
        assert_eq!(rsa(&good, exponent), Err(InvalidPublicKey::Exponent), "{exponent:?}");
    }
    assert_eq!(rsa(&good, &[1, 0, 0, 0, 1]), Err(InvalidPublicKey::Damaged));
    assert_eq!(rsa(&good, &[0, 1, 0, 1]), Err(InvalidPublicKey::Damaged), "leading zeros");
    assert_eq!(rsa(&modulus(0x7F, 0x01, 256), &[1, 0, 1]), Err(InvalidPublicKey::Damaged), "2047 bits");
    assert_eq!(rsa(&modulus(0, 0x01, 257), &[1, 0, 1]), Err(InvalidPublicKey::Damaged), "leading zeros");
    assert_eq!(rsa(&modulus(0x80, 0x02, 256), &[1, 0, 1]), Err(InvalidPublicKey::Weak), "even");
    let stored = format!(r#"{{"kty":"RSA","n":"{}","e":"AQ"}}"#, BASE64_URL_SAFE_NO_PAD.encode(&good));
    assert!(PublicKey::from_stored(&stored).is_ok(), "a stored key can still be shown");
}

#[test]
fn a_key_with_another_purpose_is_refused() {
    let ed25519 = |more: &str| ED25519.replace('}', &format!(",{more}}}")).parse::<PublicKey>();
    let p256 = |more: &str| {
        P256.replace(r#""use":"sig""#, r#""kid":"1""#).replace("a0\"}", &format!("a0\",{more}}}")).parse::<PublicKey>()
    };
    for good in [r#""alg":"EdDSA""#, r#""alg":"Ed25519""#, r#""use":"sig""#, r#""key_ops":["verify"]"#, r#""kid":"1""#]
    {
        assert!(ed25519(good).is_ok(), "{good}");
    }
    assert!(p256(r#""alg":"ES256","use":"sig","key_ops":["verify"]"#).is_ok());
    for other in [
        r#""alg":"ES256""#,
        r#""alg":"HS256""#,
        r#""alg":"none""#,
        r#""alg":"Ed448""#,
        r#""alg":"ECDH-ES""#,
        r#""use":"enc""#,
        r#""use":"""#,
        r#""key_ops":[]"#,
        r#""key_ops":["sign"]"#,
        r#""key_ops":["deriveKey"]"#,
    ] {
        assert_eq!(ed25519(other), Err(InvalidPublicKey::Purpose), "{other}");
    }
    for other in [r#""alg":"EdDSA""#, r#""alg":"ES384""#, r#""alg":"RS256""#] {
        assert_eq!(p256(other), Err(InvalidPublicKey::Purpose), "{other}");
    }
}

#[test]
fn a_private_key_is_refused_and_never_printed() {
    let private = ED25519.replace('}', r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#);
    assert_eq!(private.parse::<PublicKey>(), Err(InvalidPublicKey::Private));
    let jwk: Jwk = serde_json::from_str(&private).unwrap();
    assert!(!format!("{jwk:?}").contains("nWGx") && !serde_json::to_string(&jwk).unwrap().contains("nWGx"));
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let private = ED25519.replace('}', &format!(r#","{member}":"AAAA","kid":"1"}}"#));
        assert_eq!(private.parse::<PublicKey>(), Err(InvalidPublicKey::Private), "{member}");
    }
}

#[test]
fn an_unsupported_or_damaged_key_is_refused() {
    for (text, why) in [
        ("", InvalidPublicKey::NotJwk),
        ("[]", InvalidPublicKey::NotJwk),
        ("{}", InvalidPublicKey::NotJwk),
        ("-----BEGIN PUBLIC KEY-----", InvalidPublicKey::NotJwk),
        (r#"{"kty":"oct","k":"AAAA"}"#, InvalidPublicKey::Unsupported),
        (&P256.replace("P-256", "P-384"), InvalidPublicKey::Unsupported),
        (r#"{"kty":"EC","crv":"P-256","x":"AAAA"}"#, InvalidPublicKey::Damaged),
        (&ED25519.replace("11q", "=="), InvalidPublicKey::Damaged),
    ] {
        assert_eq!(text.parse::<PublicKey>(), Err(why), "{text}");
    }
}
