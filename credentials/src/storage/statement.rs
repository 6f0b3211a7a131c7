use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

/// What a place in a statement is filled with.
enum Value {
    Text(String),
    Number(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// A statement that is put together from parts: values stand apart from its text, which is the program's own.
pub(super) struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    /// Begins one.
    pub(super) fn new(sql: &'static str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    /// Adds to its text.
    pub(super) fn push(mut self, sql: &'static str) -> Self {
        self.sql.push_str(sql);
        self
    }

    /// Adds a value.
    #[expect(private_bounds, reason = "what a value can be is known here alone")]
    pub(super) fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Adds what there is to add.
    pub(super) fn maybe<T>(self, part: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match part {
            Some(part) => add(self, part),
            None => self,
        }
    }

    /// What the database would do to carry it out.
    #[cfg(test)]
    pub(super) fn explained(mut self, explain: &str) -> Query<'static, Any, AnyArguments> {
        self.sql.insert_str(0, explain);
        self.query()
    }

    /// The statement, ready to be sent.
    pub(super) fn query(self) -> Query<'static, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(self.sql));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        })
    }
}
