use latchkey_model::{
    email::Email,
    member::{Member, MemberPage},
    page::PageRequest,
};

use crate::{
    Caller, Engine,
    paging::{ListError, PageSize, parse_cursor},
    storage::members,
};

impl Engine {
    /// A page of the members of the caller's organization, by e-mail address.
    ///
    /// # Errors
    /// [`ListError`].
    pub async fn list_members(&self, caller: &Caller, request: &PageRequest) -> Result<MemberPage, ListError> {
        let size = PageSize::of(request.limit);
        let after = parse_cursor(request.cursor.as_deref(), Email::parse)?;
        let mut reader = self.reader().await?;
        let rows = members::list(&mut reader, &caller.organization_id, after.as_ref(), size.and_one()).await?;
        let (rows, last) = size.cut(rows, |row| row.email.to_string());
        Ok(MemberPage { members: rows.into_iter().map(Member::from).collect(), next_cursor: last })
    }
}
