//! Scopes: what a key may be used for (RFC 6749 §3.3). An organization defines its own; some are built in.

mod calls;
mod description;
mod name;
mod set;

pub use calls::{DefineScope, DefinedScope, DeleteScope, Scope, ScopePage};
pub use description::{InvalidDescription, LONGEST_DESCRIPTION, ScopeDescription};
pub use name::{BuiltInScope, InvalidScope, LONGEST_SCOPE, ScopeName};
pub use set::{MOST_SCOPES, Scopes};
