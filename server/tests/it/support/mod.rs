//! What the tests of the routes share.

pub mod answer;
pub mod binary;
pub mod collector;
pub mod console;
pub mod latchkey;
pub mod person;
pub mod postgres;
pub mod server;
#[path = "../../../../store/tests/support/mod.rs"]
pub mod shared;

pub use answer::Answer;
pub use latchkey::{Latchkey, PASSWORD, START};
pub use person::Person;
