use latchkey_model::{
    email::Email,
    member::{Member, MemberPage},
    page::PageRequest,
};
use latchkey_store::members;

use crate::{
    paging::{ListError, PageSize, parse_cursor},
    people::{People, caller::Caller},
};

impl People {
    /// Returns a page of the members of the caller's organization, by e-mail address.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn list_members(&self, caller: &Caller, request: &PageRequest) -> Result<MemberPage, ListError> {
        let size = PageSize::new(request.limit)?;
        let after = parse_cursor(request.cursor.as_deref(), Email::parse)?;
        let mut reader = self.parts.store.reader().await?;
        let rows = members::list(&mut reader, &caller.organization_id, after.as_ref(), size.and_one()).await?;
        let (rows, last) = size.cut(rows, |row| row.email.to_string());
        Ok(MemberPage { members: rows.into_iter().map(Member::from).collect(), next_cursor: last })
    }
}
