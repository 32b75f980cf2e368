//! Plain data from JSON, and back.
//!
//! Text is first read into a [`Value`], and every type from there: a reader of text in each type was a fifth of the page.
//! A struct is an object and never a list, which halves what is left.

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::ser::Serialize;
use serde_json::{Error, Map, Value};

/// A number or a truth value as a reader types it: JSON, but nothing need stand before the point.
///
/// Numbers are read by one routine everywhere, so that the page carries one.
pub(crate) fn typed<T: DeserializeOwned>(text: &str) -> Option<T> {
    let text = text.trim();
    let zero = if text.starts_with('.') { "0" } else { "" };
    serde_json::from_str(&format!("{zero}{text}")).ok()
}

/// A plain value from its JSON text.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    from_value(&value(text)?)
}

/// The JSON text of plain data, which have one; `None` for what has none.
pub(crate) fn text(plain: &(impl Serialize + ?Sized)) -> Option<String> {
    serde_json::to_string(plain).ok()
}

/// A JSON text as a value in whose objects every name stands once.
pub(crate) fn value(text: &str) -> Result<Value, Error> {
    let Unique(value) = serde_json::from_str(text)?;
    Ok(value)
}

/// A plain value from its JSON value.
pub(crate) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    T::deserialize(Plain(value))
}

/// A value in whose objects every name stands once; by itself [`Value`] keeps the last of several.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Members).map(Self)
    }
}

/// Puts a value together.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Unique(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some((name, Unique(value))) = members.next_entry::<String, Unique>()? {
            if values.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            values.insert(name, value);
        }
        Ok(values.into())
    }
}

macro_rules! scalars {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.scalar(visitor)
        }
    )*};
}

/// An object whose member `tag` names a variant and whose other members are what that variant holds.
///
/// Serde's own way keeps every value in a form of its own, with a further reader for each type.
pub(crate) struct Tagged {
    /// Name of the variant.
    pub name: String,
    rest: Value,
}

impl Tagged {
    /// Splits the object.
    pub(crate) fn split<'de, D: Deserializer<'de>>(deserializer: D, tag: &'static str) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        match members.remove(tag) {
            Some(Value::String(name)) => Ok(Self { name, rest: Value::Object(members) }),
            Some(other) => Err(D::Error::custom(Plain(&other).is_not(&"the name of a variant"))),
            None => Err(D::Error::missing_field(tag)),
        }
    }

    /// What the variant holds.
    pub(crate) fn content<T: DeserializeOwned, E: serde::de::Error>(&self) -> Result<T, E> {
        from_value(&self.rest).map_err(E::custom)
    }

    /// A variant that holds nothing.
    pub(crate) fn nothing<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.rest.as_object().and_then(|members| members.keys().next()) {
            Some(name) => Err(E::custom(format_args!("unknown field `{name}`, there are no fields"))),
            None => Ok(()),
        }
    }
}

/// A value to be read.
#[derive(Clone, Copy)]
struct Plain<'de>(&'de Value);

impl<'de> IntoDeserializer<'de, Error> for Plain<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Plain<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
            _ => self.scalar(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.scalar(visitor)
    }

    /// The digits decide, as in a text: the way over 64 bits rounds twice, which changes one number in 2³¹.
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_f64().and_then(|number| typed(&number.to_string())) {
            Some(number) => visitor.visit_f32(number),
            None => Err(self.is_not(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Array(items) = self.0 else { return Err(self.is_not(&visitor)) };
        let mut items = SeqDeserializer::new(items.iter().map(Plain));
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Object(members) = self.0 else { return Err(self.is_not(&visitor)) };
        let members = members.iter().map(|(name, value)| (BorrowedStrDeserializer::new(name), Plain(value)));
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = match self.0 {
            Value::String(name) => Some(Variant { name, content: &Value::Null }),
            Value::Object(members) if members.len() == 1 => {
                members.iter().next().map(|(name, content)| Variant { name, content })
            }
            _ => None,
        };
        match variant {
            Some(variant) => visitor.visit_enum(variant),
            None => Err(self.is_not(&"the name of a variant, or an object with it")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    scalars! {
        deserialize_bool deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_f64 deserialize_unit
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_identifier
    }
}

impl<'de> Plain<'de> {
    fn scalar<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                (None, None, None) => Err(self.is_not(&visitor)),
            },
            Value::Array(_) | Value::Object(_) => Err(self.is_not(&visitor)),
        }
    }

    fn is_not(self, expected: &dyn Expected) -> Error {
        let found = match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => Unexpected::Unsigned(number),
                (None, Some(number)) => Unexpected::Signed(number),
                (None, None) => Unexpected::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Error::invalid_type(found, expected)
    }
}

/// A variant of an enum and what it holds.
struct Variant<'de> {
    name: &'de str,
    content: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Plain<'de>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Plain<'de>), Error> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.name))?, Plain(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Plain<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.0.is_null() { Ok(()) } else { Err(self.is_not(&"nothing")) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ModelConfig, RunConfig, presets};
    use crate::report::Report;

    #[test]
    fn a_value_is_read_as_from_its_text() {
        let text = include_str!("../tests/fixtures/report.json");
        assert_eq!(from_text::<Report>(text).expect("a report"), serde_json::from_str(text).expect("a report"));
        for preset in presets() {
            let text = serde_json::to_string(&preset.config).expect("plain data");
            assert_eq!(from_text::<RunConfig>(&text).expect("a config"), preset.config);
        }
    }

    #[test]
    fn a_short_float_is_rounded_once() {
        let text = "7.038531e-26";
        let right: f32 = text.parse().expect("a number");
        assert_eq!(from_text::<f32>(text).expect("a number"), right);
        assert_ne!(text.parse::<f64>().expect("a number") as f32, right);
    }

    #[test]
    fn numbers_are_read_as_they_are_typed() {
        assert_eq!([" 0.25", ".5", "1e-3", "-7 "].map(typed::<f64>), [Some(0.25), Some(0.5), Some(1e-3), Some(-7.0)]);
        assert_eq!((typed::<u32>("24"), typed::<bool>("true")), (Some(24), Some(true)));
        for text in ["", ".", "x", "1,5", "inf", "NaN", "0x10", "1 2"] {
            assert_eq!(typed::<f64>(text), None, "{text}");
        }
        assert_eq!((typed::<u32>("-1"), typed::<u32>("1.5"), typed::<u32>("99999999999")), (None, None, None));
    }

    #[test]
    fn a_name_stands_once_at_every_depth() {
        let twice = [
            r#"{"id": "ar", "order": 1, "order": 2}"#,
            r#"{"id": "ar", "id": "ar"}"#,
            r#"{"id": "tsf", "channels": {"records": true, "records": true}}"#,
        ];
        for text in twice {
            let error = from_text::<ModelConfig>(text).expect_err("a name stands twice").to_string();
            assert!(error.starts_with("duplicate field `") && error.contains(" at line 1 column "), "{error}");
        }
        assert!(from_text::<Vec<std::collections::BTreeMap<String, u8>>>(r#"[{"a": 1}, {"a": 1}]"#).is_ok());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(from_text::<Vec<u32>>("[1, -1]").is_err());
        assert!(from_text::<(f64, f64)>("[1, 2, 3]").is_err() && from_text::<(f64, f64)>("[1]").is_err());
        assert!(from_text::<ModelConfig>("{\"id\": \"tsf\", \"spasrity\": 1}").is_err());
        assert!(from_text::<ModelConfig>("[]").is_err() && from_text::<ModelConfig>("\"tsf\"").is_err());
        let error = from_text::<String>("7").expect_err("a number").to_string();
        assert_eq!(error, "invalid type: integer `7`, expected a string");
        assert_eq!(from_text::<Option<bool>>("null").expect("nothing"), None);
        assert!(from_text::<Result<u8, String>>("{\"Ok\": 1, \"Err\": \"\"}").is_err());
    }
}
