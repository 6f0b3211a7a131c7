use sqlx::{Any, AssertSqlSafe, any::AnyArguments, query::Query};

/// The value of a parameter.
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

/// A statement built from parts. Values are bound as parameters; the text of the statement is always static.
pub(crate) struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    /// Starts a statement.
    pub(crate) fn new(sql: &'static str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    /// Appends text.
    pub(crate) fn push(mut self, sql: &'static str) -> Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends a parameter.
    #[expect(private_bounds, reason = "callers pass `&str` or `i64`")]
    pub(crate) fn value(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Appends a part, if there is one.
    pub(crate) fn maybe<T>(self, part: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match part {
            Some(part) => add(self, part),
            None => self,
        }
    }

    /// Returns the query that explains how the database would run the statement.
    #[cfg(test)]
    pub(crate) fn explained(mut self, explain: &str) -> Query<'static, Any, AnyArguments> {
        self.sql.insert_str(0, explain);
        self.query()
    }

    /// Returns the query to run.
    pub(crate) fn query(self) -> Query<'static, Any, AnyArguments> {
        let query = sqlx::query(AssertSqlSafe(self.sql));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        })
    }
}
