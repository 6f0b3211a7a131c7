//! Reading what `JSON.parse` made. A parser in Rust would say where a text goes wrong, which nobody asks of a reply, and
//! its words and numbers would take a tenth of the WebAssembly.

use std::fmt::Display;

use js_sys::{Array, Object};
use serde::{
    Deserializer,
    de::{
        DeserializeSeed, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
        value::StringDeserializer,
    },
    forward_to_deserialize_any,
};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

/// It is JSON, or not even that, but not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not what was expected")]
pub struct NotExpected;

impl serde::de::Error for NotExpected {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// A value that the browser has parsed.
#[derive(Debug, Clone)]
pub struct Parsed(pub JsValue);

impl Parsed {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "a number that is another one after the round trip is no integer"
    )]
    fn number<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, NotExpected> {
        let number = self.0.as_f64().ok_or(NotExpected)?;
        let whole = number as i64;
        if whole as f64 == number { visitor.visit_i64(whole) } else { visitor.visit_f64(number) }
    }

    fn string(&self) -> Result<String, NotExpected> {
        self.0.as_string().ok_or(NotExpected)
    }

    fn elements<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        let elements = self.0.dyn_into::<Array>().map_err(|_| NotExpected)?;
        visitor.visit_seq(Elements { elements, next: 0 })
    }

    fn members<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        let object = self.0.dyn_into::<Object>().map_err(|_| NotExpected)?;
        visitor.visit_map(Elements { elements: Object::entries(&object), next: 0 })
    }
}

impl<'de> Deserializer<'de> for Parsed {
    type Error = NotExpected;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        if let Some(truth) = self.0.as_bool() {
            visitor.visit_bool(truth)
        } else if self.0.is_string() {
            visitor.visit_string(self.string()?)
        } else if self.0.is_null() {
            visitor.visit_unit()
        } else if Array::is_array(&self.0) {
            self.elements(visitor)
        } else if self.0.is_object() {
            self.members(visitor)
        } else {
            self.number(visitor)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        visitor.visit_bool(self.0.as_bool().ok_or(NotExpected)?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        self.number(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        self.number(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        self.number(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        visitor.visit_string(self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NotExpected> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        self.elements(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        self.members(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotExpected> {
        self.members(visitor)
    }

    /// Only variants without fields: that is all that the wire has.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotExpected> {
        let variant: StringDeserializer<NotExpected> = self.string()?.into_deserializer();
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotExpected> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

/// The elements of an array, or the members of an object as pairs of name and value.
struct Elements {
    elements: Array,
    next: u32,
}

impl Elements {
    fn take(&mut self) -> Option<JsValue> {
        (self.next < self.elements.length()).then(|| {
            self.next += 1;
            self.elements.get(self.next - 1)
        })
    }

    /// The half of the pair that is next.
    fn half(&self, half: u32) -> Parsed {
        Parsed(self.elements.get(self.next).unchecked_into::<Array>().get(half))
    }
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = NotExpected;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NotExpected> {
        self.take().map(|element| seed.deserialize(Parsed(element))).transpose()
    }
}

impl<'de> MapAccess<'de> for Elements {
    type Error = NotExpected;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotExpected> {
        (self.next < self.elements.length()).then(|| seed.deserialize(self.half(0))).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, NotExpected> {
        let value = self.half(1);
        self.next += 1;
        seed.deserialize(value)
    }
}
