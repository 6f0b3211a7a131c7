//! What the tests of `store`, `engine` and `server` share: a PostgreSQL database, and skipping a test where there is none.

pub mod postgres;
pub mod skip;
