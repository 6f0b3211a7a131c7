//! The menu at the side. On a phone it opens under a bar at the top.

use latchkey_model::{
    member::Role,
    session::{NoArguments, Session},
};
use leptos::{ev, prelude::*};

use super::{
    brand::Brand,
    button::{Button, Variant},
    form_problem::FormProblem,
    icon::{Glyph, Icon},
    theme_switch::ThemeSwitch,
};
use crate::{
    api,
    browser::focus,
    lean::{ClientOnly, dynamic},
    navigation::Location,
    state::{Call, CurrentSession},
};

const MENU_BUTTON: &str = "menu-button";

/// The whole menu: organization, pages, member, sign-out.
#[component]
pub fn SideMenu() -> impl IntoView {
    let is_open = RwSignal::new(false);
    let path = Location::current().path();
    Effect::new(move |_| {
        path.with(|_| is_open.set(false));
    });
    // A link to the current page does not change the path.
    let close = move |_| is_open.set(false);
    let close_on_escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            is_open.set(false);
            focus::element_with_id(MENU_BUTTON);
        }
    };
    view! {
        <header class="top-bar" on:keydown=close_on_escape>
            <Brand />
            <button
                class="top-bar-menu"
                type="button"
                id=MENU_BUTTON
                aria-label="Menu"
                aria-expanded=move || is_open.get().to_string()
                aria-controls="side-menu"
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                {dynamic(move || view! { <Icon glyph=if is_open.get() { Glyph::Close } else { Glyph::Menu } /> }.into_any())}
            </button>
        </header>
        <aside class="side-menu" id="side-menu" aria-label="Organization and account" class:is-open=is_open on:keydown=close_on_escape>
            <div class="side-menu-brand"><Brand /></div>
            <Organization />
            <nav class="side-menu-pages" aria-label="Main" on:click=close>
                <h2>"Configure"</h2>
                <a href="/access-keys" aria-current=current("/access-keys")><Icon glyph=Glyph::Key />"Access Keys"</a>
                <a href="/members" aria-current=current("/members")><Icon glyph=Glyph::People />"Members"</a>
                <h2>"For developers"</h2>
                // Rendered by the server: not a page of the console.
                <a href="/docs/api" rel="external"><Icon glyph=Glyph::Book />"API reference"</a>
            </nav>
            <Person />
        </aside>
    }
    .into_any()
}

/// Marks the link to the current page.
fn current(path: &'static str) -> impl Fn() -> Option<&'static str> {
    let location = Location::current();
    move || location.is_at(path).then_some("page")
}

#[component]
fn Organization() -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let name = move || session.read(|session| session.organization.clone());
    view! {
        <div class="side-menu-organization">
            {dynamic(move || match name() {
                Some(name) => view! {
                    <span class="side-menu-name" dir="auto" title=name.clone()>{name.clone()}</span>
                    <span class="side-menu-role">{session.read(role_name)}</span>
                }.client_only(),
                None => view! {
                    <span class="skeleton"></span>
                    <span class="skeleton skeleton-short"></span>
                }.into_any(),
            })}
        </div>
    }
    .into_any()
}

#[component]
fn Person() -> impl IntoView {
    let session = expect_context::<CurrentSession>();
    let call = Call::new();
    let email = move || session.read(|session| session.email.clone()).unwrap_or_default();
    let sign_out = move || call.start_then_leave_for(api::sign_out(NoArguments {}), "/sign-in".to_owned());
    view! {
        <div class="side-menu-person">
            <ThemeSwitch />
            <a href="/account" class="side-menu-account" title=email aria-current=current("/account")>
                <span class="side-menu-avatar"><Icon glyph=Glyph::Account /></span>
                <span class="side-menu-email">{email}</span>
                <span class="visually-hidden">" (your account)"</span>
            </a>
            <Button glyph=Glyph::SignOut text="Sign out" variant=Variant::Quiet pending=call.pending() on_press=sign_out />
            <FormProblem problem=call.problem() />
        </div>
    }
    .into_any()
}

fn role_name(session: &Session) -> &'static str {
    name_of_role(session.role)
}

/// Returns the name of the role.
#[must_use]
pub fn name_of_role(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::Member => "Member",
    }
}
