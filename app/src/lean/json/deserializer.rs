//! A [`serde::Deserializer`] over parsed JSON.

use serde::{
    Deserializer,
    de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor, value::StringDeserializer},
    forward_to_deserialize_any,
};

use super::UnexpectedJson;

/// A JSON value that something else has parsed.
pub trait Json: Sized {
    /// The elements of an array.
    type Elements: Iterator<Item = Self>;

    /// The members of an object, as pairs of name and value.
    type Members: Iterator<Item = (Self, Self)>;

    /// Whether it is `null`.
    fn is_null(&self) -> bool;

    /// The value, if it is `true` or `false`.
    fn as_bool(&self) -> Option<bool>;

    /// The value, if it is a number.
    fn as_number(&self) -> Option<f64>;

    /// The value, if it is a string.
    fn as_string(&self) -> Option<String>;

    /// Whether it is an array.
    fn is_array(&self) -> bool;

    /// Whether it is an object.
    fn is_object(&self) -> bool;

    /// The elements, if it is an array.
    fn into_elements(self) -> Option<Self::Elements>;

    /// The members, if it is an object.
    fn into_members(self) -> Option<Self::Members>;
}

/// Reads a value of any type from `Json`.
#[derive(Debug)]
pub struct JsonDeserializer<J>(pub J);

impl<J: Json> JsonDeserializer<J> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "a number that is another one after the round trip is no integer"
    )]
    fn number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        let number = self.0.as_number().ok_or(UnexpectedJson)?;
        let integer = number as i64;
        if integer as f64 == number { visitor.visit_i64(integer) } else { visitor.visit_f64(number) }
    }

    fn string(&self) -> Result<String, UnexpectedJson> {
        self.0.as_string().ok_or(UnexpectedJson)
    }

    fn elements<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_seq(Elements(self.0.into_elements().ok_or(UnexpectedJson)?))
    }

    fn members<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        let members = self.0.into_members().ok_or(UnexpectedJson)?;
        visitor.visit_map(Members { members, value: None })
    }
}

impl<'de, J: Json> Deserializer<'de> for JsonDeserializer<J> {
    type Error = UnexpectedJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        if let Some(boolean) = self.0.as_bool() {
            visitor.visit_bool(boolean)
        } else if let Some(string) = self.0.as_string() {
            visitor.visit_string(string)
        } else if self.0.is_null() {
            visitor.visit_unit()
        } else if self.0.is_array() {
            self.elements(visitor)
        } else if self.0.is_object() {
            self.members(visitor)
        } else {
            self.number(visitor)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_bool(self.0.as_bool().ok_or(UnexpectedJson)?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        self.number(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        self.number(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        self.elements(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        self.members(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, UnexpectedJson> {
        self.members(visitor)
    }

    /// Reads variants without fields only: the API has no others.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, UnexpectedJson> {
        let variant: StringDeserializer<UnexpectedJson> = self.string()?.into_deserializer();
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnexpectedJson> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

struct Elements<E>(E);

impl<'de, J: Json, E: Iterator<Item = J>> SeqAccess<'de> for Elements<E> {
    type Error = UnexpectedJson;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, UnexpectedJson> {
        self.0.next().map(|element| seed.deserialize(JsonDeserializer(element))).transpose()
    }
}

/// The members that are still to be read, and the value of the one whose name was read last.
struct Members<M, J> {
    members: M,
    value: Option<J>,
}

impl<'de, J: Json, M: Iterator<Item = (J, J)>> MapAccess<'de> for Members<M, J> {
    type Error = UnexpectedJson;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, UnexpectedJson> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(JsonDeserializer(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, UnexpectedJson> {
        seed.deserialize(JsonDeserializer(self.value.take().ok_or(UnexpectedJson)?))
    }
}
