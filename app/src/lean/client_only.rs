//! Views that exist in the browser only: they appear after a reply or a click.
//!
//! For each view, Leptos compiles code that builds it and code that changes it in place. These views are built again instead, so the
//! browser is sent only the code that builds. A view that the server never renders loses nothing by that.

use std::sync::Arc;

use leptos::{
    children::ToChildren,
    prelude::*,
    tachys::{
        html::attribute::any_attribute::AnyAttribute,
        hydration::Cursor,
        no_attrs,
        renderer::types::{Element, Node, Placeholder},
        view::{Mountable, Position, PositionState, Render, RenderHtml},
    },
};

use super::dynamic::dynamic;

type BuildView = Box<dyn FnOnce() -> Box<dyn Mountable> + Send>;

/// A view that the browser builds, and the server leaves out.
pub struct ClientOnlyView(BuildView);

/// Leaves a view to the browser. Every Leptos view can be left to it.
pub trait ClientOnly {
    /// Returns the view as one that the browser builds and the server leaves out.
    fn client_only(self) -> AnyView;
}

impl<V> ClientOnly for V
where
    V: Render + Send + 'static,
    V::State: 'static,
{
    fn client_only(self) -> AnyView {
        ClientOnlyView(Box::new(move || Box::new(self.build()))).into_any()
    }
}

/// The mounted view, and the placeholder that the server's HTML has for it.
pub struct ClientOnlyState {
    view: Box<dyn Mountable>,
    placeholder: Option<Placeholder>,
}

impl Render for ClientOnlyView {
    type State = ClientOnlyState;

    fn build(self) -> ClientOnlyState {
        ClientOnlyState { view: (self.0)(), placeholder: None }
    }

    fn rebuild(self, state: &mut ClientOnlyState) {
        let mut view = (self.0)();
        state.view.insert_before_this(&mut *view);
        state.view.unmount();
        state.view = view;
    }
}

impl RenderHtml for ClientOnlyView {
    type AsyncOutput = ();
    type Owned = Self;

    const MIN_LENGTH: usize = <() as RenderHtml>::MIN_LENGTH;
    const EXISTS: bool = false;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) {}

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attributes: Vec<AnyAttribute>,
    ) {
        ().to_html_with_buf(html, position, escape, mark_branches, extra_attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> ClientOnlyState {
        let placeholder = cursor.next_placeholder(position);
        let mut view = (self.0)();
        placeholder.insert_before_this(&mut *view);
        ClientOnlyState { view, placeholder: Some(placeholder) }
    }

    fn into_owned(self) -> Self {
        self
    }
}

no_attrs!(ClientOnlyView);

impl Mountable for ClientOnlyState {
    fn unmount(&mut self) {
        self.view.unmount();
        self.placeholder.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.view.mount(parent, marker);
        self.placeholder.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.view.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.view.elements()
    }
}

/// The children of a component that exists in the browser only.
pub struct ClientChildren(Box<dyn FnOnce() -> AnyView + Send>);

impl ClientChildren {
    /// Builds the children.
    #[must_use]
    pub fn render(self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for ClientChildren
where
    F: FnOnce() -> V + Send + 'static,
    V: ClientOnly + 'static,
{
    fn to_children(children: F) -> Self {
        Self(Box::new(move || children().client_only()))
    }
}

/// The children of a component that exists in the browser only and renders them more than once.
#[derive(Clone)]
pub struct ClientChildrenFn(Arc<dyn Fn() -> AnyView + Send + Sync>);

impl ClientChildrenFn {
    /// Builds the children once more.
    #[must_use]
    pub fn render(&self) -> AnyView {
        (self.0)()
    }
}

impl<F, V> ToChildren<F> for ClientChildrenFn
where
    F: Fn() -> V + Send + Sync + 'static,
    V: ClientOnly + 'static,
{
    fn to_children(children: F) -> Self {
        Self(Arc::new(move || children().client_only()))
    }
}

/// Shows its children while a condition holds, in the browser: Leptos' `Show` for views that are [`ClientOnly`].
#[expect(clippy::must_use_candidate, reason = "components are called by view!, which takes what they return")]
#[component]
pub fn ClientShow(
    /// The condition.
    #[prop(into)]
    when: Signal<bool>,
    /// What to show.
    children: ClientChildrenFn,
) -> impl IntoView {
    let holds = Memo::new(move |_| when.get());
    dynamic(move || holds.get().then(|| children.render()).into_any())
}
