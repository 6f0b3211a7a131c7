//! JSON that the browser has parsed.

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use super::deserializer::Json;

/// A JavaScript value that `JSON.parse` returned, or a part of one.
#[derive(Debug, Clone)]
pub struct JsJson(pub JsValue);

impl Json for JsJson {
    type Elements = Elements;
    type Members = Members;

    fn is_null(&self) -> bool {
        self.0.is_null()
    }

    fn as_bool(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn as_number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_string(&self) -> Option<String> {
        self.0.as_string()
    }

    fn is_array(&self) -> bool {
        Array::is_array(&self.0)
    }

    fn is_object(&self) -> bool {
        self.0.is_object()
    }

    fn into_elements(self) -> Option<Elements> {
        let array = self.0.dyn_into().ok()?;
        Some(Elements { array, next: 0 })
    }

    fn into_members(self) -> Option<Members> {
        let object: Object = self.0.dyn_into().ok()?;
        Some(Members(Elements { array: Object::entries(&object), next: 0 }))
    }
}

/// The elements of an array.
#[derive(Debug)]
pub struct Elements {
    array: Array,
    next: u32,
}

impl Iterator for Elements {
    type Item = JsJson;

    fn next(&mut self) -> Option<JsJson> {
        (self.next < self.array.length()).then(|| {
            self.next += 1;
            JsJson(self.array.get(self.next - 1))
        })
    }
}

/// The members of an object, as pairs of name and value.
#[derive(Debug)]
pub struct Members(Elements);

impl Iterator for Members {
    type Item = (JsJson, JsJson);

    fn next(&mut self) -> Option<(JsJson, JsJson)> {
        let JsJson(pair) = self.0.next()?;
        let pair: Array = pair.unchecked_into();
        Some((JsJson(pair.get(0)), JsJson(pair.get(1))))
    }
}
