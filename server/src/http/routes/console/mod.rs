//! The console: its pages and the files of the site.

mod live_reload;
mod pages;
mod site_files;

pub(in crate::http) use self::pages::routes;
