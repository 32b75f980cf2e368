//! A number with its unit, or several. What is typed is handed on as it is, so that nothing a reader wrote is lost.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::field::{Frame, field};
use crate::json;

/// A field for a number.
#[derive(Debug)]
pub(crate) struct NumberField {
    /// What stands around.
    pub frame: Frame,
    /// The text in it.
    pub value: AttrValue,
    /// Shown while it is empty.
    pub placeholder: AttrValue,
    /// Unit, inside right.
    pub unit: AttrValue,
    /// Step of the arrow keys; Shift makes it ten times as large. 0 where several numbers stand in the field.
    pub step: f64,
    /// Another text.
    pub on_change: Callback<String>,
    /// Back to the default.
    pub on_reset: Callback<()>,
}

impl NumberField {
    /// The field.
    pub(crate) fn view(self) -> Html {
        let Self { frame, value, placeholder, unit, step, on_change, on_reset } = self;
        let onkeydown = on_key(&value, step, frame.locked, on_change.clone());
        let oninput = Callback::from(move |event: InputEvent| {
            on_change.emit(event.target_unchecked_into::<HtmlInputElement>().value());
        });
        let control = html! {
            <div class="input">
                <input id={frame.id.clone()} type="text" inputmode={if step == 0.0 { "text" } else { "decimal" }}
                    autocomplete="off" spellcheck="false" {value} {placeholder} readonly={frame.locked}
                    aria-describedby={frame.hint_id()} aria-invalid={frame.error.is_some().then_some("true")}
                    {oninput} {onkeydown} />
                if !unit.is_empty() {
                    <span class="unit" aria-hidden="true">{ unit }</span>
                }
            </div>
        };
        field(frame, on_reset, control)
    }
}

fn on_key(value: &AttrValue, step: f64, locked: bool, on_change: Callback<String>) -> Callback<KeyboardEvent> {
    let value = value.clone();
    Callback::from(move |event: KeyboardEvent| {
        let by = if event.shift_key() { 10.0 } else { 1.0 };
        let moved = match event.key().as_str() {
            _ if step == 0.0 => None,
            "ArrowUp" => stepped(&value, by * step),
            "ArrowDown" => stepped(&value, -by * step),
            _ => None,
        };
        if let Some(text) = moved.filter(|_| !locked) {
            event.prevent_default();
            on_change.emit(text);
        }
    })
}

/// Steps are decimal, so the sum is cut to nine decimals: 0.1 + 0.2 is 0.3.
fn stepped(value: &str, by: f64) -> Option<String> {
    let sum = json::typed::<f64>(value)? + by;
    Some(((sum * 1e9).round() / 1e9).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_decimal() {
        assert_eq!(stepped("0.2", 0.1).as_deref(), Some("0.3"));
        assert_eq!(stepped("24", -10.0).as_deref(), Some("14"));
        assert_eq!(stepped("x", 1.0), None);
    }
}
