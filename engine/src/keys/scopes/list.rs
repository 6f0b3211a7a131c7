use latchkey_model::{
    page::PageRequest,
    scope::{BuiltInScope, ScopeName, ScopePage},
};
use latchkey_store::scopes;

use crate::{
    keys::{Keys, manager::KeyViewer},
    paging::{ListError, PageSize, parse_cursor},
};

impl Keys {
    /// Returns a page of the scopes that keys of the organization can have: those that it has defined by name, then the built-in
    /// ones.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn list_scopes<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        request: &PageRequest,
    ) -> Result<ScopePage, ListError> {
        let size = PageSize::new(request.limit)?;
        let after = parse_cursor(request.cursor.as_deref(), str::parse::<ScopeName>)?;
        let built_in_after = after.as_ref().and_then(ScopeName::built_in);
        let mut list = if built_in_after.is_some() {
            Vec::new()
        } else {
            let organization = viewer.into().organization_id;
            scopes::list(&mut *self.parts.store.reader().await?, organization, after.as_ref(), size.and_one()).await?
        };
        let built_in = BuiltInScope::ALL.into_iter().filter(|scope| built_in_after.is_none_or(|after| *scope > after));
        list.extend(built_in.map(Into::into));
        let (scopes, next_cursor) = size.cut(list, |scope| scope.name.to_string());
        Ok(ScopePage { scopes, next_cursor })
    }
}
