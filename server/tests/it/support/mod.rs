//! What the tests of the routes share.

pub mod answer;
pub mod binary;
pub mod collector;
pub mod console;
pub mod latchkey;
pub mod postgres;

pub use answer::Answer;
pub use latchkey::{Latchkey, PASSWORD, Person, START};
