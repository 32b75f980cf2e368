//! Data that are compared by reference.

use std::rc::Rc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Data by reference: two are equal if they are the same, so that no chart compares all numbers of a report.
#[derive(Debug)]
pub struct ByRef<T>(pub Rc<T>);

impl<T> Clone for ByRef<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for ByRef<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Serialize> Serialize for ByRef<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByRef<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|data| Self(Rc::new(data)))
    }
}
