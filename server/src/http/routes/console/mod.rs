//! The console: its pages and the files of the site.

mod live_reload;
pub(in crate::http) mod pages;
pub(in crate::http) mod site_files;
