//! What is found below `/.well-known/`.

pub(in crate::http) mod security_txt;
pub(in crate::http) mod well_known;
