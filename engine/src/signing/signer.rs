use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::algorithm::SigningAlgorithm;

/// A parsed private key. Parsing it for each token would take longer than signing.
pub(super) enum Signer {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

impl Signer {
    /// Creates a private key, in PKCS #8.
    pub(super) fn make(algorithm: SigningAlgorithm) -> Option<Zeroizing<Vec<u8>>> {
        let pkcs8 = |document: &[u8]| Zeroizing::new(document.to_vec());
        match algorithm {
            SigningAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
                Some(pkcs8(pair.to_pkcs8v1().ok()?.as_ref()))
            }
            SigningAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().ok()?;
                Some(pkcs8(pair.to_pkcs8v1().ok()?.as_ref()))
            }
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
                Some(pkcs8(AsDer::<Pkcs8V1Der>::as_der(&pair).ok()?.as_ref()))
            }
        }
    }

    /// Parses a private key in PKCS #8.
    pub(super) fn read(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Option<Self> {
        match algorithm {
            SigningAlgorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok().map(Self::Es256)
            }
            SigningAlgorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).ok().map(Self::EdDsa),
            SigningAlgorithm::Rs256 => RsaKeyPair::from_pkcs8(pkcs8).ok().map(Self::Rs256),
        }
    }

    /// Returns a signature in the form of RFC 7518 §3.3 and §3.4, or of RFC 8037 §3.1.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => pair.sign(&random, message).ok().map(|signature| signature.as_ref().to_vec()),
            Self::EdDsa(pair) => pair.try_sign(message).ok().map(|signature| signature.as_ref().to_vec()),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }

    /// Returns the JWK of the public key as RFC 7638 §3 hashes it: the required members, in this order, without white
    /// space.
    pub(super) fn public_half(&self) -> Option<String> {
        match self {
            Self::Es256(pair) => {
                // SEC 1 §2.3.3, uncompressed: 04, then both coordinates of 32 bytes.
                let (x, y) = pair.public_key().as_ref().get(1..65)?.split_at(32);
                let (x, y) = (base64url(x), base64url(y));
                Some(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#))
            }
            Self::EdDsa(pair) => {
                let x = base64url(pair.public_key().as_ref());
                Some(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#))
            }
            Self::Rs256(pair) => {
                let key = pair.public_key();
                let e = base64url(key.exponent().big_endian_without_leading_zero());
                let n = base64url(key.modulus().big_endian_without_leading_zero());
                Some(format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#))
            }
        }
    }
}

fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
